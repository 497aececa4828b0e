"""The part of Complaint that is the desk it lies on: checklists, and what other departments are asked."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.errors import Invalid, WrongState
from escalations.models.case_words import CaseWords, own_row
from escalations.models.checklist import ChecklistItem, ChecklistTick
from escalations.models.message import Message
from escalations.models.notice import Notice
from escalations.models.task import Task
from escalations.models.token import digest_of
from escalations.states import Channel

if TYPE_CHECKING:
    from escalations.files import Stored
    from escalations.steps.step import Rows, Step
    from routing.models import User

LINK_LIVES = timedelta(days=14)
"""After the day on which the answer is due."""


class CaseDesk(CaseWords):
    """Ticks and tasks."""

    if TYPE_CHECKING:
        checklist: Any
        ticks: Any
        tasks: Any
        filed: Any
        is_open: Any

    def tick(self, step: "Step", *, item: ChecklistItem, done: bool = True) -> "Rows":
        """An item of the checklist was seen to, or was not after all."""
        if item.pk not in {one.pk for one in self.checklist}:
            raise Invalid({"item": [_("This is not on the checklist of this case.")]})
        ticked = next((row for row in self.ticks.all() if row.item_id == item.pk), None)
        if (ticked is not None) == done:
            raise WrongState(_("This was ticked already.") if done else _("This is not ticked."))
        step.note(item=item.pk, done=done)
        if ticked is None:
            return [ChecklistTick(complaint=self.itself, item=item, done_by=step.person, done_at=step.at)]
        step.gone.append(ticked)
        return []

    def unticked(self, before: str) -> list[ChecklistItem]:
        """What must be ticked before this step and is not."""
        required = [item for item in self.checklist if item.required and item.step == before]
        done = {row.item_id for row in self.ticks.all()} if required else set()
        return [item for item in required if item.pk not in done]

    def ask_department(self, step: "Step", *, department: str, question: str, due_on: date, email: str = "") -> "Rows":
        """Another department is asked; the link to answer leaves by e-mail where there is an address."""
        if due_on < timezone.localdate(step.at):
            raise Invalid({"due_on": [_("This day has passed.")]})
        ends = timezone.make_aware(datetime.combine(due_on, time.max)) + LINK_LIVES
        task = Task(
            complaint=self.itself, department=department, email=email, question=question, due_on=due_on,
            asked_by=step.person, asked_at=step.at, expires_at=ends, next_try_at=step.at if email else None,
        )  # fmt: skip
        task.token_digest = digest_of(task.token)
        step.note(due_on=due_on.isoformat())
        return [task]

    def answer_task(self, step: "Step", *, task: Task, body: str, name: str, files: Sequence["Stored"] = ()) -> "Rows":
        """Their answer stands in the story, and whoever asked or handles the case is told."""
        task = own_row(self.tasks, task)
        if not task.is_open:
            raise WrongState(_("This was answered or withdrawn already."))
        answer = Message(
            complaint=self.itself, direction=Message.Direction.INTERNAL, kind=Message.Kind.NOTE,
            channel=Channel.OTHER, body=body, written_at=step.at,
        )  # fmt: skip
        task.answer, task.answered_at, task.answered_by, task.next_try_at = answer, step.at, name, None
        step.note(task=task.pk)
        told = self.told(step, self._askers(task), Notice.Kind.ANSWER, answer)
        return [answer, *self.filed(step, files, answer), task, *told]

    def withdraw_task(self, step: "Step", *, task: Task) -> "Rows":
        """No answer is needed any more: the link ends."""
        task = own_row(self.tasks, task)
        if not task.is_open:
            raise WrongState(_("This was answered or withdrawn already."))
        task.withdrawn_at, task.next_try_at = step.at, None
        step.note(task=task.pk)
        return [task]

    def told(self, step: "Step", people: Sequence["User"], kind: str, message: Message) -> list[Notice]:
        unique = {user.pk: user for user in people if user != step.actor.user}
        return [
            Notice(complaint=self.itself, user=user, kind=kind, message=message, told_at=step.at)
            for user in unique.values()
        ]

    def _askers(self, task: Task) -> list["User"]:
        return [task.asked_by, *([self.handler.user] if self.handler else [])]
