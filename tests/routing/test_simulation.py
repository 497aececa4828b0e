from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from routing.assignment import begin, end
from routing.engine import compile_ruleset, decide
from routing.facts import Facts
from routing.models import Assignment, Decision, Handler, Rule, SimulatedCase, Simulation, Team
from routing.simulation.past import chosen, read
from routing.simulation.run import ask, cancel, run, start_again

CARD, LOAN = Facts(product="card", severity=2), Facts(product="mortgage", severity=3)


@pytest.fixture
def cards(db):
    return Team.objects.create(code="cards", name="Cards")


def add(ruleset, name, team, *conditions, **values):
    rule = Rule.objects.create(ruleset=ruleset, position=ruleset.rules.count() + 1, name=name, team=team, **values)
    for fact, operator, value in conditions:
        rule.conditions.create(fact=fact, operator=operator, value=value)
    return rule


@pytest.fixture
def lena(make_handler):
    return make_handler("Lena", level=3, capacity=100)


@pytest.fixture
def carl(make_handler, cards):
    return make_handler("Carl", team=cards, capacity=100)


@pytest.fixture
def past(rules_in_force, noon, lena, carl):
    """Makes decisions of the version in force (everything goes to Lending), one case each."""

    def make(*cases, days=1):
        for facts in cases:
            match = decide(compile_ruleset(rules_in_force), facts)
            number = Decision.objects.count() + 1
            Decision.objects.create(
                reference=f"R-2026-{number:06}", decided_at=noon - timedelta(days=days), ruleset=rules_in_force,
                rule_id=match.rule.pk, matched=[rule.stored() for rule in match.matched],
                facts=facts.stored(match.found), reason=match.why,
            )  # fmt: skip

    return make


@pytest.fixture
def simulate(noon):
    def do(draft, texts=lambda batch: [{} for _past in batch], sample=10_000):
        asked = ask(draft, draft.author, since=noon - timedelta(days=30), until=noon, sample=sample)
        assert run(asked.pk, texts)
        asked.refresh_from_db()
        return asked

    return do


def told(simulation):
    rows = SimulatedCase.objects.filter(simulation=simulation).order_by("reference")
    return [(row.reference[-1], row.kind, row.before and row.before.code, row.after and row.after.code) for row in rows]


def test_past_cases_are_read_as_they_were_stored(past, noon):
    past(CARD, replace(LOAN, amount=Decimal("12.50"), currency="GBP", text='A "quoted", \\ text'))
    keys = chosen(noon - timedelta(days=30), noon, 10)
    rows = Decision.objects.order_by("pk").values_list("pk", "reference", "decided_at", "ruleset", "facts")
    assert [tuple(one) for batch in read(keys) for one in batch] == list(rows)


def test_a_draft_is_replayed_on_past_cases_and_the_changes_are_summed_up(past, rules_in_force, author, cards, simulate):
    past(CARD, CARD, LOAN, replace(LOAN, severity=4))
    draft = rules_in_force.copy(author)
    lending = draft.rules.get()
    Rule.objects.filter(pk=lending.pk).update(position=9)
    to_cards = add(draft, "Cards", cards, ("product", "is", "card"))
    Rule.objects.filter(pk=to_cards.pk).update(position=0)
    severe = add(draft, "Severe", None, ("severity", "is", "4"), go_on=True, minimum_authority=3)
    Rule.objects.filter(pk=severe.pk).update(position=1)
    done = simulate(draft)
    assert (done.state, done.done, done.total) == ("done", 4, 4)
    sums = done.result
    assert (sums["cases"], sums["moved"], sums["changed"], sums["unplaced"]) == (4, 2, 1, 0)
    assert sorted(sums["matrix"]) == [[lending.team_id, lending.team_id, 2, 1], [lending.team_id, cards.pk, 2, 2]]
    assert dict(sums["rules"]) == {str(to_cards.key): 2, str(severe.key): 1}
    assert told(done) == [
        ("1", "moved", "lending", "cards"), ("2", "moved", "lending", "cards"), ("4", "changed", "lending", "lending"),
    ]  # fmt: skip


