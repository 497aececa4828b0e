"""The link in a letter. It is made while the letter leaves, so that no plain token lies in the database."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.models import Complaint, CustomerLink, Message, Party
from escalations.models.token import digest_of, new_token


def invitation(message: Message, now: datetime) -> str:
    """What the post adds to a letter that brings a link; empty for any other, and for whom there is no page."""
    party, case = message.party, message.complaint
    if message.kind not in Message.WITH_LINK or message.referral_id or party is None:
        return ""
    if not case.may_have_page(party, now):
        return ""
    link, address = new_link(case, party, now, message)
    asked = _("the reference %s and your postcode") if party.person.known_postcode else _("the reference %s and a code")
    told = {"address": address, "asked": asked % case.reference, "day": date_format(_day(link), "j F Y")}
    return (
        _(
            "\n\nSee where your complaint stands, write to us and answer us on your own page:\n%(address)s\n"
            "You are asked for %(asked)s. The link works until %(day)s and is for you alone."
        )
        % told
    )


def new_link(case: Complaint, party: Party, now: datetime, message: Message | None = None) -> tuple[CustomerLink, str]:
    """A fresh link and its address, which is known here and nowhere else."""
    token = new_token()
    link = CustomerLink.objects.create(
        complaint=case, party=party, message=message, token_digest=digest_of(token), made_at=now,
        expires_at=now + timedelta(days=case.policy.link_days),
    )  # fmt: skip
    return link, address_of(token)


def address_of(token: str) -> str:
    return f"{settings.BASE_URL}{reverse('escalations:open', args=[token])}"


def _day(link: CustomerLink) -> datetime:
    return timezone.localtime(link.expires_at)
