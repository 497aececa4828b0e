"""The part of Complaint that outlives its end: the offer, which stays open until a day of its own."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.errors import Invalid
from escalations.models.case_words import CaseWords
from escalations.models.remedy import Remedy
from escalations.states import State

if TYPE_CHECKING:
    from escalations.models.event import Event
    from escalations.steps.step import Rows, Step


NEW_OUTCOME = ("communicate", "reinvestigate", "settle", "reopen", "escalate_further")
"""Steps after which whatever the customer had answered before is about another outcome."""


class CaseClosing(CaseWords):
    """Silence closes the file and never accepts the offer; nor does it end the offer before its day."""

    if TYPE_CHECKING:
        state: Any
        offer_until: Any
        policy: Any
        peers: Any
        events: Any

    def extend_offer(self, step: "Step", *, until: date) -> "Rows":
        """A later day than was said. A promise to the customer is never shortened."""
        if until < timezone.localdate(step.at):
            raise Invalid({"until": [_("This day has passed.")]})
        if self.offer_until and until <= self.offer_until:
            said = date_format(self.offer_until, "j M Y")
            raise Invalid({"until": [_("The customer was told %s: an offer is only made longer.") % said]})
        step.note(before=self.offer_until.isoformat() if self.offer_until else None, until=until.isoformat())
        self.offer_until = until
        return []

    def offer_begins(self, step: "Step", until: date | None = None) -> None:
        """The outcome is given: from now the customer has the policy's days, or the day that the handler gave, or what
        they were told before where that is later."""
        if not self.offered():
            return
        ends = until or timezone.localdate(step.at) + timedelta(days=self.policy.offer_days)
        self.offer_until = max(ends, self.offer_until or ends)
        step.note(offer_until=self.offer_until.isoformat())

    @property
    def offer_stands(self) -> bool:
        """Something was offered, the customer has not accepted it, and it had a day; whether that has passed, is for
        `needs` to say."""
        return self.offer_until is not None and self.acknowledged_at is None and bool(self.offered())

    @property
    def awaits_answer(self) -> bool:
        """Whether the customer can still say yes or no: they have not said yes, and a closed file has an offer open."""
        return self.acknowledged_at is None and (self.state != State.CLOSED or self.offer_stands)

    @property
    def last_answer(self) -> "Event | None":
        """What the customer last said to the outcome as it stands: the step that holds their yes or no."""
        prefetch_related_objects(self.peers, "events")
        for event in reversed(list(self.events.all())):
            if event.action == "acknowledge_outcome" or event.data.get("agreed"):
                return event
            if event.action in NEW_OUTCOME:
                return None
        return None

    @property
    def last_refusal(self) -> "Event | None":
        """That step where it is a no: they disagree, and nothing was decided anew since."""
        said = self.last_answer
        return said if said and not (said.data.get("accepted") or said.data.get("agreed")) else None

    def due_after_closing(self, step: "Step") -> None:
        """Accepted when the file is closed already, what was offered is due all the same: with a day and an owner, so
        that nobody has to open the case again to pay it."""
        if self.state != State.CLOSED:
            return
        owner = self.handler.user if self.handler else None
        for remedy in self.offered():
            remedy.due_on = remedy.due_on or timezone.localdate(step.at) + timedelta(days=self.policy.payment_days)
            remedy.owner = remedy.owner or owner

    def offered(self) -> list[Remedy]:
        """What was approved, and waits for the customer's yes."""
        prefetch_related_objects(self.peers, "remedies")
        return [row for row in self.remedies.all() if row.state == Remedy.State.APPROVED]
