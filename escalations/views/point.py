"""One point on one page: how it came out, why, what was asked and offered; and what the outcome still needs of it.

The form saves as much as is known. While the outcome is not given yet everything can be said; after that only why it
happened, until the case is closed.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from escalations.forms import unsent
from escalations.forms.doing import Doing, run_action
from escalations.models import Complaint, Point, Remedy
from escalations.states import State
from escalations.steps.need import Need
from escalations.steps.needs import of_point
from escalations.views.case import top
from escalations.views.pages import page, person, see_other, staff_page
from escalations.views.panels import Viewer
from escalations.views.point_summary import summary
from escalations.views.reading import beside, find_whole

GROUPS = (
    (gettext_lazy("What is alleged"), ("symptom", "asked", "asked_amount", "asked_currency")),
    (gettext_lazy("What you found"), ("finding", "finding_code", "outcome", "text")),
    (
        gettext_lazy("Why it happened"),
        ("cause", "cause_status", "status", "contributing", "fault", "control", "prevention"),
    ),
    (gettext_lazy("What puts it right"), ("offered",)),
)
NEXT = {
    State.INVESTIGATING: ("communicate", gettext_lazy("To give the outcome this point still needs:")),
    State.COMMUNICATING: ("communicate", gettext_lazy("For the outcome this point still needs:")),
    State.RESOLVED: ("close", gettext_lazy("To close the case you still need:")),
}


@dataclass(frozen=True)
class Group:
    """Some fields of the form that belong together."""

    title: str
    fields: list[Any]


@staff_page("view_complaint")
@require_http_methods(["GET", "HEAD", "POST"])
def point_page(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The form of one point; after saving the same page again, with what is still needed."""
    case = find_whole(person(request), reference)
    point = next((one for one in case.points.all() if one.pk == pk), None)
    if point is None:
        raise Http404
    viewer = Viewer.of(request, case)
    action = "record_outcome" if viewer.may("record_outcome") else "confirm_cause"
    doing = _doing(request, case, action, point) if viewer.may(action) or request.method == "POST" else None
    box = f"{action}.{pk}"
    if doing and doing.event is not None:
        unsent.forget(case, viewer.user, box)
        messages.success(request, _("Kept."))
        return see_other("point", reference=case.reference, pk=pk)
    draft = unsent.of_user(case, viewer.user).get(box)
    if doing and draft and request.method == "GET":
        doing.form.initial.update(draft.texts)
    context = {
        **top(case, viewer.sight, beside(case, "decisions")),
        "case": case,
        "point": point,
        "points": list(case.points.all()),
        "doing": doing,
        "box": box,
        "draft": draft,
        "base": unsent.stamp(draft),
        "groups": _groups(doing) if doing and doing.possible else (),
        "facts": None if doing and doing.possible else summary(case, point, words=viewer.sight.words),
        "remedies": [row for row in case.remedies.all() if _belongs(case, row, point)],
        "may_propose": viewer.may("propose_remedy"),
        "evidence": [row for row in case.evidence_requests.all() if row.point_id in (None, point.pk)],
        "may_ask": viewer.may("request_evidence"),
        "missing_title": NEXT[State(case.state)][1] if case.state in NEXT else "",
        "missing": missing(case, point, viewer),
        "sight": viewer.sight,
        "tab": "case",
    }
    return page(
        request, "case/point.html", f"{case.reference}: {point}", context, status=doing.status if doing else 200
    )


def _doing(request: HttpRequest, case: Complaint, action: str, point: Point) -> Doing:
    """The step, about this point whatever else the form or the address says."""
    return run_action(request, case, action, about={"point": str(point.pk)})


def _groups(doing: Doing) -> list[Group]:
    groups = [
        Group(str(title), [doing.form[name] for name in names if name in doing.form.fields]) for title, names in GROUPS
    ]
    return [group for group in groups if group.fields]


def missing(case: Complaint, point: Point, viewer: Viewer) -> list[Need]:
    """Of this point while the outcome is to come; of the whole case once it is to be closed."""
    if case.state in (State.INVESTIGATING, State.COMMUNICATING):
        return list(of_point(case, point))
    if case.state == State.RESOLVED and "close" in viewer.offers:
        return [Need(str(one)) if not isinstance(one, Need) else one for one in viewer.offers["close"].missing]
    return []


def _belongs(case: Complaint, remedy: Remedy, point: Point) -> bool:
    """A remedy that names no point belongs to the main one."""
    return remedy.point_id == point.pk or (remedy.point_id is None and point.position == case.main_point.position)
