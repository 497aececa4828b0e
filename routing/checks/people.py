"""Whether anybody who works here could take what a rule sends: team, skills, authority, languages, clearance."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from routing.checks.finding import Finding, warning
from routing.checks.space import Box, Space
from routing.models.authority import HIGHEST_LEVEL
from routing.models.people import Handler
from routing.plain import PlainRule
from routing.value_sets import EMPTY
from routing.wording import AND, OR, listed


@dataclass(frozen=True)
class Worker:
    """What counts of an active handler, away or not."""

    skills: frozenset[str]
    level: int
    spoken: frozenset[str]
    clearances: frozenset[str]

    def speaks(self, language: str) -> bool:
        return bool({language, language.split("-")[0]} & self.spoken)


def working() -> dict[str, list[Worker]]:
    """All active handlers by the code of their team, in three queries."""
    found: dict[str, list[Worker]] = defaultdict(list)
    rows = Handler.objects.active().select_related("authority", "team")
    for row in rows.prefetch_related("skills", "user__clearances").order_by():
        skills = frozenset(skill.code for skill in row.skills.all())
        clearances = frozenset(clearance.kind for clearance in row.user.clearances.all())
        found[row.team.code].append(Worker(skills, row.authority.level, row.spoken, clearances))
    return found


def of_rules(rules: Sequence[PlainRule], space: Space, workers: dict[str, list[Worker]]) -> Iterator[Finding]:
    """Each rule whose cases would all wait, because no active handler has what it requires.

    Requirements of earlier rules count when those always apply where this one does.
    """
    adding: list[PlainRule] = []
    for rule in rules:
        if rule.go_on:
            adding.append(rule)
        elif rule.team in space.vocabulary.teams and (message := _nobody(rule, adding, space, workers)):
            yield warning(rule, message)


def _nobody(rule: PlainRule, adding: Sequence[PlainRule], space: Space, workers: dict[str, list[Worker]]) -> str:
    team = space.vocabulary.teams[rule.team]
    if not workers.get(rule.team):
        return _("%(team)s has no active handler: every case of this rule would wait.") % {"team": team}
    needs = space.needs(rule)
    if needs is None:
        return ""
    box, _open = space.box(needs)
    together = [rule, *(other for other in adding if _always(other, box, space))]
    wanted = _Wanted.of(together, box)
    if any(wanted.met_by(worker) for worker in workers[rule.team]):
        return ""
    values = {"team": team, "wanted": listed(wanted.words(space))}
    return (
        _("No active handler of %(team)s has all that it requires: %(wanted)s. Every case of it would wait.") % values
    )


def _always(other: PlainRule, box: Box, space: Space) -> bool:
    needs = space.needs(other)
    return needs is not None and space.always(box, needs)


@dataclass(frozen=True)
class _Wanted:
    """What is certainly required. Of `own_languages` and `restricted` one is enough; None: it depends on the case."""

    skills: frozenset[str]
    level: int
    languages: frozenset[str]
    own_languages: frozenset[str] | None
    restricted: frozenset[str] | None

    @classmethod
    def of(cls, rules: Sequence[PlainRule], box: Box) -> "_Wanted":
        return cls(
            skills=frozenset(skill for rule in rules for skill in rule.skills),
            level=min(
                HIGHEST_LEVEL,
                max(rule.minimum_authority for rule in rules) + sum(rule.authority_up for rule in rules),
            ),
            languages=frozenset(rule.language for rule in rules if rule.language),
            own_languages=_listed_only(box, "language") if any(rule.language_from_case for rule in rules) else None,
            restricted=_listed_only(box, "restricted_kind"),
        )

    def met_by(self, worker: Worker) -> bool:
        return (
            self.skills <= worker.skills
            and self.level <= worker.level
            and all(worker.speaks(language) for language in self.languages)
            and (self.own_languages is None or any(worker.speaks(language) for language in self.own_languages))
            and (self.restricted is None or bool(self.restricted & worker.clearances))
        )

    def words(self, space: Space) -> Iterator[str]:
        skills = space.vocabulary.skills
        if self.skills:
            names = (skills.get(code, code) for code in sorted(self.skills))
            yield _("skilled in %(skills)s") % {"skills": listed(names, AND)}
        if self.level:
            yield _("authority %(level)d or above") % {"level": self.level}
        if self.languages:
            yield _("speaking %(language)s") % {"language": listed(sorted(self.languages), AND)}
        if self.own_languages:
            yield _("speaking %(language)s") % {"language": listed(sorted(self.own_languages), OR)}
        if self.restricted:
            kinds = space.vocabulary.names("restricted_kind", sorted(self.restricted))
            yield _("cleared for %(kinds)s") % {"kinds": listed(kinds, OR)}


def _listed_only(box: Box, fact: str) -> frozenset[str] | None:
    """The values that a case of the box has of that fact, when they are some and not empty."""
    values: Any = box.get((fact, None))
    if values is None or values.inverted or EMPTY in values.values:
        return None
    return frozenset(values.values)
