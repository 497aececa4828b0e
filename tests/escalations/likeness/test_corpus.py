"""Which texts are like each other. Asks no database."""

import csv
import gzip
import random
from pathlib import Path

import pytest

from escalations.likeness import mentions
from escalations.likeness.corpus import Corpus
from escalations.likeness.vectors import counted, packed_facts, place_of, unpacked, words_of

DATA = Path(__file__).parents[4] / "shared" / "data"
NOTHING = packed_facts([""] * 4)


def corpus(*texts: str, facts: list[str] | None = None) -> Corpus:
    rows = [packed_facts([fact, "", "", ""]) for fact in facts] if facts else [NOTHING] * len(texts)
    return Corpus(list(range(1, len(texts) + 1)), counted(texts), rows)


def test_words_that_say_something_are_counted_each_under_its_own_hashed_name():
    assert words_of("The card was not XXXX charged 12.50, and the CARD é nova") == ["card", "charged", "card", "nova"]
    indptr, places, counts = unpacked(counted(["card card charged", ""]))
    assert list(indptr) == [0, 2, 2]
    assert dict(zip(places.tolist(), counts.tolist(), strict=True)) == {place_of("card"): 2, place_of("charged"): 1}


def test_the_likest_comes_first_and_a_text_is_not_like_itself():
    texts = ["charged twice on my card", "my card was charged twice yesterday", "the app locked me out", "noise"]
    found = corpus(*texts).near(1)
    assert [near.key for near in found] == [2] and found[0].words > 0.5


def test_product_and_issue_count_beside_the_words_and_alone_where_there_are_none():
    found = corpus("", "anything", "else", facts=["product=card", "product=card", "product=loan"]).near(1)
    assert [(near.key, near.words) for near in found] == [(2, 0.0)]
    same = corpus("late fee", "late fee", "late fee", facts=["product=card", "product=loan", "product=card"]).near(1)
    assert [near.key for near in same] == [3, 2]


def test_only_the_rows_that_count_are_near():
    texts = corpus("late fee", "late fee", "late fee")
    assert [near.key for near in texts.near(1, texts.of_keys([3]))] == [3]
    assert Corpus([], [], []).near(1) == []


def test_a_word_that_few_complaints_use_is_never_given_as_a_reason():
    texts = ["Mr Umney's overdraft fee", *["the overdraft fee again"] * 5, "Umney overdraft fee"]
    assert corpus(*texts).shared_words(1, 7, texts[0]) == ["fee", "overdraft"]


@pytest.mark.parametrize("text", ["", "\x00", "🙈" * 50, "شكوى من الرسوم", "x" * 200_000, "a" * 5_000_000])
def test_any_text_is_counted_and_compared(text):
    assert corpus(text, "late fee").near(1) == []


# --- numbers and addresses ---------------------------------------------------------------------------------------


def digests(*texts: str) -> set[str]:
    return {one.digest for one in mentions.found_in(texts)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("paid to 30-90-17 40118826 on Monday", "account 309017 40118826"),
        ("ring +44 7700 900814", "ring 07700 900814"),
        ("GB29 NWBK 6016 1331 9268 19", "gb29nwbk60161331926819".upper()),
        ("Mail SCAM@Example.org", "scam@example.org"),
        ("see https://www.Fast-Loans.example/pay", "www.fast-loans.example"),
    ],
)
def test_a_number_or_address_is_known_however_it_is_written(one, other):
    assert digests(one) & digests(other)


@pytest.mark.parametrize("text", ["18,400 pounds", "1234567.89", "on 2026-03-14", "14 03 2026", "for 27,000.00"])
def test_sums_and_dates_are_no_numbers_of_somebody(text):
    assert digests(text) == set()


def test_only_a_salted_digest_leaves_the_text(settings):
    before = digests("30-90-17 40118826")
    settings.SECRET_KEY = "another"
    assert digests("30-90-17 40118826") != before and all(len(one) == 32 for one in before)


# --- real complaints ---------------------------------------------------------------------------------------------


def narratives() -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for name, opened in (("cfpb-complaints-sample.csv", open), ("cfpb-complaints-dev.csv.gz", gzip.open)):
        if not (DATA / name).exists():
            pytest.skip(f"{DATA / name} is not here: the public complaints are not part of the project")
        with opened(DATA / name, "rt", encoding="utf-8") as file:
            found += [row for row in csv.DictReader(file) if row["Consumer complaint narrative"]]
    return found


def test_of_real_complaints_the_likest_by_words_alone_are_about_the_same():
    """Half of the five likest share the product, where one of five would by chance; the issue five times by chance.
    Copies of one template are left out: they would be too easy."""
    rows = narratives()
    every = Corpus(range(len(rows)), counted([r["Consumer complaint narrative"] for r in rows]), [NOTHING] * len(rows))
    asked = random.Random(1).sample(range(len(rows)), 150)
    for column, least, times in (("Product", 0.5, 2.4), ("Issue", 0.25, 4.0)):
        labels = [row[column] for row in rows]
        by_chance = sum((labels.count(label) / len(labels)) ** 2 for label in set(labels))
        same = [
            labels[near.key] == labels[key]
            for key in asked
            for near in [one for one in every.near(key, most=30, least=0) if one.words < 0.9][:5]
        ]
        rate = sum(same) / len(same)
        assert rate >= least and rate >= times * by_chance, (column, rate, by_chance)
