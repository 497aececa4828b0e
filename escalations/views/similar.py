"""Similar past cases: what they were about, how they ended, and what settled them. Only what the reader may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from escalations.models import Complaint, Remedy, SimilarCase
from escalations.quotes import first_sentence, shortened
from escalations.states import ClosedAs
from escalations.views.rows import Sight, what_about
from routing.models import User

MOST_SHOWN = 5
TEACH = (ClosedAs.SETTLED, ClosedAs.UPHELD, ClosedAs.PARTLY, ClosedAs.NOT_UPHELD, ClosedAs.ADOPTED)
"""Closed with an outcome that another case can learn from."""
GIVEN = (Remedy.State.APPROVED, Remedy.State.ACCEPTED, Remedy.State.PAID)


@dataclass(frozen=True)
class Similar:
    """One closed case. `percent` is how like it is, of 100; `words` are those in both, empty where not to be read."""

    case: Any
    percent: int
    about: str
    is_quoted: bool
    words: str
    ended: str
    remedies: list[str]
    cause: str


def similar_cases(case: Complaint, user: User, sight: Sight, *, most: int = MOST_SHOWN) -> list[Similar]:
    """The likest first; in three queries."""
    seen = Complaint.objects.visible_to(user).filter(closed_as__in=TEACH).with_opening().with_product()
    granted = Prefetch("remedies", Remedy.objects.filter(state__in=GIVEN))
    others = Prefetch("other", seen.prefetch_related(granted, "points__cause__parent"))
    visible = SimilarCase.objects.filter(complaint=case, other__in=seen.order_by().values("pk"))
    return [_similar(row, sight) for row in visible.order_by("-likeness", "pk").prefetch_related(others)[:most]]


def _similar(row: SimilarCase, sight: Sight) -> Similar:
    other: Any = row.other
    quoted = bool(sight.words and other.opening_words)
    point = other.main_point
    return Similar(
        case=other,
        percent=round(100 * row.likeness),
        about=shortened(first_sentence(other.opening_words))
        if quoted
        else what_about(other.issue_name, other.product_name),
        is_quoted=quoted,
        words=row.words if sight.words else "",
        ended=str(other.external_outcome or other.get_closed_as_display()),
        remedies=[str(remedy) for remedy in other.remedies.all()],
        cause=str(point.cause) if point and point.cause else "",
    )
