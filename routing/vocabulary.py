"""The codes that facts can have today, with their names: to check what a rule says and to put it in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from routing.facts import DECLARED, FACTS
from routing.models.fields import Choice
from routing.models.people import Clearance, Skill


@dataclass(frozen=True)
class Vocabulary:
    """Names by code, for each fact that has a closed list; and the names of skills."""

    codes: dict[str, dict[str, str]]
    skills: dict[str, str]

    @classmethod
    def load(cls) -> "Vocabulary":
        """Read all of it, in three queries however many rules ask."""
        codes: dict[str, dict[str, str]] = {}
        by_field = {fact.field: name for name, fact in FACTS.items() if fact.field}
        rows = Choice.objects.filter(field__code__in=by_field).order_by()
        for field, code, label in rows.values_list("field__code", "code", "label"):
            codes.setdefault(by_field[field], {})[code] = label
        codes["restricted_kind"] = dict(Clearance.objects.values_list("kind", "name"))
        codes |= {fact: {code: str(label) for code, label in names.items()} for fact, names in DECLARED.items()}
        return cls(codes, dict(Skill.objects.values_list("code", "name")))

    def is_closed(self, fact: str) -> bool:
        return bool(FACTS[fact].field) or fact in self.codes

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
