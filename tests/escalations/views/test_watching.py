"""Pages that stay up to date: what a poll costs, what it answers, and who is seen to be there."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.actors import Actor
from escalations.models import Complaint, Event, Presence
from escalations.workflow import perform


@pytest.fixture
def ask():
    """What a page of this client asks, as it was given it; returns the answer and how many statements it took."""

    def ask(client, page, writing="", asked=None):
        asked = asked or re.search(r'"X-Watch": "([^"]+)"', client.get(page).content.decode())[1]
        with CaptureQueriesContext(connection) as caught:
            answer = client.get("/watch/", {"writing": writing} if writing else {}, headers={"X-Watch": asked})
        answer.asked, answer.statements = asked, [one["sql"] for one in caught]
        return answer

    return ask


def test_when_nothing_happened_the_list_asks_one_query_and_gets_no_content(at_desk, house, case, ask):
    case("investigating")
    client = at_desk(house.handler)
    answer = ask(client, "/cases/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert len(answer.statements) == 1, answer.statements
    assert "django_session" in answer.statements[0]


def test_a_list_with_few_events_is_up_to_date_whatever_their_keys_begin_with(at_desk, house, case, ask):
    case("frontline")
    QuerySet(Event).update(id=F("id") + 9_000)
    assert ask(at_desk(house.handler), "/cases/").status_code == 204


def test_what_happens_in_their_scope_is_news_and_what_happens_elsewhere_is_none(at_desk, house, case, ask):
    mine, other = case("investigating"), case("routed", product=house.loan)
    client = at_desk(house.handler)
    asked = ask(client, "/cases/").asked
    perform(other, "note", actor=Actor.of(house.coordinator), body="Elsewhere.")
    assert ask(client, "", asked=asked).status_code == 204
    perform(mine, "note", actor=Actor.of(house.coordinator), body="Here.")
    answer = ask(client, "", asked=asked)
    assert (answer.status_code, answer["HX-Trigger"], answer.content) == (200, "rd-stale", b"")
    assert ask(client, "/cases/").status_code == 204


def test_a_case_that_leaves_the_list_or_comes_to_it_is_news(at_desk, house, case, ask):
    client = at_desk(house.handler)
    asked = ask(client, "/cases/?tab=team").asked
    came = case("routed")
    assert ask(client, "", asked=asked).status_code == 200
    asked = ask(client, "/cases/?tab=team").asked
    loans = came.team.__class__.objects.get(code="loans") if hasattr(came.team, "code") else house.loans
    perform(came, "reroute", actor=Actor.of(house.coordinator), reason="Theirs.", team=loans, handler=None)
    assert ask(client, "", asked=asked).status_code == 200


def test_whoever_is_logged_out_or_no_longer_staff_is_told_nothing(at_desk, house, case, ask, client):
    case("investigating")
    theirs = at_desk(house.handler)
    asked = ask(theirs, "/cases/").asked
    assert client.get("/watch/", headers={"X-Watch": asked}).status_code == 401
    other = at_desk(house.colleague)
    assert other.get("/watch/", headers={"X-Watch": asked}).status_code == 401
    assert theirs.get("/watch/", headers={"X-Watch": asked + "x"}).status_code == 404
    house.handler.set_password("another one")
    house.handler.save()
    assert ask(theirs, "", asked=asked).status_code == 401
    again = at_desk(house.handler)
    assert ask(again, "", asked=asked).status_code == 204
    house.handler.is_active = False
    house.handler.save()
    assert ask(again, "", asked=asked).status_code == 401


def test_asking_does_not_make_the_session_last_longer(at_desk, house, case, ask):
    case("investigating")
    client = at_desk(house.handler)
    until = timezone.now() + timedelta(minutes=5)
    Session.objects.update(expire_date=until)
    asked = ask(client, "/cases/").asked
    assert ask(client, "", asked=asked).status_code == 204
    assert Session.objects.get().expire_date == until
    Session.objects.update(expire_date=timezone.now())
    assert ask(client, "", asked=asked).status_code == 401


def test_two_people_see_each_other_on_the_case_and_in_the_list(at_desk, house, case, ask):
    complaint = case("investigating")
    page = f"/cases/{complaint.reference}/"
    mine, theirs = at_desk(house.handler), at_desk(house.coordinator)
    listed = ask(mine, "/cases/?tab=team").asked
    first = ask(theirs, page)
    assert first.status_code == 204
    assert len([one for one in first.statements if one.startswith("SELECT")]) == 1
    assert Presence.objects.get().user == house.coordinator
    answer = ask(mine, page)
    assert f"{house.coordinator} is looking" in answer.content.decode()
    ask(theirs, page, writing="write")
    assert f"{house.coordinator} is writing a reply" in ask(mine, page).content.decode()
    assert ask(mine, "", asked=listed).status_code == 200
    assert f"{house.coordinator} is writing a reply" in mine.get("/cases/?tab=team").content.decode()
    Presence.objects.update(seen_at=timezone.now() - 2 * Presence.LASTS)
    assert "is writing" not in mine.get("/cases/?tab=team").content.decode()


def test_a_sign_of_life_is_written_now_and_then_and_old_ones_go(at_desk, house, case, ask):
    complaint, before = case("investigating"), case("investigating")
    client = at_desk(house.handler)
    ask(client, f"/cases/{before.reference}/")
    Presence.objects.update(seen_at=timezone.now() - 2 * Presence.KEPT)
    asked = ask(client, f"/cases/{complaint.reference}/").asked
    assert [row.complaint for row in Presence.objects.all()] == [complaint]
    again = ask(client, "", asked=asked)
    assert (again.status_code, len(again.statements)) == (204, 1)
    assert len(ask(client, "", asked=asked, writing="note").statements) == 2
    assert ask(client, "", asked=asked, writing="<script>").status_code == 204
    assert Presence.objects.get().writing == ""


def test_what_happened_to_the_case_meanwhile_is_said_and_stays_said(at_desk, house, case, ask):
    complaint = case("investigating")
    page, client = f"/cases/{complaint.reference}/", at_desk(complaint.handler.user)
    asked = ask(client, page).asked
    perform(complaint, "receive", actor=Actor.of(house.coordinator), body="Where are you?")
    said = ask(client, "", asked=asked).content.decode()
    assert f"Meanwhile: {house.coordinator} heard from the customer." in said
    following = re.search(r'"X-Watch": "([^"]+)"', said)[1]
    assert ask(client, "", asked=following).status_code == 204
    Complaint.objects.filter(pk=complaint.pk).update(restricted_kind="conduct")
    assert ask(client, "", asked=asked).status_code == 404


def test_the_second_to_send_is_told_what_the_first_said_and_loses_nothing(at_desk, house, case):
    complaint = case("investigating")
    client, seen = at_desk(complaint.handler.user), Complaint.objects.get(pk=complaint.pk).latest_event
    perform(complaint, "note", actor=Actor.of(house.coordinator), body="Call first.")
    answer = client.post(
        f"/cases/{complaint.reference}/do/note/", {"body": "All that I typed.", "seen": seen, "reason": ""}
    )
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "All that I typed." in said and f"Meanwhile: {house.coordinator} wrote a note" in said
