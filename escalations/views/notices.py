"""Notices: where colleagues named somebody, answers that they waited for, and evidence that is about to be lost."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from escalations.communication.notices import of
from escalations.looking import looked
from escalations.models import Look, Notice
from escalations.quotes import shortened
from escalations.views.pages import page, person, see_other, staff_page
from escalations.views.rows import Sight
from escalations.views.waiting import will_be_lost

MOST_SHOWN = 50


@staff_page("note_complaint")
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    user = person(request)
    sight, rows = Sight.of(user), of(user, most=MOST_SHOWN)
    looked(user, [row.complaint for row in rows], Look.Place.NOTICES)
    lead = ngettext(
        "%d notice to you waits.", "%d notices to you wait.", len(rows)
    ) % len(rows) if rows else _("Nobody waits for you: you have seen all that you were told.")  # fmt: skip
    context = {"lead": lead, "lines": [_line(row, sight) for row in rows]}
    return page(request, "notices.html", _("Notices"), context)


def _line(row: Notice, sight: Sight) -> dict[str, Any]:
    message, today = row.message, timezone.localdate()
    if row.evidence:
        kept = _("Nothing will be lost any more: somebody has asked to keep it, or it is not needed.")
        words = f"{row.evidence}. " if sight.words else f"{capfirst(row.evidence.get_kind_display())}. "
        lost = will_be_lost(row.evidence, today)
        can_be_kept = bool(lost) and row.complaint.is_open
        return {"notice": row, "by": "", "words": capfirst(words) + (lost or kept), "can_be_kept": can_be_kept}
    task = getattr(message, "task", None) if message else None
    by = str(task or (message and message.written_by) or "")
    return {
        "notice": row,
        "by": by,
        "can_be_kept": False,
        "words": shortened(message.body, 200) if message and sight.words else "",
    }


@staff_page("note_complaint")
@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Done with it. It leaves the list; the note stays in the case."""
    notice = get_object_or_404(Notice, pk=pk, user=person(request))
    Notice.objects.unseen().filter(pk=notice.pk).update(seen_at=timezone.now())
    return see_other("notices")
