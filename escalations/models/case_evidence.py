"""The part of Complaint that gathers evidence."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.errors import Invalid, WrongState
from escalations.models.case_words import CaseWords, own_row
from escalations.models.evidence import EvidenceRequest, Listening
from escalations.models.notice import Notice
from escalations.models.statement import Statement
from escalations.models.waiting import Waiting

if TYPE_CHECKING:
    from escalations.steps.step import Rows, Step

Keep, Result = EvidenceRequest.Keep, EvidenceRequest.Result


class CaseEvidence(CaseWords):
    """Requests, recordings and what became of them. The event names the request, never its words."""

    if TYPE_CHECKING:
        evidence_requests: Any
        peers: Any

    @property
    def has_evidence(self) -> bool:
        """Whether anything was asked for."""
        return bool(self._requests)

    @property
    def outstanding_evidence(self) -> list[EvidenceRequest]:
        return [row for row in self._requests if row.is_outstanding]

    @property
    def _requests(self) -> list[EvidenceRequest]:
        prefetch_related_objects(self.peers, "evidence_requests")
        return list(self.evidence_requests.all())

    def request_evidence(self, step: "Step", *, kind: str, what: str, keep: bool = False, **details: Any) -> "Rows":
        """Ask for a recording, a document, a log. `keep`: its system was asked not to delete it."""
        asked = Keep.ASKED if keep else Keep.NOT_ASKED
        step.note(kind=kind, keep=asked)
        return [
            EvidenceRequest(
                complaint=self.itself, kind=kind, what=what, asked_at=step.at, asked_by=step.person, keep=asked,
                **details,
            )
        ]  # fmt: skip

    def describe_evidence(self, step: "Step", *, request: EvidenceRequest, keep: str = "", **details: Any) -> "Rows":
        """What was learnt about it since: where it lies, when it began, when it is deleted, whether it is kept."""
        request = own_row(self.evidence_requests, request)
        changed = {name: value for name, value in details.items() if getattr(request, name) != value}
        if keep and keep != request.keep:
            changed["keep"] = keep
        if not changed:
            raise Invalid({"request": [_("Nothing differs from what the case says.")]})
        if changed.get("delete_on"):
            request.warned_at = None
        for name, value in changed.items():
            setattr(request, name, value)
        step.note(request=request.pk, changed=sorted(changed), keep=request.keep)
        return [request]

    def answer_evidence(self, step: "Step", *, request: EvidenceRequest, result: str, answer: str = "") -> "Rows":
        """It came, or it could not be found, which is a finding, or is not needed any more. The last answer ends the
        waiting for evidence."""
        request = own_row(self.evidence_requests, request)
        if request.result == result:
            raise WrongState(_("This is recorded already: %s.") % request.get_result_display())
        request.result, request.answered_at, request.answer = result, step.at, answer or request.answer
        step.note(request=request.pk, kind=request.kind, result=result)
        others = [row for row in self.outstanding_evidence if row.pk != request.pk]
        ended = [] if others else self.itself.no_longer_waits(step, Waiting.On.EVIDENCE)
        found = [self._not_found(step, request)] if result == Result.NOT_FOUND else []
        return [request, *ended, *found]

    def listen_evidence(self, step: "Step", *, request: EvidenceRequest, mark: str = "", heard: str = "") -> "Rows":
        """Somebody has listened to it, or read it through; what they heard is a finding in their words."""
        request = own_row(self.evidence_requests, request)
        if request.result != Result.RECEIVED:
            raise WrongState(_("It has not been received: there is nothing to listen to."))
        step.note(request=request.pk, mark=mark)
        said = self.statement(step, Statement.Kind.HEARD, heard, point=request.point) if heard else None
        return [Listening(request=request, by=step.person, at=step.at, mark=mark), *([said] if said else [])]

    def warn_of_deletion(self, step: "Step", *, request: EvidenceRequest) -> "Rows":
        """Its system deletes it soon, and nobody has asked to keep it: said once, on the case and to whoever holds it;
        where nobody does, to whoever asked for it."""
        request = own_row(self.evidence_requests, request)
        if request.warned_at or not request.can_be_lost or request.delete_on is None:
            raise WrongState(_("This was said already, or somebody has asked to keep it."))
        request.warned_at = step.at
        step.note(request=request.pk, kind=request.kind, delete_on=request.delete_on.isoformat())
        holder = self.itself.handler
        user = holder.user if holder else request.asked_by
        mailed = step.at if user.email else None
        kind = Notice.Kind.DELETION
        told = Notice(
            complaint=self.itself, user=user, kind=kind, evidence=request, told_at=step.at, next_try_at=mailed
        )
        return [request, told]

    def _not_found(self, step: "Step", request: EvidenceRequest) -> Statement:
        where = " ".join(part for part in (request.system, request.external_id) if part)
        lost = _deleted(request.delete_on, timezone.localdate(step.at), request.keep)
        words = [_("Not found: %s.") % request, f"{where}." if where else "", lost, request.answer]
        return self.statement(
            step, Statement.Kind.FINDING, " ".join(word for word in words if word), point=request.point
        )


def _deleted(day: date | None, today: date, keep: str) -> str:
    if day is None or day > today:
        return ""
    said = _("Its system deleted it on %s") % date_format(day, "j M Y")
    return f"{said}." if keep != Keep.NOT_ASKED else _("%s, and nobody had asked to keep it.") % said
