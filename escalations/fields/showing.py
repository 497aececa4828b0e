"""Values in words, and who may read them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.db.models import Q
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from escalations.models.field_value import FieldValue
from routing.definitions import Definition, Definitions
from routing.models import Field

if TYPE_CHECKING:
    from escalations.models import Complaint
    from routing.models import User


class Sight(Protocol):
    """What one person may know of a customer: what was said, and who it is."""

    @property
    def words(self) -> bool: ...
    @property
    def identity(self) -> bool: ...


@dataclass(frozen=True)
class Reader:
    """The same of one person, no more."""

    words: bool
    identity: bool

    @classmethod
    def of(cls, user: "User") -> "Reader":
        return cls(user.has_perm("escalations.view_statement"), user.has_perm("escalations.view_identity"))


OPEN = Q(field__personal=False) & ~Q(field__kind=Field.Kind.TEXT)
"""Values that everybody may read who may see the case: not personal, and nobody's words."""


def may_read(field: Definition | Field, sight: Sight) -> bool:
    """A personal value is identity; a text is somebody's words, which may hold it."""
    is_text = field.kind == Field.Kind.TEXT
    return sight.identity and (sight.words or not is_text) if field.personal or is_text else True


def in_words(row: FieldValue) -> str:
    """One row as a person would write it."""
    kind = row.field.kind
    if kind in (Field.Kind.CHOICE, Field.Kind.CHOICES):
        return str(row.choice)
    if kind == Field.Kind.NUMBER:
        number = number_format(row.number.normalize(), use_l10n=True, force_grouping=True) if row.number else "0"
        return f"{number} {row.field.unit}".strip()
    if kind == Field.Kind.AMOUNT:
        return f"{number_format(row.amount or 0, 2, use_l10n=True, force_grouping=True)} {row.currency}"
    if kind == Field.Kind.DATE:
        return date_format(row.date, "j M Y") if row.date else ""
    if kind == Field.Kind.BOOLEAN:
        return _("yes") if row.truth else _("no")
    return row.text


def told(rows: Iterable[FieldValue]) -> dict[int, str]:
    """The values of one case in words, by the key of their field."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        found[row.field_id].append(in_words(row))
    return {field: ", ".join(texts) for field, texts in found.items()}


@dataclass(frozen=True)
class Line:
    """One field of a case. `text` is empty where it has no value; `is_hidden` where this reader may not see it."""

    code: str
    label: str
    text: str
    is_text: bool = False
    is_hidden: bool = False


def lines(case: "Complaint", known: Definitions, sight: Sight) -> list[Line]:
    """The fields that this case has or is asked for, in order."""
    says = told(case.field_values.all())
    return [
        Line(
            one.code,
            one.label,
            says.get(one.pk, "") if may_read(one, sight) else "",
            one.is_text,
            is_hidden=one.pk in says and not may_read(one, sight),
        )
        for one in known
        if one.pk in says or one.is_asked_of(case.complaint_type_id)
    ]
