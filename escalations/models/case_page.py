"""The part of Complaint that a customer gets to see: for whom there is a page, and the links that lead to it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.errors import Incomplete, WrongState
from escalations.models.case_speakers import CaseSpeakers
from escalations.models.case_words import own_row
from escalations.models.customer_link import CustomerLink
from escalations.models.message import Message
from escalations.models.party import Party
from escalations.states import Channel, State

if TYPE_CHECKING:
    from escalations.steps.step import Rows, Step


class CasePage(CaseSpeakers):
    """A private link to one case, for one party of it."""

    if TYPE_CHECKING:
        state: Any
        customer_links: Any
        policy: Any

    def may_have_page(self, party: Party | None, at: datetime) -> bool:
        """Whether anything may be disclosed to this party: nothing of a restricted case to anybody but whoever
        complained, and nothing to a representative whose authority is not there, or over."""
        if party is None:
            return False
        complained = party.role == Party.Role.COMPLAINANT
        if self.restricted_kind and not (complained and self.policy.page_when_restricted):
            return False
        return complained or self.speaks(party, at)

    def may_only_write(self, party: Party, at: datetime) -> bool:
        """Whoever speaks for somebody without authority: their words are kept, and they are shown nothing."""
        return not self.restricted_kind and bool(self.why_silent(party, at))

    @property
    def is_told_the_outcome(self) -> bool:
        """Whether the customer has our answer, and theirs is still to come or just came."""
        return self.state in (State.COMMUNICATING, State.RESOLVED)

    @property
    def has_page(self) -> bool:
        """Whether some link leads to it now."""
        now = timezone.now()
        return any(link.stands(now) for link in self._links)

    @property
    def _links(self) -> list[CustomerLink]:
        prefetch_related_objects(self.peers, "customer_links")
        return list(self.customer_links.all())

    def send_link(self, step: "Step") -> "Rows":
        """A short letter whose link the post makes when it leaves."""
        party = self.contact
        if party is None or not party.person.email:
            raise Incomplete([_("An e-mail address of whoever we write to.")])
        if not self.may_have_page(party, step.at):
            raise Incomplete([_("A party who may see the case: it is restricted, or the authority is missing.")])
        return [self.letter(step, Message.Kind.PAGE, self._about_the_page())]

    def print_link(self, step: "Step", *, party: Party, token_digest: str, address: str, postcode: str) -> "Rows":
        """A letter on paper with a link of its own, for whoever has no e-mail address. Whoever prints it has the token;
        nothing here does. The address and the postcode are put right with it: the postcode opens the page."""
        party = own_row(self.parties, party)
        if not self.may_have_page(party, step.at):
            raise Incomplete([_("A party who may see the case: it is restricted, or the authority is missing.")])
        person = party.person
        changed = [name for name, now in (("address", address), ("postcode", postcode)) if getattr(person, name) != now]
        person.address, person.postcode = address, postcode
        if not person.known_postcode:
            raise Incomplete([_("Their postcode: it opens the page, where no code can be mailed.")])
        step.note(party=party.pk, changed=changed)
        letter = self.letter(step, Message.Kind.PAGE, self._about_the_page(), channel=Channel.LETTER, to=party)
        ends = step.at + timedelta(days=self.policy.link_days)
        link = CustomerLink(
            complaint=self.itself, party=party, message=letter, token_digest=token_digest, made_at=step.at,
            expires_at=ends,
        )  # fmt: skip
        return [*([person] if changed else []), letter, link]

    def _about_the_page(self) -> str:
        text = _("You can see where your complaint %s stands, write to us and answer us on a page of your own.")
        return text % self.reference

    def withdraw_link(self, step: "Step") -> "Rows":
        """All of them, and whoever has the page open is out."""
        standing = [link for link in self._links if link.stands(step.at)]
        if not standing:
            raise WrongState(_("No link leads to this case any more."))
        for link in standing:
            link.withdrawn_at = step.at
        return [*standing]
