"""What triage answers: each decision is an answer to what was suggested, and is kept as one."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from escalations.errors import Invalid
from escalations.models.answer import TriageAnswer, Verdict
from escalations.models.case_words import CaseWords

if TYPE_CHECKING:
    from escalations.steps.step import Rows, Step

PUT_OFF = timedelta(days=1)
Answer = TriageAnswer.Answer


class CaseTriage(CaseWords):
    """The part of Complaint that is decided in triage."""

    def put_off(self, step: "Step") -> "Rows":
        """Not now: it comes back tomorrow, and its deadlines run on."""
        answer = self._answer(step, self._suggested(), Answer.LATER)
        answer.until = step.at + PUT_OFF
        step.note(until=answer.until.isoformat())
        return [answer]

    def answered(self, step: "Step", verdict: str) -> "Rows":
        """A person's decision, as an answer. Against what was suggested only with a reason, which is kept."""
        if step.actor.user is None or not self.itself.waits_for_triage:
            return []
        suggested = self._suggested()
        if suggested != verdict and not step.reason.strip():
            raise Invalid({"reason": [_("This goes against what was suggested: say why.")]})
        return [self._answer(step, suggested, Answer.AGREE if suggested == verdict else Answer.DISAGREE)]

    def _suggested(self) -> str:
        from escalations.detection.suggesting import suggestion

        return suggestion(self.itself).verdict

    def _answer(self, step: "Step", suggested: str, answer: str) -> TriageAnswer:
        step.note(suggested=str(suggested), answer=str(answer))
        return TriageAnswer(
            complaint=self.itself, suggested=suggested, answer=answer, given_by=step.person, given_at=step.at
        )


__all__ = ["CaseTriage", "Verdict"]
