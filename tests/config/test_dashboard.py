"""The first page: the answer first, only what somebody may see, at the same cost whatever there is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.dashboard import MOST_COUNTED, dashboard, team_loads
from config.setting_up import checks
from escalations.models import Cause, Complaint, DeadlinePolicy, Heartbeat, Policy
from escalations.models.clock import ClockKind
from escalations.permissions import Scope
from routing.models import Absence, AuthorityLimit, Handler, User


def references(section):
    return [row.case.reference for row in section.rows]


def section(page, title):
    return next(part for part in page.sections if str(part.title) == title)


@pytest.fixture
def due(case):
    def make(delta, state="frontline", **given):
        complaint = case(state, **given)
        Complaint.objects.filter(pk=complaint.pk).update(due_at=timezone.now() + delta)
        return complaint

    return make


def test_the_sentence_says_what_is_due_and_late(house, due):
    noon = timezone.localtime().replace(hour=12, minute=0)
    for _number in range(2):
        due(timedelta(days=-2))
    soon = due(timedelta())
    Complaint.objects.filter(pk=soon.pk).update(due_at=noon + timedelta(hours=1))
    assert dashboard(house.manager, noon).lead == "1 complaint is due today; 2 are late."
    assert dashboard(house.other_agent, noon).lead == "No complaint is due today; none is late."


def test_a_coordinator_sees_what_waits_in_triage(house, case):
    case("routed")
    waiting = [case("triggered"), case("accepted")]
    page = dashboard(house.coordinator)
    assert set(references(section(page, "Escalated, to decide or to place"))) == {c.reference for c in waiting}


def test_a_handler_sees_what_they_hold_and_their_own_teams_load(house, case):
    mine = case("investigating")
    case("investigating", product=house.loan)
    page = dashboard(mine.handler.user)
    assert references(section(page, "Your cases")) == [mine.reference]
    assert [team.name for team in page.loads] == ["Cards"]


def test_an_agent_sees_their_own(house, case):
    complaint = case()
    assert references(section(dashboard(house.agent), "Your open complaints")) == [complaint.reference]
    assert references(section(dashboard(house.other_agent), "Your open complaints")) == []
    assert dashboard(house.agent).loads == [] or house.agent.has_perm("routing.view_assignment")


def test_a_manager_sees_what_waits_for_approval_but_not_what_they_proposed(house, case):
    from escalations.actors import Actor
    from escalations.workflow import perform

    complaint = case("investigating")
    holder = complaint.handler.user
    perform(complaint, "propose_remedy", actor=Actor.of(holder), kind="refund", amount=40_000, currency="GBP")
    assert references(section(dashboard(house.manager), "Waits for approval")) == (
        [] if holder == house.manager else [complaint.reference]
    )


def test_what_is_about_to_be_late_is_named_the_soonest_first(house, due):
    later, sooner = due(timedelta(hours=40)), due(timedelta(hours=3))
    due(timedelta(days=9))
    page = dashboard(house.coordinator)
    assert references(section(page, "Due within two days")) == [sooner.reference, later.reference]


def test_a_restricted_case_is_on_nobodys_first_page_without_the_clearance(house, due):
    from escalations.actors import Actor
    from escalations.workflow import perform

    secret = due(timedelta(hours=3))
    perform(secret, "restrict", actor=Actor.of(house.coordinator), reason="Staff.", kind="conduct")
    for person in (house.coordinator, house.manager, house.agent, house.compliance):
        page = dashboard(User.objects.get(pk=person.pk))
        assert [name for part in page.sections for name in references(part)] == []
        assert page.lead.endswith("none is late.")


def test_an_analyst_sees_no_words_and_no_names(house, due):
    due(timedelta(hours=3))
    browser = Client()
    browser.force_login(house.analyst)
    page = browser.get("/admin/").content.decode()
    assert "Fees" in page
    assert "charged me twice" not in page
    assert "Ana Silva" not in page


def test_load_is_said_in_words_and_leaves_out_who_is_away(house, case):
    case("investigating", severity=4)
    now = timezone.now()
    away = Handler.objects.get(user=house.colleague)
    Absence.objects.create(handler=away, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1))
    cards = next(team for team in team_loads(Scope.of(house.manager), now) if team.name == "Cards")
    assert cards.words == "4 of 60 (7 %), 3 people, 1 away"


def test_a_supervisor_reads_what_is_in_force_and_what_waits_but_sees_no_case(house, case):
    from escalations.jobs import route_accepted

    complaint = case("accepted", product=None)
    route_accepted()
    page = dashboard(house.supervisor)
    assert page.lead == "Version 1 of the routing rules is in force."
    assert [title for title, _link in page.links] == ["0 drafts are being written", "1 accepted case waits for a place"]
    assert [team.name for team in page.loads] == ["Cards", "Loans"]
    assert page.sections == []
    browser = Client()
    browser.force_login(house.supervisor)
    assert complaint.reference not in browser.get("/admin/").content.decode()
    unplaced = browser.get(page.links[1][1])
    assert [row.reference for row in unplaced.context_data["cl"].result_list] == [complaint.reference]


def test_an_administrator_is_told_what_is_missing_first(house):
    page = dashboard(house.administrator)
    done = [check.done for check in page.checks]
    assert done == sorted(done)
    assert page.lead == f"{done.count(False)} things are not set yet."
    assert page.sections == []


def test_what_has_been_set_is_off_the_list(house, settings, staff, criteria):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    Heartbeat.beat()
    Policy().save()
    for kind in ClockKind:
        for severity in (1, 2, 3, 4):
            DeadlinePolicy.objects.create(kind=kind, severity=severity, days=5)
    staff("sara", "Routing supervisor")
    acts = [AuthorityLimit(level=house.handler.handler.authority, kind=kind) for kind in AuthorityLimit.OPEN_ACTS]
    AuthorityLimit.objects.bulk_create(acts[1:])
    assert [str(check.sentence) for check in checks() if not check.done] == [
        "Some acts need no authority: the authority limits name them."
    ]
    acts[0].save()
    assert [str(check.sentence) for check in checks() if not check.done] == []
    assert dashboard(house.administrator).lead == "Everything that work needs is set."
    Cause.objects.update(is_active=False)
    assert [str(check.sentence) for check in checks() if not check.done] == [
        "No root cause is listed: no case can be closed."
    ]


@pytest.mark.parametrize("person", ["coordinator", "manager", "handler", "agent", "compliance"])
def test_the_first_page_costs_the_same_with_more_cases(person, house, case):
    browser = Client()
    browser.force_login(getattr(house, person))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/admin/").status_code == 200
        return len(captured)

    case("routed"), case("triggered"), case()
    queries()
    before = queries()
    for _number in range(2):
        case("routed"), case("triggered"), case()
    assert queries() == before


def test_counts_stop_where_nobody_counts_any_more(house, due, monkeypatch):
    monkeypatch.setattr("config.dashboard.MOST_COUNTED", 2)
    for _number in range(3):
        due(timedelta(days=-1))
    assert "2 or more are late." in dashboard(house.manager).lead
    assert MOST_COUNTED == 1_000
