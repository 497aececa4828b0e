"""A customer's page to try: its link and what opens it, for the command line. Only the demo tells anybody."""

from dataclasses import dataclass

from django.utils import timezone

from config.demo.customers import SYSTEM
from escalations.customer.inviting import new_link
from escalations.models import Complaint, Party, Remedy
from escalations.states import State


@dataclass(frozen=True)
class PageToTry:
    address: str
    reference: str
    postcode: str


def page_to_try() -> PageToTry | None:
    """A fresh link to a case in which something is proposed, of a customer whose postcode is known; None where there is
    no such case, or no demo."""
    waiting = Complaint.objects.filter(state__in=[State.COMMUNICATING, State.RESOLVED], acknowledged_at=None)
    theirs = Party.objects.filter(role=Party.Role.COMPLAINANT, person__identifiers__system=SYSTEM)
    known = theirs.exclude(person__postcode="").filter(complaint__in=waiting.filter(restricted_kind="", closed_as=""))
    offered = known.filter(
        complaint__remedies__state=Remedy.State.APPROVED, complaint__remedies__kind=Remedy.Kind.REFUND
    )
    party = offered.select_related("complaint", "person").order_by("complaint__state", "-complaint_id").first()
    if party is None:
        return None
    _link, address = new_link(party.complaint, party, timezone.now())
    return PageToTry(address, party.complaint.reference, party.person.postcode)
