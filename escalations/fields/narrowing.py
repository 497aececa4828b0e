"""Lists of cases narrowed by the organisation's own fields, as an address says it; the same for every list.

`field:branch=leeds` (several: any of them), `field:recording=yes`, `field:visits.from=3`, `field:visits.to=9`,
`field:loss.from=100` with `field:loss.currency=GBP`, `field:promised.to=2026-11-30`. Of any field: `*` that it has a
value, `!` that it has none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from escalations.fields import showing
from escalations.fields.inputs import Offered
from escalations.fields.record import plain
from escalations.fields.rows import having
from routing.definitions import Definition, Definitions
from routing.models import Choice, Field
from routing.models.fields import FACT

if TYPE_CHECKING:
    from escalations.fields.showing import Sight

FROM, TO, CURRENCY = ".from", ".to", ".currency"
FILLED, EMPTY = "*", "!"
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


def is_range(definition: Definition) -> bool:
    return definition.kind in (Field.Kind.NUMBER, Field.Kind.AMOUNT, Field.Kind.DATE)


def names_of(definition: Definition) -> tuple[str, ...]:
    """All that an address can say of it."""
    ends = (FROM, TO, *((CURRENCY,) if definition.kind == Field.Kind.AMOUNT else ())) if is_range(definition) else ()
    return (definition.name, *(definition.name + end for end in ends))


def narrowed(definitions: Iterable[Definition], asked: Asked) -> Narrowed:
    """What is asked of these fields; one query where a choice is named."""
    return narrowed_each(definitions, [asked])[0]


def narrowed_each(definitions: Iterable[Definition], askeds: Iterable[Asked]) -> list[Narrowed]:
    """The same for several addresses at once, with no more queries than for one."""
    definitions, each = list(definitions), [_given(asked) for asked in askeds]
    union: dict[str, list[str]] = {}
    for given in each:
        for name, texts in given.items():
            union.setdefault(name, []).extend(texts[:MOST_ANY])
    labels = _labels(definitions, union)
    return [_narrowed(definitions, given, labels) for given in each]


def _given(asked: Asked) -> dict[str, list[str]]:
    given = {name: [text.strip() for text in texts if text.strip()] for name, texts in asked.items()}
    return {name: texts for name, texts in given.items() if name.startswith(FACT) and texts}


def _narrowed(definitions: Sequence[Definition], given: Asked, labels: "Labels") -> Narrowed:
    found = Narrowed()
    if not given:
        return found
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


Labels = Mapping[tuple[int, str], tuple[str, str]]


def _labels(definitions: Iterable[Definition], given: Asked) -> Labels:
    """Code and name of each choice that is named, by its field and by whichever of both was given."""
    named = {one.pk: given[one.name] for one in definitions if one.has_choices and one.name in given}
    texts = {text for texts in named.values() for text in texts if "\x00" not in text}
    if not texts:
        return {}
    rows = Choice.objects.filter(Q(code__in=texts) | Q(label__in=texts), field__in=named).order_by()
    found = list(rows.values_list("field", "code", "label"))
    by_label = {(field, label): (code, label) for field, code, label in found}
    return by_label | {(field, code): (code, label) for field, code, label in found}


def _wanted(definition: Definition, given: Asked, labels: Labels) -> Iterator[Wanted]:
    name = definition.name
    if texts := given.get(name, [])[:MOST_ANY]:
        if texts[-1] in (FILLED, EMPTY):
            yield _having_any(definition, is_empty=texts[-1] == EMPTY)
        elif definition.has_choices:
            yield _any_of(definition, texts, labels)
        elif definition.kind == Field.Kind.BOOLEAN:
            yield _truth(definition, texts[-1])
        else:
            raise _CannotBe(name, _("Only “*” (filled in) or “!” (empty) can be asked here."))
    if name + FROM in given or name + TO in given:
        yield _between(definition, given)


def _any_of(definition: Definition, texts: Sequence[str], labels: Labels) -> Wanted:
    if unknown := [text for text in texts if (definition.pk, text) not in labels]:
        raise _CannotBe(definition.name, _("There is no choice “%s”.") % unknown[0][:60])
    chosen = [labels[definition.pk, text] for text in texts]
    rows = having(definition, choice__code__in=[code for code, _label in chosen])
    says = f"{definition.label}: {' / '.join(label for _code, label in chosen)}"
    return Wanted(definition, says, (definition.name,), Q(pk__in=rows))


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


def _having_any(definition: Definition, *, is_empty: bool) -> Wanted:
    any_value = Q(pk__in=having(definition))
    says = (_("%s: empty") if is_empty else _("%s: filled in")) % definition.label
    return Wanted(definition, says, (definition.name,), ~any_value if is_empty else any_value)


# --- as a form ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Narrower:
    """One field in a form that narrows a list: options to choose from, a name to type, or a range."""

    name: str
    label: str
    options: list[tuple[str, str]]
    value: str = ""
    low: str = ""
    high: str = ""
    currency: str = ""
    kind: str = ""
    code: str = ""
    unit: str = ""
    problem: str = ""

    @property
    def is_range(self) -> bool:
        return self.kind in (Field.Kind.NUMBER, Field.Kind.AMOUNT, Field.Kind.DATE)


def narrowers(definitions: Iterable[Definition], choices: Offered, asked: Asked, found: Narrowed) -> list[Narrower]:
    """The form, filled in as it was asked."""
    return [_narrower(one, choices, asked, found) for one in definitions]


def _narrower(definition: Definition, choices: Offered, asked: Asked, found: Narrowed) -> Narrower:
    def said(end: str = "") -> str:
        return [*asked.get(definition.name + end, ()), ""][0]

    problems = (found.problems.get(name) for name in names_of(definition))
    return Narrower(
        name=definition.name,
        label=definition.label,
        options=[] if definition.pk in choices.many else list(options_of(definition, choices)),
        value=said(),
        low=said(FROM),
        high=said(TO),
        currency=said(CURRENCY),
        kind=definition.kind,
        code=definition.code,
        unit=definition.unit,
        problem=next((says for says in problems if says), ""),
    )


def options_of(definition: Definition, choices: Offered) -> Iterator[tuple[str, str]]:
    """What can be chosen of it, as value and name."""
    if definition.kind == Field.Kind.BOOLEAN:
        yield from (("yes", _("Yes")), ("no", _("No")))
    yield from choices.names.get(definition.pk, ())
    yield from ((FILLED, _("(filled in)")), (EMPTY, _("(empty)")))
