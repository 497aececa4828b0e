"""What colleagues are told of: named in a note, or an answer that came. Counted in the menu, listed on a page."""

from escalations.models import Complaint, Notice
from routing.models import User

MOST_COUNTED = 100


def unseen_by(user: User) -> int:
    """How many they have not dealt with; asked once a request."""
    kept: int | None = getattr(user, "_redress_unseen", None)
    return remember(user, _count(user)) if kept is None else kept


def remember(user: User, number: int) -> int:
    """For who has counted them with something else."""
    user._redress_unseen = number  # type: ignore[attr-defined]
    return number


def _count(user: User) -> int:
    return Notice.objects.unseen().filter(user=user).order_by()[:MOST_COUNTED].count()


def of(user: User, *, most: int) -> list[Notice]:
    """Those not dealt with, the newest first; of cases that they may still see."""
    seen = Complaint.objects.visible_to(user).order_by().values("pk")
    rows = Notice.objects.unseen().filter(user=user, complaint__in=seen)
    return list(rows.select_related("complaint", "message__written_by", "message__task").order_by("-pk")[:most])
