"""The page itself: where it stands, what was said, and a place to write."""

from http import HTTPStatus
from itertools import chain
from typing import Any

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from escalations.customer import told
from escalations.customer.doing import check_room
from escalations.customer.doing import write as send
from escalations.customer.standing import standing
from escalations.customer.ways import WAYS, actor_of, is_at_the_top, open_ways
from escalations.errors import Invalid, Refusal
from escalations.files import Stored, discard, keep_all
from escalations.models import Attachment, CustomerLink
from escalations.views.attachments import handed_out
from escalations.views.customer.guard import with_open_link
from escalations.views.customer.silent import WordsForm
from escalations.views.pages import see_other

log = structlog.get_logger(__name__)


@with_open_link
@require_safe
def page(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    return _page(request, link, WordsForm(initial={"seen": link.complaint.latest_event}))


@with_open_link
@require_POST
def write(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    """A message with files. Refused, everything typed is still there; sent twice, it arrives once."""
    form, files = WordsForm(request.POST), list[Stored]()
    if form.is_valid():
        try:
            given = request.FILES.getlist("files")
            check_room(link, len(given), timezone.now())
            files = keep_all(given)
            send(link, form.cleaned_data["words"], form.cleaned_data["seen"], files)
            return see_other("customer", query={"done": "write"})
        except Invalid as wrong:
            for sentence in chain.from_iterable(wrong.errors.values()):
                form.add_error(None, sentence)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        discard(files)
    return _page(request, link, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@with_open_link
@require_GET
def file(request: HttpRequest, link: CustomerLink, file: int) -> HttpResponseBase:
    """Only what came with a message of theirs or to them."""
    own = told.messages_of(link.complaint, link.party)
    row = Attachment.objects.filter(complaint=link.complaint, message__in=own, pk=file).first()
    tried = {"case": link.complaint.reference, "file": file, "link": link.pk}
    if row is None:
        log.warning("file_refused", **tried, code="not_found")
        raise Http404
    try:
        return handed_out(row)
    except Refusal as refusal:
        log.warning("file_refused", **tried, code=refusal.code)
        context = {"refusal": refusal}
        return render(request, "escalations/customer/refused.html", context, status=refusal.status)


def _page(request: HttpRequest, link: CustomerLink, form: WordsForm, status: int = HTTPStatus.OK) -> HttpResponse:
    case, now = link.complaint, timezone.now()
    ways = open_ways(case, actor_of(link), now)
    context: dict[str, Any] = {
        "case": case,
        "standing": standing(case, link.party, now),
        "answer": told.answer(case) if case.merged_into_id is None else None,
        "said": told.conversation(case, link.party),
        "ways": ways,
        "outside": case.policy.external_route if is_at_the_top(case) or case.is_told_the_outcome else "",
        "form": form,
        "file_limit": settings.FILE_MAX_MB,
        "done": _done(request.GET.get("done", "")),
    }
    return render(request, "escalations/customer/page.html", context, status=status)


def _done(name: str) -> str:
    """What has just been done, in words; nothing that an address could make up."""
    if name == "write":
        return str(_("Your message has arrived. We answer you here and by e-mail."))
    return str(WAYS[name].done) if name in WAYS else ""
