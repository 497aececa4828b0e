"""One action on one case: its form on GET, the step on POST. Everything goes through `doing.run_action`."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from escalations.actors import Actor
from escalations.authority.allowances import allowances
from escalations.forms import unsent
from escalations.forms.doing import TAKES_FILES, Doing, run_action
from escalations.happened import happened
from escalations.models import Complaint, Event, Look
from escalations.permissions import can
from escalations.views.head import title
from escalations.views.pages import page, person, see_other, staff_page
from escalations.views.reading import find_whole
from escalations.views.rows import Sight
from escalations.views.waiting import Interval, intervals
from escalations.workflow import ASK
from routing.models import User

BACK = {"triage": "triage", "approvals": "approvals", "management": "management"}
"""The lists that an action may lead back to, by the word in its form."""


ENDS = {"stop_waiting": False, "lift_hold": True}
"""Steps that end an interval, and whether it is a hold."""

TAKEN_BACK_BY = {
    "wait": "stop_waiting",
    "hold": "lift_hold",
    "merge": "unmerge",
    "join_incident": "leave_incident",
    "take_over": "hand_back",
}
"""Nothing is ever unwritten: a step is taken back by another one, with a reason of its own where that asks for one."""


@staff_page("view_complaint")
@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, reference: str, action: str) -> HttpResponse:
    """The form of an action; after a POST the case, or the form again with everything typed and why it was refused."""
    case = find_whole(person(request), reference, Look.Place.STEP)
    doing = run_action(request, case, action)
    if doing.event is not None:
        return _after(request, doing, doing.event)
    typed = unsent.of_user(case, person(request)).get(action)
    if request.method == "GET":
        if typed and not doing.asked:
            doing.form.initial.update(typed.texts)
            doing.step.initial.update(reason=typed.texts.get("reason", ""))
        # The row that a link names is the one it is about, whatever the draft was.
        doing.form.initial.update({name: value for name, value in request.GET.items() if name in doing.form.fields})
    sight = Sight.of(person(request))
    said, is_quoted = title(case, sight)
    context = {
        "doing": doing,
        "case": case,
        "case_title": said,
        "is_quoted": is_quoted,
        "sight": sight,
        "allowances": allowances(case, person(request)) if action == "propose_remedy" and doing.possible else (),
        "takes_files": action in TAKES_FILES,
        "file_limit": settings.FILE_MAX_MB,
        "base": unsent.stamp(typed),
        "unsent_row": typed,
        "named": " ".join(name for name in request.GET if name in doing.form.fields),
        "ends": _ends(case, action),
        "back": request.POST.get("back") or request.GET.get("back", ""),
        "then": request.POST.get("then") or request.GET.get("then", ""),
    }
    if request.headers.get("HX-Request") and request.method == "GET":
        return render(request, "escalations/case/action_form.html", {**context, "in_dialog": True}, status=doing.status)
    return page(request, "case/action.html", f"{case.reference}: {doing.label}", context, status=doing.status)


def _ends(case: Complaint, action: str) -> list[Interval]:
    """What a step ends: whoever lifts a hold sees which, since when and until when."""
    wanted = ENDS.get(action)
    if wanted is None:
        return []
    running, _over = intervals(case, timezone.now())
    return [one for one in running if one.row.is_hold == wanted]


def _after(request: HttpRequest, doing: Doing, event: Event) -> HttpResponse:
    said, way_back = _said(event), _way_back(event, person(request))
    messages.success(request, format_html("{} {}", said, way_back) if way_back else said)
    back = BACK.get(request.POST.get("back", ""))
    if back:
        then = request.POST.get("then", "")
        return see_other(back, query={"case": then} if then else None)
    if not doing.still_visible:
        messages.info(request, _("%s is not on your lists any more.") % doing.complaint.reference)
        return see_other("queue")
    return see_other("case", reference=doing.complaint.reference)


def _way_back(event: Event, user: User) -> SafeString | None:
    """A link beside what was just done, where another step takes it back and this person may take that step."""
    step = TAKEN_BACK_BY.get(event.action)
    if step is None or not can(Actor.of(user), step, event.complaint):
        return None
    address = reverse("escalations:act", args=[event.complaint.reference, step])
    row = urlencode({"on": event.data["on"]}) if "on" in event.data else ""
    return format_html(
        '<a class="underline" href="{}">{}</a>', f"{address}?{row}" if row else address, _("Take it back")
    )


def _said(event: Event) -> str:
    """What was done, in words that say it to whoever did it."""
    values = {"what": happened(event.action), "reference": event.complaint.reference}
    if event.action == ASK:
        return _("%(reference)s: a second person must confirm this now.") % values
    if event.action == "accept":
        return _("%(reference)s is accepted; routing looks for a team and a handler.") % values
    values["state"] = event.complaint.get_state_display()
    if event.moved:
        return _("%(reference)s: you %(what)s. It is “%(state)s” now.") % values
    return _("%(reference)s: you %(what)s.") % values
