"""How a line is written: inflections, endings, groups, gaps, sayings that are the same; and what is refused."""

import pytest

from escalations.phrases import LineError, Phrases, Wordbook, check_lines, language

EN, PT = language("en"), language("pt")


def found(lines, text, code="en", silent=(), **how):
    (places,) = list(Wordbook([Phrases(code, lines, silent, **how)]).find(text).values()) or [[]]
    return [text[place.start : place.end] for place in places]


@pytest.mark.parametrize(
    ("line", "text", "words"),
    [
        ("sue", "I will SUE you.", ["SUE"]),
        ("sue", "pursue the issue with tissue", []),
        ("small claims", "a small \n  claims court", ["small \n  claims"]),
        ("small claims", "too small. Claims are paid.", []),
        ("letter before action", "a letter-before-action", ["letter-before-action"]),
        ("don't", "I don’t, I don't, I dont", ["don’t", "don't", "dont"]),
        ("ação", "Uma AÇÃO, uma acao", ["AÇÃO", "acao"]),
        ("solicit*", "My solicitors and Solicit", ["solicitors", "Solicit"]),
        ("sue~", "sues sued suing sue", ["sues", "sued", "suing", "sue"]),
        ("{take, drag} you to court", "I drag you to court", ["drag you to court"]),
        ("take {you,} further", "take further, take you further", ["take further", "take you further"]),
        ("take ... to court", "I take all of you to court", ["take all of you to court"]),
        ("take ... to court", "I take one two three four to court", []),
        ("take ... to court", "Take it. Go to court", []),
        ("my <family> is", "my son-in-law is", ["my son-in-law is"]),
        ("I am not", "I'm not, im not, I am not", ["I'm not", "im not", "I am not"]),
        ("a.c", "abc a.c", ["a.c"]),
        ("(a+)+$", "aaaaaaaaaaaaaaaa!", []),
        ("[sz]ue", "sue zue", []),
        ("$5", "I paid $5.", ["$5"]),
        (r"\d+", "12 d+ 3", ["d"]),
    ],
)
def test_a_line_stands_for_what_it_says(line, text, words):
    assert found([line], text) == words


@pytest.mark.parametrize(
    ("line", "text"),
    [("processar~ vocês", "Processei vcs"), ("entregar~", "entregando"), ("vender~", "venderam"), ("ação~", "ações")],
)
def test_portuguese_inflects_by_its_own_table(line, text):
    assert found([line], text, "pt") == [text]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("*", "no letter or digit"),
        ("...", "no letter or digit"),
        ("!!!", "no letter or digit"),
        ("a*b", "end of a word"),
        ("sue* you", "end of the line"),
        ("{take", "belong together"),
        ("{a, {b}}", "belong together"),
        ("my <pets>", "no group <pets>"),
        ("x" * 1001, "at most 1000 letters"),
        ("{a,b,c,d,e,f,g,h,i,j} " * 5, "more than 6000 forms"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_number_and_the_reason(line, says):
    with pytest.raises(LineError, match=says) as refused:
        check_lines(["sue", "", "# a remark", line], EN)
    assert refused.value.number == 4


def test_inflections_need_a_language():
    with pytest.raises(LineError, match="with a language"):
        check_lines(["sue~"], None)
    assert found(["суд"], "Я подам в СУД.", "") == ["СУД"]


def test_every_shipped_language_can_be_read():
    assert (EN.name, PT.name) == ("English", "Português")
    assert language("pt-BR") is PT
    assert language("xx") is None
