"""Words in both directions: what is written to a party, what they say, and what is noted among ourselves."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.actors import CUSTOMER
from escalations.communication.mentions import named_in
from escalations.errors import Invalid, NotAllowed, WrongState
from escalations.models.message import Message
from escalations.models.notice import Notice
from escalations.models.point import Point
from escalations.models.sealed_note import READ as READ_SEALED
from escalations.models.sealed_note import SealedNote
from escalations.models.statement import Statement
from escalations.states import Channel

if TYPE_CHECKING:
    from escalations.files import Stored
    from escalations.models.complaint import Complaint
    from escalations.steps.step import Rows, Step


def own_row(rows: Any, given: Any) -> Any:
    """The case's own row, as read under the lock: what a form holds may be old, or of another case."""
    found = next((row for row in rows.all() if row.pk == given.pk), None)
    if found is None:
        raise WrongState(_("This does not belong to the case any more."))
    return found


def heard_by(step: "Step", channel: str) -> str:
    """How the customer said it, where nobody says: by their own page, or by phone to whoever took it down."""
    return channel or (Channel.PORTAL if step.actor.kind == CUSTOMER else Channel.PHONE)


class CaseWords:
    """The part of Complaint that writes and listens. What it uses of Complaint is declared for the type checker."""

    if TYPE_CHECKING:
        reference: Any
        compared_at: Any
        team: Any
        handler: Any
        team_id: Any
        handler_id: Any
        tier: Any
        priority: Any
        severity: Any
        weight: Any
        restricted_kind: Any
        main_point: Any
        closed_as: Any
        closed_at: Any
        resolved_at: Any
        acknowledged_at: Any
        points: Any
        named_staff: Any
        triggers: Any
        remedies: Any
        messages: Any
        parties: Any
        clocks: Any
        confirmations: Any
        events: Any

    def compare_again(self) -> None:
        """What it says or is about has changed, or somebody takes it over: the job looks anew for others like it."""
        self.compared_at = None

    @property
    def itself(self) -> "Complaint":
        return cast("Complaint", self)

    def write(
        self,
        step: "Step",
        *,
        body: str,
        kind: str = "message",
        subject: str = "",
        channel: str = Channel.EMAIL,
        files: Sequence["Stored"] = (),
    ) -> "Rows":
        if kind == Message.Kind.FINAL_RESPONSE or self._is_one_more(kind):
            self._check_signature(step)
        message = self.letter(step, kind, body, channel=channel, subject=subject)
        step.note(kind=kind, channel=channel)
        return [message, *self.itself.filed(step, files, message)]

    def _is_one_more(self, kind: str) -> bool:
        """An addendum to the first final response, which closes a case that was opened again."""
        from escalations.clocks import outcome_letters

        return kind == Message.Kind.ADDENDUM and kind in outcome_letters(self.itself)

    def _check_signature(self, step: "Step") -> None:
        """Raises NotAllowed, with who can, for whoever may not sign a final response."""
        from escalations.authority.acts import lacks

        if sentence := lacks(self.itself, "final_response", step.actor.user, step.at):
            raise NotAllowed(_("You may not sign a final response by yourself."), sentence)

    def receive(
        self, step: "Step", *, body: str, channel: str = "", asks: bool = False,
        files: Sequence["Stored"] = (), said_by: Any = None,
    ) -> "Rows":  # fmt: skip
        """What the customer said, or who speaks for them (`said_by`, where it is not whom we write to); `asks`: they
        ask for it to be escalated, which a job raises."""
        channel = heard_by(step, channel)
        step.note(channel=channel)
        self.compare_again()
        message = self.said(step, body, channel, said_by=own_row(self.parties, said_by) if said_by else None)
        if asks:
            message.asks = Message.Asks.WAITING
            step.note(asks=True)
        return [message, *self.itself.filed(step, files, message)]

    def said(
        self, step: "Step", body: str, channel: str, *, kind: str = Message.Kind.MESSAGE, said_by: Any = None
    ) -> Message:
        return Message(
            complaint=self.itself,
            direction=Message.Direction.IN,
            kind=kind,
            channel=channel,
            party=step.actor.party or said_by or self.contact,
            body=body,
            written_by=step.actor.user,
            written_at=step.at,
        )

    def note(self, step: "Step", *, body: str, sealed: bool = False, files: Sequence["Stored"] = ()) -> "Rows":
        """Among ourselves. Colleagues named in it by “@” are told; one who may not see the case is refused. `sealed`:
        never disclosed to anybody without the right to such notes, and so with no files and nobody named."""
        if sealed and files:
            raise Invalid(
                {"files": [_("A never-disclose note takes no files: they would be among those of the case.")]}
            )
        if sealed:
            return [self._sealed(step, body)]
        people = named_in(body, self.itself)
        note = Message(
            complaint=self.itself,
            direction=Message.Direction.INTERNAL,
            kind=Message.Kind.NOTE,
            channel=Channel.OTHER,
            body=body,
            written_by=step.person,
            written_at=step.at,
        )
        told = self.itself.told(step, people, Notice.Kind.MENTION, note)
        return [note, *self.itself.filed(step, files, note), *told]

    def _sealed(self, step: "Step", body: str) -> SealedNote:
        if not step.person.has_perm(READ_SEALED):
            raise NotAllowed(_("A never-disclose note is for those who may read such notes."))
        return SealedNote(complaint=self.itself, body=body, written_by=step.person, written_at=step.at)

    def sent(self, step: "Step", *, message: Message) -> "Rows":
        """The post reports that it has handed the message over."""
        message = own_row(self.messages, message)
        if message.state == Message.State.SENT:
            raise WrongState(_("This message was reported as sent already."))
        message.state, message.sent_at, message.error = Message.State.SENT, step.at, ""
        step.note(message=message.pk, kind=message.kind)
        return [message]

    def withdrawal(self, step: "Step", words: str, channel: str, said_by: Any = None) -> "Rows":
        said = self.said(step, words, heard_by(step, channel), kind=Message.Kind.WITHDRAWAL, said_by=said_by)
        text = _(
            "You told us that you withdraw your complaint %s. We have closed it. You can come back to us about it."
        )
        return [said, self.letter(step, Message.Kind.WITHDRAWAL_CONFIRMED, text % self.reference)]

    def letter(
        self, step: "Step", kind: str, body: str, *, channel: str = "", subject: str = "", to: Any = None
    ) -> Message:
        """To whom we write, or to this party. Queued for the post where there is an address; else recorded as handed
        over by the person who wrote it."""
        contact = to or self.contact
        by_mail = channel in ("", Channel.EMAIL) and contact is not None and bool(contact.person.email)
        return Message(
            complaint=self.itself,
            direction=Message.Direction.OUT,
            kind=kind,
            party=contact,
            channel=Channel.EMAIL if by_mail else (channel if channel not in ("", Channel.EMAIL) else Channel.LETTER),
            subject=subject or f"{Message.Kind(kind).label.capitalize()} {self.reference}",
            body=body,
            state=Message.State.QUEUED if by_mail else Message.State.SENT,
            sent_at=None if by_mail else step.at,
            written_by=step.actor.user,
            written_at=step.at,
        )

    @property
    def contact(self) -> Any:
        """Whom we write to: the representative where there is one, of several the one who may speak, else who
        complained. Not a representative whose authority is over, as long as there is anybody else."""
        order = {"representative": 0, "complainant": 1, "customer": 2}
        today = timezone.localdate()
        return min(
            self.parties.all(),
            key=lambda party: (party.authority_is_over(today), order[party.role], not party.may_speak(today)),
            default=None,
        )

    def statement(self, step: "Step", kind: str, text: str, *, point: Point | None = None) -> Statement:
        return Statement(
            complaint=self.itself, point=point, kind=kind, text=text, made_at=step.at, taken_by=step.actor.user
        )
