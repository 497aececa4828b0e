"""The one sentence, from counts alone."""

from datetime import UTC, datetime

import pandas as pd
import pytest
from django.utils import translation

from analytics import chart, trends, wording
from tests.analytics.test_figures import asked, frame, row

NAMES = {1: "Card delivery", 2: "Fees"}


def told(september: dict, october: dict, **period) -> str:
    rows = [row(f"2026-{month}-10", key=key) for month, counts in (("09", september), ("10", october))
            for key, count in counts.items() for _ in range(count)]  # fmt: skip
    return wording.sentence(trends.counted(frame(*rows), NAMES, asked(**period), datetime(2026, 11, 14, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("september", "october", "sentence"),
    [
        ({1: 100, 2: 189}, {1: 141, 2: 171},
         "312 complaints in October, 8\u00a0% more than in September; the rise is Card delivery (+41)."),
        ({1: 50, 2: 50}, {1: 20, 2: 50},
         "70 complaints in October, 30\u00a0% fewer than in September; the fall is Card delivery (−30)."),
        ({1: 50, 2: 50}, {1: 40, 2: 60}, "100 complaints in October, as many as in September."),
        ({1: 3}, {1: 5}, "5 complaints in October, 2 more than in September; the rise is Card delivery (+2)."),
        ({}, {1: 1}, "1 complaint in October, 1 more than in September; the rise is Card delivery (+1)."),
        ({1: 2}, {}, "0 complaints in October, 2 fewer than in September; the fall is Card delivery (−2)."),
        ({1: 30, None: 5}, {1: 31, None: 15},
         "46 complaints in October, 31\u00a0% more than in September; the largest rise is Card delivery (+1)."),
        ({None: 30}, {None: 33}, "33 complaints in October, 10\u00a0% more than in September."),
        ({1: 1000}, {1: 1003},
         "1,003 complaints in October, 3 more than in September; the rise is Card delivery (+3)."),
    ],
)  # fmt: skip
def test_the_sentence_says_how_many_how_much_more_and_what_moved(september, october, sentence):
    assert told(september, october) == sentence


def test_a_month_long_ago_is_said_with_its_year():
    rows = frame(row("2024-10-10"), row("2024-09-10"))
    report = trends.counted(rows, NAMES, asked("2024-09", "2024-10"), datetime(2026, 11, 14, tzinfo=UTC))
    assert wording.sentence(report) == "1 complaint in October 2024, as many as in September 2024."


def test_a_single_month_is_compared_with_nothing():
    assert told({}, {1: 4}, since="2026-10", until="2026-10") == "4 complaints in October."


def test_the_current_month_alone_is_said_to_be_not_over():
    report = trends.counted(
        frame(row("2026-11-02")), NAMES, asked("2026-11", "2026-11"), datetime(2026, 11, 14, tzinfo=UTC)
    )
    assert wording.sentence(report) == "1 complaint in November so far; the month is not over."


def test_nothing_at_all_is_said_with_its_period():
    assert told({}, {}) == "No complaints were received from September 2026 to November 2026."
    assert told({}, {}, since="2026-10", until="2026-10") == "No complaints were received in October 2026."


def test_a_percent_sign_in_a_name_does_no_harm():
    rows = frame(row("2026-10-10", key=9))
    report = trends.counted(rows, {9: "100 %(count)s %"}, asked(), datetime(2026, 11, 14, tzinfo=UTC))
    assert "100 %(count)s %" in wording.sentence(report)


# --- the chart ------------------------------------------------------------------------------------------------------


def bars(months: int) -> list[chart.Bar]:
    until = pd.Period("2026-11", "M")
    rows = frame(row("2026-10-10", 3, "upheld"), row("2026-10-10"), row("2026-11-10"))
    question = asked(str(until - (months - 1)), str(until))
    return chart.bars(trends.counted(rows, NAMES, question, datetime(2026, 11, 14, tzinfo=UTC)))


def test_a_bar_is_as_high_as_its_complaints_with_the_open_ones_on_top():
    *_others, october, november = bars(3)
    assert (october.closed_height, october.open_height, october.label) == ("80.0", "80.0", "2")
    assert (november.closed_height, november.open_height, november.complete) == ("0.0", "80.0", False)
    assert (october.open_y, october.closed_y) == ("20.0", "100.0")


@pytest.mark.parametrize("months", [1, 12, 13, 26, 60])
def test_labels_never_crowd_and_the_last_month_always_has_one(months):
    shown = [bar.shown for bar in bars(months)]
    assert shown[-1] == "always"
    assert shown.count("always") <= chart.FIT_NARROW
    assert shown.count("always") + shown.count("wide") <= chart.FIT_WIDE


def test_svg_numbers_have_points_in_every_language():
    with translation.override("pt"):
        assert all("," not in bar.x + bar.closed_y + bar.width for bar in bars(3))
