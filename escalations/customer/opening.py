"""Opening a link: reference and postcode, or reference and a mailed code. Guessing has an end, by link and by place.

An unknown link, one that has expired and one that was withdrawn are the same to whoever asks, in every answer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from escalations.customer import codes
from escalations.models import CustomerLink, LinkOpening
from escalations.models.party import bare
from escalations.models.token import digest_of
from routing.locking import lock

LOCKED = timedelta(minutes=15)
MOST_WRONG, MOST_WRONG_FROM_PLACE = 5, 20
"""Wrong tries within the time above, of one link and from one place."""


@dataclass(frozen=True)
class Tried:
    """What came of it: the link that is open now, or none; `locked` when it was not even looked at."""

    link: CustomerLink | None = None
    locked: bool = False


def open_link(token: str, reference: str, proof: str, *, place: str, now: datetime) -> Tried:
    """Try it once, and keep a row of having tried."""
    digest, where = digest_of(token), _place(place)
    with transaction.atomic():
        link = _held(digest)
        if is_locked(digest, where, now):
            return Tried(locked=True)
        opened = link is not None and usable(link, now) and _fits(link, reference, proof, now)
        LinkOpening.objects.create(link=link, token_digest=digest, place_digest=where, tried_at=now, opened=opened)
        if link is None or not opened:
            return Tried()
        link.opened_at = now
        link.save(update_fields=["opened_at"])
        return Tried(link)


def ask_code(token: str, *, place: str, now: datetime) -> bool:
    """Whether it may be asked; whether one is sent, is for the mailbox to say. Asking counts as a try."""
    digest, where = digest_of(token), _place(place)
    with transaction.atomic():
        link = _held(digest)
        if is_locked(digest, where, now):
            return False
        LinkOpening.objects.create(link=link, token_digest=digest, place_digest=where, tried_at=now, opened=False)
        if link is not None and usable(link, now):
            codes.ask(link, now)
        return True


def is_shut(token: str, *, place: str, now: datetime) -> bool:
    """Whether a link is locked that is opened by its address alone, or the place where somebody tries."""
    return is_locked(digest_of(token), _place(place), now)


def count_wrong(token: str, *, place: str, now: datetime) -> None:
    """Such a link was tried in vain: it is unknown, or what was sent by it was refused."""
    LinkOpening.objects.create(token_digest=digest_of(token), place_digest=_place(place), tried_at=now, opened=False)


def usable(link: CustomerLink, now: datetime) -> bool:
    """It stands, and its party may still be told something of the case; or may write at least, for whom they speak
    without authority."""
    case = link.complaint
    return link.stands(now) and (case.may_have_page(link.party, now) or case.may_only_write(link.party, now))


def is_locked(token_digest: str, place_digest: str, now: datetime) -> bool:
    wrong = LinkOpening.objects.filter(opened=False, tried_at__gt=now - LOCKED)
    return (
        wrong.filter(token_digest=token_digest).count() >= MOST_WRONG
        or wrong.filter(place_digest=place_digest).count() >= MOST_WRONG_FROM_PLACE
    )


def _held(digest: str) -> CustomerLink | None:
    """The link under its lock, so that two who guess at once count one after the other."""
    for link in lock(CustomerLink.objects.filter(token_digest=digest)):
        return CustomerLink.objects.select_related("complaint", "party__person").get(pk=link.pk)
    return None


def _fits(link: CustomerLink, reference: str, proof: str, now: datetime) -> bool:
    """Both are compared whatever the first says, and in constant time."""
    named = _same(reference, link.complaint.reference)
    postcode = link.party.person.known_postcode
    if postcode:
        return _same(proof, postcode) and named
    return named and codes.use(link, proof, now)


def _same(typed: str, known: str) -> bool:
    return constant_time_compare(bare(typed), bare(known))


def _place(address: str) -> str:
    return salted_hmac("where a link was opened", _network(address), algorithm="sha256").hexdigest()


def _network(address: str) -> str:
    """One household has a whole network of IPv6 addresses: those are one place."""
    try:
        return str(ip_network((address, 64), strict=False)) if ":" in address else address
    except ValueError:
        return address
