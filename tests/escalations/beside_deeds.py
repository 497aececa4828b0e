"""What is done beside the case: the checklist, files, and other departments."""

from types import SimpleNamespace

from django.utils import timezone

from escalations.customer.inviting import new_link
from escalations.files import Stored
from escalations.models import Attachment, ChecklistItem, Person, Task
from escalations.models.token import digest_of, new_token_on_paper


class BesideDeeds:
    """The data that these steps are told, and what must be there before them."""

    house: SimpleNamespace

    def _record_speaker(self, case, by):
        return {"person": Person(name="Lea Law"), "document": "Power of attorney"}

    def _print_link(self, case, by):
        token = digest_of(new_token_on_paper())
        return {"party": case.contact, "token_digest": token, "address": "1 High St", "postcode": "LS1 4ZZ"}

    def _tick(self, case, by):
        return {"item": self._item()}

    def _item(self):
        return ChecklistItem.objects.get_or_create(text="Called back", step="close")[0]

    def _attach(self, case, by):
        return {"files": [Stored("scan.pdf", "application/pdf", 3, "00", f"aa/{case.attachments.count()}", "clean")]}

    def _release_file(self, case, by):
        return {"file": case.attachments.last()}

    _erase_file = _release_file

    def _before_release_file(self, case):
        """A file of nobody's, held."""
        held = {"name": "scan.pdf", "kind": "application/pdf", "size": 3, "digest": "00", "added_at": timezone.now()}
        return Attachment.objects.create(complaint=case, path=f"bb/{case.pk}", state="infected", **held)

    _before_erase_file = _before_release_file

    def _ask_department(self, case, by):
        return {"department": "Billing", "question": "Why twice?", "due_on": timezone.localdate()}

    def _answer_task(self, case, by):
        return {"task": case.tasks.last(), "body": "A second plan was opened.", "name": "Bea"}

    def _withdraw_task(self, case, by):
        return {"task": case.tasks.last()}

    def _before_tick(self, case):
        self._item()

    def _before_answer_task(self, case):
        if case.state == "closed":
            return Task.objects.create(
                complaint=case,
                department="Billing",
                question="Why?",
                due_on=timezone.localdate(),
                expires_at=timezone.now(),
                asked_by=self.house.handler,
                asked_at=timezone.now(),
                token_digest=str(case.pk),
            )
        return self.do(case, "ask_department", "coordinator")

    _before_withdraw_task = _before_answer_task

    def _before_withdraw_link(self, case):
        new_link(case, case.contact, timezone.now())