def test_cases_that_the_draft_leaves_unplaced_are_kept(past, rules_in_force, author, products, simulate):
    past(CARD, LOAN)
    draft = rules_in_force.copy(author)
    rule = draft.rules.get()
    rule.conditions.create(fact="product", operator="is", value="mortgage")
    done = simulate(draft)
    assert done.result["unplaced"] == 1
    assert told(done) == [("1", "moved", "lending", None)]
    assert str(done.cases.get().because) == str(rule.key) and done.cases.get().left == "no_rule"


def test_the_latest_cases_of_the_period_are_replayed_one_decision_each(past, rules_in_force, author, simulate, noon):
    past(CARD, days=31)
    past(CARD, LOAN, days=2)
    latest = Decision.objects.order_by("pk").last()
    latest.pk, latest._state.adding = None, True
    latest.save()
    draft = rules_in_force.copy(author)
    assert simulate(draft).result["cases"] == 2
    assert simulate(draft, sample=1).result["cases"] == 1


def test_a_word_that_nobody_looked_for_needs_the_text_and_an_erased_text_is_not_known(
    past, rules_in_force, author, cards, simulate
):
    said = "I shall call a journalist."
    past(replace(CARD, text=said), replace(CARD, text="Nothing."), replace(CARD, text="Gone since."), CARD)
    draft = rules_in_force.copy(author)
    Rule.objects.filter(pk=add(draft, "Press", cards, ("text", "contains_any_word", "journalist")).pk).update(
        position=0
    )
    texts = {"1": said, "2": "Nothing."}
    done = simulate(draft, lambda batch: [{"text": texts.get(one.reference[-1], "")} for one in batch])
    assert told(done) == [("1", "moved", "lending", "cards"), ("3", "unknown", None, None)]
    assert (done.result["moved"], done.result["unknown"], done.result["cases"]) == (1, 1, 4)


def test_an_erased_text_is_no_matter_where_no_word_decides(past, rules_in_force, author, cards, simulate, products):
    past(replace(CARD, text="Gone since."), replace(LOAN, text="Gone since."))
    draft = rules_in_force.copy(author)
    press = add(draft, "Press", cards, ("text", "contains_any_word", "journalist"), ("product", "is", "mortgage"))
    Rule.objects.filter(pk=press.pk).update(position=0)
    done = simulate(draft)
    assert told(done) == [("2", "unknown", None, None)]


def test_words_that_the_version_of_then_looked_for_are_known_for_good(author, publisher, draft, lending, cards, noon):
    first = add(draft, "Press", cards, ("text", "contains_any_word", "journalist"))
    add(draft, "All", lending)
    draft.publish(publisher)
    match = decide(compile_ruleset(draft), Facts(text="a journalist"))
    Decision.objects.create(
        reference="R-2026-000001", decided_at=noon - timedelta(days=1), ruleset=draft, rule=first,
        facts=Facts(text="a journalist").stored(match.found), reason="",
    )  # fmt: skip
    copy = draft.copy(author)
    Rule.objects.filter(ruleset=copy, name="Press").update(minimum_authority=3)
    asked = ask(copy, author, since=noon - timedelta(days=30), until=noon, sample=10)
    assert run(asked.pk, lambda batch: pytest.fail("no text is needed"))
    asked.refresh_from_db()
    assert asked.result["changed"] == 1


def loads(done, name="handlers"):
    return {pk: (before, after) for pk, before, after, *_shares in done.result[name]}


def test_the_cases_are_given_again_to_whoever_live_routing_would_choose(
    past, rules_in_force, author, cards, simulate, lena, carl, make_handler, mortgages
):
    dora = make_handler("Dora", team=cards, capacity=100, skills=[mortgages])
    past(CARD, CARD, LOAN, LOAN)
    draft = rules_in_force.copy(author)
    Rule.objects.filter(ruleset=draft).update(team=cards)
    draft.rules.get().skills.add(mortgages)
    done = simulate(draft)
    assert loads(done) == {lena.pk: (4, 0), dora.pk: (0, 4)}
    draft.rules.get().skills.clear()
    assert loads(simulate(draft)) == {lena.pk: (4, 0), carl.pk: (0, 2), dora.pk: (0, 2)}
    assert loads(simulate(draft), "teams") == {lena.team_id: (4, 0), cards.pk: (0, 4)}


