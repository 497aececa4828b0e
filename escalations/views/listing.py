"""What the address of "My work" asks for: filters, as chips that can be taken off, and the order of the list."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.fields.inputs import Offered
from escalations.fields.narrowing import Narrowed, Narrower, narrowed, narrowers
from escalations.models import Need, Point
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.states import OPEN, Severity, State
from escalations.views.rows import Sight
from escalations.views.tabs import Tab
from routing.definitions import Definition
from routing.models import Choice
from routing.models.fields import FACT

DEADLINE, RISK = "deadline", "risk"
SORTS: dict[str, str | Promise] = {
    DEADLINE: gettext_lazy("the next deadline first"),
    RISK: gettext_lazy("the highest risk first"),
}
MOST_PRODUCTS = 200
SAVED = ("tab", "sort", "severity", "state", "product", "need", "incident")
"""What a saved view keeps of an address, beside the organisation's own fields."""
Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Filter:
    """One thing that every case has. `options` are read where the form is shown, and to say what was chosen."""

    name: str
    label: str | Promise
    options: Callable[[], Options]
    rows: Callable[[str], Q]
    pattern: str = ""
    """What else can be asked, beside the options: a number that only links name."""

    def offered(self, asked: str) -> Options:
        options = self.options()
        typed = self.pattern and asked not in dict(options) and re.fullmatch(self.pattern, asked)
        return [*options, (asked, asked)] if typed else options


def _severities() -> Options:
    return [(str(value), str(label)) for value, label in reversed(Severity.choices)]


def _states() -> Options:
    return [(state.value, str(state.label)) for state in (*OPEN, State.CLOSED)]


def _products() -> Options:
    return list(Choice.objects.of("product").active().order_by("label").values_list("code", "label")[:MOST_PRODUCTS])


def _needs() -> Options:
    return [("yes", _("has a need"))]


def _incidents() -> Options:
    return [("any", _("belongs to one")), ("none", _("belongs to none"))]


def _of_incident(asked: str) -> Q:
    if asked in ("any", "none"):
        return Q(incident__isnull=asked == "none")
    number = asked.removeprefix("I-")
    return Q(incident=int(number)) if number.isdecimal() and len(number) < 12 else Q(pk__in=[])


def _of_product(code: str) -> Q:
    return Q(pk__in=Point.objects.filter(position=1, product__code=code).values("complaint"))


def _with_need(_asked: str) -> Q:
    return Q(Exists(Need.objects.current().filter(person__parties__complaint=OuterRef("pk"))))


FILTERS = (
    Filter("product", gettext_lazy("Product"), _products, _of_product),
    Filter("severity", gettext_lazy("Severity"), _severities, lambda asked: Q(severity=int(asked))),
    Filter("state", gettext_lazy("State"), _states, lambda asked: Q(state=asked)),
    Filter("need", gettext_lazy("Vulnerable"), _needs, _with_need),
    Filter("incident", gettext_lazy("Incident"), _incidents, _of_incident, r"I-[0-9]{5,11}"),
)


@dataclass(frozen=True)
class Chip:
    """A filter in use, and the address of the same list without it."""

    says: str
    without: str


@dataclass
class Listing:
    """The list that an address asks for. What cannot be meant narrows nothing and says so."""

    sort: str = DEADLINE
    conditions: list[Q] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    choices: list[Narrower] = field(default_factory=list)
    """The house's filters as a form, then those of the organisation's own fields."""
    own: list[Narrower] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    kept: str = ""
    """The part of the address that stays when another tab is chosen."""

    @property
    def is_open(self) -> bool:
        return bool(self.problems)

    def rows(self, cases: ComplaintQuerySet) -> ComplaintQuerySet:
        for condition in self.conditions:
            cases = cases.filter(condition)
        return cases

    def ordered(self, cases: ComplaintQuerySet, tab: Tab) -> ComplaintQuerySet:
        if self.sort == RISK:
            return cases.riskiest_first()
        return cases.order_by("-pk") if tab.newest_first else cases.soonest_first()


def listing_of(asked: QueryDict, sight: Sight, offers: Sequence[Definition]) -> Listing:
    """Of filters that this person may use, `offers` being the own fields. At most three queries: products, the choices
    of the fields, and those that are asked for."""
    found = Listing(sort=asked.get("sort", "") if asked.get("sort", "") in SORTS else DEADLINE)
    kept = [("sort", found.sort)] if found.sort != DEADLINE else []
    for one in FILTERS:
        if one.name == "need" and not sight.needs:
            continue
        kept += _house(one, asked, found)
    own = _own(asked, offers, found)
    found.kept = urlencode([*kept, *own])
    return found


def _house(one: Filter, asked: QueryDict, found: Listing) -> list[tuple[str, str]]:
    value, options = asked.get(one.name, "").strip(), one.offered(asked.get(one.name, "").strip())
    found.choices.append(Narrower(one.name, str(one.label), options, value=value))
    if not value:
        return []
    if value not in dict(options):
        says = _("%(filter)s: there is no choice “%(asked)s”.")
        found.problems.append(says % {"filter": one.label, "asked": value[:60]})
        return []
    found.conditions.append(one.rows(value))
    said = str(one.label) if one.name == "need" else f"{one.label}: {dict(options)[value]}"
    found.chips.append(Chip(said, without(asked, (one.name,))))
    return [(one.name, value)]


def _own(asked: QueryDict, offers: Sequence[Definition], found: Listing) -> list[tuple[str, str]]:
    given = {name: asked.getlist(name) for name in asked if name.startswith(FACT)} if offers else {}
    wanted: Narrowed = narrowed(offers, given)
    found.own = narrowers(offers, Offered.load(offers), given, wanted) if offers else []
    found.problems += wanted.problems.values()
    found.conditions += [one.condition for one in wanted.wanted]
    found.chips += [Chip(one.says, without(asked, one.names)) for one in wanted.wanted]
    used = {name for one in wanted.wanted for name in one.names}
    return [(name, text) for name, texts in given.items() if name in used for text in texts]


def without(asked: QueryDict, names: tuple[str, ...]) -> str:
    """The address of the same list without these."""
    left = asked.copy()
    for name in (*names, "page"):
        left.pop(name, None)
    return f"?{left.urlencode()}"


def worth_saving(asked: QueryDict) -> str:
    """What a saved view keeps of this address: tab, order and filters, never the words that were searched for."""
    return urlencode(list(_saved(asked)))


def _saved(asked: QueryDict) -> Iterator[tuple[str, str]]:
    for name, texts in asked.lists():
        if name in SAVED or name.startswith(FACT):
            yield from ((name, str(text)) for text in texts if text and "\x00" not in str(text))
