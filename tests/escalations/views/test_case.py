"""The case page: what it says, to whom, and how it offers the next step."""

import re

import pytest

from escalations.actors import Actor
from escalations.models import Complaint, Event, Need
from escalations.workflow import perform


@pytest.fixture
def read(at_desk):
    """The page of a case as that person reads it."""

    def fetch(user, complaint, query=""):
        answer = at_desk(user).get(f"/cases/{complaint.reference}/{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    return fetch


def do(complaint, user, action, reason="", **data):
    perform(Complaint.objects.get(pk=complaint.pk), action, actor=Actor.of(user), reason=reason, **data)


def text_of(page):
    """What a person reads: no tags, single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1]).split())


def test_the_title_is_the_customers_first_sentence(read, house, case):
    complaint = case("routed", what_happened="You charged me twice. And then nobody called back. I am cross.")
    page = read(complaint.handler.user, complaint)
    assert "“You charged me twice.”</h2>" in page


def test_the_line_of_states_marks_where_the_case_stands(read, house, case):
    complaint = case("investigating")
    page = read(complaint.handler.user, complaint)
    (current,) = re.findall(r'<li[^>]*aria-current="step">([^<]+)', page)
    assert current == "Investigating"
    assert "With the frontline" in page and "Tier: specialist" in page


def test_a_state_that_was_passed_over_is_not_shown_as_done(read, house, case):
    complaint = case("frontline")
    do(complaint, house.agent, "record_attempt", what="Refunded at once.", result="accepted")
    do(complaint, house.agent, "settle", cause=house.cause, letter="We have refunded you.")
    page = text_of(read(house.agent, complaint))
    assert "Escalated (passed over)" in page and "With the frontline (done)" in page


def test_deadlines_stand_there_in_words(read, house, case):
    page = text_of(read(house.agent, case("frontline")))
    assert "Acknowledgement due in 4 days" in page
    assert "Final response due in 55 days" in page


def test_why_the_case_is_here_is_the_stored_decision_with_its_candidates(read, house, case):
    complaint = case("routed")
    page = text_of(read(complaint.handler.user, complaint))
    assert "Here because: Goes to" in page
    assert "If product is Credit card, send to Cards" in page
    assert "Chosen:" in page


def test_the_words_that_raised_a_trigger_are_marked_and_everything_else_escaped(read, house, case, criteria):
    complaint = case("frontline", what_happened="<img src=x onerror=alert(1)> I go to the ombudsman & the press.")
    page = read(house.agent, complaint)
    assert "<mark>ombudsman</mark> &amp; the press." in page
    assert "<img src=x" not in page and "&lt;img src=x" in page


def test_the_summary_says_what_is_missing(read, house, case):
    complaint = case("frontline", wanted="", attempts=())
    page = text_of(read(house.agent, complaint))
    assert "Nobody has asked yet" in page
    assert "Nothing was tried, or nobody wrote it down" in page


def test_the_story_tells_words_attempts_messages_and_steps_in_their_order(read, house, case):
    complaint = case("investigating")
    handler = complaint.handler.user
    do(complaint, handler, "write", body="We look into it.", channel="letter")
    do(complaint, handler, "receive", body="I wait.", channel="phone")
    do(complaint, handler, "note", body="Billing was asked.")
    page = text_of(read(handler, complaint))
    told = ("tried to put it right", "told what happened", "escalated it", "accepted the escalation", "allocated it",
            "started investigating", "We look into it.", "I wait.", "Billing was asked.")  # fmt: skip
    story = page[page.index("tried to put it right") :]
    assert [story.index(words) for words in told] == sorted(story.index(words) for words in told)


@pytest.mark.parametrize(("show", "told", "untold"), [
    ("notes", "Billing was asked.", "started investigating"),
    ("decisions", "started investigating", "Billing was asked."),
    ("customer", "tried to put it right", "accepted the escalation"),
    ("nonsense", "Billing was asked.", None),
])  # fmt: skip
def test_the_story_can_be_filtered_by_the_address(read, house, case, show, told, untold):
    complaint = case("investigating")
    do(complaint, complaint.handler.user, "note", body="Billing was asked.")
    page = text_of(read(complaint.handler.user, complaint, f"?show={show}"))
    assert told in page
    assert untold is None or untold not in page


def test_the_customers_answer_is_shown_and_not_asked_for_again(read, house, case, deeds):
    complaint = case("resolved")
    Complaint.objects.filter(pk=complaint.pk).update(acknowledged_at=None)
    deeds.do(complaint, "acknowledge_outcome", "handler", accepted=False, words="No.", channel="letter")
    page = read(complaint.handler.user, complaint)
    assert "The customer did not accept" in page and "Record a new answer of the customer" in page
    step = page[page.index('id="rd-next"') : page.index('class="rd-more"')]
    assert "Take one tier up" in step and "root cause" not in step, "what is confirmed is not asked for again"
    assert "Correct the root cause" in page
    deeds.do(complaint, "acknowledge_outcome", "handler", accepted=True)
    page = read(complaint.handler.user, complaint)
    assert "The customer accepted" in page and "answer of the customer" not in page
    assert "Record the customer's answer" not in page
    assert complaint.messages.get(direction="in").channel == "letter"


def test_the_next_step_says_what_it_still_needs_and_offers_at_most_one_primary_button(read, house, case):
    complaint = case("investigating")
    page = read(complaint.handler.user, complaint)
    assert "A finding for Fees." in page and "A root cause for Fees" in page
    assert re.search(r'<button[^>]*aria-disabled="true">Give the outcome', page)
    step = page[page.index('id="rd-next"') : page.index('id="rd-brief"')]
    assert step.count("rd-primary") == 1 and "Record how a point came out</a>" in step


def test_what_only_somebody_else_can_give_makes_no_button_primary(read, house, case):
    complaint = case("investigating")
    Complaint.objects.update(handler=house.handler.handler)
    point = complaint.main_point
    do(complaint, house.handler, "record_finding", point=point, finding="happened", outcome="upheld")
    do(complaint, house.handler, "confirm_cause", point=point, cause=house.cause, status="provisional")
    do(complaint, house.handler, "propose_remedy", kind="refund", amount=5000, currency="GBP", point=point)
    page = read(house.handler, complaint)
    assert "The decision on 1 remedy that waits for approval." in page
    assert "rd-primary" not in page


@pytest.mark.parametrize(
    "state", ["frontline", "triggered", "routed", "investigating", "communicating", "resolved", "closed"]
)
@pytest.mark.parametrize("role", ["agent", "coordinator", "handler", "colleague", "manager", "analyst", "compliance"])
def test_no_page_of_any_role_in_any_state_has_two_primary_buttons(at_desk, house, case, state, role):
    complaint = case(state)
    answer = at_desk(getattr(house, role)).get(f"/cases/{complaint.reference}/")
    if answer.status_code == 200:
        assert answer.content.decode().count("rd-primary") <= 1
    else:
        assert (answer.status_code, role) == (404, "handler") or state in ("frontline", "triggered")


def test_who_cannot_go_on_is_told_who_can(read, house, case):
    complaint = case("investigating")
    page = text_of(read(house.coordinator, complaint))
    assert f"Next: give the outcome. {complaint.handler} can do this." in page


def test_a_step_without_questions_is_one_button_that_posts(read, house, case):
    complaint = case("routed")
    page = read(complaint.handler.user, complaint)
    assert f'action="/cases/{complaint.reference}/do/investigate/"' in page
    assert f'name="seen" value="{complaint.latest_event}"' in page


def test_authority_is_said_in_plain_words(read, house, case):
    complaint = case("investigating")
    handler = complaint.handler.user
    do(complaint, handler, "propose_remedy", kind="refund", amount=50, currency="GBP", point=complaint.main_point)
    page = text_of(read(handler, complaint))
    most = {2: "1,000.00", 3: "10,000.00", 4: "50,000.00"}[handler.handler.authority.level]
    assert f"Refund, loss, interest and costs: you may grant up to {most} GBP 50.00 used" in page


def test_who_may_grant_more_is_named_while_they_are_in(read, house, case):
    complaint = case("investigating")
    Complaint.objects.update(handler=house.handler.handler)
    nearest = "You may grant up to 1,000.00 GBP here. This colleague can grant up to 10,000.00 GBP and is in now: Hugo."
    assert nearest in text_of(read(house.handler, complaint))
    house.colleague.handler.is_active = False
    house.colleague.handler.save()
    assert "This colleague can grant up to 50,000.00 GBP and is in now: Mona." in text_of(
        read(house.handler, complaint)
    )


def test_nobody_is_offered_to_approve_what_they_proposed(read, house, case):
    complaint = case("investigating")
    Complaint.objects.update(handler=house.handler.handler)
    complaint.refresh_from_db()
    do(complaint, house.handler, "propose_remedy", kind="refund", amount=5000, currency="GBP", point=None)
    own, other = read(house.handler, complaint), read(house.colleague, complaint)
    assert "do/approve_remedy/?remedy=" not in own and "You proposed this yourself" in own
    assert "do/approve_remedy/?remedy=" in other


def test_who_the_customer_is_and_what_they_need_stand_beside(read, house, case):
    complaint = case("routed")
    Need.objects.create(person=complaint.parties.get().person, driver="health", adjustment="Calls after 18:00")
    earlier = case("frontline")
    page = text_of(read(house.manager, complaint))
    assert "ana@example.org" in page and "Health: Calls after 18:00" in page
    assert earlier.reference in read(house.manager, complaint, "panel/earlier/")


def test_an_analyst_reads_the_case_without_words_and_names(read, house, case, criteria):
    complaint = case("frontline", what_happened="I, Ana Silva, go to the ombudsman.")
    do(complaint, house.coordinator, "receive", body="Ring me, I beg you.", channel="phone")
    do(complaint, house.coordinator, "note", body="Her son rang too.")
    page = read(house.analyst, complaint)
    for secret in ("Ana", "ombudsman.", "I beg you", "Her son", "My money back", "“ombudsman”", "<mark>"):  # fmt: skip
        assert secret not in page
    assert "not shown to your role" in page
    assert "who it is, is not shown" in page


def test_another_teams_case_does_not_exist_for_a_handler(at_desk, house, case):
    complaint = case("routed")
    client = at_desk(house.stranger)
    for tail in ("", "history/", "routing/", "do/note/", "do/take/"):
        assert client.get(f"/cases/{complaint.reference}/{tail}").status_code == 404
    assert client.post(f"/cases/{complaint.reference}/do/note/", {"body": "x"}).status_code == 404
    assert at_desk(house.other_agent).get(f"/cases/{complaint.reference}/").status_code == 404


def test_a_restricted_case_does_not_exist_without_the_clearance(at_desk, house, case):
    complaint = case("frontline", restricted_kind="conduct")
    assert at_desk(house.manager).get(f"/cases/{complaint.reference}/").status_code == 404
    assert at_desk(house.compliance).get(f"/cases/{complaint.reference}/history/").status_code == 404
    house.compliance.clearances.add(house.conduct)
    assert at_desk(house.compliance).get(f"/cases/{complaint.reference}/history/").status_code == 200


@pytest.mark.parametrize("reference", ["R-2026-999999", "nonsense", "%00", "R-2026-000001'--"])
def test_a_made_up_reference_is_not_found(at_desk, house, case, reference):
    case("frontline")
    assert at_desk(house.manager).get(f"/cases/{reference}/").status_code == 404


def test_reading_changes_nothing(at_desk, house, case):
    complaint = case("routed")
    client, before = at_desk(complaint.handler.user), Complaint.objects.values().get(pk=complaint.pk)
    for tail in ("", "history/", "routing/"):
        assert client.get(f"/cases/{complaint.reference}/{tail}").status_code == 200
        assert client.post(f"/cases/{complaint.reference}/{tail}").status_code == 405
    assert Complaint.objects.values().get(pk=complaint.pk) == before
    assert Event.objects.filter(complaint=complaint).count() == complaint.latest_event


def test_the_number_of_queries_does_not_grow_with_what_has_happened(at_desk, house, case, queries):
    complaint = case("investigating")
    handler = complaint.handler.user
    client, address = at_desk(handler), f"/cases/{complaint.reference}/"

    def more(times):
        for number in range(times):
            do(complaint, handler, "note", body=f"Note {number}")
            do(complaint, handler, "receive", body="I wait.", channel="phone")
            do(complaint, handler, "record_attempt", what="Offered 10.00", result="declined")
            do(complaint, handler, "propose_remedy", kind="refund", amount=5000, currency="GBP", point=None)

    more(5)
    few = queries(client, address)
    history = queries(client, f"{address}history/")
    more(20)
    assert queries(client, address) == few
    assert queries(client, f"{address}history/") == history


def test_a_case_that_another_system_answered_can_be_read(read, house, draft):
    from escalations.intake import Adoption, register_many

    outcome = Adoption(outcome_there="Closed with explanation", outcome="not_upheld")
    (result,) = register_many(
        [draft(adopted=outcome, external_system="cfpb", external_id="1")], actor=Actor.system("import")
    )
    page = text_of(read(house.manager, result.complaint))
    assert "Adopted from another system" in page
    assert "took it over from another system, closed" in page
