"""Given values, checked: is there such a field, is it asked of such complaints, is the choice offered, is it needed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from escalations.actors import CUSTOMER, Actor
from escalations.fields.record import plain
from routing.definitions import Definition, Definitions, Value, kept
from routing.models import Choice, Field
from routing.models.fields import FACT

if TYPE_CHECKING:
    from escalations.draft import Draft

MOST_UNKNOWN = 20
"""Of names that no field has, so many are told of; more come from a wrong file, not from a slip of the pen."""
MOST_COMPARED = 500
"""Choices that a mistyped code is compared with: looking through thousands would take longer than all else."""

AT_ONCE = 5000
"""Codes looked up by one statement: SQLite takes 32,766 values."""

Choices = Mapping[tuple[int, str], Choice]
"""Those that were given, by the key of their field and their code."""


@dataclass(frozen=True)
class Given:
    """What was given for one complaint. None or an empty text says: no value.

    `before` are the values it has. `step` is the one it is about to take, where fields may be needed for it.
    `is_past`: another system's closed case, which may have what is offered no more.
    """

    values: Mapping[str, Any]
    complaint_type: int | None = None
    before: Mapping[str, Value] = field(default_factory=dict)
    step: str = ""
    is_past: bool = False


@dataclass
class Read:
    """The values to store (None: to be cleared), or what is wrong, by “field:” and the code of the field."""

    values: dict[Definition, Value | None] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)
    choices: Choices = field(default_factory=dict)

    @property
    def on_record(self) -> dict[str, Any]:
        """The values that may be kept for good, as JSON by code: nothing that may say who somebody is."""
        return {
            one.code: plain(value) for one, value in self.values.items() if value is not None and not one.is_private
        }

    def refuse(self, code: str, sentence: str) -> None:
        self.problems.setdefault(f"{FACT}{code}", []).append(sentence)


def read_drafts(drafts: Sequence["Draft"], actor: Actor) -> list[Read]:
    """The fields of new complaints. No query where none is given and none is needed.

    A customer is not turned away because the organisation wants to know something: it is asked before the next step.
    """
    given = any(draft.fields for draft in drafts)
    known = Definitions.load() if given else kept()
    if not given and not known.asks_at_registration:
        return [Read() for _draft in drafts]
    return read(known, [_of(draft, actor) for draft in drafts])


def _of(draft: "Draft", actor: Actor) -> Given:
    past = draft.adopted is not None
    step = "" if past or actor.kind == CUSTOMER else str(Field.Needed.REGISTER)
    complaint_type = draft.complaint_type.pk if draft.complaint_type else None
    return Given(draft.fields, complaint_type, step=step, is_past=past)


def read(known: Definitions, asked: Sequence[Given]) -> list[Read]:
    """Each by itself; the choices of all in one query."""
    found = [_values(known, given) for given in asked]
    wanted = {pair for one in found for pair in _pairs(one)}
    choices = _choices(wanted)
    for given, one in zip(asked, found, strict=True):
        one.choices = choices
        for definition, value in one.values.items():
            for code in sorted(_codes(definition, value)):
                choice = choices.get((definition.pk, code))
                if choice is None:
                    one.refuse(definition.code, _unknown(definition, code))
                elif choice.is_retired and not (given.is_past or _holds(given, definition, code)):
                    one.refuse(definition.code, _("“%s” is offered no more.") % code)
        _need(known, given, one)
    return found


def _values(known: Definitions, given: Given) -> Read:
    found = Read()
    unknown = (code for code in given.values if code not in known.by_code)
    for code in islice(unknown, MOST_UNKNOWN):
        found.refuse(str(code)[:60], _no_such_field(str(code), known))
    for definition in known:
        if definition.code not in given.values:
            continue
        value = given.values[definition.code]
        if value is None or value in ("", [], ()):
            found.values[definition] = None
            continue
        if not given.is_past and not definition.is_asked_of(given.complaint_type):
            found.refuse(definition.code, _not_asked(definition))
            continue
        try:
            found.values[definition] = definition.read(value)
        except ValueError as error:
            found.refuse(definition.code, str(error))
    return found


def _need(known: Definitions, given: Given, found: Read) -> None:
    for definition in known.needed_for(given.step, given.complaint_type) if given.step else ():
        has = found.values.get(definition, given.before.get(definition.code))
        if has is None and definition.name not in found.problems:
            found.refuse(definition.code, _("“%s” is needed.") % definition.label)


def _not_asked(definition: Definition) -> str:
    if not definition.is_active:
        return _("“%s” is retired: it is asked no more.") % definition.label
    return _("“%s” is not asked of complaints of this type.") % definition.label


def _no_such_field(code: str, known: Definitions) -> str:
    codes = [one.code for one in known.active]
    if near := get_close_matches(code[:60], codes, n=1):
        return _("There is no such field. Did you mean “%s”?") % near[0]
    if not codes:
        return _("There is no such field: none is defined.")
    return _("There is no such field. There are: %(known)s.") % {"known": ", ".join(codes)}


# --- choices -----------------------------------------------------------------------------------------------------


def _codes(definition: Definition, value: Value | None) -> frozenset[str]:
    if value is None or not definition.has_choices:
        return frozenset()
    return value if isinstance(value, frozenset) else frozenset({str(value)})


def _pairs(found: Read) -> Iterator[tuple[int, str]]:
    for definition, value in found.values.items():
        yield from ((definition.pk, code) for code in _codes(definition, value))


def _choices(wanted: set[tuple[int, str]]) -> Choices:
    fields, codes = {pk for pk, _code in wanted}, sorted({code for _pk, code in wanted})
    rows = Choice.objects.filter(field__in=fields).only("field_id", "code", "label", "retired_at").order_by()
    found = (row for start in range(0, len(codes), AT_ONCE) for row in rows.filter(code__in=codes[start:][:AT_ONCE]))
    return {(row.field_id, row.code): row for row in found}


def _holds(given: Given, definition: Definition, code: str) -> bool:
    """What a case says already may stay, retired or not."""
    return definition.code in given.before and code in _codes(definition, given.before[definition.code])


def _unknown(definition: Definition, code: str) -> str:
    offered = Choice.objects.active().filter(field=definition.pk).order_by("position", "label")
    codes = list(offered.values_list("code", flat=True)[: MOST_COMPARED + 1])
    near = get_close_matches(code[:120], codes, n=3, cutoff=0.5) if len(codes) <= MOST_COMPARED else []
    if near:
        return _("There is no choice “%(code)s”. Near it: %(near)s.") % {"code": code[:60], "near": ", ".join(near)}
    return _("There is no choice “%s”.") % code[:60]
