"""What lies on the desk beside the case: the checklist, the files, and what other departments were asked."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.communication.departments import link_of
from escalations.models import Attachment, ChecklistItem, ChecklistTick, Complaint, Task
from escalations.views.panels.shown import Context
from escalations.views.panels.viewer import Viewer
from escalations.views.rows import CALM, LATE, NONE, SOON, Chip


@dataclass(frozen=True)
class ListItem:
    item: ChecklistItem
    tick: ChecklistTick | None


def checklist(case: Complaint, viewer: Viewer) -> Context | None:
    """What is to be seen to, and who saw to it; of a closed case only that. What was ticked of an item no longer in use
    goes unmentioned."""
    items: list[ChecklistItem] = case.checklist
    ticks = {row.item_id: row for row in case.ticks.all()}
    lines = [ListItem(item, ticks.get(item.pk)) for item in items if case.is_open or item.pk in ticks]
    if not lines:
        return None
    return {
        "items": lines,
        "done": sum(1 for line in lines if line.tick),
        "may_tick": viewer.may("tick"),
    }


@dataclass(frozen=True)
class TaskLine:
    task: Task
    chip: Chip
    link: str


def tasks(case: Complaint, viewer: Viewer) -> Context | None:
    rows = list(case.tasks.all())
    if not rows and not viewer.may("ask_department"):
        return None
    shows_link = viewer.may("withdraw_task") and viewer.sight.words
    return {
        "tasks": [_task(row, shows_link) for row in reversed(rows)],
        "may_ask": viewer.may("ask_department"),
        "may_withdraw": viewer.may("withdraw_task"),
    }


def _task(task: Task, shows_link: bool) -> TaskLine:
    return TaskLine(task, _chip(task), link_of(task) if shows_link and task.is_open else "")


def _chip(task: Task) -> Chip:
    if task.answered_at:
        return Chip(_("answered"), _day(task), "met")
    if task.withdrawn_at:
        return Chip(_("withdrawn"), tone=NONE)
    days = (task.due_on - timezone.localdate()).days
    if days < 0:
        return Chip(ngettext("%d day late", "%d days late", -days) % -days, _day(task), LATE)
    if days == 0:
        return Chip(_("due today"), tone=SOON)
    return Chip(ngettext("due in %d day", "due in %d days", days) % days, _day(task), CALM)


def _day(task: Task) -> str:
    return date_format(timezone.localtime(task.answered_at) if task.answered_at else task.due_on, "D j M")


def files(case: Complaint, viewer: Viewer) -> Context | None:
    """All files of the case, also those that came with a message; only for who may read what was said."""
    rows: list[Attachment] = list(case.attachments.all()) if viewer.sight.words else []
    may_attach = viewer.may("attach")
    if not (rows or may_attach):
        return None
    return {
        "files": rows,
        "may_attach": may_attach,
        "may_release": viewer.may("release_file"),
        "may_erase": viewer.may("erase_file"),
        "sees_accesses": viewer.user.has_perm("escalations.view_fileaccess"),
    }
