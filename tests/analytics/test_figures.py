"""The arithmetic, against numbers worked out by hand and against plain Python."""

import statistics
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import trends
from analytics.question import Question

AT = datetime(2026, 11, 14, 12, tzinfo=UTC)
COLUMNS = ["received_at", "closed_at", "state", "closed_as", "outcome", "key"]
NAMES = {1: "Card", 2: "Loan", 3: "Account", 4: "Mortgage"}
HOUR = timedelta(hours=1)


def asked(since: str = "2026-09", until: str = "2026-11", top: int = 10) -> Question:
    return Question(since=pd.Period(since, "M"), until=pd.Period(until, "M"), top=top)


def frame(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame.from_records(rows, columns=COLUMNS)
    for name in ("received_at", "closed_at"):
        table[name] = pd.to_datetime(table[name], utc=True)
    return table


def row(day: str, days: float | None = None, closed_as: str = "", outcome: str = "", key: int | None = 1) -> tuple:
    received = datetime.fromisoformat(f"{day}T12:00+00:00")
    closed = None if days is None else received + timedelta(days=days)
    state = "closed" if closed_as else "investigating"
    return received, closed, state, closed_as, outcome, key


def counted(*rows: tuple, **question: object) -> trends.Report:
    return trends.counted(frame(*rows), NAMES, asked(**question), AT)


def test_median_and_ninetieth_percentile_are_interpolated_linearly():
    # Sorted: 1, 2, 4, 10. Median (2 + 4) / 2. The 90th lies at 0.9 * 3 = 2.7 of the way: 4 + 0.7 * (10 - 4) = 8.2.
    total = counted(*(row("2026-10-01", days, "upheld") for days in (4, 1, 10, 2))).total
    assert (total.median, total.ninety) == (3.0, 8.2)


def test_days_are_days_of_24_hours_with_their_fraction():
    total = counted(row("2026-10-01", 1.25, "upheld")).total
    assert (total.median, total.ninety) == (1.2, 1.2)  # 1.25 rounds to the even digit


def test_open_complaints_are_counted_apart_and_lend_no_days():
    total = counted(row("2026-10-01", 6, "upheld"), row("2026-10-02"), row("2026-10-03")).total
    assert (total.complaints, total.open, total.closed, total.median) == (3, 2, 1, 6.0)


def test_a_closed_complaint_without_a_date_is_counted_as_one_whose_days_are_unknown():
    total = counted(row("2026-10-01", 6, "upheld"), row("2026-10-01", None, "adopted", "upheld")).total
    assert (total.closed, total.days_unknown, total.median, total.decided) == (2, 1, 6.0, 2)


@pytest.mark.parametrize(
    ("closed_as", "outcome", "decided", "upheld"),
    [
        ("upheld", "upheld", 1, 1),
        ("partly", "not_upheld", 1, 1),  # its main point was not upheld, another one was
        ("not_upheld", "not_upheld", 1, 0),
        ("adopted", "upheld", 1, 1),
        ("adopted", "partly", 1, 1),
        ("adopted", "not_upheld", 1, 0),
        ("adopted", "", 0, 0),
        ("settled", "", 0, 0),
        ("withdrawn", "upheld", 0, 0),
        ("set_aside", "", 0, 0),
        ("", "upheld", 0, 0),  # still open: the outcome of its point may change
    ],
)
def test_the_share_upheld_is_over_closed_complaints_with_an_outcome(closed_as, outcome, decided, upheld):
    total = counted(row("2026-10-01", 3 if closed_as else None, closed_as, outcome)).total
    assert (total.decided, total.upheld) == (decided, upheld)
    assert total.share == (100.0 * upheld if decided else None)


def test_without_any_decided_complaint_there_is_no_share_and_not_a_share_of_nothing():
    total = counted(row("2026-10-01")).total
    assert (total.share, total.median, total.ninety) == (None, None, None)


def test_a_settled_complaint_whose_outcome_is_given_is_still_open():
    settled = (*row("2026-10-01")[:2], "resolved", "settled", "", 1)
    report = counted(settled)
    assert (report.total.open, report.total.closed, report.ended) == (1, 0, {})


def test_every_month_of_the_period_is_there_also_when_nothing_was_received():
    report = counted(row("2026-09-30", 1, "upheld"), row("2026-11-01"))
    assert [(str(line.month), line.complaints) for line in report.months] == [
        ("2026-09", 1), ("2026-10", 0), ("2026-11", 1),
    ]  # fmt: skip


def test_the_month_that_is_not_over_is_marked_and_so_is_all_that_holds_it():
    report = counted(row("2026-10-05"), row("2026-11-01"))
    assert [line.complete for line in report.months] == [True, True, False]
    assert not report.total.complete
    assert counted(row("2026-10-05"), until="2026-10").total.complete


def test_the_largest_groups_are_named_the_others_stand_together_and_none_is_lost():
    many = [row("2026-10-01", key=key) for key, times in ((1, 5), (2, 3), (3, 2), (4, 1)) for _ in range(times)]
    report = counted(*many, row("2026-10-01", key=None), top=2)
    assert [(line.group, line.complaints) for line in report.groups] == [
        ("Card", 5), ("Loan", 3), ("2 other products", 3), ("No product", 1),
    ]  # fmt: skip
    assert (report.named, report.others) == (2, 2)


def test_a_single_group_is_not_hidden_behind_one_other():
    rows = [row("2026-10-01", key=key) for key in (1, 1, 2, 3)]
    assert [line.group for line in counted(*rows, top=2).groups] == ["Card", "Account", "Loan"]


def test_the_last_month_that_is_over_is_compared_with_the_one_before_and_the_mover_named():
    september = [row("2026-09-10", key=1)] * 4 + [row("2026-09-10", key=2)] * 5
    october = [row("2026-10-10", key=1)] * 10 + [row("2026-10-10", key=2)] * 4
    change = counted(*september, *october, row("2026-11-02")).change
    assert (str(change.month), change.now, change.before) == ("2026-10", 14, 9)
    assert (change.group, change.moved) == ("Card", 6)


def test_complaints_without_a_group_are_never_named_as_the_reason_of_a_rise():
    change = counted(row("2026-09-10"), *[row("2026-10-10", key=None)] * 5).change
    assert (change.now, change.before, change.group) == (5, 1, None)


def test_a_month_alone_is_compared_with_nothing():
    assert counted(row("2026-10-10"), since="2026-10", until="2026-10").change.before is None
    change = counted(row("2026-11-10"), since="2026-11").change
    assert (str(change.month), change.now, change.before) == ("2026-11", 1, None)


def test_nothing_received_is_a_report_too():
    report = counted()
    assert (report.total.complaints, report.groups, report.cells) == (0, [], [])
    assert [line.complaints for line in report.months] == [0, 0, 0]


# --- any complaints at all, against a reference without pandas ------------------------------------------------------

WAYS = ["", "settled", "upheld", "partly", "not_upheld", "withdrawn", "set_aside", "adopted"]


@st.composite
def cases(draw: st.DrawFn) -> tuple:
    received = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 74 * 24 * 60)))
    closed_as = draw(st.sampled_from(WAYS))
    outcome = draw(st.sampled_from(["", "upheld", "partly", "not_upheld"]))
    known = closed_as and (closed_as != "adopted" or draw(st.booleans()))
    closed = received + timedelta(minutes=draw(st.integers(0, 200 * 24 * 60))) if known else None
    state = "closed" if closed_as else "routed"
    return received, closed, state, closed_as, outcome, draw(st.sampled_from([None, 1, 2, 3, 4]))


