"""What somebody types is kept as they type, until it is sent: on the server, and by their browser beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.forms import BoundField, MultiWidget
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from escalations.fields.editing import LackingFields
from escalations.forms.action import BODY_LIMIT, ActionForm
from escalations.forms.handover import HandoverForm
from escalations.forms.steps import FORMS
from escalations.models import Complaint, UnsentText
from routing.locking import lock
from routing.models import User

MOST_FIELDS, MOST_CHOSEN = 100, 200
ASKED_BESIDE: dict[str, tuple[type[ActionForm], ...]] = {"trigger": (HandoverForm, LackingFields)}
"""What the page of a step asks beside the step's own form."""
NO_FILES: MultiValueDict[str, Any] = MultiValueDict()


@dataclass(frozen=True)
class Kept:
    """`row` is None when all was emptied. `replaced`: another tab had saved something else since this one last did."""

    row: UnsentText | None
    replaced: bool = False


def keep(complaint: Complaint, user: User, box: str, typed: QueryDict, *, tab: str, base: str, at: datetime) -> Kept:
    """The newest text stands, from whichever tab it comes. `base` is what this tab last saw saved, as `stamp` says."""
    texts = _typed(complaint, user, box, typed)
    mine = UnsentText.objects.filter(complaint=complaint, user=user, box=box)
    with transaction.atomic():
        before = next(iter(lock(mine)), None)
        replaced = before is not None and before.tab != tab and stamp(before) != base and before.texts != texts
        if not texts:
            mine.delete()
            return Kept(None, replaced)
        told = {"texts": texts, "tab": tab, "saved_at": at}
        row, _is_new = UnsentText.objects.update_or_create(complaint=complaint, user=user, box=box, defaults=told)
    return Kept(row, replaced)


def _typed(complaint: Complaint, user: User, box: str, typed: QueryDict) -> dict[str, Any]:
    """What differs from what the form shows by itself: several choices as a list, a tick as yes or no. What was emptied
    is kept as empty, so that it does not come back with the draft."""
    action, _dot, point = box.partition(".")
    texts: dict[str, Any] = {}
    for form_class in (FORMS[action], *ASKED_BESIDE.get(action, ())):
        form = form_class(complaint=complaint, reader=user, initial={"point": point} if point else None)
        texts.update(_differing(form, typed))
    if point:
        texts.pop("point", None)
    if reason := _cut(typed.get("reason", "")):
        texts["reason"] = reason
    return texts


def _differing(form: ActionForm, typed: QueryDict) -> Iterator[tuple[str, Any]]:
    for field in form.visible_fields()[:MOST_FIELDS]:
        if not _was_sent(field, typed):
            continue
        widget, shown = field.field.widget, field.value()
        if isinstance(widget, MultiWidget) and not isinstance(shown, list | tuple):
            shown = widget.decompress(shown)
        value = _plain(widget.value_from_datadict(typed, NO_FILES, field.name), parts=isinstance(widget, MultiWidget))
        if _said(value) != _said(shown):
            yield field.name, value


def _was_sent(field: BoundField, typed: QueryDict) -> bool:
    """A browser sends nothing for boxes without a tick: the script names them, so that they are known to be empty."""
    widget = field.field.widget
    if isinstance(widget, MultiWidget):
        return not widget.value_omitted_from_data(typed, NO_FILES, field.name)
    return field.name in typed


def _plain(value: Any, *, parts: bool) -> Any:
    """As JSON keeps it. The `parts` of one value keep their places, empty or not."""
    if isinstance(value, list | tuple):
        return [_cut(one) for one in value[:MOST_CHOSEN] if parts or one]
    return value if isinstance(value, bool) else _cut(value)


def _cut(value: Any) -> str:
    return "" if value is None else str(value)[:BODY_LIMIT].replace("\x00", "")


def _said(value: Any) -> list[str]:
    """A value of a form as its texts: what is chosen, in any order; nothing where nothing is."""
    several = value if isinstance(value, list | tuple | set | frozenset) else [value]
    texts = ("on" if one is True else "" if one in (None, False) else str(one) for one in several)
    return sorted(text.replace("\r\n", "\n") for text in texts if text)


def action_of(box: str) -> str:
    """The action whose form it is. What is said of several points has a box each: “record_outcome.12”."""
    return box.partition(".")[0]


def stamp(row: UnsentText | None) -> str:
    return row.saved_at.isoformat() if row else ""


def forget(complaint: Complaint, user: User, box: str) -> None:
    """It was sent."""
    UnsentText.objects.filter(complaint=complaint, user=user, box=box).delete()


def of_user(complaint: Complaint, user: User) -> dict[str, UnsentText]:
    """What this person has typed here, by box; from a prefetch where there is one."""
    return {row.box: row for row in complaint.unsent.all() if row.user_id == user.pk}
