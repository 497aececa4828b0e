"""What a trend report is asked: a period in whole months, what to group by, which complaints."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from escalations.states import Channel
from routing.definitions import Definition
from routing.models import Choice, Field, Team

LONGEST = 60  # months


@dataclass(frozen=True)
class Dimension:
    """Something that complaints are grouped by. `column` leads there from a complaint; `main` is its main point.

    `field` is the key of a field of the organisation's own, whose row is `own`.
    """

    label: str | Promise
    column: str
    unknown: str | Promise
    others: Callable[[int], str]
    field: int | None = None


# Each wording stands whole, so that translators need no grammar of ours.
DIMENSIONS: dict[str, Dimension] = {
    "product": Dimension(
        _("Product"),
        "main__product",
        _("No product"),
        lambda count: ngettext("%d other product", "%d other products", count) % count,
    ),
    "issue": Dimension(
        _("Issue"),
        "main__issue",
        _("No issue"),
        lambda count: ngettext("%d other issue", "%d other issues", count) % count,
    ),
    "channel": Dimension(
        _("Channel"),
        "channel",
        _("No channel"),
        lambda count: ngettext("%d other channel", "%d other channels", count) % count,
    ),
    "team": Dimension(
        _("Team"),
        "team",
        _("No team"),
        lambda count: ngettext("%d other team", "%d other teams", count) % count,
    ),
    "cause": Dimension(
        _("Root cause"),
        "main__cause",
        _("No root cause yet"),
        lambda count: ngettext("%d other root cause", "%d other root causes", count) % count,
    ),
    "set_aside": Dimension(
        _("Set aside as"),
        "set_aside_as",
        _("Ours, and a complaint"),
        lambda count: ngettext("%d other kind", "%d other kinds", count) % count,
    ),
    "finding": Dimension(
        _("Finding"),
        "main__finding_code",
        _("No finding code yet"),
        lambda count: ngettext("%d other finding", "%d other findings", count) % count,
    ),
    "fault": Dimension(
        _("Whose fault"),
        "main__fault",
        _("Not said yet"),
        lambda count: ngettext("%d other", "%d others", count) % count,
    ),
    "control": Dimension(
        _("Control that failed"),
        "main__control",
        _("No control named"),
        lambda count: ngettext("%d other control", "%d other controls", count) % count,
    ),
}


def own_dimensions(known: Iterable[Definition]) -> dict[str, Dimension]:
    """Those that the organisation defines: fields of which a complaint has one value and that anybody may read. A
    retired one stays, for the complaints that have a value."""
    return {one.name: _own(one) for one in known if one.kind in OWN_COLUMNS and not one.is_private}


def _own(definition: Definition) -> Dimension:
    return Dimension(
        definition.label if definition.is_active else _("%s (retired)") % definition.label,
        OWN_COLUMNS[definition.kind],
        _("No value"),
        lambda count: ngettext("%d other value", "%d other values", count) % count,
        field=definition.pk,
    )


OWN_COLUMNS: dict[str, str] = {Field.Kind.CHOICE: "own__choice", Field.Kind.BOOLEAN: "own__truth"}
"""`own` is the row of a complaint that holds the field."""


@dataclass(frozen=True)
class Question:
    """Both months are included. The filters hold for the main point, the case and its team as they are now."""

    since: pd.Period
    until: pd.Period
    by: str = "product"
    top: int = 10
    product: Choice | None = None
    channel: str = ""
    team: Team | None = None
    own: Dimension | None = None
    """By what, where that is a field of the organisation's own."""

    @property
    def dimension(self) -> Dimension:
        return self.own or DIMENSIONS[self.by]

    @property
    def months(self) -> list[pd.Period]:
        return list(pd.period_range(self.since, self.until, freq="M"))

    @property
    def asked(self) -> dict[str, str]:
        """As the page's address says it; only what differs from everything is named among the filters."""
        asked = {"since": str(self.since), "until": str(self.until), "by": self.by, "top": str(self.top)}
        return asked | {name: code for name, code, _label in self.filters}

    @property
    def address(self) -> str:
        return urlencode(self.asked)

    @property
    def filters(self) -> list[tuple[str, str, str]]:
        """Each filter in use: its name and code in the address, and what it is called."""
        found = []
        if self.product:
            found.append(("product", self.product.code, self.product.label))
        if self.channel:
            found.append(("channel", self.channel, str(Channel(self.channel).label)))
        if self.team:
            found.append(("team", self.team.code, self.team.name))
        return found

    @property
    def condition(self) -> Q:
        """On a complaint whose main point is `main`."""
        wanted: dict[str, Any] = {"main__product": self.product, "channel": self.channel, "team": self.team}
        return Q(**{name: value for name, value in wanted.items() if value})


def month_of(day: date) -> pd.Period:
    return pd.Period(year=day.year, month=day.month, freq="M")


def this_month() -> pd.Period:
    """The current month where the reader is."""
    return month_of(timezone.localdate())


def first_day(month: pd.Period) -> date:
    return date(month.year, month.month, 1)
