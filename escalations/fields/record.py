"""What the record says of changed fields, in words: its codes are looked up when somebody reads them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

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
    def of(cls, events: Iterable[Changes]) -> "Names":
        """All that these speak of, in two queries; none where there are none."""
        changes = list(events)
        codes = {code for data in changes for code in data.get("changed", ())}
        if not codes:
            return cls()
        said = {text for data in changes for pair in data.get("fields", {}).values() for text in _texts(pair)}
        known = Choice.objects.filter(field__code__in=codes, code__in=said).order_by()
        return cls(
            dict(Field.objects.filter(code__in=codes).order_by().values_list("code", "label")),
            {(row[0], row[1]): row[2] for row in known.values_list("field__code", "code", "label")},
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
