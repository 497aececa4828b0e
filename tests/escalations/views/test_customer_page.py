"""The customer's own page: what it says, what it never says, and what a customer can do there once."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from escalations.actors import Actor
from escalations.customer import doing
from escalations.customer.inviting import new_link
from escalations.customer.session import COOKIE
from escalations.customer.ways import WAYS
from escalations.errors import WrongState
from escalations.intake import AuthorityDraft, Contact
from escalations.jobs import examine_new, send_queued
from escalations.models import Complaint, Event, Message, Policy, Statement
from escalations.workflow import perform
from tests.criteria import worded
from tests.escalations.customer.test_link import ANA, link_for, opened

LEA = Contact(name="Lea Law", email="lea@example.org", postcode="M1 1AA")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def visit():
    """A browser in which this party (whom we write to, unless named) has opened their link."""

    def visit(complaint, party=None):
        link, address = new_link(complaint, party or complaint.contact, timezone.now())
        client = Client()
        token = re.search(r"/open/([\w-]+)/", address)[1]
        assert opened(client, token, complaint.reference, link.party.person.postcode).status_code == 303
        return client

    return visit


def read(client, path="/complaint/"):
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return words_of(response)


def words_of(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(text).split())


def sent(client, name, words="Because it is so.", **more):
    """The form of the page, as it stands now, filled in and sent."""
    path = "/complaint/write/" if name == "write" else f"/complaint/step/{name}/"
    return client.post(path, {"words": words, "seen": seen_on(client), **more})


def seen_on(client):
    return re.search(r'name="seen" value="(\d+)"', client.get("/complaint/").content.decode())[1]


def now_(complaint):
    return Complaint.objects.get(pk=complaint.pk)


def test_it_says_where_it_stands_what_follows_and_what_was_said(case, visit, deeds):
    complaint = case(contact=ANA)
    deeds.do(complaint, "write", "agent", body="We look at both charges.", kind="update")
    deeds.do(complaint, "write", "agent", body="Not sent yet.", kind="update")
    send_queued()
    complaint.messages.filter(body="Not sent yet.").update(state="queued")
    page = read(visit(complaint))
    assert "We have your complaint and are looking into it." in page
    assert "You get our answer by" in page and "in 5" in page
    assert "You charged me twice and nobody called back." in page and "My money back." in page
    assert "We look at both charges." in page and "Not sent yet." not in page
    assert "We received your complaint" in page and "Withdraw my complaint" in page


def test_nothing_of_ours_among_ourselves_or_of_anybody_else_is_on_it(case, visit, deeds):
    complaint = case("investigating", contact=ANA, representative=LEA, authority=AuthorityDraft("Power of attorney"))
    lea, ana = complaint.contact, complaint.parties.get(role="complainant")
    deeds.do(complaint, "note", "handler", body="zznote")
    deeds.do(complaint, "note", "handler", body="zzsecret", sealed=True)
    deeds.do(complaint, "wait", "handler", on="third_party", note="zzwait")
    deeds.do(complaint, "request_evidence", "handler", kind="recording", what="zzevidence")
    deeds.do(complaint, "record_finding", "handler", text="zzfinding")
    deeds.do(complaint, "ask_department", "handler", question="zzasked")
    deeds.do(complaint, "receive", "customer", body="Lea says this.")
    perform(complaint, "receive", actor=Actor.customer(ana), body="zzana says that.", channel="portal")
    leas, anas = read(visit(complaint, lea)), read(visit(complaint, ana))
    assert "Lea says this." in leas and "zz" not in leas
    assert "zzana says that." in anas and "Lea says this." not in anas
    assert not re.search(r"zz(note|secret|wait|evidence|finding|asked)", anas)


def test_a_message_arrives_with_its_files_by_the_portal_and_is_examined(case, visit, in_force, deeds):
    in_force(regulator=worded("regulator", "ombudsman"))
    complaint = case(contact=ANA)
    client = visit(complaint)
    file = SimpleUploadedFile("receipt.pdf", PDF, "application/pdf")
    response = sent(client, "write", "The ombudsman will hear of this.", files=[file])
    assert (response.status_code, response["Location"]) == (303, "/complaint/?done=write")
    message, event = complaint.messages.get(), complaint.events.latest("number")
    assert (message.channel, message.party, message.direction) == ("portal", complaint.contact, "in")
    assert (event.action, event.actor_name, event.user) == ("receive", "customer", None)
    assert event.data["party"] == complaint.contact.pk and event.data["channel"] == "portal"
    page = client.get("/complaint/?done=write").content.decode()
    assert "Your message has arrived" in page and "receipt.pdf" in page
    (attachment,) = complaint.attachments.all()
    assert client.head(f"/complaint/files/{attachment.pk}/").status_code == 405
    given = client.get(f"/complaint/files/{attachment.pk}/")
    assert b"".join(given.streaming_content) == PDF and "attachment" in given["Content-Disposition"]
    assert "sandbox" in given["Content-Security-Policy"] and given["Referrer-Policy"] == "no-referrer"
    assert list(attachment.accesses.values_list("by", "user")) == [("customer", None)]
    examine_new()
    assert "regulator" in set(complaint.triggers.values_list("kind", flat=True))


def test_a_file_of_the_case_that_is_not_theirs_is_not_there(case, visit, deeds):
    complaint = case(contact=ANA)
    deeds.do(complaint, "attach", "agent")
    client = visit(complaint)
    for file in complaint.attachments.values_list("pk", flat=True):
        assert client.get(f"/complaint/files/{file}/").status_code == 404


def test_a_file_that_is_held_or_erased_says_so_and_is_not_handed_out(case, visit, settings, monkeypatch):
    settings.SCANNER = "no-such-scanner"
    client = visit(complaint := case(contact=ANA))
    sent(client, "write", "My receipt.", files=[SimpleUploadedFile("receipt.pdf", PDF)])
    row = complaint.attachments.get()
    for state, says, status in (
        ("waiting", "receipt.pdf · being checked for viruses", 409),
        ("infected", "receipt.pdf · held by our virus check", 409),
        ("erased", "A file that was erased on", 410),
    ):
        complaint.attachments.update(state=state, erased_at=timezone.now())
        assert says in read(client) and f"/files/{row.pk}/" not in client.get("/complaint/").content.decode()
        assert client.get(f"/complaint/files/{row.pk}/").status_code == status
    assert not row.accesses.exists()
    monkeypatch.setattr("escalations.customer.doing.MOST_FILES_A_DAY", 1)
    more = sent(client, "write", "Another.", files=[SimpleUploadedFile("more.pdf", PDF)])
    assert more.status_code == 422 and "more than 1 files in a day" in words_of(more) and "Another." in words_of(more)


def test_what_is_refused_is_still_there_and_nothing_was_written(case, visit):
    client = visit(complaint := case(contact=ANA))
    bad = SimpleUploadedFile("page.png", b"<html>", "image/png")
    response = sent(client, "write", "Look at this & that.", files=[bad])
    assert response.status_code == 422 and "Look at this & that." in words_of(response)
    assert "page.png" in words_of(response) and not Message.objects.exists()
    assert sent(client, "write", " ").status_code == 422 and not complaint.attachments.exists()


def test_who_runs_out_of_time_gets_their_words_back(case, visit):
    client = visit(case(contact=ANA))
    del client.cookies[COOKIE]
    response = client.post("/complaint/write/", {"words": "An hour of typing.", "seen": "1"})
    assert response.status_code == 403 and "An hour of typing." in words_of(response)


@pytest.mark.parametrize(
    ("state", "name", "action", "leads_to"),
    [
        ("frontline", "further", "trigger", "triggered"),
        ("frontline", "withdraw", "withdraw", "closed"),
        ("investigating", "further", "escalate_further", "triggered"),
        ("communicating", "accept", "resolve", "resolved"),
        ("communicating", "dispute", "acknowledge_outcome", "communicating"),
        ("resolved", "accept", "acknowledge_outcome", "resolved"),
        ("resolved", "further", "escalate_further", "triggered"),
        ("closed", "new", "reopen", "triggered"),
    ],
)
def test_each_way_is_asked_first_then_taken_once_with_their_words(case, visit, state, name, action, leads_to):
    complaint = case(state, contact=ANA)
    client = visit(complaint)
    before = now_(complaint).latest_event
    assert f"/complaint/step/{name}/" in client.get("/complaint/").content.decode()
    assert client.get(f"/complaint/step/{name}/").status_code == 200 and now_(complaint).latest_event == before
    form = {"words": f"My own words: {name}.", "seen": seen_on(client)}
    for _twice in range(2):
        response = client.post(f"/complaint/step/{name}/", form)
        assert (response.status_code, response["Location"]) == (303, f"/complaint/?done={name}")
    (event,) = Event.objects.filter(complaint=complaint, number__gt=before)
    assert (event.action, event.actor_name, event.to_state, event.reason) == (action, "customer", leads_to, "")
    assert event.statement.text == form["words"] and event.statement.kind == Statement.Kind.REASON
    assert event.data["party"] == complaint.contact.pk
    page = read(client)
    assert form["words"] in page or name == "withdraw"


def test_what_a_customer_asks_for_waits_in_triage_with_their_words(case, visit, house):
    complaint = case(contact=ANA)
    sent(visit(complaint), "further", "Nobody has called me for three weeks.")
    desk = Client()
    desk.force_login(house.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    page = read(desk, f"/triage/?case={complaint.reference}")
    assert "the customer asks" in page.lower() and "Nobody has called me for three weeks." in page


def test_what_is_proposed_is_told_when_the_outcome_is_given_and_not_before(case, visit, deeds):
    complaint = case("investigating", contact=ANA)
    client, point = visit(complaint), complaint.main_point
    deeds.do(complaint, "record_finding", "handler", point=point, finding="happened", outcome="upheld")
    deeds.do(complaint, "confirm_cause", "handler")
    deeds.do(complaint, "propose_remedy", "handler", kind="refund", amount=50, currency="GBP", point=point)
    assert "is looking into your complaint." in (early := read(client)) and "50.00" not in early
    deeds.do(complaint, "communicate", "handler")
    page = read(client)
    assert "We propose to pay you 50.00 GBP. Please tell us if you agree." in page
    assert "We agree with you. It happened as you told us." in page and "We pay back 50.00 GBP." in page
    assert "Our offer is open until" in page and "Your answer, by" in page
    sent(client, "accept", "")
    page = read(client)
    assert "You have agreed to our answer." in page and "I agree" not in page and "Our answer" in page


def test_a_yes_to_what_has_changed_meanwhile_is_asked_again(case, visit, deeds):
    complaint = case("communicating", contact=ANA)
    client = visit(complaint)
    seen = seen_on(client)
    deeds.do(complaint, "propose_remedy", "handler", kind="apology")
    response = client.post("/complaint/step/accept/", {"words": "Fine.", "seen": seen})
    assert (
        response.status_code == 409 and "Something has changed" in words_of(response) and "Fine." in words_of(response)
    )
    assert "We apologise to you." in words_of(response)
    again = re.search(r'name="seen" value="(\d+)"', response.content.decode())[1]
    assert client.post("/complaint/step/accept/", {"words": "Fine.", "seen": again}).status_code == 303
    assert now_(complaint).state == "resolved"


def test_a_message_goes_through_whatever_we_did_meanwhile(case, visit, deeds):
    client = visit(complaint := case("investigating", contact=ANA))
    seen = seen_on(client)
    deeds.do(complaint, "note", "handler")
    for words in ("The first.", "The first.", "The second."):
        assert client.post("/complaint/write/", {"words": words, "seen": seen}).status_code == 303
    said = complaint.messages.filter(direction="in").order_by("pk").values_list("body", flat=True)
    assert list(said) == ["The first.", "The second."], "the same form twice is one message; another is another"


def test_a_program_cannot_fill_the_house_with_messages(case, visit, monkeypatch):
    monkeypatch.setattr(doing, "MOST_AN_HOUR", 2)
    client = visit(complaint := case(contact=ANA))
    assert [sent(client, "write", f"Number {n}.").status_code for n in range(3)] == [303, 303, 422]
    assert complaint.messages.count() == 2


def test_two_at_the_same_moment_have_one_effect(case, monkeypatch):
    """The second looked before the first had written."""
    complaint = case("frontline", contact=ANA)
    link, _token = link_for(complaint)
    seen = complaint.latest_event
    real, first = perform, []

    def late(*args, **told):
        if not first:
            first.append(real(*args, **told))
        return real(*args, **told)

    monkeypatch.setattr(doing, "perform", late)
    event = doing.walk(link, WAYS["further"], "Please.", seen)
    assert event == first[0] and complaint.events.filter(action="trigger").count() == 1
    with pytest.raises(WrongState):
        doing.walk(link, WAYS["further"], "Other words.", seen)


def test_at_the_top_it_names_the_way_outside(case, visit):
    complaint = case("investigating", contact=ANA)
    Policy(external_route="The Ombudsman of Ruritania looks at it free of charge.").save()
    client = visit(complaint)
    assert "Ruritania" not in read(client) and "Take this further" not in read(client)
    assert "take this further" in read(client)
    Complaint.objects.filter(pk=complaint.pk).update(tier=3)
    page = read(client)
    assert "Ruritania" in page and "take this further" not in page
    assert client.get("/complaint/step/further/").status_code == 409


def test_the_offer_outlives_the_file_until_its_own_day(case, visit, deeds):
    complaint = case("resolved", contact=ANA)
    deeds.do(complaint, "close", "clock", at=timezone.now() + timedelta(days=20))
    client = visit(complaint)
    assert "what we offered is still open to you" in read(client)
    assert sent(client, "accept").status_code == 303
    assert "We pay you 50.00 GBP by" in read(client)
    Complaint.objects.filter(pk=complaint.pk).update(
        acknowledged_at=None, offer_until=timezone.localdate() - timedelta(1)
    )
    complaint.remedies.update(state="approved")
    page = read(client)
    assert "What we offered was open until" in page and "I agree" not in page


def test_a_case_that_is_over_says_how(case, visit, deeds):
    withdrawn = case(contact=ANA)
    client = visit(withdrawn)
    deeds.do(withdrawn, "withdraw", "customer")
    assert "You withdrew your complaint." in read(client) and "You can come back to us about it until" in read(client)
    aside = case(contact=ANA)
    client = visit(aside)
    for who in ("coordinator", "second_coordinator"):
        deeds.do(aside, "set_aside", who)
    page = read(client)
    assert "Another firm has to answer your complaint" in page and "take this further" not in page
    assert sent(client, "write", "But why?").status_code == 303


def test_a_merged_case_tells_the_other_reference_only_to_whom_it_concerns(case, visit, deeds, house):
    mine, other, another = (
        case(contact=ANA),
        case(contact=ANA),
        case(contact=Contact(name="Bo", email="bo@example.org")),
    )
    deeds.do(mine, "merge", "coordinator", other=other)
    client = visit(mine)
    assert f"together with your complaint {other.reference}" in read(client) and "withdraw" not in read(client).lower()
    assert sent(client, "write", "One more thing.").status_code == 303
    assert client.get("/complaint/step/withdraw/").status_code == 409
    Complaint.objects.filter(pk=mine.pk).update(merged_into=another)
    assert another.reference not in (page := read(client)) and "together with another complaint" in page


def test_staff_see_the_links_and_that_they_were_opened(case, visit, deeds, house):
    complaint = case(contact=ANA)
    desk = Client()
    desk.force_login(house.agent, backend="django.contrib.auth.backends.ModelBackend")
    assert "No link was sent yet" in (page := desk.get(f"/cases/{complaint.reference}/").content.decode())
    deeds.do(complaint, "send_link", "agent")
    assert "No link was sent yet" in desk.get(f"/cases/{complaint.reference}/").content.decode()
    send_queued()
    page = desk.get(f"/cases/{complaint.reference}/").content.decode()
    assert "not opened yet" in page and "Withdraw all links" in page and "works until" in page
    visit(complaint)
    assert "opened" in desk.get(f"/cases/{complaint.reference}/").content.decode()
    desk.post(f"/cases/{complaint.reference}/do/withdraw_link/", {})
    page = desk.get(f"/cases/{complaint.reference}/").content.decode()
    assert "withdrawn" in page and "Withdraw all links" not in page
