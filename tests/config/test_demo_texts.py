"""What the demo's criteria catch and what they let pass, by the examples of the practice; and its stories."""

from datetime import date
from random import Random

import pytest

from config.demo import criteria
from config.demo.criteria import SHIPPED
from config.demo.plan import fates
from config.demo.plots import FATES
from config.demo.stories import OUTSIDE, STORIES
from config.demo.wording import draw
from escalations.states import TriggerKind as Kind


def test_known_facts_are_tested_with_the_thresholds_of_the_practice():
    limits = {one.code: (one.number, one.policy) for one in SHIPPED.definitions if one.threshold}
    assert limits == {
        "three-contacts": (3, "triage"),
        "failed-attempts": (2, "triage"),
        "unsettled": (3, "triage"),
        "amount": (1000, "triage"),
        "severity-high": (3, "triage"),
        "severity-critical": (4, "at_once"),
        "cluster": (5, "triage"),
    }
    assert SHIPPED.by_code["safety"].policy == "at_once"


def test_every_kind_of_trigger_has_a_criterion_but_those_that_people_or_others_raise():
    raised_by_others = {Kind.AGENT, Kind.CUSTOMER, Kind.FURTHER, Kind.OTHER, Kind.RISK}
    assert {one.kind for one in SHIPPED.definitions} == set(Kind) - raised_by_others


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
