"""What Redress suggests to triage, and why in words. A person decides; the answer is kept and teaches the score."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from escalations.models.answer import Verdict
from escalations.models.trigger import Trigger
from escalations.states import Severity, TriggerKind

if TYPE_CHECKING:
    from escalations.models import Complaint


@dataclass(frozen=True)
class Suggestion:
    verdict: str
    because: str

    @property
    def escalates(self) -> bool:
        return self.verdict == Verdict.ESCALATE


def suggestion(case: "Complaint") -> Suggestion:
    """What only grew old, is of low severity and was never tried to be put right is the frontline's still, unless the
    learned score that triage shows is above its working point. Safety always goes up."""
    prefetch_related_objects(case.peers, "triggers", "attempts")
    risk = case.shown_risk
    if risk is not None and risk.is_above:
        return Suggestion(Verdict.ESCALATE, _("The learned risk is above the working point."))
    waiting = {row.kind for row in case.triggers.all() if row.state == Trigger.State.PENDING}
    only_old = waiting == {TriggerKind.AGE}
    if only_old and case.severity == Severity.LOW and not case.attempts.all():
        return Suggestion(Verdict.SEND_BACK, _("Nothing was tried, the severity is low, and only its age flagged it."))
    return Suggestion(Verdict.ESCALATE, _("A criterion or somebody asks for it."))
