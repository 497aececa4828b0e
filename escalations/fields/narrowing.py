"""Lists of cases narrowed by the organisation's own fields, as an address says it; the same for every list.

`field:branch=leeds` (several: any of them), `field:recording=yes`, `field:visits.from=3`, `field:visits.to=9`,
`field:loss.from=100` with `field:loss.currency=GBP`, `field:promised.to=2026-11-30`, `field:branch.empty=yes` or `no`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from escalations.fields import showing
from escalations.fields.record import plain
from escalations.fields.rows import having
from routing.definitions import Definition, Definitions
from routing.models import Choice, Field
from routing.models.fields import FACT

if TYPE_CHECKING:
    from escalations.fields.showing import Sight

FROM, TO, CURRENCY, EMPTY = ".from", ".to", ".currency", ".empty"
TRUTH = {"yes": True, "no": False}
MOST_ANY = 50
Asked = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Wanted:
    """One condition: on which field, how it is said in words, by which names in the address, and as a query."""

    definition: Definition
    says: str
    names: tuple[str, ...]
    condition: Q


@dataclass
class Narrowed:
    """What an address asks for; and what of it cannot be meant, by its name there."""

    wanted: list[Wanted] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    def rows(self, cases: Any) -> Any:
        for one in self.wanted:
            cases = cases.filter(one.condition)
        return cases


def offered(known: Definitions, sight: "Sight") -> list[Definition]:
    """The fields that this reader can narrow by: not those that they may not read."""
    return [one for one in known.active if showing.may_read(one, sight)]


def names_of(definition: Definition) -> tuple[str, ...]:
    """All that an address can say of it."""
    name, kind = definition.name, definition.kind
    if kind == Field.Kind.TEXT:
        return (name + EMPTY,)
    if definition.has_choices or kind == Field.Kind.BOOLEAN:
        return (name, name + EMPTY)
    return (name + FROM, name + TO, name + EMPTY) + ((name + CURRENCY,) if kind == Field.Kind.AMOUNT else ())


def narrowed(definitions: Iterable[Definition], asked: Asked) -> Narrowed:
    """What is asked of these fields; one query where a choice is named."""
    found, definitions = Narrowed(), list(definitions)
    given = {name: [text.strip() for text in texts if text.strip()] for name, texts in asked.items()}
    given = {name: texts for name, texts in given.items() if name.startswith(FACT) and texts}
    if not given:
        return found
    labels = _labels(definitions, given)
    known = {name for one in definitions for name in names_of(one)}
    found.problems |= {name[:80]: _("There is no such filter.") for name in given if name not in known}
    for definition in definitions:
        try:
            found.wanted += _wanted(definition, given, labels)
        except _CannotBe as error:
            found.problems[error.name] = error.says
    return found


class _CannotBe(Exception):
    def __init__(self, name: str, says: str) -> None:
        super().__init__(says)
        self.name, self.says = name, says


Labels = Mapping[tuple[int, str], str]


def _labels(definitions: Iterable[Definition], given: Asked) -> Labels:
    named = {one.pk: given[one.name] for one in definitions if one.has_choices and one.name in given}
    if not named:
        return {}
    codes = {code for texts in named.values() for code in texts[:MOST_ANY] if "\x00" not in code}
    rows = Choice.objects.filter(field__in=named, code__in=codes).order_by()
    return {(pk, code): label for pk, code, label in rows.values_list("field", "code", "label")}


def _wanted(definition: Definition, given: Asked, labels: Labels) -> Iterator[Wanted]:
    name = definition.name
    if name in given:
        if definition.has_choices:
            yield _any_of(definition, given[name][:MOST_ANY], labels)
        elif definition.kind == Field.Kind.BOOLEAN:
            yield _truth(definition, given[name][-1])
    if name + FROM in given or name + TO in given:
        yield _between(definition, given)
    if name + EMPTY in given:
        yield _empty(definition, given[name + EMPTY][-1])


def _any_of(definition: Definition, codes: Sequence[str], labels: Labels) -> Wanted:
    if unknown := [code for code in codes if (definition.pk, code) not in labels]:
        raise _CannotBe(definition.name, _("There is no choice “%s”.") % unknown[0][:60])
    names = " / ".join(labels[definition.pk, code] for code in codes)
    rows = having(definition, choice__code__in=codes)
    return Wanted(definition, f"{definition.label}: {names}", (definition.name,), Q(pk__in=rows))


def _truth(definition: Definition, word: str) -> Wanted:
    if word not in TRUTH:
        raise _CannotBe(definition.name, _("Yes or no is wanted."))
    said = _("yes") if TRUTH[word] else _("no")
    rows = having(definition, truth=TRUTH[word])
    return Wanted(definition, f"{definition.label}: {said}", (definition.name,), Q(pk__in=rows))


def _between(definition: Definition, given: Asked) -> Wanted:
    name = definition.name
    money = definition.kind == Field.Kind.AMOUNT
    currency = given.get(name + CURRENCY, [""])[-1].upper() if money else ""
    low, high = (_bound(definition, name + end, given.get(name + end), currency) for end in (FROM, TO))
    says = f"{definition.label} {_range(low, high)} {currency or definition.unit}".strip()
    exact = {"currency": currency} if money else {}
    low, high = (bound[0] if money and bound is not None else bound for bound in (low, high))
    names = (name + FROM, name + TO, name + CURRENCY)
    return Wanted(definition, says, names, Q(pk__in=having(definition, low, high, **exact)))


def _bound(definition: Definition, name: str, texts: Sequence[str] | None, currency: str) -> Any:
    """The value that stands there; the bounds of the field itself are no matter here."""
    if not texts:
        return None
    try:
        return definition.unbounded.read(f"{texts[-1]} {currency}".strip())
    except ValueError as error:
        raise _CannotBe(name, str(error)) from error


def _range(low: Any, high: Any) -> str:
    first, last = (plain(bound if not isinstance(bound, tuple) else bound[0]) for bound in (low, high))
    if low is None:
        return _("at most %s") % last
    return _("at least %s") % first if high is None else _("%(low)s to %(high)s") % {"low": first, "high": last}


def _empty(definition: Definition, word: str) -> Wanted:
    if word not in TRUTH:
        raise _CannotBe(definition.name + EMPTY, _("Yes or no is wanted."))
    any_value = Q(pk__in=having(definition))
    says = (_("%s: empty") if TRUTH[word] else _("%s: filled in")) % definition.label
    return Wanted(definition, says, (definition.name + EMPTY,), ~any_value if TRUTH[word] else any_value)
