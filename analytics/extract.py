"""A narrow copy of the cases: a few columns, read with one statement, as a pandas DataFrame.

Only complaints that the reader may see are read, and nothing that a customer said or that names one.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

import pandas as pd
from django.db.models import FilteredRelation, Max, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from analytics.question import Question, first_day, month_of
from escalations.models import Cause, Complaint, Control, FindingCode, Point
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.states import Channel, SetAsideKind
from routing.models import Choice, Team, User
from routing.models.fields import FACT

COLUMNS = ("received_at", "closed_at", "state", "closed_as", "main__outcome")
CODES: dict[str, type[Cause] | type[FindingCode] | type[Control]] = {
    "cause": Cause,
    "finding": FindingCode,
    "control": Control,
}
"""The organisation's own trees, by the dimension that groups by them."""
SECONDS_A_DAY = 24 * 60 * 60
BATCH = 5_000


def read(question: Question, user: User) -> pd.DataFrame:
    """One row a complaint of the period: received_at, closed_at, state, closed_as, outcome and the key of its group.

    The months begin and end where the reader is. Times are UTC; a key is None where the complaint has no such thing.
    """
    rows = (
        counted(user)
        .alias(**_own(question))
        .filter(question.condition, received_at__gte=start(question.since), received_at__lt=start(question.until + 1))
        .order_by()
        .values_list(*COLUMNS, question.dimension.column)
    )
    frame = pd.DataFrame.from_records(
        rows.iterator(chunk_size=BATCH), columns=["received_at", "closed_at", "state", "closed_as", "outcome", "key"]
    )
    frame.loc[frame["key"].eq(""), "key"] = None
    for name in ("received_at", "closed_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def counted(user: User) -> ComplaintQuerySet:
    """What this person may see, with the main point as `main`. Its position is 1, and what was merged into another
    is one with it, so that no complaint counts twice."""
    main = FilteredRelation("points", condition=Q(points__position=1))
    return Complaint.objects.visible_to(user).unmerged().alias(main=main)


def _own(question: Question) -> dict[str, FilteredRelation]:
    """The row that holds the field asked for, as `own`. Of a field with one value there is one, so that no case counts
    twice."""
    if question.dimension.field is None:
        return {}
    return {"own": FilteredRelation("field_values", condition=Q(field_values__field=question.dimension.field))}


def newest_month(question: Question, user: User) -> pd.Period | None:
    """The last month in which the reader has complaints at all, whatever the period; None when there are none."""
    newest = counted(user).filter(question.condition).aggregate(at=Max("received_at"))["at"]
    return month_of(timezone.localdate(newest)) if newest else None


def start(month: pd.Period) -> datetime:
    """Midnight of the month's first day where the reader is."""
    return datetime.combine(first_day(month), time.min, timezone.get_current_timezone())


def names(by: str) -> dict[Any, str]:
    """What each group of this dimension is called, by key. Two that share a name are told apart by their codes."""
    if by == "channel":
        return {value: capfirst(str(label)) for value, label in Channel.choices}
    if by == "set_aside":
        return {value: capfirst(str(label)) for value, label in SetAsideKind.choices}
    if by == "team":
        return told_apart(Team.objects.values_list("pk", "name", "code"))
    if by == "fault":
        return {value: capfirst(str(label)) for value, label in Point.Fault.choices}
    if by in CODES:
        return told_apart(paths(list(CODES[by].objects.values_list("pk", "name", "code", "parent"))))
    if by.startswith(FACT):
        choices = told_apart(Choice.objects.of(by.removeprefix(FACT)).values_list("pk", "label", "code"))
        return choices or {True: _("Yes"), False: _("No")}
    return told_apart(Choice.objects.of(by).values_list("pk", "label", "code"))


def told_apart(rows: Iterable[tuple[int, str, str]]) -> dict[Any, str]:
    rows = list(rows)
    times = Counter(name for _key, name, _code in rows)
    return {key: f"{name} ({code})" if times[name] > 1 else name for key, name, code in rows}


def paths(rows: list[tuple[int, str, str, int | None]]) -> Iterable[tuple[int, str, str]]:
    """Each cause with the way to it from the root of the tree: “Delivery › Partner › Late”."""
    known = {key: (name, parent) for key, name, _code, parent in rows}
    for key, name, code, parent in rows:
        way, seen = [name], {key}
        while parent in known and parent not in seen:
            seen.add(parent)
            above, parent = known[parent]
            way.insert(0, above)
        yield key, " › ".join(way), code
