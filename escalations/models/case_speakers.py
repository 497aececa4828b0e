"""The part of Complaint that knows who speaks for the customer, and by what authority.

Whoever speaks without one is heard, and what they say is kept; but they are told nothing, and decide nothing.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.actors import PERSON
from escalations.errors import Incomplete, Invalid
from escalations.models.case_waiting import CaseWaiting
from escalations.models.case_words import own_row
from escalations.models.party import Party, Person
from escalations.models.waiting import Waiting

if TYPE_CHECKING:
    from escalations.steps.step import Rows, Step


class CaseSpeakers(CaseWaiting):
    """Representatives. Their papers stand in Party, which can be erased; the record holds keys and days alone."""

    def record_speaker(
        self, step: "Step", *, document: str, scope: str = "", until: date | None = None, party: Party | None = None,
        person: Person | None = None,
    ) -> "Rows":  # fmt: skip
        """Who speaks for the customer, by which paper, for what and until when: of somebody who is named already
        (`party`), or of somebody new. Told again, it replaces what was known; a day that has passed ends it."""
        row = self._speaker(party, person)
        if row.authority_until or row.authority_document:
            step.note(before=row.authority_until.isoformat() if row.authority_until else None)
        row.authority_document, row.authority_scope, row.authority_until = document, scope, until
        step.note(until=until.isoformat() if until else None)
        new = [row.person] if row.person._state.adding else []
        came = self.no_longer_waits(step, Waiting.On.AUTHORITY) if row.may_speak(timezone.localdate(step.at)) else []
        return [*new, row, *came]

    def _speaker(self, party: Party | None, person: Person | None) -> Party:
        if party is not None:
            row: Party = own_row(self.parties, party)
            if not row.is_representative:
                raise Invalid({"party": [_("They complained themselves: they need no authority.")]})
            return row
        if person is None:
            raise Invalid({"name": [_("Say who it is: a name, or an e-mail address.")]})
        named = (one for one in self.parties.all() if one.is_representative and one.person_id == person.pk)
        known = next(named, None) if person.pk else None
        return known or Party(complaint=self.itself, person=person, role=Party.Role.REPRESENTATIVE)

    # --- what other steps and pages ask -----------------------------------------------------------------------

    def speaks(self, party: Party, at: datetime) -> bool:
        """Whether what they say decides, and they may be told something of the case."""
        return not self.why_silent(party, at)

    def why_silent(self, party: Party, at: datetime) -> str:
        """In one sentence, without a name; empty for whoever may speak."""
        if not party.is_representative:
            return ""
        if party.authority_until and party.authority_is_over(timezone.localdate(at)):
            return _("The representative's authority ended on %s.") % date_format(party.authority_until, "j F Y")
        if not party.authority_document:
            return _("No authority of the representative is recorded.")
        return _("We still wait for the representative's authority.") if self._authority_is_missing() else ""

    def check_decides(self, step: "Step", said_by: Party | None) -> Party | None:
        """Who said it, as the case has them now. Raises Incomplete where they have no authority to decide anything."""
        heard = self.contact if step.actor.kind == PERSON else step.actor.party
        party: Party | None = own_row(self.parties, said_by) if said_by else heard
        if party is not None and (silent := self.why_silent(party, step.at)):
            raise Incomplete([
                _("Somebody who may decide this for the customer.") + " " + silent,
                _("Record who speaks for the customer, or take the customer's own word. What the representative "
                  "said is kept by “record what the customer said”; it decides nothing."),
            ])  # fmt: skip
        return party

    def _authority_is_missing(self) -> bool:
        prefetch_related_objects(self.peers, "waitings")
        return any(row.on == Waiting.On.AUTHORITY and row.ended_at is None for row in self.waitings.all())
