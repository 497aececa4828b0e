"""What a trend report is asked: a period in whole months, what to group by, which complaints."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

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
    rest: Any
    """One and several of those that are too small for a line of their own."""
    field: int | None = None

    def others(self, count: int) -> str:
        return str(self.rest % count)


# Each wording stands whole, so that translators need no grammar of ours.
DIMENSIONS: dict[str, Dimension] = {
    "product": Dimension(
        _("Product"), "main__product", _("No product"), ngettext_lazy("%d other product", "%d other products")
    ),
    "issue": Dimension(_("Issue"), "main__issue", _("No issue"), ngettext_lazy("%d other issue", "%d other issues")),
    "channel": Dimension(
        _("Channel"), "channel", _("No channel"), ngettext_lazy("%d other channel", "%d other channels")
    ),
    "team": Dimension(_("Team"), "team", _("No team"), ngettext_lazy("%d other team", "%d other teams")),
    "cause": Dimension(
        _("Root cause"),
        "main__cause",
        _("No root cause yet"),
        ngettext_lazy("%d other root cause", "%d other root causes"),
    ),
    "set_aside": Dimension(
        _("Set aside as"), "set_aside_as", _("Ours, and a complaint"), ngettext_lazy("%d other kind", "%d other kinds")
    ),
    "finding": Dimension(
        _("Finding"),
        "main__finding_code",
        _("No finding code yet"),
        ngettext_lazy("%d other finding", "%d other findings"),
    ),
    "fault": Dimension(_("Whose fault"), "main__fault", _("Not said yet"), ngettext_lazy("%d other", "%d others")),
    "control": Dimension(
        _("Control that failed"),
        "main__control",
        _("No control named"),
        ngettext_lazy("%d other control", "%d other controls"),
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
        ngettext_lazy("%d other value", "%d other values"),
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
