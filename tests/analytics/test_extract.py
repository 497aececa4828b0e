"""What is read for a report: whose complaints, of which months, each once."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import extract
from analytics.question import Question, month_of
from escalations.actors import Actor
from escalations.models import Cause, Complaint
from escalations.workflow import perform
from routing.models import Choice, Team, User

pytestmark = pytest.mark.django_db


def asked(**given) -> Question:
    now = month_of(timezone.localdate())
    return Question(since=now - 11, until=now, **given)


def test_a_month_begins_and_ends_where_the_reader_is(taken_in, report):
    taken_in("", received_at=datetime(2026, 9, 30, 23, 30, tzinfo=UTC))  # half past midnight in London
    with timezone.override("Europe/London"):
        assert report(since="2026-10", until="2026-10").total.complaints == 1
    with timezone.override("America/New_York"):
        assert report(since="2026-10", until="2026-10").total.complaints == 0
        assert [str(line.month) for line in report(since="2026-09", until="2026-09").months if line.complaints] == [
            "2026-09"
        ]


def test_first_and_last_moment_of_the_period_belong_to_it(taken_in, report):
    for moment in ("2026-08-31T23:00:00", "2026-09-30T22:59:59.999999", "2026-08-31T22:59:59", "2026-09-30T23:00:00"):
        taken_in("", received_at=datetime.fromisoformat(f"{moment}+00:00"))
    with timezone.override("Europe/London"):
        assert report(since="2026-09", until="2026-09").total.complaints == 2


def test_restricted_complaints_count_only_for_those_with_the_clearance(taken_in, report, house):
    taken_in("2026-10-03")
    taken_in("2026-10-03", restricted_kind="conduct")
    assert report().total.complaints == 1
    house.analyst.clearances.add(house.conduct)
    assert report(User.objects.get(pk=house.analyst.pk)).total.complaints == 2


def test_somebody_who_sees_only_their_own_cases_counts_only_those(taken_in, report, house, case):
    taken_in("2026-10-03")
    case("frontline")  # registered by the agent, now
    assert report(house.agent).total.complaints == 1
    assert report(house.administrator).total.complaints == 0


def test_a_complaint_with_two_points_counts_once_under_its_main_point(taken_in, report, house):
    complaint = taken_in("2026-10-03", product=house.card)
    perform(complaint, "add_point", actor=Actor.of(house.coordinator), reason="", product=house.loan, issue=house.fees)
    assert [(line.group, line.complaints) for line in report().groups] == [("Credit card", 1)]


def test_filters_hold_for_the_main_point_the_channel_and_the_team(taken_in, report, house, case):
    taken_in("2026-10-03", product=house.card, channel="email")
    taken_in("2026-10-04", product=house.loan, channel="email")
    case("routed")  # by phone, a card, with the team of cards
    assert report(product="card").total.complaints == 2
    assert report(channel="email").total.complaints == 2
    assert report(channel="email", product="loan").total.complaints == 1
    assert report(team="cards").total.complaints == 1
    assert report(team="loans").total.complaints == 0


def test_what_was_set_aside_is_counted_by_its_kind(report, taken_in):
    taken_in("2026-10-03")
    aside = taken_in("2026-10-04")
    Complaint.objects.filter(pk=aside.pk).update(state="closed", closed_as="set_aside", set_aside_as="enquiry")
    found = report(by="set_aside", since="2026-10", until="2026-10")
    assert {line.group: line.complaints for line in found.groups} == {"An enquiry": 1, "Ours, and a complaint": 1}


@pytest.mark.parametrize("by", ["product", "issue", "channel", "team", "cause", "finding", "fault", "control"])
def test_each_dimension_has_names_and_a_word_for_what_is_missing(by, taken_in, report, case):
    case("closed")
    taken_in("2026-10-03", product=None, channel="letter")
    found = {line.group for line in report(by=by).groups}
    assert (
        found
        == {
            "product": {"Credit card", "No product"},
            "issue": {"Fees"},
            "channel": {"Phone", "Letter"},
            "team": {"Cards", "No team"},
            "cause": {"No chaser", "No root cause yet"},
            "finding": {"No finding code yet"},
            "fault": {"Ours", "Not said yet"},
            "control": {"No control named"},
        }[by]
    )


def test_a_root_cause_is_named_with_its_way_from_the_root_of_the_tree(db):
    delivery = Cause.objects.create(code="delivery", name="Delivery")
    partner = Cause.objects.create(code="partner", name="Partner", parent=delivery)
    late = Cause.objects.create(code="late", name="Late", parent=partner)
    assert extract.names("cause")[late.pk] == "Delivery › Partner › Late"


def test_a_tree_of_causes_that_bites_its_tail_ends_nevertheless(db):
    first = Cause.objects.create(code="first", name="First")
    second = Cause.objects.create(code="second", name="Second", parent=first)
    Cause.objects.filter(pk=first.pk).update(parent=second)
    assert extract.names("cause")[second.pk] == "First › Second"


def test_two_products_of_one_name_are_told_apart_by_their_codes(house):
    other = Choice.objects.create(field=house.card.field, code="card-2019", label="Credit card")
    names = extract.names("product")
    assert names[house.card.pk] == "Credit card (card)"
    assert names[other.pk] == "Credit card (card-2019)"
    assert names[house.loan.pk] == "Loan"


def test_the_number_of_statements_does_not_grow_with_the_complaints(taken_in, report, house):
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            report(by="team")
        return len(seen)

    report()  # the reader's scope is read once for all
    taken_in("2026-10-03", 4, "upheld")
    few = statements()
    for day in range(1, 13):
        Team.objects.create(code=f"team-{day}", name=f"Team {day}")
        taken_in(f"2026-10-{day:02}", 4, "upheld")
    assert statements() == few <= 3


def test_what_is_read_names_nobody(taken_in, house):
    taken_in("2026-10-03", what_happened="Ana Silva says so.")
    frame = extract.read(asked(), house.analyst)
    assert list(frame.columns) == ["received_at", "closed_at", "state", "closed_as", "outcome", "key"]
    assert "Ana" not in frame.to_csv()


def test_a_case_that_went_all_the_way_is_counted_as_it_ended(report, case):
    case("closed")
    case("communicating")  # its outcome is recorded, and may still change
    total = report().total
    assert (total.complaints, total.open, total.closed, total.decided, total.upheld) == (2, 1, 1, 1, 1)
    assert (total.median, total.days_unknown) == (0.0, 0)
