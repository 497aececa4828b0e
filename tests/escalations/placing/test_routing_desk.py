"""Cases meet routing: placed by rules, kept with a reason when nobody can have them, taken, handed over, given back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from escalations.actors import Actor
from escalations.errors import Incomplete, Invalid, NotAllowed, WrongState
from escalations.intake import AttemptDraft, Contact, register
from escalations.jobs import route_accepted
from escalations.models import Complaint
from escalations.placing import routing_desk
from routing.models import Assignment, Choice, Condition, Decision, Field, Rule, Ruleset, User


def again(complaint):
    return Complaint.objects.get(pk=complaint.pk)


def decisions(complaint):
    return list(Decision.objects.filter(reference=complaint.reference).order_by("pk"))


@pytest.fixture
def away(house):
    """Sends people on leave: nobody of the cards team is in, but for those named."""

    def away(*names):
        for name in names:
            now = timezone.now()
            handler = getattr(house, name).handler
            handler.absences.create(starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1))

    return away


def insist(house, **requirements):
    """New rules in force: cards go to cards, with these requirements."""
    ruleset = Ruleset.objects.create(author=house.administrator)
    rule = Rule.objects.create(
        ruleset=ruleset,
        position=1,
        name="Strict",
        team=house.cards,
        mode=requirements.pop("mode", "push"),
        **requirements,
    )
    Condition.objects.create(rule=rule, fact="product", operator="is", value="card")
    ruleset.publish(house.supervisor)
    return rule


# --- placed ------------------------------------------------------------------------------------------------------


def test_an_accepted_case_goes_where_the_rules_say_and_the_decision_is_the_reason(case, house):
    complaint = case("accepted", product=house.loan)
    assert route_accepted() == 1
    now = again(complaint)
    (decision,) = decisions(complaint)
    event = now.events.latest("number")
    assert (now.state, now.team, now.handler) == ("routed", house.loans, house.stranger.handler)
    assert (event.actor_name, event.reason, event.data["decision"]) == ("routing", decision.reason, decision.pk)
    assert "by rule “Loans”" in decision.reason
    held = Assignment.objects.get(reference=complaint.reference)
    assert (held.handler, held.team, held.weight, held.since, held.until) == (
        now.handler, house.loans, now.weight, event.at, None,
    )  # fmt: skip


def test_the_urgent_are_placed_first_and_the_load_is_spread(case, house):
    low, urgent, middle = (case("accepted", severity=severity) for severity in (1, 4, 2))
    route_accepted()
    first = {row.reference: row.pk for row in Assignment.objects.all()}
    assert first[urgent.reference] < first[middle.reference] < first[low.reference]
    held = [again(complaint).handler for complaint in (urgent, middle, low)]
    assert held[0] != held[1] == held[2], "4 against 2: the third goes where less is to do, not where fewer cases are"


def test_what_nobody_accepted_is_not_placed(case):
    complaint = case("triggered")
    assert route_accepted() == 0
    assert decisions(complaint) == []


def test_a_second_look_places_nothing_twice(case):
    complaint = case("accepted")
    assert (route_accepted(), route_accepted()) == (1, 0)
    assert len(decisions(complaint)) == 1


# --- not placed --------------------------------------------------------------------------------------------------


@pytest.fixture
def odd(house):
    """A product that no rule names."""
    return Choice.objects.create(field=Field.objects.built_in("product"), code="odd", label="Odd")


def test_what_no_rule_can_place_is_kept_with_the_reason_and_never_lost(case, odd):
    complaint = case("accepted", product=odd)
    for _sweep in range(3):
        assert route_accepted() == 0
    (decision,) = decisions(complaint)
    assert (decision.placed, decision.reason) == (False, "No routing rule fits this case.")
    assert list(Complaint.objects.accepted()) == [again(complaint)]
    assert again(complaint).events.latest("number").action == "accept"


def test_what_could_not_be_placed_is_placed_once_the_rules_change(case, odd, house):
    complaint = case("accepted", product=odd)
    route_accepted()
    ruleset = Ruleset.objects.create(author=house.administrator)
    Rule.objects.create(ruleset=ruleset, position=1, name="All", team=house.loans)
    ruleset.publish(house.supervisor)
    assert route_accepted() == 1
    assert [decision.placed for decision in decisions(complaint)] == [False, True]


def test_what_could_not_be_placed_is_placed_once_the_facts_change(case, odd, house, deeds):
    complaint = case("accepted", product=odd)
    route_accepted()
    deeds.do(complaint, "edit", "coordinator", severity=2, product=house.card)
    assert route_accepted() == 1


def test_what_could_not_be_placed_is_placed_once_somebody_is_back(case, house, away):
    away("handler", "colleague", "manager")
    complaint = case("accepted")
    assert route_accepted() == 0
    back = house.colleague.handler.absences.get().ends_at
    day = date_format(timezone.localtime(back), "D j M")
    assert decisions(complaint)[-1].reason == f"Cards: no one is in before {day}."
    house.colleague.handler.absences.all().delete()
    assert route_accepted() == 1
    assert again(complaint).handler == house.colleague.handler


@pytest.mark.parametrize("gone", ["handler", "user"])
def test_somebody_who_was_deactivated_gets_nothing(case, house, away, gone):
    away("colleague", "manager")
    person = house.handler.handler if gone == "handler" else house.handler
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    complaint = case("accepted")
    assert route_accepted() == 0
    assert len(decisions(complaint)[0].candidates) == 2


def test_a_full_house_waits(case, house):
    for name in ("handler", "colleague", "manager"):
        handler = getattr(house, name).handler
        type(handler).objects.filter(pk=handler.pk).update(capacity=1)
    complaint = case("accepted", severity=2)
    route_accepted()
    assert decisions(complaint)[0].reason == (
        "Cards: 2 handlers, all at capacity; none has the capacity for a case that weighs 2."
    )


def test_a_restricted_case_goes_only_to_somebody_with_the_clearance(case, house, deeds):
    complaint = case("accepted", restricted_kind="")
    deeds.do(complaint, "restrict", "manager", kind="conduct")
    assert route_accepted() == 0
    assert "without the clearance" in decisions(complaint)[0].reason
    house.colleague.clearances.add(house.conduct)
    assert route_accepted() == 1
    assert again(complaint).handler == house.colleague.handler


def test_whoever_made_an_attempt_is_no_candidate(case, house, away):
    away("manager")
    attempts = (AttemptDraft("Offered 20.00", "declined", timezone.now(), house.handler),)
    complaint = case("accepted", attempts=attempts)
    route_accepted()
    assert again(complaint).handler == house.colleague.handler
    excluded = next(row for row in decisions(complaint)[0].candidates if row["handler"] == house.handler.handler.pk)
    assert excluded["why"] == "Is excluded: made an earlier attempt to put it right."


def test_a_case_that_raises_stops_no_other(case, monkeypatch):
    broken, fine = case("accepted", severity=4), case("accepted", severity=1)
    read = routing_desk.facts_of
    monkeypatch.setattr(
        routing_desk, "facts_of", lambda cases, **told: 1 / 0 if broken in cases else read(cases, **told)
    )
    assert route_accepted() == 1
    assert (again(broken).state, again(fine).state) == ("triggered", "routed")


def test_the_decision_keeps_facts_and_words_of_the_rules_but_not_the_text(case):
    complaint = case("accepted", what_happened="My PIN is 4711, said the man.")
    route_accepted()
    (decision,) = decisions(complaint)
    assert decision.facts["product"] == "card"
    assert "4711" not in str(decision.facts) and decision.facts["text_digest"]


# --- taken -------------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(case, house):
    """A case on the list of the cards team."""

    def listed(**given):
        complaint = case("accepted", **given)
        route_accepted()
        return again(complaint)

    return listed


def test_a_rule_that_pulls_puts_the_case_on_the_list_and_a_handler_takes_it(listed, house, deeds):
    insist(house, mode="pull")
    complaint = listed()
    assert (complaint.state, complaint.team, complaint.handler) == ("routed", house.cards, None)
    assert list(Complaint.objects.unheld()) == [complaint]
    event = deeds.do(complaint, "take", "handler")
    assert (event.data["handler"], again(complaint).holder) == (house.handler.handler.pk, house.handler.handler)
    assert Assignment.objects.open().get().handler == house.handler.handler


def test_what_somebody_holds_is_not_taken_and_the_second_is_told_who_did(listed, house, deeds):
    insist(house, mode="pull")
    complaint = listed()
    deeds.do(complaint, "take", "colleague")
    with pytest.raises(WrongState, match="Meanwhile: Hugo"):
        deeds.do(complaint, "take", "handler")


def test_taking_is_held_to_the_same_checks_as_routing(listed, house, deeds):
    insist(house, mode="pull", minimum_authority=3)
    complaint = listed()
    with pytest.raises(Incomplete, match="Has authority 2, needs 3"):
        deeds.do(complaint, "take", "handler")
    deeds.do(complaint, "take", "colleague")


def test_another_team_takes_nothing_off_the_list(listed, house, deeds):
    insist(house, mode="pull")
    with pytest.raises(NotAllowed, match="handler of Cards"):
        deeds.do(listed(), "take", "stranger")


# --- by hand -----------------------------------------------------------------------------------------------------


def test_by_hand_a_decision_says_who_chose_and_why(case, odd, house, deeds):
    complaint = case("accepted", product=odd)
    deeds.do(
        complaint, "route", "coordinator", team=house.cards, handler=house.colleague.handler, reason="He knows odd."
    )
    decision = decisions(complaint)[-1]
    assert (decision.chosen_by, decision.placed, decision.handler) == (house.coordinator, True, house.colleague.handler)
    assert decision.reason == "Cora sent it to Hugo in Cards: He knows odd."


def test_by_hand_capacity_and_absence_may_be_overruled(case, house, deeds, away):
    away("handler")
    complaint = case("accepted")
    deeds.do(complaint, "route", "coordinator")
    assert again(complaint).handler == house.handler.handler
    assert "Is away." in decisions(complaint)[-1].candidates[0]["why"]


@pytest.mark.parametrize("action", ["route", "reroute", "reassign"])
@pytest.mark.parametrize("why", ["involved", "no clearance", "inactive"])
def test_by_hand_a_conflict_a_missing_clearance_and_who_left_are_not_overruled(case, house, deeds, away, action, why):
    away("handler", "manager")
    made_by = house.handler if why == "involved" else None
    attempts = (AttemptDraft("Offered 20.00", "declined", timezone.now(), made_by),)
    complaint = case("accepted" if action == "route" else "routed", attempts=attempts)
    if why == "no clearance":
        house.coordinator.clearances.add(house.conduct)
        house.coordinator = User.objects.get(pk=house.coordinator.pk)
        deeds.do(complaint, "restrict", "coordinator", kind="conduct")
    if why == "inactive":
        type(house.handler.handler).objects.update(is_active=False)
        house.handler.handler.refresh_from_db()
    before = len(decisions(complaint)), again(complaint).latest_event
    data = {"handler": house.handler.handler} | ({} if action == "reassign" else {"team": house.cards})
    with pytest.raises(Invalid) as refused:
        deeds.do(complaint, action, "coordinator", **data)
    assert "handler" in refused.value.errors
    assert (len(decisions(complaint)), again(complaint).latest_event) == before


def test_a_handler_of_another_team_than_the_one_named_is_refused(case, house, deeds):
    with pytest.raises(Invalid):
        deeds.do(case("accepted"), "route", "coordinator", team=house.loans, handler=house.handler.handler)


def test_a_case_handed_to_a_colleague_stays_where_it_is_and_the_ledger_follows(case, house, deeds):
    complaint = case("investigating")
    event = deeds.do(complaint, "reassign", "coordinator")
    now = again(complaint)
    assert (now.state, now.handler, event.data["before"]) == (
        "investigating",
        house.colleague.handler,
        complaint.handler_id,
    )
    old, new = Assignment.objects.filter(reference=complaint.reference).order_by("pk")
    assert (old.until, new.since, new.until, new.handler) == (event.at, event.at, None, house.colleague.handler)


def test_a_list_cannot_be_handed_over(case, house, deeds):
    insist(house, mode="pull")
    complaint = case("accepted")
    route_accepted()
    with pytest.raises(Incomplete, match="nobody holds it"):
        deeds.do(complaint, "reassign", "coordinator")


@pytest.mark.parametrize("state", ["routed", "investigating", "communicating"])
def test_other_expertise_ends_one_assignment_and_begins_another(case, house, deeds, state):
    complaint = case(state)
    deeds.do(complaint, "reroute", "coordinator")
    now = again(complaint)
    assert (now.state, now.team, now.handler) == ("routed", house.loans, house.stranger.handler)
    assert Assignment.objects.open().get().handler == house.stranger.handler
    deeds.do(complaint, "reroute", "coordinator", team=house.cards, handler=None)
    assert not Assignment.objects.open().exists()


# --- back --------------------------------------------------------------------------------------------------------


def test_a_reopened_case_goes_back_to_whoever_had_it_where_possible(case, house, deeds, away):
    first, second = case("closed"), case("closed", contact=Contact(name="Rui", email="rui@example.org"))
    handlers = [again(complaint).handler for complaint in (first, second)]
    assert handlers[0] != handlers[1]
    for complaint in (second, first):
        deeds.do(complaint, "reopen", "customer")
    route_accepted()
    assert [again(complaint).handler for complaint in (first, second)] == handlers
    assert "had this case before" in decisions(first)[-1].reason


def test_a_reopened_case_of_a_team_with_a_list_goes_back_too_and_waits_on_the_list_when_they_cannot(
    case, house, deeds, away
):
    complaint, other = case("closed"), case("closed", contact=Contact(name="Rui", email="rui@example.org"))
    held = {one.pk: again(one).handler for one in (complaint, other)}
    insist(house, mode="pull")
    deeds.do(complaint, "reopen", "customer")
    route_accepted()
    assert again(complaint).handler == held[complaint.pk]
    away("handler", "colleague")
    deeds.do(other, "reopen", "customer")
    route_accepted()
    assert (again(other).state, again(other).handler) == ("routed", None)


def test_a_reopened_case_whose_handler_is_away_goes_to_another(case, house, deeds, away):
    complaint = case("closed")
    deeds.do(complaint, "reopen", "customer")
    away("handler")
    route_accepted()
    assert again(complaint).handler not in (None, complaint.handler)


def test_sent_back_goes_to_the_frontline_when_it_was_never_routed(case, deeds):
    complaint = case("accepted")
    assert deeds.do(complaint, "send_back", "coordinator").to_state == "frontline"
    assert {row.state for row in complaint.triggers.all()} == {"dismissed"}


def test_sent_back_goes_to_the_same_handler_when_it_was_ever_routed(case, house, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "escalate_further", "handler")
    event = deeds.do(complaint, "send_back", "coordinator")
    now = again(complaint)
    assert (event.to_state, now.handler, now.team) == ("routed", house.handler.handler, house.cards)
    assert Assignment.objects.open().get().handler == house.handler.handler
    kinds = {row.kind: row.state for row in now.triggers.all()}
    assert kinds == {"agent": "accepted", "further": "dismissed"}, "why it was escalated at first still holds"


def test_sent_back_goes_to_the_teams_list_when_the_handler_has_left(case, house, deeds):
    complaint = case("investigating")
    deeds.do(complaint, "escalate_further", "handler")
    type(house.handler.handler).objects.filter(pk=house.handler.handler.pk).update(is_active=False)
    deeds.do(complaint, "send_back", "coordinator")
    now = again(complaint)
    assert (now.state, now.team, now.handler) == ("routed", house.cards, None)


def test_a_customer_with_an_earlier_escalation_is_known_by_routing(case, house, draft):
    case("routed")
    register(draft(), actor=Actor.of(house.agent))
    later = case("accepted")
    route_accepted()
    assert decisions(later)[0].facts["prior_escalations"] == 1
