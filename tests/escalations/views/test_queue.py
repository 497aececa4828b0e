"""My work: who sees which lists, in which order, and in one sentence."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from escalations.actors import Actor
from escalations.handing_over.asking import ask_for_gaps
from escalations.intake import Contact
from escalations.models import Complaint, Need
from escalations.placing.routing_desk import take_next
from escalations.views import start_url
from escalations.workflow import perform
from routing.models import Handler


@pytest.fixture
def listed(case, house):
    """A case on the list of cards that nobody holds, as a rule that pulls would leave it."""

    def make(**given):
        complaint = case("routed", **given)
        perform(
            complaint, "reroute", actor=Actor.of(house.coordinator), reason="Back to the list.", team=house.cards,
            handler=None,
        )  # fmt: skip
        return Complaint.objects.get(pk=complaint.pk)

    return make


def held(complaint, at_desk):
    return at_desk(complaint.handler.user)


def test_a_stranger_is_sent_to_log_in(client, house):
    answer = client.get("/cases/?tab=team")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/?next=/cases/")


def test_a_login_that_is_not_staff_is_sent_to_log_in(at_desk, house):
    house.handler.is_staff = False
    house.handler.save()
    assert at_desk(house.handler).get("/cases/").status_code == 302


@pytest.mark.parametrize("person", ["supervisor", "administrator"])
def test_who_works_with_no_case_is_told_that_the_page_is_not_theirs(at_desk, house, person):
    answer = at_desk(getattr(house, person)).get("/cases/")
    assert answer.status_code == 403
    assert "not part of your role" in answer.content.decode()


def test_a_handler_sees_their_own_cases_and_not_those_of_other_teams(at_desk, house, case):
    mine, other = case("routed"), case("routed", product=house.loan)
    page = held(mine, at_desk).get("/cases/").content.decode()
    assert mine.reference in page
    assert other.reference not in page


def test_a_line_shows_words_customer_product_severity_state_and_what_happened_last(at_desk, house, case):
    complaint = case("investigating")
    Need.objects.create(person=complaint.parties.get().person, driver="health")
    page = held(complaint, at_desk).get("/cases/").content.decode()
    for shown in (
        "“You charged me twice and nobody called back.”", "Ana Silva", "vulnerable", "Credit card", "Medium",
        "Investigating", "Started investigating", "you, just now",
    ):  # fmt: skip
        assert shown in page


def test_the_soonest_deadline_comes_first_and_what_has_none_last(at_desk, house, case):
    late, soon, none = case("routed"), case("routed"), case("routed")
    Complaint.objects.update(handler=late.handler)
    now = timezone.now()
    for complaint, due in ((late, now - timedelta(days=2)), (soon, now + timedelta(hours=2)), (none, None)):
        Complaint.objects.filter(pk=complaint.pk).update(due_at=due)
    page = held(late, at_desk).get("/cases/").content.decode()
    places = [page.index(f"/cases/{complaint.reference}/") for complaint in (late, soon, none)]
    assert places == sorted(places)
    assert "2 days late" in page and "no deadline runs" in page


def test_the_sentence_says_how_many_are_late_and_which_is_next(at_desk, house, case):
    late, soon = case("routed"), case("routed")
    Complaint.objects.update(handler=late.handler)
    Complaint.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=2))
    Complaint.objects.filter(pk=soon.pk).update(due_at=timezone.now() + timedelta(days=3, hours=1))
    page = held(late, at_desk).get("/cases/").content.decode()
    assert f"1 case of yours is late; {soon.reference} is due in 3 days" in page


def test_tabs_count_what_they_show(at_desk, house, case, listed):
    mine, waiting = case("routed"), listed()
    client = held(mine, at_desk)
    page = client.get("/cases/?tab=unassigned").content.decode()
    assert waiting.reference in page and f"/cases/{mine.reference}/" not in page
    assert 'Mine<span class="rd-count">1</span>' in page
    assert 'Team<span class="rd-count">2</span>' in page
    assert 'Unassigned<span class="rd-count">1</span>' in page


def test_an_agent_has_their_own_complaints_in_three_tabs(at_desk, house, case):
    with_me, beyond = case("frontline"), case("routed")
    client = at_desk(house.agent)
    assert with_me.reference in (opened := client.get("/cases/").content.decode())
    assert f"/cases/{beyond.reference}/" not in opened
    assert beyond.reference in client.get("/cases/?tab=escalated").content.decode()
    assert "None of your complaints is closed" in client.get("/cases/?tab=closed-mine").content.decode()
    assert with_me.reference not in at_desk(house.other_agent).get("/cases/").content.decode()


def test_an_analyst_reads_neither_words_nor_names(at_desk, house, case):
    complaint = case("routed")
    page = at_desk(house.analyst).get("/cases/").content.decode()
    assert complaint.reference in page
    assert "Ana Silva" not in page and "charged me twice" not in page
    assert "Fees · Credit card" in page and "name not shown" in page


def test_a_restricted_case_is_on_no_list_of_who_has_no_clearance(at_desk, house, case):
    complaint = case("frontline", restricted_kind="conduct")
    assert complaint.reference not in at_desk(house.manager).get("/cases/?tab=all").content.decode()
    house.manager.clearances.add(house.conduct)
    assert complaint.reference in at_desk(house.manager).get("/cases/?tab=all").content.decode()


@pytest.mark.parametrize("asked", ["{reference}", "{prefix}", "{number}", "silva"])
def test_a_case_is_found_by_its_reference_and_its_customer(at_desk, house, case, asked):
    found = case("closed")
    other = case("routed", contact=Contact(name="Peter Okoye"))
    words = asked.format(
        reference=found.reference.lower(), prefix=found.reference[:-1] if found.pk < 10 else found.reference,
        number=int(found.reference[-6:]),
    )  # fmt: skip
    page = at_desk(house.manager).get("/cases/", {"q": words}).content.decode()
    assert f"/cases/{found.reference}/" in page
    if asked != "{prefix}":
        assert f"/cases/{other.reference}/" not in page


def test_names_are_not_searched_for_who_may_not_see_them(at_desk, house, case):
    complaint = case("routed")
    page = at_desk(house.analyst).get("/cases/", {"q": "silva"}).content.decode()
    assert f"/cases/{complaint.reference}/" not in page


@pytest.mark.parametrize("address", ["/cases/?tab=nonsense", "/cases/?page=x", "/cases/?page=-3", "/cases/?q=%00%27",
                                     "/cases/?page=99999", "/cases/?q=" + "9" * 90])  # fmt: skip
def test_nonsense_in_the_address_is_no_error(at_desk, house, case, address):
    case("routed")
    assert at_desk(house.manager).get(address).status_code == 200


def test_a_long_list_has_pages(at_desk, house, case):
    for _number in range(26):
        case("frontline")
    client = at_desk(house.agent)
    first, second = (client.get(f"/cases/?page={n}").content.decode() for n in (1, 2))
    assert first.count("data-line") == 25 and second.count("data-line") == 1
    assert 'rel="next"' in first and 'rel="prev"' in second


def test_the_number_of_queries_does_not_grow_with_the_cases(at_desk, house, case, queries):
    for _number in range(5):
        Need.objects.create(person=case("frontline").parties.get().person, driver="health")
    client = at_desk(house.agent)
    few = queries(client, "/cases/")
    for _number in range(20):
        case("frontline")
    assert queries(client, "/cases/") == few
    assert few <= 10


def test_what_is_escaped_stays_escaped(at_desk, house, case):
    case("frontline", what_happened="<script>alert(1)</script> said the page", contact=Contact(name="<b>Bo</b>"))
    page = at_desk(house.agent).get("/cases/").content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page
    assert "<b>Bo</b>" not in page


# --- take the next case ------------------------------------------------------------------------------------------


def test_the_next_case_is_the_most_urgent_that_this_handler_may_take(at_desk, house, listed):
    later, sooner = listed(), listed()
    Complaint.objects.filter(pk=sooner.pk).update(due_at=timezone.now() + timedelta(hours=1))
    answer = at_desk(house.handler).post("/cases/next/")
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{sooner.reference}/")
    sooner.refresh_from_db()
    later.refresh_from_db()
    assert sooner.handler == house.handler.handler
    assert later.handler is None


def test_a_case_that_they_may_not_have_is_passed_over(at_desk, house, listed):
    blocked, free = listed(), listed()
    Complaint.objects.filter(pk=blocked.pk).update(due_at=timezone.now(), severity=4)
    house.handler.handler.capacity = 3
    house.handler.handler.save()
    answer = at_desk(house.handler).post("/cases/next/")
    assert answer["Location"] == f"/cases/{free.reference}/"


def test_when_nothing_can_be_taken_it_is_said_why(at_desk, house, listed):
    complaint = listed()
    house.handler.handler.capacity = 0
    house.handler.handler.save()
    answer = at_desk(house.handler).post("/cases/next/", follow=True)
    assert complaint.reference in (page := answer.content.decode())
    assert "Is at capacity" in page


def test_an_empty_list_is_said_to_be_empty(at_desk, house):
    assert "Nothing waits on your team" in at_desk(house.handler).post("/cases/next/", follow=True).content.decode()


def test_after_closing_a_case_the_next_one_is_offered(at_desk, house, case, listed):
    """To whoever takes cases, on the page of the one that is closed."""
    closed, waiting = case("closed"), listed()
    page = at_desk(closed.handler.user).get(f"/cases/{closed.reference}/").content.decode()
    assert 'action="/cases/next/"' in page and "Nothing is left to do" in page
    assert 'action="/cases/next/"' not in at_desk(house.agent).get(f"/cases/{closed.reference}/").content.decode()
    assert 'action="/cases/next/"' not in (
        at_desk(house.coordinator).get(f"/cases/{waiting.reference}/").content.decode()
    )


def test_a_manager_who_works_cases_is_told_of_their_own(at_desk, house, case):
    mine, other = case("routed"), case("routed")
    handler = Handler.objects.get_or_create(user=house.manager, defaults={"team": house.cards})[0]
    house.manager.groups.add(Group.objects.get(name="Handler"))
    Complaint.objects.update(due_at=timezone.now() - timedelta(days=2))
    Complaint.objects.filter(pk=mine.pk).update(handler=handler)
    Complaint.objects.filter(pk=other.pk).update(handler=house.colleague.handler)
    page = at_desk(house.manager).get("/cases/").content.decode()
    assert "1 case of yours is late" in page and 'Due today<span class="rd-count">1</span>' in page


def test_looking_takes_nothing_and_only_handlers_take(at_desk, house, listed):
    complaint = listed()
    assert at_desk(house.handler).get("/cases/next/").status_code == 405
    assert at_desk(house.coordinator).post("/cases/next/").status_code == 403
    complaint.refresh_from_db()
    assert complaint.handler is None


def test_a_post_without_its_token_takes_nothing(at_desk, house, listed):
    complaint = listed()
    assert at_desk(house.handler, enforce_csrf_checks=True).post("/cases/next/").status_code == 403
    complaint.refresh_from_db()
    assert complaint.handler is None


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_never_get_the_same_case(house, listed):
    for _number in range(2):
        listed()
    got, start = [], threading.Barrier(2)

    def ask(user):
        try:
            start.wait(60)
            got.append(take_next(user)[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(user,)) for user in (house.handler, house.colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len({case.pk for case in got}) == 2


def test_each_role_begins_where_its_work_waits(house):
    starts = {role: start_url(user) for role, user in house.by_role.items()}
    assert starts["Escalation coordinator"] == "/triage/"
    assert starts["Manager"] == "/approvals/"
    assert starts["Handler"] == starts["Frontline agent"] == "/cases/"
    assert starts["Quality analyst"] == starts["Administrator"] == "/admin/"


def test_an_agent_is_told_which_of_their_complaints_went_up_with_gaps(at_desk, house, case, criteria, deeds, queries):
    gapped = [case(what_happened="I will report you to the ombudsman.", wanted="") for _number in range(7)]
    ask_for_gaps()
    client = at_desk(house.agent)
    page = client.get("/cases/").content.decode()
    assert "7 of your complaints were escalated with gaps: answer what is missing." in page
    assert page.count("/do/complete_handover/") == 5 and "what the customer wants" in page
    assert "escalated with gaps" not in at_desk(house.coordinator).get("/cases/").content.decode()
    many = queries(client, "/cases/")
    for complaint in gapped[1:]:
        deeds.do(
            complaint, "complete_handover", "agent", wanted="A call.", why_failed="Busy.", evidence="A letter.",
            none=("needs", "when", "amount"),
        )  # fmt: skip
    assert "1 of your complaints was escalated with gaps" in client.get("/cases/").content.decode()
    assert queries(client, "/cases/") == many