def percentile(values: list[float], share: float) -> float:
    """By its definition: between the two nearest of the sorted values."""
    values = sorted(values)
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def reference(rows: list[tuple]) -> dict:
    closed = [case for case in rows if case[2] == "closed"]
    days = [(case[1] - case[0]) / (24 * HOUR) for case in closed if case[1]]
    outcomes = [case[4] if case[3] == "adopted" else case[3] for case in closed]
    decided = [outcome for outcome in outcomes if outcome in ("upheld", "partly", "not_upheld")]
    upheld = [outcome for outcome in decided if outcome != "not_upheld"]
    return {
        "complaints": len(rows),
        "open": len(rows) - len(closed),
        "closed": len(closed),
        "days_unknown": len(closed) - len(days),
        "median": statistics.median(days) if days else None,
        "ninety": percentile(days, 0.9) if days else None,
        "decided": len(decided),
        "upheld": len(upheld),
        "share": 100 * len(upheld) / len(decided) if decided else None,
    }


def agree(line: trends.Line, rows: list[tuple]) -> None:
    expected = reference(rows)
    for name in trends.FIGURES:
        found = getattr(line, name)
        if isinstance(expected[name], float):
            assert found == pytest.approx(expected[name], abs=0.0501), name
        else:
            assert found == expected[name], name


def month(case: tuple) -> str:
    london = case[0] + HOUR if case[0] < datetime(2026, 10, 25, 1, tzinfo=UTC) else case[0]
    return f"{london:%Y-%m}"


@settings(max_examples=60)
@given(st.lists(cases(), max_size=60))
def test_every_line_agrees_with_plain_python(rows):
    rows = [case for case in rows if month(case) <= "2026-11"]
    report = counted(*rows)
    agree(report.total, rows)
    for line in report.months:
        agree(line, [case for case in rows if month(case) == str(line.month)])
    for line in report.groups:
        agree(line, [case for case in rows if NAMES.get(case[5], "No product") == line.group])
    for line in report.cells:
        agree(line, [
            case for case in rows
            if month(case) == str(line.month) and NAMES.get(case[5], "No product") == line.group
        ])  # fmt: skip


@settings(max_examples=40)
@given(st.lists(cases(), max_size=60), st.integers(1, 4))
def test_months_groups_and_cells_each_add_up_to_the_whole(rows, top):
    report = counted(*rows, top=top)
    inside = [case for case in rows if month(case) <= "2026-11"]
    assert report.total.complaints == len(rows)
    for lines in (report.groups, report.cells):
        for name in trends.SUMMED:
            assert sum(getattr(line, name) for line in lines) == getattr(report.total, name)
    assert sum(line.complaints for line in report.months) == len(inside)
