"""What the demo's criteria catch and what they let pass, by the examples of the practice; and its stories."""

from datetime import date
from random import Random

import pytest

from config.demo import criteria
from config.demo.plan import fates
from config.demo.plots import FATES
from config.demo.stories import OUTSIDE, STORIES
from config.demo.wording import draw
from escalations.detection import find_words
from escalations.models import Criterion
from escalations.states import TriggerKind as Kind

ROWS = {row.name: row for row in criteria.rows()}

FIRES = {
    "Repeated contact": (
        "This is the third time I call about it.",
        "I keep calling and nobody knows.",
        "As I told your colleague, it was on Monday.",
    ),
    "A promised date was missed": ("I was told five days, that was in May.", "Each time it is five more days."),
    "Asks for a manager": ("Get me someone in charge.", "I want your supervisor.", "Please escalate this."),
    "Names a regulator": (
        "I will go to the ombudsman.",
        "The FCA will hear of it.",
        "I have written to my MP.",
        "I shall report you to them all.",
        "Vou ao provedor.",
    ),
    "Mentions legal action": (
        "My solicitor will write.",
        "This is a letter before action.",
        "See you in small claims.",
        "I will sue.",
    ),
    "Mentions the media": (
        "I shall go to the papers.",
        "A journalist is interested.",
        "I will make it viral.",
        "Vou aos jornais.",
    ),
    "Safety": (
        "I want to end it all.",
        "I cannot go on.",
        "I do not know what I will do.",
        "There is no heating.",
        "He will find me.",
    ),
    "Vulnerability": (
        "Since my husband died I do this alone.",
        "My carer opens the post.",
        "I lost my job.",
        "I cannot read the letters.",
        "I am having chemotherapy.",
    ),
    "Conduct or discrimination": (
        "He mocked my accent.",
        "They laughed at us.",
        "It is because I am a woman.",
        "You refused to serve her.",
        "I came in my wheelchair.",
    ),
    "Fraud or data": (
        "I did not make this payment.",
        "I was scammed.",
        "He said he was from the bank.",
        "I get someone else's letters.",
        "You sent my details to my landlord.",
    ),
}
SILENT = {
    "Repeated contact": "This is my third year with you.",
    "Asks for a manager": "My manager at work gave me the afternoon off.",
    "Mentions legal action": "I do not want to sue, and my daughter is a solicitor.",
    "Mentions the media": "I saw it in the papers.",
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in FIRES.items() for text in texts])
def test_a_criterion_fires_for_what_the_practice_names(name, text):
    assert find_words(ROWS[name], text)


@pytest.mark.parametrize(("name", "text"), SILENT.items())
def test_a_criterion_stays_silent_where_the_words_mean_something_else(name, text):
    assert not find_words(ROWS[name], text)


def test_typographic_apostrophes_and_line_breaks_do_not_hide_the_words():
    assert find_words(ROWS["Safety"], "I can’t go on")
    assert find_words(ROWS["Repeated contact"], "I keep\ncalling")


def test_known_facts_are_tested_with_the_thresholds_of_the_practice():
    limits = {(row.test, row.threshold): row.policy for row in ROWS.values() if row.test != Criterion.Test.WORDS}
    assert limits == {
        ("attempts", 2): "triage",
        ("age", 3): "triage",
        ("amount", 1000): "triage",
        ("severity", 3): "triage",
        ("severity", 4): "at_once",
    }
    assert ROWS["Safety"].policy == "at_once"


def test_every_kind_of_trigger_that_text_can_raise_has_a_criterion():
    asked_by_people = {Kind.AGENT, Kind.CUSTOMER, Kind.REOPENED, Kind.FURTHER}
    assert {row.kind for row in ROWS.values()} == set(Kind) - asked_by_people


def wordings(story, times=60):
    rng = Random(story.said)
    for _time in range(times):
        blanks = draw(rng, date(2026, 5, 4), story.amount)
        yield blanks.fill(story.said, rng), blanks


@pytest.mark.parametrize("story", [*STORIES, *OUTSIDE], ids=lambda story: f"{story.product} {story.issue} {story.loud}")
def test_a_quiet_story_never_fires_and_a_loud_one_mostly_does(story):
    fired = [criteria.fires(said, blanks.amount, story.severity) for said, blanks in wordings(story)]
    assert sum(fired) > len(fired) / 2 if story.loud else not any(fired)


@pytest.mark.parametrize("story", [*STORIES, *OUTSIDE], ids=lambda story: f"{story.product} {story.issue} {story.loud}")
def test_no_blank_of_a_story_is_left_open(story):
    texts = " ".join((story.said, story.wanted, story.found, story.tried, story.settled))
    rng = Random(1)
    filled = draw(rng, date(2026, 5, 4), story.amount).fill(texts, rng)
    assert not set("[]{}|") & set(filled)


def test_the_whole_demo_has_every_fate_in_its_share():
    planned = fates(290)
    assert {name: planned.count(name) for name in FATES} == {name: fate.share for name, fate in FATES.items()}


def test_a_small_demo_still_has_every_fate():
    assert set(fates(len(FATES))) == set(FATES)
    assert len(fates(35)) == 35
    assert len(fates(5)) == 5
    assert fates(0) == []
