"""The organisation's own fields in a file: the columns `field:<code>`, and how their cells are read.

Unlike products and issues, no choice is added: these lists are closed. What a file calls otherwise, a mapping's table
of values translates.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from escalations.fields.inputs import Offered
from escalations.fields.reading import MOST_COMPARED
from escalations.importing.columns import Column
from routing.definitions import Definition, Definitions, Value
from routing.models import Choice, Field
from routing.models.fields import FACT

BETWEEN = re.compile(r"[|\n]")
"""Between several choices in one cell."""
TRUTHS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
MONEY = re.compile(r"(?P<number>.*?)\s*(?P<currency>[A-Za-z]{3})?")
ABOUT: Mapping[str, Any] = {
    Field.Kind.CHOICE: lambda: _("one choice, by its code or its name"),
    Field.Kind.CHOICES: lambda: _("choices, by code or name, with | between them"),
    Field.Kind.NUMBER: lambda: _("a number"),
    Field.Kind.AMOUNT: lambda: _("an amount and its currency; without one, that of the column “currency”"),
    Field.Kind.DATE: lambda: _("a date"),
    Field.Kind.BOOLEAN: lambda: _("yes or no"),
    Field.Kind.TEXT: lambda: _("text"),
}
EXAMPLES: Mapping[str, str] = {
    Field.Kind.NUMBER: "3",
    Field.Kind.AMOUNT: "25.00 GBP",
    Field.Kind.DATE: "2026-03-20",
    Field.Kind.BOOLEAN: "yes",
    Field.Kind.TEXT: "As agreed by phone.",
}


def is_own(name: str) -> bool:
    """Whether a column is called as those of the organisation's own fields are; there may be no such field."""
    return name.startswith(FACT)


def columns(known: Definitions, *, with_examples: bool = False) -> list[Column]:
    """The columns of the fields in use; with an example each, their choices are looked up, in one query."""
    offered = Offered.load(known.active) if with_examples else None
    return [
        Column(
            one.name,
            f"{one.label}: {ABOUT[one.kind]()}",
            _example(one, offered) if offered else "",
            joins=one.kind == Field.Kind.CHOICES,
        )
        for one in known.active
    ]


def _example(definition: Definition, offered: Offered) -> str:
    if definition.kind == Field.Kind.NUMBER:
        return f"{next((b for b in (definition.minimum, definition.maximum) if b is not None), 3):f}"
    names = [label for _code, label in offered.names.get(definition.pk, ())]
    return EXAMPLES.get(definition.kind) or "|".join(names[: 1 if definition.kind == Field.Kind.CHOICE else 2])


class OwnCells:
    """Reads the cells of one file. The choices of the fields that it has are read once."""

    def __init__(self, definitions: Iterable[Definition], decimal: str, day: Callable[[str], Any]) -> None:
        self.definitions, self.decimal, self.day = list(definitions), decimal, day
        self.codes: dict[tuple[int, str], str] = {}
        rows = Choice.objects.filter(field__in=[one.pk for one in self.definitions if one.has_choices])
        for field, code, label in rows.order_by("-retired_at", "pk").values_list("field", "code", "label"):
            self.codes.setdefault((field, " ".join(label.split()).casefold()), code)
            self.codes[field, code] = code

    def value(self, definition: Definition, text: str, currency: str) -> Value:
        """Raises ValueError in words."""
        return definition.read(self._given(definition, text, currency))

    def _given(self, definition: Definition, text: str, currency: str) -> Any:
        match definition.kind:
            case Field.Kind.CHOICE:
                return self._code(definition, text)
            case Field.Kind.CHOICES:
                return [self._code(definition, part) for part in BETWEEN.split(text) if part.strip()]
            case Field.Kind.NUMBER:
                return self._plain(text)
            case Field.Kind.AMOUNT:
                found = MONEY.fullmatch(text)
                number, named = (found["number"], found["currency"]) if found else (text, None)
                return f"{self._plain(number)} {named or currency}".strip()
            case Field.Kind.DATE:
                return self.day(text)
            case Field.Kind.BOOLEAN:
                if text.casefold() not in TRUTHS:
                    raise ValueError(_("“%s” is neither yes nor no.") % text[:40])
                return TRUTHS[text.casefold()]
        return text

    def _code(self, definition: Definition, text: str) -> str:
        name = " ".join(text.split())
        code = self.codes.get((definition.pk, name)) or self.codes.get((definition.pk, name.casefold()))
        if code is None:
            raise ValueError(self._unknown(definition, name))
        return code

    def _unknown(self, definition: Definition, name: str) -> str:
        names = [known for field, known in self.codes if field == definition.pk]
        near = get_close_matches(name.casefold(), names, n=1) if len(names) <= 2 * MOST_COMPARED else []
        says = _("There is no choice “%s”; no choice of this field is added by a file.") % name[:60]
        return f"{says} {_('Near it: %s.') % near[0]}" if near else says

    def _plain(self, text: str) -> str:
        return text if self.decimal == "." else text.replace(".", "#").replace(",", ".")
