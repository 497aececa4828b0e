"""Whoever is away for long does not hold cases up: colleagues go on, or the cases wait, as the policy says."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from escalations.actions import COVER_JOB
from escalations.jobs import cover_absent, sweep
from escalations.models import Complaint, Event, Policy
from routing.models import Assignment, Decision


def again(complaint):
    return Complaint.objects.get(pk=complaint.pk)


@pytest.fixture
def held(case, house, hana_alone):
    """Cases that Hana holds, one in each state of work; her colleague is back."""
    cases = [case(state) for state in ("routed", "investigating", "communicating")]
    house.colleague.handler.absences.all().delete()
    return cases


@pytest.fixture
def leave(house):
    def go(person, days=7.0, since=0.1):
        now = timezone.now()
        return person.handler.absences.create(
            starts_at=now - timedelta(days=since), ends_at=now - timedelta(days=since) + timedelta(days=days)
        )

    return go


def test_a_colleague_goes_on_in_the_same_state_with_one_event_and_a_decision_that_says_why(held, house, leave):
    absence = leave(house.handler)
    before = {case.pk: (case.state, case.latest_event) for case in map(again, held)}
    assert cover_absent() == 3
    for case in map(again, held):
        event = case.events.latest("number")
        assert (case.state, case.latest_event) == (before[case.pk][0], before[case.pk][1] + 1)
        assert (case.handler, event.action, event.actor_name) == (house.colleague.handler, "reassign", "routing")
        decision = Decision.objects.latest_of(case.reference)
        until = f"{timezone.localtime(absence.ends_at):%-d %b %Y}"
        assert (
            decision.reason
            == event.reason
            == (f"Hana is away until {until}. Goes to Hugo in Cards: Hugo is the only one who can take it now.")
        )
        assert (decision.rule.name, event.data["decision"]) == ("Cards", decision.pk)
        assert Assignment.objects.open().get(reference=case.reference).handler == house.colleague.handler


def test_covering_twice_changes_nothing(held, house, leave):
    leave(house.handler)
    sweep()
    before = Event.objects.count(), Decision.objects.count(), Assignment.objects.count()
    assert cover_absent() == 0
    sweep()
    assert (Event.objects.count(), Decision.objects.count(), Assignment.objects.count()) == before


@pytest.mark.parametrize(
    ("house_says", "team_says", "covered"),
    [("reassign", "", 3), ("hold", "", 0), ("reassign", "hold", 0), ("hold", "reassign", 3)],
)
def test_the_team_or_else_the_house_says_whether_cases_are_given_to_colleagues_or_wait(
    held, house, leave, house_says, team_says, covered
):
    Policy.objects.update_or_create(pk=1, defaults={"on_absence": house_says})
    type(house.cards).objects.filter(pk=house.cards.pk).update(on_absence=team_says)
    leave(house.handler)
    assert cover_absent() == covered


def test_a_short_absence_and_one_that_has_not_begun_leave_the_cases_where_they_are(held, house, leave):
    leave(house.handler, days=0.9)
    leave(house.handler, since=-1)
    assert cover_absent() == 0
    Policy.objects.update_or_create(pk=1, defaults={"absence_hours": 20})
    assert cover_absent() == 3


def test_what_no_colleague_can_take_stays_and_is_covered_once_somebody_can(held, house, leave):
    leave(house.handler)
    busy = house.colleague.handler
    type(busy).objects.filter(pk=busy.pk).update(capacity=4)
    decisions = Decision.objects.count()
    assert (cover_absent(), cover_absent()) == (2, 0)
    assert Decision.objects.count() == decisions + 2, "what cannot be covered is no new decision"
    assert [again(case).handler for case in held].count(house.handler.handler) == 1
    type(busy).objects.filter(pk=busy.pk).update(capacity=30)
    assert cover_absent() == 1


def test_cover_asks_for_what_the_rule_asked_for_and_minds_conflicts(held, house, leave, deeds):
    leave(house.handler)
    deeds.do(held[0], "name_staff", "coordinator", user=house.colleague)
    assert cover_absent() == 2
    assert again(held[0]).handler == house.handler.handler


def test_an_absence_entered_in_the_admin_nudges_the_worker(held, house, client):
    client.force_login(house.manager)
    now = timezone.localtime()
    posted = {"handler": house.handler.handler.pk, "reason": "Leave"}
    for name, moment in (("starts_at", now - timedelta(hours=1)), ("ends_at", now + timedelta(days=5))):
        posted |= {f"{name}_0": f"{moment:%Y-%m-%d}", f"{name}_1": f"{moment:%H:%M:%S}"}
    before = OrmQ.objects.count()
    answer = client.post(reverse("admin:routing_absence_add"), posted)
    assert answer.status_code == 302
    assert [row.task["func"] for row in OrmQ.objects.order_by("pk")[before:]] == [COVER_JOB]
