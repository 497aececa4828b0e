"""The customer's own page, as staff see it: which links lead there, and whether anybody came."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.models import Complaint, CustomerLink, Message
from escalations.views.panels.shown import Context
from escalations.views.panels.viewer import Viewer
from escalations.views.rows import CALM, NONE, Chip

MOST_SHOWN = 5


@dataclass(frozen=True)
class LinkLine:
    link: CustomerLink
    chip: Chip


def customers_page(case: Complaint, viewer: Viewer) -> Context | None:
    """The links that went out, the latest first. What the customer did there stands in the story."""
    sent = [link for link in case.customer_links.all() if _went_out(link)]
    may_send, may_withdraw = viewer.offers.get("send_link"), viewer.may("withdraw_link")
    may_print = viewer.may("print_link") and viewer.sight.identity
    if not (sent or may_send or may_print):
        return None
    latest = list(reversed(sent))
    return {
        "links": [LinkLine(link, _chip(link, viewer.now)) for link in latest[:MOST_SHOWN]],
        "more": len(latest[MOST_SHOWN:]),
        "is_shut": any(link.stands(viewer.now) for link in sent) and not _shown_to_somebody(case, sent, viewer.now),
        "may_send": may_send,
        "may_withdraw": may_withdraw,
        "may_print": may_print,
        "by_post": may_print and case.contact is not None and not case.contact.person.email,
    }


def _went_out(link: CustomerLink) -> bool:
    """A letter that waits for its next try has made a link that nobody has."""
    return link.message is None or link.message.state == Message.State.SENT


def _shown_to_somebody(case: Complaint, links: list[CustomerLink], now: datetime) -> bool:
    return any(case.may_have_page(link.party, now) for link in links)


def _chip(link: CustomerLink, now: datetime) -> Chip:
    if link.withdrawn_at:
        return Chip(_("withdrawn"), tone=NONE)
    if not link.stands(now):
        return Chip(_("expired"), tone=NONE)
    until = date_format(timezone.localtime(link.expires_at), "j M")
    return Chip(_("works until %s") % until, tone=CALM)