def test_whoever_is_full_or_away_gets_none_and_the_case_is_left(
    past, rules_in_force, author, cards, simulate, lena, carl, noon
):
    Handler.objects.filter(pk=lena.pk).update(capacity=3)
    past(CARD, CARD)
    draft = rules_in_force.copy(author)
    done = simulate(draft)
    assert (done.result["was_unplaced"], done.result["unplaced"], done.result["moved"]) == (1, 1, 0)
    assert [(row.reference[-1], row.kind, row.left) for row in done.cases.all()] == [("2", "same", "nobody")]
    Rule.objects.filter(ruleset=draft).update(team=cards)
    carl.absences.create(starts_at=noon - timedelta(days=2), ends_at=noon)
    assert simulate(draft).result["unplaced"] == 2


def test_the_load_is_the_average_over_the_period_in_percent_of_the_capacity(
    past, rules_in_force, author, simulate, lena, noon
):
    past(CARD, days=10)
    held = begin("R-2026-000001", lena, weight=2, at=noon - timedelta(days=10))
    end([held.reference], at=noon - timedelta(days=5))
    ((_pk, before, after, was, now),) = simulate(rules_in_force.copy(author)).result["handlers"]
    assert (before, after, was, now) == (1, 1, 1.0, 1.0)  # a case of weight 2 held half the time, of 100


def test_nothing_is_written_but_the_run(past, rules_in_force, author, simulate, lena):
    past(CARD, LOAN)
    before = Assignment.objects.count(), Decision.objects.count()
    simulate(rules_in_force.copy(author))
    assert (Assignment.objects.count(), Decision.objects.count()) == before


def test_a_run_that_is_cancelled_stops_before_its_next_batch(past, rules_in_force, author, simulate, noon, monkeypatch):
    monkeypatch.setattr("routing.simulation.past.BATCH", 1)
    past(*[replace(CARD, text="word")] * 3)
    draft = rules_in_force.copy(author)
    draft.rules.get().conditions.create(fact="text", operator="contains_no_word", value="other")
    asked = ask(draft, author, since=noon - timedelta(days=30), until=noon, sample=10)
    seen = []

    def texts(batch):
        seen.extend(batch)
        if len(seen) == 2:
            assert cancel(Simulation.objects.filter(pk=asked.pk)) == 1
        return [{"text": "word"} for _past in batch]

    assert not run(asked.pk, texts)
    asked.refresh_from_db()
    assert (asked.state, asked.done, len(seen), asked.result) == ("cancelled", 1, 2, {})
    assert start_again(asked.pk)
    assert run(asked.pk, lambda batch: [{"text": "word"} for _past in batch])


def test_what_a_killed_worker_left_is_taken_up_again_from_the_beginning(past, rules_in_force, author, noon):
    past(CARD, LOAN)
    draft = rules_in_force.copy(author)
    asked = ask(draft, author, since=noon - timedelta(days=30), until=noon, sample=10)
    row = SimulatedCase(simulation=asked, decision=Decision.objects.first(), reference="R-2026-000001", kind="moved")
    row.save()
    Simulation.objects.filter(pk=asked.pk).update(state="running", done=1, heard_at=asked.asked_at)
    assert not run(asked.pk, None)
    silent = asked.asked_at - timedelta(seconds=90)
    Simulation.objects.filter(pk=asked.pk).update(heard_at=silent)
    asked.refresh_from_db()
    assert asked.is_silent(asked.asked_at)
    assert run(asked.pk, lambda batch: [{} for _past in batch])
    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.cases.count()) == ("done", 2, 0)


def test_an_error_is_told_and_the_run_can_be_started_again(past, rules_in_force, author, simulate, noon, products):
    past(replace(CARD, text="word"))
    draft = rules_in_force.copy(author)
    draft.rules.get().conditions.create(fact="text", operator="contains_any_word", value="other")
    asked = ask(draft, author, since=noon - timedelta(days=30), until=noon, sample=10)

    def texts(batch):
        raise OSError

    assert not run(asked.pk, texts)
    asked.refresh_from_db()
    assert (asked.state, "OSError" in asked.problem) == ("failed", True)
    assert start_again(asked.pk) and not start_again(asked.pk + 1)


def test_asking_again_cancels_what_still_runs_for_the_same_draft(past, rules_in_force, author, noon):
    draft = rules_in_force.copy(author)
    period = {"since": noon - timedelta(days=30), "until": noon, "sample": 10}
    first, second = ask(draft, author, **period), ask(draft, author, **period)
    first.refresh_from_db()
    assert (first.state, second.state, second.against) == ("cancelled", "waiting", rules_in_force)
