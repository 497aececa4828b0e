"""What waits for routing is looked at again when something changes, and only then."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.jobs import route_accepted
from escalations.models import Complaint, LastLook
from escalations.placing import routing_desk
from routing.models import CaseWeight, Decision, Handler, User


@pytest.fixture
def looked(monkeypatch):
    """The keys of the cases that routing decided about, sweep by sweep."""
    seen, decide = [], routing_desk.decide_many
    monkeypatch.setattr(
        routing_desk, "decide_many", lambda cases, at: seen.append([c.pk for c in cases]) or decide(cases, at)
    )

    def sweep(at=None):
        seen.clear()
        route_accepted(at=at)
        return [key for batch in seen for key in batch]

    return sweep


@pytest.fixture
def full(house, case):
    """Two cases that nobody has room for."""
    for person in (house.handler, house.colleague):
        person.handler.capacity = 1
        person.handler.save()
    return [case("accepted"), case("accepted")]


def test_without_a_change_a_sweep_decides_nothing_and_asks_as_much_for_many_as_for_few(full, looked, case):
    assert looked() == [one.pk for one in full]
    with CaptureQueriesContext(connection) as few:
        assert looked() == []
    full += [case("accepted") for _ in range(4)]
    assert looked() == [one.pk for one in full[2:]], "the new ones only"
    with CaptureQueriesContext(connection) as many:
        assert looked() == []
    assert len(few) == len(many)
    assert Decision.objects.count() == 6


def _away(house):
    now = timezone.now()
    house.handler.handler.absences.create(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))


CHANGES = {
    "somebody has more room": lambda house: Handler.objects.update(capacity=30),
    "somebody learns": lambda house: house.handler.handler.skills.add(house.chargeback),
    "somebody leaves": lambda house: User.objects.filter(pk=house.handler.pk).update(is_active=False),
    "somebody is away": _away,
    "a clearance is given": lambda house: house.handler.clearances.add(house.conduct),
    "a right is taken": lambda house: house.handler.groups.clear(),
    "a weight changes": lambda house: CaseWeight.objects.filter(severity=1, tier=1).update(weight=2),
    "new rules": lambda house: house.ruleset.copy(house.administrator).publish(house.supervisor),
}


@pytest.mark.parametrize("change", CHANGES)
def test_when_something_changes_for_the_team_all_that_wait_for_it_are_looked_at_again(change, full, looked, house):
    looked(), looked()
    CHANGES[change](house)
    assert looked() == [one.pk for one in full]


def test_when_a_case_of_the_team_ends_those_that_wait_are_looked_at_again(full, looked, house, deeds):
    deeds.do(full[0], "route", "manager", team=house.cards, handler=house.handler.handler)
    looked(), looked()
    deeds.do(full[0], "withdraw", "customer")
    assert looked() == [full[1].pk]


def test_what_changes_elsewhere_is_no_reason_to_look(full, looked, house):
    looked(), looked()
    Handler.objects.filter(pk=house.stranger.handler.pk).update(capacity=7)
    assert looked() == []


def test_a_case_whose_own_record_goes_on_is_looked_at_again(full, looked, deeds):
    looked()
    deeds.do(full[1], "note", "agent")
    assert looked() == [full[1].pk]
    assert looked() == []


def test_a_look_is_taken_again_after_an_hour_and_when_the_clock_was_put_back(full, looked):
    now = timezone.now()
    looked(now)
    assert looked(now + timedelta(minutes=59)) == []
    assert len(looked(now + timedelta(minutes=61))) == 2
    assert len(looked(now)) == 2


def test_a_new_decision_is_stored_only_when_the_reason_changed(full, looked, house):
    looked()
    CaseWeight.objects.filter(severity=1, tier=1).update(weight=2)
    looked()
    assert Decision.objects.count() == 2
    CaseWeight.objects.filter(severity=2, tier=1).update(weight=3)
    looked()
    assert Decision.objects.count() == 4
    assert "weighs 3" in Decision.objects.latest_of(full[0].reference).reason


def test_what_was_placed_leaves_no_look_that_counts_later(full, looked, house, deeds):
    looked()
    Handler.objects.update(capacity=30)
    looked()
    assert Complaint.objects.filter(state="routed").count() == 2
    deeds.do(full[0], "escalate_further", "manager")
    assert looked() == [full[0].pk]
    assert LastLook.objects.count() <= 2
