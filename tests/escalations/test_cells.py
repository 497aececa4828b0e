from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.cells import escaped


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "==1+1",
        "+1-800",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1",
        "\tplain",
        "\rplain",
        "\nplain",
        "  =1",
        "\u00a0=1",
        "\ufeff=1",
        "\u200b=1",
        "\x00=1",
        "＝1+1",
        "-",
    ],
)
def test_what_a_spreadsheet_would_run_becomes_text(text):
    assert escaped(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Fees", "1=1", "a@example.org", "  two spaces", "'quoted'", "5 - 3", "–", "Ü"])
def test_other_text_stays_as_it_is(text):
    assert escaped(text) == text


@pytest.mark.parametrize("value", [-5, -0.5, Decimal("-1.20"), date(2026, 1, 2), None, True])
def test_what_is_not_text_stays_what_it_is(value):
    assert escaped(value) is value


@given(st.text())
def test_nothing_is_lost_and_no_text_begins_as_a_formula(text):
    cell = escaped(text)
    assert cell in (text, "'" + text)
    assert not cell.strip().startswith(("=", "+", "-", "@"))
