"""While somebody writes: what they typed is kept, and colleagues are found by their names."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from escalations.communication.mentions import who_can_be_named
from escalations.forms import unsent
from escalations.forms.steps import FORMS
from escalations.views.pages import person, see_other, staff_page
from escalations.views.reading import find

LONGEST_NAME, LONGEST_TAB, LONGEST_BOX = 60, 40, 40


@staff_page("view_complaint")
@require_POST
def keep(request: HttpRequest, reference: str, action: str) -> HttpResponse:
    """Keeps what stands in the form of an action. The script asks for JSON; the button without one gets the case."""
    user = person(request)
    case = find(user, reference)
    if unsent.action_of(action) not in FORMS or len(action) > LONGEST_BOX:
        raise Http404
    typed = request.POST
    kept = unsent.keep(
        case, user, action, typed, tab=typed.get("tab", "")[:LONGEST_TAB], base=typed.get("base", ""),
        at=timezone.now(),
    )  # fmt: skip
    if "application/json" not in request.headers.get("Accept", ""):
        return see_other("case", reference=reference)
    return JsonResponse({"base": unsent.stamp(kept.row), "says": _says(kept), "replaced": kept.replaced})


def _says(kept: unsent.Kept) -> str:
    if kept.row is None:
        return ""
    at = date_format(timezone.localtime(kept.row.saved_at), "H:i")
    if kept.replaced:
        return _("Draft saved %s. Another tab had saved another text: the newest one, this, is kept.") % at
    return _("Draft saved %s") % at


@staff_page("note_complaint")
@require_GET
def colleagues(request: HttpRequest, reference: str) -> HttpResponse:
    """Those who may see the case, by the beginning of a name: to be named in a note."""
    case = find(person(request), reference)
    typed = request.GET.get("q", "").replace("\x00", "")[:LONGEST_NAME]
    found = who_can_be_named(case, typed)
    return JsonResponse({"people": [{"username": user.username, "name": str(user)} for user in found]})
