"""What another firm answers for: the whole complaint, set aside by two people, or one point while the rest goes on."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from escalations.errors import Invalid
from escalations.models.case_words import CaseWords, own_row
from escalations.models.message import Message
from escalations.models.point import Point
from escalations.models.referral import Referral
from escalations.states import LETTER_DUE, Channel, SetAsideKind

if TYPE_CHECKING:
    from escalations.steps.step import Rows, Step


def aside_lacks(*, kind: str, letter: str = "", firm: str = "", firm_letter: str = "", **_more: Any) -> dict[str, str]:
    """What setting aside as this kind still lacks, by field, in sentences: the customer's letter where one is due, and
    for another firm's complaint the firm and a letter to each side."""
    lacks = {}
    if kind in LETTER_DUE and not letter.strip():
        lacks["letter"] = _("The customer is due a letter that says why, and where to turn.")
    if kind == SetAsideKind.REFERRED:
        both = _("A referral names the firm, and writes to both sides.")
        lacks |= {name: both for name, text in (("firm", firm), ("firm_letter", firm_letter)) if not text.strip()}
    return lacks


def check_aside(**asked: Any) -> None:
    """Raises Invalid with what is lacking: already when the first person asks, and again when it is done."""
    if lacks := aside_lacks(**asked):
        raise Invalid({name: [sentence] for name, sentence in lacks.items()})


class CaseReferrals(CaseWords):
    """The part of Complaint that is handed to another firm."""

    if TYPE_CHECKING:
        referrals: Any

    @property
    def own_points(self) -> list[Point]:
        """The points that this house answers for."""
        referred = {row.point_id for row in self.referrals.all()}
        return [point for point in self.points.all() if point.pk not in referred]

    def refer_part(
        self, step: "Step", *, point: Point, firm: str, letter: str, firm_letter: str, firm_email: str = ""
    ) -> "Rows":
        """One point is another firm's. Where nothing else is left, the whole complaint is: set it aside instead."""
        point = own_row(self.points, point)
        if not (firm.strip() and letter.strip() and firm_letter.strip()):
            raise Invalid({"firm": [_("A referral names the firm, and writes to both sides.")]})
        if point not in self.own_points:
            raise Invalid({"point": [_("This point was referred already.")]})
        if len(self.own_points) == 1:
            raise Invalid({"point": [_("It is the only point left: set the whole complaint aside as another firm's.")]})
        step.note(point=point.pk)
        return self.referred(step, firm, firm_email, letter, firm_letter, point=point)

    def referred(
        self, step: "Step", firm: str, email: str, letter: str, firm_letter: str, *, point: Point | None = None
    ) -> "Rows":
        """The referral, and a letter to each side: to the customer, and to the firm."""
        referral = Referral(
            complaint=self.itself, point=point, firm=firm, email=email, referred_by=step.actor.user,
            referred_at=step.at,
        )  # fmt: skip
        letters = [self.letter(step, Message.Kind.REFERRAL, letter)] if letter else []
        return [referral, *letters, *([self._to_firm(step, referral, firm_letter)] if firm_letter else [])]

    def _to_firm(self, step: "Step", referral: Referral, body: str) -> Message:
        mailed = bool(referral.email)
        return Message(
            complaint=self.itself, referral=referral, direction=Message.Direction.OUT, kind=Message.Kind.REFERRAL,
            channel=Channel.EMAIL if mailed else Channel.LETTER, subject=_("Referral of a complaint"), body=body,
            state=Message.State.QUEUED if mailed else Message.State.SENT, sent_at=None if mailed else step.at,
            written_by=step.actor.user, written_at=step.at,
        )  # fmt: skip
