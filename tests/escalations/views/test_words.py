"""The small wordings: first sentences, marked words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.quotes import first_sentence, shortened
from escalations.views.marks import joined, marked


@pytest.mark.parametrize(("text", "sentence"), [
    ("You charged me twice. Nobody called.", "You charged me twice."),
    ("Hello. I am cross about the fee. Very.", "Hello. I am cross about the fee."),
    ("You took 184.20 from me!\nGive it back.", "You took 184.20 from me!"),
    ("“Go away,” he said.” Then more", "“Go away,” he said.”"),
    ("no full stop at all", "no full stop at all"),
    ("", ""),
])  # fmt: skip
def test_the_first_sentence_is_found(text, sentence):
    assert first_sentence(text) == sentence


@given(st.text(), st.integers(10, 200))
def test_a_line_is_never_longer_than_asked_and_never_broken(text, letters):
    line = shortened(text, letters)
    assert len(line) <= letters
    assert "\n" not in line


def test_words_are_cut_at_their_end():
    assert shortened("one two three four", 12) == "one two…"


@given(st.text(alphabet="ab<>&\"' "), st.lists(st.tuples(st.integers(-3, 30), st.integers(-3, 30))))
def test_marking_escapes_everything_and_loses_nothing(text, spans):
    import html
    import re

    page = marked(text, spans)
    plain = re.sub(r"</?mark>", "", page)
    assert "<" not in plain and ">" not in plain
    assert html.unescape(plain) == text


@given(st.lists(st.tuples(st.integers(-3, 30), st.integers(-3, 30))))
def test_joined_spans_are_in_order_and_apart(spans):
    result = joined(spans, 20)
    assert all(0 <= start < end <= 20 for start, end in result)
    assert all(before[1] < after[0] for before, after in pairwise(result))
