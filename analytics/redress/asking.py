"""The question of the redress report as its reader asks it: in the page's address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from analytics.forms import MonthField, with_defaults
from analytics.question import LONGEST
from analytics.wording import month_name
from escalations.models import Remedy
from routing.models import Choice, Team

KINDS = {"redress": _("Redress"), "goodwill": _("Goodwill")}


@dataclass(frozen=True)
class Asked:
    """Months from and to, both included; None or empty: all."""

    since: pd.Period
    until: pd.Period
    product: Choice | None = None
    team: Team | None = None
    head: str = ""
    kind: str = ""
    currency: str = ""

    @property
    def begins(self) -> datetime:
        return _midnight(self.since)

    @property
    def ends(self) -> datetime:
        return _midnight(self.until + 1)

    @property
    def filters(self) -> Iterator[tuple[str, str]]:
        """Name in the address, and words, of each that narrows it."""
        heads = {str(head): capfirst(str(head.label)) for head in Remedy.MONEY}
        said = {
            "product": str(self.product or ""), "team": str(self.team or ""), "head": heads.get(self.head, ""),
            "kind": str(KINDS.get(self.kind, "")), "currency": self.currency,
        }  # fmt: skip
        return ((name, words) for name, words in said.items() if words)

    @property
    def address(self) -> str:
        return self.without("")

    def without(self, name: str) -> str:
        """The end of the address of the same report with one filter less."""
        codes = {
            "since": str(self.since), "until": str(self.until), "product": self.product.code if self.product else "",
            "team": self.team.code if self.team else "", "head": self.head, "kind": self.kind,
            "currency": self.currency,
        }  # fmt: skip
        return urlencode({key: value for key, value in codes.items() if value and key != name})

    @property
    def period(self) -> str:
        first, last = month_name(self.since, year=True), month_name(self.until, year=True)
        return first if self.since == self.until else f"{first} – {last}"


def _midnight(month: pd.Period) -> datetime:
    return timezone.make_aware(datetime.combine(month.start_time.date(), time.min))


def _select(label: Any, empty: Any, choices: Mapping[str, Any], wrong: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[("", empty), *choices.items()], required=False, widget=UnfoldAdminSelectWidget,
        error_messages={"invalid_choice": wrong},
    )  # fmt: skip


class RedressForm(forms.Form):
    """Every field has a default, so that the bare address answers too."""

    since, until = MonthField(label=_("From")), MonthField(label=_("To"))
    product = forms.ModelChoiceField(
        Choice.objects.of("product"), label=_("Product"), to_field_name="code", required=False,
        empty_label=_("All products"), widget=UnfoldAdminSelectWidget,
        error_messages={"invalid_choice": _("There is no such product.")},
    )  # fmt: skip
    team = forms.ModelChoiceField(
        Team.objects.all(), label=_("Team"), to_field_name="code", required=False, empty_label=_("All teams"),
        widget=UnfoldAdminSelectWidget, error_messages={"invalid_choice": _("There is no such team.")},
    )  # fmt: skip
    head = _select(
        _("Head"), _("All heads"), {str(head): capfirst(head.label) for head in Remedy.MONEY},
        _("There is no such head."),
    )  # fmt: skip
    kind = _select(_("Kind"), _("Redress and goodwill"), KINDS, _("It is redress or goodwill."))
    currency = forms.RegexField(
        r"^[A-Z]{3}\Z", label=_("Currency"), required=False,
        widget=UnfoldAdminTextInputWidget({"maxlength": 3, "placeholder": _("All")}),
        error_messages={"invalid": _("Three capital letters, such as GBP.")},
    )  # fmt: skip

    def __init__(self, asked: Mapping[str, str]) -> None:
        super().__init__(with_defaults(asked), use_required_attribute=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since is None or until is None:
            return values
        if since > until:
            self.add_error("until", _("The period ends before it begins."))
        elif (until - since).n >= LONGEST:
            self.add_error("since", _("Ask for at most %d months at once.") % LONGEST)
        return values

    @property
    def asked(self) -> Asked:
        return Asked(**self.cleaned_data)
