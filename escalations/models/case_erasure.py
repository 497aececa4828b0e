"""The part of Complaint that forgets what people said. The record stays whole: it never held their words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from escalations.errors import WrongState
from escalations.models.attachment import Attachment
from escalations.models.attempt import Attempt
from escalations.models.case_files import CaseFiles
from escalations.models.confirmation import Confirmation
from escalations.models.evidence import EvidenceRequest
from escalations.models.field_value import FieldValue
from escalations.models.likeness import CaseVector, Mention, SimilarCase
from escalations.models.message import Message
from escalations.models.party import Party
from escalations.models.referral import SetAsideReview
from escalations.models.risk import RiskScore
from escalations.models.sealed_note import SealedNote
from escalations.models.statement import Statement
from escalations.models.system_note import SystemNote
from escalations.models.task import Task
from escalations.models.trigger import Trigger, TriggerEvidence
from escalations.models.unsent import UnsentText
from escalations.models.waiting import Waiting

if TYPE_CHECKING:
    from escalations.steps.step import Rows, Step

ERASED = "[erased]"
"""Stands where words stood, so that nobody takes an erased statement for one that said nothing."""
WORDS: tuple[tuple[type[models.Model], str, tuple[str, ...]], ...] = (
    (Statement, "complaint", ("text",)),
    (Message, "complaint", ("subject", "body", "error")),
    (Attempt, "complaint", ("what",)),
    (SystemNote, "complaint", ("author", "text")),
    (SealedNote, "complaint", ("body",)),
    (Task, "complaint", ("question", "answered_by")),
    (EvidenceRequest, "complaint", ("what", "answer", "external_id")),
    (Waiting, "complaint", ("note",)),
    (FieldValue, "complaint", ("text",)),
    (Trigger, "complaint", ("explanation",)),
    (TriggerEvidence, "trigger__complaint", ("words",)),
    (Confirmation, "complaint", ("data",)),
    (SetAsideReview, "complaint", ("note",)),
    (Party, "complaint", ("authority_document", "authority_scope")),
    (RiskScore, "complaint", ("reasons",)),
)
"""The homes of what was said in a case. Who somebody is stands in Person, over all their complaints: not here."""
DERIVED = ((UnsentText, "complaint"), (CaseVector, "complaint"), (Mention, "complaint"), (SimilarCase, "complaint"),
           (SimilarCase, "other"))  # fmt: skip
"""What was worked out from the words, or never sent: these rows go."""
UNSENT = (Message.State.QUEUED, Message.State.SENDING)


class CaseErasure(CaseFiles):
    """All of it at once, of a closed case; one file by itself is `erase_file`."""

    if TYPE_CHECKING:
        messages: Any

    def erase_words(self, step: "Step") -> "Rows":
        """Words and files go for good. Events, history, amounts, codes and digests stay as they are."""
        self.check_no_hold()
        if any(message.state in UNSENT for message in self.messages.all()):
            raise WrongState(_("A letter has not left yet: nothing is erased before."))
        files = [file for file in self.attachments.all() if file.state != Attachment.State.ERASED]
        rows = [*self.without_words(), *(self.erased(step, file) for file in files)]
        if not rows:
            raise WrongState(_("Everything was erased already."))
        step.gone += [row for model, over in DERIVED for row in model._base_manager.filter(**{over: self.itself})]
        return rows

    def without_words(self) -> Iterator[models.Model]:
        """The rows that hold words, with those taken out; nothing is written by asking."""
        for model, over, columns in WORDS:
            for row in model._base_manager.filter(**{over: self.itself}).order_by("pk"):
                said = {name: getattr(row, name) for name in columns if getattr(row, name) not in ("", ERASED, [], {})}
                for name, value in said.items():
                    setattr(row, name, ERASED if isinstance(value, str) else type(value)())
                if said:
                    yield row
