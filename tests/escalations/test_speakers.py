"""Who speaks for the customer: recorded by every door, and what they may decide only while their authority lasts."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from escalations.errors import Incomplete, Invalid
from escalations.intake import AuthorityDraft, Contact, register
from escalations.models import Complaint, Event, Party
from tests.escalations.customer.test_link import ANA
from tests.escalations.views.test_customer_page import LEA, read, seen_on, visit

__all__ = ["visit"]
YESTERDAY, SOON = timezone.localdate() - timedelta(days=1), timezone.localdate() + timedelta(days=90)
POWER_OF_ATTORNEY = AuthorityDraft("Power of attorney", "This complaint", SOON)


@pytest.fixture
def spoken_for(case):
    """A case in which Lea speaks for Ana, by a paper that counts for another three months."""

    def make(state="frontline", authority=POWER_OF_ATTORNEY):
        return case(state, contact=ANA, representative=LEA, authority=authority)

    return make


def lea_of(complaint):
    return Party.objects.get(complaint=complaint, role="representative")


def now_(complaint):
    return Complaint.objects.get(pk=complaint.pk)


def test_a_paper_is_recorded_on_the_page_of_the_case_and_the_wait_for_it_ends(spoken_for, deeds, at_desk):
    complaint = spoken_for(authority=AuthorityDraft())
    deeds.do(complaint, "wait", "agent", on="authority")
    desk, lea = at_desk(deeds.house.agent), lea_of(complaint)
    page = desk.get(f"/cases/{complaint.reference}/").content.decode()
    assert "No authority of the representative is recorded." in page
    given = {"party": lea.pk, "document": "Power of attorney zzpaper", "scope": "", "until": "2027-03-03"}
    assert desk.post(f"/cases/{complaint.reference}/do/record_speaker/", given).status_code == 303
    page = desk.get(f"/cases/{complaint.reference}/").content.decode()
    assert "Speaks for Ana Silva until 3 Mar 2027; Power of attorney zzpaper" in page
    assert "authority until Wed 3 Mar 2027" in page and "No authority" not in page
    printed = desk.get(f"/cases/{complaint.reference}/summary/").content.decode()
    assert "<b>Lea Law</b>" in printed and "Speaks for Ana Silva until" in printed
    assert not now_(complaint).open_waits
    assert not any("zzpaper" in str(row) for row in Event.objects.values_list())
    assert "speaks for Ana" not in at_desk(deeds.house.analyst).get(f"/cases/{complaint.reference}/").content.decode()


def test_somebody_new_is_named_once_and_a_known_person_stays_one(spoken_for, deeds, at_desk, house):
    complaint, desk = spoken_for(), at_desk(deeds.house.coordinator)
    address = f"/cases/{complaint.reference}/do/record_speaker/"
    assert desk.post(address, {"document": "A form"}).status_code == 422
    assert desk.post(address, {"document": " ", "name": "Bo"}).status_code == 422
    for until in ("", "2026-01-01"):
        told = {"document": "A form", "name": "Bo Berg", "email": "bo@example.org", "until": until}
        assert desk.post(address, told).status_code == 303
    (bo,) = Party.objects.filter(complaint=complaint, person__name="Bo Berg")
    assert bo.authority_until == date(2026, 1, 1)
    complainant = complaint.parties.get(role="complainant")
    with pytest.raises(Invalid, match="need no authority"):
        deeds.do(complaint, "record_speaker", "agent", party=complainant, person=None, document="A form")


@pytest.mark.parametrize("authority", [AuthorityDraft(), AuthorityDraft("A form", "", YESTERDAY)])
def test_without_authority_a_word_decides_nothing_and_the_customers_own_does(authority, spoken_for, deeds):
    complaint = spoken_for("communicating", authority)
    lea, ana = lea_of(complaint), complaint.parties.get(role="complainant")
    deeds.prepare(complaint, "resolve")
    for step, data in (
        ("acknowledge_outcome", {"accepted": True, "words": "Yes."}),
        ("acknowledge_outcome", {"accepted": False, "words": "No."}),
        ("resolve", {"agreed": True}),
    ):
        with pytest.raises(Incomplete, match="who may decide this"):
            deeds.do(complaint, step, "handler", said_by=lea, **data)
    with pytest.raises(Incomplete, match="who may decide this"):
        deeds.do(complaint, "withdraw", "coordinator", words="Stop it.", said_by=lea)
    deeds.do(complaint, "receive", "handler", body="I accept.", said_by=lea)
    assert complaint.messages.get(direction="in").party == lea and now_(complaint).acknowledged_at is None
    deeds.do(complaint, "acknowledge_outcome", "handler", accepted=True, words="Yes.", said_by=ana)
    assert now_(complaint).acknowledged_at is not None
    assert complaint.messages.get(body="Yes.").party == ana


def test_letters_go_to_the_customer_again_once_the_authority_is_over(spoken_for):
    complaint = spoken_for()
    assert complaint.contact == lea_of(complaint)
    Party.objects.filter(pk=complaint.contact.pk).update(authority_until=YESTERDAY)
    assert now_(complaint).contact.role == "complainant"


def test_their_page_keeps_what_they_say_shows_nothing_and_says_what_puts_it_right(spoken_for, deeds, visit):
    complaint = spoken_for("communicating")
    client = visit(complaint, lea := lea_of(complaint))
    assert "I agree" in read(client)
    seen = seen_on(client)
    deeds.do(complaint, "record_speaker", "agent", party=lea, person=None, document="A form", until=YESTERDAY)
    before = now_(complaint).state
    for way in ("accept", "withdraw"):
        assert client.post(f"/complaint/step/{way}/", {"words": "So be it.", "seen": seen}).status_code == 302
    page = read(client)
    assert "The representative's authority ended on" in page and "Either of these puts it right" in page
    assert "We have kept what you wrote" in page and "You charged me" not in page and "I agree" not in page
    kept = complaint.messages.filter(party=lea).order_by("pk").values_list("body", flat=True)
    assert list(kept) == ["I agree\n\nSo be it.", "Withdraw my complaint\n\nSo be it."]
    assert (now_(complaint).state, now_(complaint).acknowledged_at) == (before, None)
    deeds.do(complaint, "record_speaker", "agent", party=lea, person=None, document="A new form", until=None)
    assert "I agree" in read(client), "with a new paper it is all there again"


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"authority": AuthorityDraft("A form")}, "authority", "who speaks for them"),
        ({"representative": LEA, "authority": AuthorityDraft(until=SOON)}, "authority", "by what paper"),
        ({"representative": LEA, "authority": AuthorityDraft("x" * 201)}, "authority", "at most 200"),
    ],
)
def test_an_authority_belongs_to_somebody_and_stands_on_paper(given, field, says, house, draft, deeds):
    with pytest.raises(Invalid) as refused:
        register(draft(**given), actor=deeds.actor("agent"))
    assert says in refused.value.errors[field][0]


def test_the_form_for_a_new_complaint_takes_it_down(house, at_desk):
    told = {
        "name": "Ana Silva", "what_happened": "You charged me twice.", "channel": "phone", "severity": "2",
        "representative_name": "Lea Law", "authority_document": "Power of attorney", "authority_scope": "All of it",
        "authority_until": "2030-03-03", "once": "a1",
    }  # fmt: skip
    desk = at_desk(house.agent)
    assert desk.post("/cases/new/", {**told, "representative_name": ""}).status_code == 422
    assert desk.post("/cases/new/", told).status_code == 303
    lea = Party.objects.get(role="representative")
    assert (lea.authority_document, lea.authority_scope, lea.authority_until) == (
        "Power of attorney", "All of it", date(2030, 3, 3),
    )  # fmt: skip
    assert Contact(name="Lea Law").name == lea.person.name
