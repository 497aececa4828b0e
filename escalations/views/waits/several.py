"""One step on several waits and holds: end them, or move their day. Each answers for itself."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from escalations.actors import Actor
from escalations.forms.waiting import DAY
from escalations.models import Waiting
from escalations.views import bulk
from escalations.views.pages import page, person, see_other, staff_page
from escalations.views.waiting import title_of
from escalations.views.waits.desk import buttons, running
from escalations.workflow import REASON_LIMIT, perform_many
from routing.models import User

MOST = 100
STEPS = {"end": ("stop_waiting", "lift_hold"), "move": ("wait", "hold")}
"""By what was pressed: the step on a wait, and on a hold."""


class SeveralForm(forms.Form):
    until = forms.DateField(
        widget=DAY, label=gettext_lazy("Until"), help_text=gettext_lazy("The new day. Deadlines run on meanwhile.")
    )
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=REASON_LIMIT, label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Stands in the record for good: do not name the customer."),
    )  # fmt: skip

    def __init__(self, *args: Any, asked: str, rows: Sequence[Waiting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = any(row.is_hold for row in rows)
        if asked == "end":
            del self.fields["until"]

    def clean_until(self) -> Any:
        if self.cleaned_data["until"] < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."))
        return self.cleaned_data["until"]


@staff_page("wait_complaint", "stop_waiting_complaint", "hold_complaint", "lift_hold_complaint")
@require_http_methods(["GET", "HEAD", "POST"])
def several(request: HttpRequest) -> HttpResponse:
    """On GET the form with what it is for, or what came of the last one; on POST it is done. To begin a wait or a hold
    is a step on the cases."""
    user = person(request)
    asked: QueryDict = request.POST if request.method == "POST" else request.GET
    pressed, rows = asked.get("do", ""), _rows(user, asked.getlist("row"))
    labels = dict(buttons(user))
    if pressed not in labels or not rows:
        return bulk.came_of_it(request)
    if pressed not in STEPS:
        cases = QueryDict(mutable=True)
        cases["do"], cases["back"] = pressed, "waits"
        cases.setlist("case", list(dict.fromkeys(row.complaint.reference for row in rows)))
        answer = see_other("bulk")
        answer["Location"] += f"?{cases.urlencode()}"
        return answer
    form = SeveralForm(request.POST if request.method == "POST" else None, asked=pressed, rows=rows)
    if request.method == "POST" and form.is_valid():
        answers = _do(rows, pressed, user, **form.cleaned_data)
        request.session[bulk.KEPT] = bulk.told(labels[pressed], answers, "waits")
        return see_other("bulk")
    what = ngettext("%d wait or hold", "%d waits and holds", len(rows)) % len(rows)
    context = {
        "pressed": pressed,
        "label": labels[pressed],
        "lead": f"{labels[pressed]}: {what}",
        "rows": [(row, title_of(row)) for row in rows],
        "form": form,
    }
    return page(request, "waits/several.html", labels[pressed], context, status=422 if form.errors else 200)


def _rows(user: User, keys: Sequence[str]) -> list[Waiting]:
    """Those that run on cases which they may see."""
    wanted = [int(key) for key in keys if key.isdecimal() and len(key) < 19][:MOST]
    return list(running(user).filter(pk__in=wanted).select_related("complaint").order_by("pk"))


def _do(rows: Sequence[Waiting], pressed: str, user: User, reason: str, **data: Any) -> list[bulk.Answer]:
    if pressed == "move":
        data["moves"] = True
    answers: dict[int, bulk.Answer] = {}
    for action, batch in _rounds(rows, pressed):
        each = {row.complaint_id: {"on": row.on} for row in batch}
        cases = [row.complaint for row in batch]
        results = perform_many(cases, action, actor=Actor.of(user), reason=reason, each=each, **data)
        for row, result in zip(batch, results, strict=True):
            answer = bulk.answer_of(result, action)
            says = _("until %s now") % date_format(data["until"], "D j M Y") if answer.done and "until" in data else ""
            answers[row.pk] = bulk.Answer(answer.reference, f"{title_of(row)}: {says or answer.says}", answer.done)
    return [answers[row.pk] for row in rows]


def _rounds(rows: Sequence[Waiting], pressed: str) -> Iterator[tuple[str, list[Waiting]]]:
    """The steps, each with rows of which no two are of one case: a step is taken on a case once at a time."""
    for action, is_hold in zip(STEPS[pressed], (False, True), strict=True):
        left = [row for row in rows if row.is_hold == is_hold]
        while left:
            batch = list({row.complaint_id: row for row in reversed(left)}.values())[::-1]
            yield action, batch
            left = [row for row in left if row not in batch]
