"""Who could take a case: each handler of the team, and what stands in the way of each."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routing.engine import Outcome
from routing.facts import Facts
from routing.locking import lock
from routing.models import Handler, Skill, Team
from routing.wording import listed


@dataclass(frozen=True)
class Need:
    """What a case requires of its handler. `weight` is in the units of a handler's capacity."""

    outcome: Outcome
    restricted_kind: str
    excluded_users: frozenset[int]
    weight: int

    @classmethod
    def of(cls, outcome: Outcome, facts: Facts, weight: int) -> "Need":
        return cls(outcome, facts.restricted_kind, facts.excluded_users, weight)


@dataclass
class Candidate:
    """A handler, and every obstacle in the order of `STEPS`; without any they can take the case."""

    handler: Any
    obstacles: dict[str, str] = field(default_factory=dict)
    why: str = ""
    chosen: bool = False

    @property
    def fits(self) -> bool:
        return not self.obstacles

    def stored(self) -> dict[str, Any]:
        why = self.why or " ".join(self.obstacles.values())
        return {"handler": self.handler.pk, "name": str(self.handler), "chosen": self.chosen, "why": why}


def locked(where: Q, need: Need, at: datetime) -> list[Candidate]:
    """The active handlers, locked until the transaction ends and read after that.

    The load is read after the lock, so that nobody else can fill the same free place. The number of queries does not
    depend on the number of handlers.
    """
    held = [handler.pk for handler in lock(Handler.objects.active().filter(where))]
    return read(Q(pk__in=held), need, at)


def read(where: Q, need: Need, at: datetime) -> list[Candidate]:
    """The active handlers with load, skills and absence, as they stand now: to show, not to act on."""
    rows = Handler.objects.active().filter(where).with_load().with_absence(at)
    rows = rows.select_related("authority", "team").prefetch_related("skills", "user__clearances")
    return [Candidate(handler, obstacles(handler, need)) for handler in rows.order_by("pk")]


def obstacles(handler: Any, need: Need) -> dict[str, str]:
    """What keeps this handler (read as above) from the case, a sentence for each step."""
    found = {step: check(handler, need) for step, check in STEPS.items()}
    return {step: sentence for step, sentence in found.items() if sentence}


def _skills(handler: Any, need: Need) -> str:
    missing = set(need.outcome.skills) - {skill.code for skill in handler.skills.all()}
    return _("Lacks %(skills)s.") % {"skills": listed(sorted(missing))} if missing else ""


def _languages(handler: Any, need: Need) -> str:
    missing = [code for code in need.outcome.languages if not {code, code.split("-")[0]} & handler.spoken]
    return _("Does not speak %(languages)s.") % {"languages": listed(missing)} if missing else ""


def _authority(handler: Any, need: Need) -> str:
    level, wanted = handler.authority.level, need.outcome.minimum_authority
    return (
        _("Has authority %(level)d, needs %(wanted)d.") % {"level": level, "wanted": wanted} if level < wanted else ""
    )


def _clearance(handler: Any, need: Need) -> str:
    kind = need.restricted_kind
    cleared = not kind or kind in {clearance.kind for clearance in handler.user.clearances.all()}
    return "" if cleared else _("Has no clearance for %(kind)s.") % {"kind": kind}


def _conflict(handler: Any, need: Need) -> str:
    return _("Is excluded: is involved in this case.") if handler.user_id in need.excluded_users else ""


def _present(handler: Any, need: Need) -> str:
    return _("Is away.") if handler.is_absent else ""


def _room(handler: Any, need: Need) -> str:
    if handler.load + need.weight <= handler.capacity:
        return ""
    numbers = {"load": handler.load, "capacity": handler.capacity, "weight": need.weight}
    return _("Is at capacity: holds %(load)d of %(capacity)d, the case weighs %(weight)d.") % numbers


STEPS: dict[str, Callable[[Any, Need], str]] = {
    "skills": _skills,
    "languages": _languages,
    "authority": _authority,
    "clearance": _clearance,
    "conflict": _conflict,
    "present": _present,
    "room": _room,
}
QUALITIES = ("skills", "languages", "authority")
# These two protect the customer and cannot be waived by hand.
ABSOLUTE = ("clearance", "conflict")


def absolute(handler: Any, need: Need) -> list[str]:
    """What keeps this handler from the case and cannot be waived; asks for user and clearances only."""
    return [sentence for step in ABSOLUTE if (sentence := STEPS[step](handler, need))]


def why_nobody(team: Team, candidates: list[Candidate], need: Need) -> str:
    """The exact reason why none of these can take the case: "Lending: 3 with mortgages, all at capacity."."""
    left = candidates
    having: list[str] = []
    for step in QUALITIES:
        quality = _quality(step, need)
        staying = [candidate for candidate in left if step not in candidate.obstacles]
        if left and not staying:
            return _("%(who)s, none with %(quality)s.") % {
                "who": _who(team, left, having),
                "quality": quality,
            }
        left, having = staying, [*having, quality] if quality else having
    return f"{_who(team, left, having)}{_hindered(left)}."


def _who(team: Team, left: list[Candidate], having: list[str]) -> str:
    if not left:
        return _("%(team)s has no active handler") % {"team": team}
    who = {"team": team, "count": len(left), "qualities": listed(having)}
    if having:
        return _("%(team)s: %(count)d with %(qualities)s") % who
    return ngettext("%(team)s: %(count)d handler", "%(team)s: %(count)d handlers", len(left)) % who


def _hindered(left: list[Candidate]) -> str:
    first = Counter(next(iter(candidate.obstacles)) for candidate in left)
    words = {
        "clearance": _("without the clearance"),
        "conflict": _("involved in this case"),
        "present": _("away"),
        "room": _("at capacity"),
    }
    if len(first) == 1:
        return _(", all %(hindrance)s") % {"hindrance": words[next(iter(first))]}
    return "".join(f", {count} {words[step]}" for step, count in first.items())


def _quality(step: str, need: Need) -> str:
    outcome = need.outcome
    if step == "skills" and outcome.skills:
        return listed(Skill.objects.filter(code__in=outcome.skills).values_list("name", flat=True))
    if step == "languages" and outcome.languages:
        return _("the language %(languages)s") % {"languages": listed(outcome.languages)}
    if step == "authority" and outcome.minimum_authority:
        return _("authority %(level)d or above") % {"level": outcome.minimum_authority}
    return ""
