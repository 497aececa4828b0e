"""The codes that facts can have today, with their names: to check what a rule says and to put it in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from routing.facts import DECLARED, FACTS, OWN, Fact, Kind
from routing.models.fields import Choice, Field
from routing.models.people import Clearance, Skill, Team

KINDS = {
    Field.Kind.CHOICE: Kind.CODE,
    Field.Kind.CHOICES: Kind.CODES,
    Field.Kind.NUMBER: Kind.DECIMAL,
    Field.Kind.AMOUNT: Kind.AMOUNT,
    Field.Kind.DATE: Kind.DATE,
    Field.Kind.BOOLEAN: Kind.BOOLEAN,
    Field.Kind.TEXT: Kind.TEXT,
}


@dataclass(frozen=True)
class Vocabulary:
    """Which facts there are; names by code, for each that has a closed list; names of teams and skills by code."""

    codes: dict[str, dict[str, str]]
    skills: dict[str, str]
    teams: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=lambda: dict(FACTS))
    retired: dict[str, set[str]] = field(default_factory=dict)
    retired_facts: frozenset[str] = frozenset()
    inactive_teams: frozenset[str] = frozenset()

    @classmethod
    def load(cls) -> "Vocabulary":
        """Read all of it, in five queries however many rules ask."""
        # A decision keeps the facts it saw for good: what says who somebody is, is none.
        rows_of_own = Field.objects.filter(built_in=False, personal=False)
        own = {row.code: own_fact(row.code, row.label, row.kind) for row in rows_of_own}
        unused = frozenset(OWN + row.code for row in rows_of_own if not row.is_active)
        by_field = {fact.field: name for name, fact in FACTS.items() if fact.field}
        by_field |= {code: fact.name for code, fact in own.items() if fact.kind in (Kind.CODE, Kind.CODES)}
        codes: dict[str, dict[str, str]] = {name: {} for name in by_field.values()}
        retired: dict[str, set[str]] = {}
        rows = Choice.objects.filter(field__code__in=by_field).order_by()
        for field_code, code, label, retired_at in rows.values_list("field__code", "code", "label", "retired_at"):
            codes[by_field[field_code]][code] = label
            if retired_at is not None and retired_at <= timezone.now():
                retired.setdefault(by_field[field_code], set()).add(code)
        codes["restricted_kind"] = dict(Clearance.objects.values_list("kind", "name"))
        codes |= {fact: {code: str(label) for code, label in names.items()} for fact, names in DECLARED.items()}
        facts = {**FACTS, **{fact.name: fact for fact in own.values()}}
        teams = list(Team.objects.order_by().values_list("code", "name", "is_active"))
        return cls(
            codes=codes,
            skills=dict(Skill.objects.values_list("code", "name")),
            teams={code: name for code, name, _is_active in teams},
            facts=facts,
            retired=retired,
            retired_facts=unused,
            inactive_teams=frozenset(code for code, _name, is_active in teams if not is_active),
        )

    def is_closed(self, fact: str) -> bool:
        return fact in self.codes

    def code(self, fact: str, word: str) -> str | None:
        """The code that someone means who wrote a code or its name; None when there is none."""
        known = self.codes.get(fact, {})
        if word in known:
            return word
        wanted = word.casefold()
        return next((code for code, name in known.items() if wanted in (code.casefold(), name.casefold())), None)

    def names(self, fact: str, codes: Iterable[str]) -> list[str]:
        known = self.codes.get(fact, {})
        return [known.get(code, code) for code in codes]


def own_fact(code: str, label: str, kind: str) -> Fact:
    """The fact that an organisation's own Field is."""
    return Fact(OWN + code, label, KINDS[Field.Kind(kind)], "", field=code)
