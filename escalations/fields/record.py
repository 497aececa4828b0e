"""What the record says of changed fields, in words: its codes are looked up when somebody reads them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from routing.models import Choice, Field

Changes = Mapping[str, Any]
"""`Event.data` of “set_fields”: `changed`, the codes; `fields`, of those that are not private before and after."""


def plain(value: Any) -> Any:
    """A value as JSON: codes, numbers, amounts and days."""
    match value:
        case frozenset():
            return sorted(value)
        case (amount, currency):
            return f"{amount} {currency}"
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
    return value


@dataclass(frozen=True)
class Names:
    """Names of fields by code, and of their choices by the codes of both."""

    fields: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def asked(cls, events: Iterable[Changes]) -> dict[str, QuerySet[Any]]:
        """The rows of all that these speak of: `fields` and `choices`. Both empty where nothing changed."""
        changes = list(events)
        codes = {code for data in changes for code in data.get("changed", ())}
        said = {text for data in changes for pair in data.get("fields", {}).values() for text in _texts(pair)}
        choices = Choice.objects.filter(field__code__in=codes, code__in=said).select_related("field")
        return {"fields": Field.objects.filter(code__in=codes).order_by(), "choices": choices.order_by()}

    @classmethod
    def of(cls, fields: Iterable[Field], choices: Iterable[Choice]) -> "Names":
        return cls(
            {one.code: one.label for one in fields},
            {(one.field.code, one.code): one.label for one in choices},
        )

    def changes(self, data: Changes) -> Iterator[str]:
        """One sentence a field: “Branch: Leeds → York”; of a private one only that it changed."""
        for code in data.get("changed", ()):
            label = self.fields.get(code, code)
            if (pair := data.get("fields", {}).get(code)) is None:
                yield label
                continue
            before, now = (self._said(code, value) for value in pair)
            yield f"{label}: {before} → {now}" if pair[0] is not None else f"{label}: {now}"

    def _said(self, code: str, value: Any) -> str:
        if value is None:
            return _("nothing")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        listed = value if isinstance(value, list) else [value]
        return ", ".join(self.choices.get((code, one), one) for one in listed)


def _texts(pair: Iterable[Any]) -> Iterator[str]:
    for value in pair:
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))
