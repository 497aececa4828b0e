"""The question of a trend report as its reader asks it: in the page's address."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from analytics.question import DIMENSIONS, LONGEST, Question, own_dimensions, this_month
from escalations.states import Channel
from routing.definitions import Definitions
from routing.models import Choice, Team

A_YEAR = 12  # months
MONTH = re.compile(r"((?:19|20)[0-9]{2})-(0[1-9]|1[0-2])")


class MonthField(forms.CharField):
    """A month such as 2026-10."""

    def __init__(self, **options: Any) -> None:
        # Browsers that know no month picker show a line of text instead.
        widget = UnfoldAdminTextInputWidget({"type": "month", "placeholder": "2026-10", "pattern": "[0-9]{4}-[0-9]{2}"})
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        if not MONTH.fullmatch(text):
            raise ValidationError(_("“%s” is no month. Write it like 2026-10.") % text[:20], code="month")
        return pd.Period(text, freq="M")


class QuestionForm(forms.Form):
    """Every field has a default, so that the bare address answers too."""

    since = MonthField(label=_("From"))
    until = MonthField(label=_("To"))
    by = forms.ChoiceField(
        label=_("By"),
        choices=[(name, dimension.label) for name, dimension in DIMENSIONS.items()],
        widget=UnfoldAdminSelectWidget,
        error_messages={"invalid_choice": _("Complaints cannot be grouped by “%(value).40s”.")},
    )
    top = forms.TypedChoiceField(
        label=_("Show"),
        choices=[(count, _("%d largest") % count) for count in (5, 10, 25)],
        coerce=int,
        widget=UnfoldAdminSelectWidget,
        error_messages={"invalid_choice": _("Choose how many groups are named: 5, 10 or 25.")},
    )
    product = forms.ModelChoiceField(
        Choice.objects.of("product"),
        label=_("Product"),
        to_field_name="code",
        required=False,
        empty_label=_("All products"),
        widget=UnfoldAdminSelectWidget,
        error_messages={"invalid_choice": _("There is no such product.")},
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[("", _("All channels")), *Channel.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
        error_messages={"invalid_choice": _("There is no such channel.")},
    )
    team = forms.ModelChoiceField(
        Team.objects.all(),
        label=_("Team"),
        to_field_name="code",
        required=False,
        empty_label=_("All teams"),
        widget=UnfoldAdminSelectWidget,
        error_messages={"invalid_choice": _("There is no such team.")},
    )

    def __init__(self, asked: Mapping[str, str]) -> None:
        super().__init__(with_defaults(asked), use_required_attribute=False)
        self.own = own_dimensions(Definitions.load())
        by: Any = self.fields["by"]
        by.choices = [*by.choices, *((name, dimension.label) for name, dimension in self.own.items())]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        since, until = asked.get("since"), asked.get("until")
        if since is None or until is None:
            return asked
        if since > until:
            self.add_error("until", _("The period ends before it begins."))
        elif until > this_month():
            self.add_error("until", _("This month has not come yet."))
        elif (until - since).n >= LONGEST:
            self.add_error("since", _("Ask for at most %d months at once.") % LONGEST)
        return asked

    @property
    def question(self) -> Question:
        return Question(**self.cleaned_data, own=self.own.get(self.cleaned_data["by"]))


def with_defaults(asked: Mapping[str, str]) -> dict[str, str]:
    """What is not asked for: the year that ends now, or at the month given, by product, the ten largest."""
    given = {name: value.strip() for name, value in asked.items() if value.strip()}
    return {"by": "product", "top": "10", **_year(given.get("since"), given.get("until")), **given}


def _year(since: str | None, until: str | None) -> dict[str, str]:
    last = this_month()
    if until and MONTH.fullmatch(until):
        last = pd.Period(until, freq="M")
    elif since and MONTH.fullmatch(since):
        last = min(last, pd.Period(since, freq="M") + (A_YEAR - 1))
    return {"since": str(last - (A_YEAR - 1)), "until": str(last)}
