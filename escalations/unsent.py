"""What somebody types is kept as they type, until it is sent: on the server, and by their browser beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from escalations.forms.action import BODY_LIMIT
from escalations.forms.steps import FORMS
from escalations.models import Complaint, UnsentText
from routing.locking import lock
from routing.models import User

MOST_FIELDS = 30


@dataclass(frozen=True)
class Kept:
    """`row` is None when all was emptied. `replaced`: another tab had saved something else since this one last did."""

    row: UnsentText | None
    replaced: bool = False


def keep(
    complaint: Complaint, user: User, box: str, typed: Mapping[str, Any], *, tab: str, base: str, at: datetime
) -> Kept:
    """The newest text stands, from whichever tab it comes. `base` is what this tab last saw saved, as `stamp` says."""
    names = [*FORMS[action_of(box)].base_fields, "reason"][:MOST_FIELDS]
    texts = {name: str(typed[name])[:BODY_LIMIT].replace("\x00", "") for name in names if typed.get(name)}
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
    return {row.box: row for row in complaint.unsent.all() if row.user_id == user.pk}  # type: ignore[attr-defined]
