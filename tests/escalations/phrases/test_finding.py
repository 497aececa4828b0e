"""Where lists speak: places in the original letters, negation, silence, who speaks, which language; in linear time."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalations.phrases import Negation, Phrases, Quoted, Wordbook
from escalations.phrases.folding import fold
from escalations.phrases.wordbook import MOST_PLACES
from tests.escalations.phrases.test_grammar import found

SUE = Wordbook([Phrases("en", ["sue", "legal action", "court", "take ... to court"], ["my son will sue"])])
ODD = "aE.’ \n\tßİ\u0301\u00ad😀é\u200b我ﬁ"


# --- places -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "text", "words"),
    [
        ("sue", "😀😀 I sue 😀", "sue"),
        ("sue", "Straße ﬁnd İstanbul: sue", "sue"),
        ("strasse", "In der Straße 5", "Straße"),
        ("istanbul", "İSTANBUL", "İSTANBUL"),
        ("ete", "l’e\u0301te\u0301 dernier", "e\u0301te\u0301"),
        ("sue you", "I sue\u00a0\u2003you", "sue\u00a0\u2003you"),
        ("sue", "s\u00adue", "s\u00adue"),
        ("find", "ﬁnd", "ﬁnd"),
        ("sue", "𝐬𝐮𝐞", "𝐬𝐮𝐞"),
        ("起诉", "我要起诉你们", "起诉"),
        ("القاضي", "سأذهب إلى القاضي غدا", "القاضي"),
        ("суд", "подам в суд.", "суд"),
    ],
)
def test_the_exact_words_and_their_place_are_told_in_the_original(line, text, words):
    assert found([line], text, "") == [words]


@settings(max_examples=300)
@given(st.text(ODD, max_size=20), st.text(ODD, max_size=20))
def test_whatever_stands_around_it_a_word_is_found_in_its_place(before, after):
    text = f"{before} sue. {after}"
    places = SUE.find(text, "en").get(0, [])
    assert (len(before) + 1, len(before) + 4) in [(place.start, place.end) for place in places]


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error_and_places_lie_inside_it(text):
    for place in SUE.find(text).get(0, []):
        assert 0 <= place.start < place.end <= len(text)


# --- negation ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "I do not want to sue.",
        "I don’t wish to go to court or take legal action.",
        "Legal action is not what I want.",
        "I have no intention of going to court.",
        "Without going to court.",
        "I will not sue.",
        "I never said I would sue.",
    ],
)
def test_what_nobody_wants_is_silent(text):
    assert not SUE.find(text, "en")


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("I do not want to sue, but I will.", True),
        ("I do not want to sue but you leave me no choice.", True),
        ("I don't want to take legal action unless you force me.", True),
        ("I do not want to sue, but I am unhappy.", False),
        ("I do not want to sue. But if you call me I shall be glad.", False),
        ("I do not want to sue anybody at this bank or any other one, but I will.", False),
    ],
)
def test_a_but_i_will_brings_back_what_was_not_wanted(text, fires):
    assert bool(SUE.find(text, "en")) is fires


@pytest.mark.parametrize(
    "text",
    [
        "If you do not answer I will sue.",
        "I do not want excuses, I will sue.",
        "I will not hesitate to sue.",
        "I have no choice but to sue.",
        "You have not answered. Legal action follows.",
        "I do not want to sue but I will go to court.",
        "Do not be surprised when I sue.",
        "I do not trust you and will sue.",
    ],
)
def test_a_negation_that_does_not_reach_it_leaves_it(text):
    assert SUE.find(text, "en")


def test_a_list_says_itself_which_negations_count():
    for negation, words in ((Negation.ANY, []), (Negation.WISH, ["scam"]), (Negation.NONE, ["scam"])):
        assert found(["scam"], "This is not a scam.", negation=negation) == words
    assert found(["scam"], "I do not want a scam.", negation=Negation.WISH) == []


# --- silence, speech, language ------------------------------------------------------------------------------------


def test_a_silent_phrase_silences_what_it_touches_and_not_what_says_more():
    assert found(["sue", "sue you all"], "My son will sue you all", silent=["son will sue"]) == []
    assert found(["fraud", "he was your fraud team"], "He was your fraud team", silent=["fraud team"]) == [
        "He was your fraud team"
    ]


@pytest.mark.parametrize("text", ['Your agent said: "Go to court."', "“Sue us,” he told me.", "He wrote «sue us»."])
def test_what_an_agent_is_quoted_with_is_not_the_customers_word(text):
    assert not SUE.find(text, "en")


@pytest.mark.parametrize(
    "text", ['I told them: "I will sue."', 'I want "legal action".', "I'll sue; it's the bank's fault"]
)
def test_the_customers_own_quotation_counts(text):
    assert SUE.find(text, "en")


MAIL = (
    "Thank you.\n\nOn Tue, 3 Mar 2026 at 10:02, {who} <{who}@example.org> wrote:\n> We could go to court.\n\nBest, Ana"
)


def test_earlier_mails_are_not_read_again_but_by_a_list_that_asks_for_it():
    thread = MAIL.format(who="support")
    assert not SUE.find(thread, "en")
    assert found(["court"], thread, quoted=Quoted.READ) == [], "our own mail"
    assert found(["court"], MAIL.format(who="ana.silva"), quoted=Quoted.READ) == ["court"]
    assert SUE.find(thread.replace("Best", "I sue you. Best"), "en"), "what is written below the quotation counts"


def test_a_list_of_another_language_speaks_only_where_the_text_does():
    book = Wordbook([Phrases("en", ["court"]), Phrases("pt", ["justiça"])])
    assert book.find("The justica of it, that is what they have", "en") == {}
    assert list(book.find("Vou à justiça", "pt")) == [1]
    assert list(book.find("Não quero mais falar com vocês, vou à justiça", "en")) == [1]
    assert list(book.find("Vou à justiça, court", "")) == [0, 1]
    assert list(book.find("Vou à justiça, court", "fi")) == [0, 1], "no list in that language: all are asked"


# --- size -------------------------------------------------------------------------------------------------------


def work(book, text):
    """How many functions are called and left while a text is read: steps, not seconds."""
    count = 0

    def step(*_told):
        nonlocal count
        count += 1

    sys.setprofile(step)
    try:
        book.find(text, "en")
    finally:
        sys.setprofile(None)
    return count


HOSTILE = {
    "hits": "sue ",
    "negated": "I do not want to sue ",
    "silenced": "my son will sue ",
    "gaps": "take it to court ",
    "half gaps": "take take take to ",
    "quoted": '"he said" sue\' ',
    "mail": "On 3 March 2026 Northmere wrote:\n> sue\n",
    "from": "From: a\nSent: b\nsue\n",
    "after": "legal action is not what I want ",
    "odd": "é😀\u0301ß sue ",
    "spaces": "sue   \n \n ",
    "one word": "suesuesue",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_text_is_twice_the_work_at_most(piece):
    few, many = piece * (8_000 // len(piece)), piece * (16_000 // len(piece))
    SUE.find(many)
    assert work(SUE, many) <= 2.3 * work(SUE, few) + 200


def test_two_megabytes_are_read_and_the_first_places_kept():
    places = SUE.find("I go to court. " * 140_000, "en")[0]
    assert len(places) == MOST_PLACES
    assert places[0].start == 8


def test_a_list_of_ten_thousand_lines_is_as_good_as_a_short_one():
    book = Wordbook([Phrases("en", [*(f"phrase number {n} of many" for n in range(10_000)), "sue"])])
    assert len(book) == 10_001
    assert [place.start for place in book.find("I sue; phrase number 9999 of many.")[0]] == [2, 7]


def test_an_empty_text_or_list_says_nothing():
    assert SUE.find("") == {}
    assert Wordbook([]).find("sue") == {}
    assert Wordbook([Phrases("en", [])]).find("sue") == {}


def test_folding_keeps_every_letter_in_its_place():
    text = "Ação ﬁnal: “Straße” 😀"
    folded = fold(text)
    assert folded.words.decode().split() == ["acao", "final", "strasse"]
    assert folded.place(*_of(folded, b"strasse")) == (text.index("S"), text.index("S") + 6)


def _of(folded, word):
    start = folded.words.index(word)
    return start, start + len(word)
