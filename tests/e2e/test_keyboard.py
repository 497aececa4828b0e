"""A whole case, from the first call to its closure, by four people who touch no mouse."""

import pytest
from django.core import mail
from playwright.sync_api import expect

from escalations.models import Complaint, Message
from routing.models import Handler
from tests.e2e.hands import Hands
from tests.e2e.office import work

pytestmark = pytest.mark.django_db(transaction=True)
SAID = "You charged me twice and nobody called back."


@pytest.fixture
def hands(house, criteria, window_of):
    """Logs somebody in by keys. Hana gets every case, and may grant up to 1,000."""
    Handler.objects.exclude(user=house.handler).update(capacity=0)
    return lambda username: Hands(window_of(username)).log_in(username)


def test_a_whole_case_goes_by_keyboard_only(hands):
    case = the_agent_registers_tries_and_escalates(hands("alex"))
    the_coordinator_accepts_with_one_key(hands("cora"), case)
    hana = hands("hana")
    the_handler_takes_it_up_writes_a_note_and_asks_for_evidence(hana)
    the_handler_says_how_it_came_out_and_proposes_more_than_they_may(hana, case)
    the_manager_approves(hands("mona"))
    the_handler_answers(hana)
    the_handler_records_the_answer_pays_and_closes(hana)
    case.refresh_from_db()
    assert (case.state, case.closed_as, case.remedies.get().state) == ("closed", "upheld", "paid")


def the_agent_registers_tries_and_escalates(alex: Hands) -> Complaint:
    alex.press("?").at("Close").press("Escape")
    alex.go("g", "q", to="/cases/")
    alex.press("Tab").at("To the content").press("Enter")
    alex.tab_to("New complaint").press("Enter")
    alex.at("What happened").type(SAID)
    alex.fill(
        ("What they want", "My money back."),
        ("Name", "Ana Silva"),
        ("E-mail", "ana@example.org"),
        ("Product", "Credit card"),
        ("Issue", "Fees"),
    )
    alex.tab_to("Register the complaint").press("Enter")
    alex.is_told("is registered").at("Next step")
    alex.tab_to("Record an attempt").press("Enter")
    alex.at("What was tried").type("Offered 20.00.").tab_to("What came of it").type("declined")
    alex.tab_to("Record an attempt").press("Enter")
    alex.is_told("recorded an attempt").at("Next step")
    alex.tab_to("Escalate").press("Enter")
    alex.at("Why").tab_to("Why it must go up now").type("The customer does not accept the offer.")
    alex.tab_to("Escalate").press("Enter")
    alex.is_told("is escalated").at("Next step")
    return Complaint.objects.get()


def the_coordinator_accepts_with_one_key(cora: Hands, case: Complaint) -> None:
    cora.go("g", "t", to="/triage/")
    cora.reads(SAID).press("a")
    cora.is_told(f"{case.reference} is accepted")
    assert "route_accepted" in work()


def opens_the_case(hana: Hands) -> None:
    hana.go("g", "q", to="/cases/")
    hana.press("j").at(f"“{SAID[:20]}").press("Enter")
    hana.page.wait_for_url("**/cases/R-*/")
    hana.press("n").at("Next step")


def the_handler_takes_it_up_writes_a_note_and_asks_for_evidence(hana: Hands) -> None:
    opens_the_case(hana)
    hana.tab_to("Start investigating").press("Enter")
    hana.is_told("started investigating").at("Next step")
    hana.tab_to("Reply or letter").press("ArrowRight", "ArrowRight").at("Note").tab_to("Note").type("Please look, @mon")
    expect(hana.page.get_by_role("option", name="Mona @mona")).to_be_visible()
    hana.press("Enter").tab_to("Keep the note").press("Enter")
    hana.is_told("wrote a note").at("Next step")
    assert Message.objects.get(direction="internal").body == "Please look, @mona"
    hana.tab_to("Ask for evidence").press("Enter")
    hana.at("Kind").tab_to("What exactly").type("The call of Tuesday")
    hana.tab_to("Ask for evidence").press("Enter")
    hana.is_told("asked for evidence").at("Next step")


def the_handler_says_how_it_came_out_and_proposes_more_than_they_may(hana: Hands, case: Complaint) -> None:
    hana.tab_to("Record how a point came out").press("Enter")
    hana.at("Symptom")
    hana.fill(
        ("Did it happen", "it happened as"),
        ("What you found, in words", "Charged twice by a retry."),
        ("Outcome", "upheld"),
        ("Root cause", "No chaser"),
        ("The cause is", "confirmed"),
        ("Whose fault", "ours"),
    )
    hana.tab_to("Keep").press("Enter")
    hana.at("Still needed").reads("Nothing of this point is missing.")
    hana.tab_to("Back to the case").press("Enter")
    hana.page.wait_for_url(f"**/cases/{case.reference}/")
    hana.press("n").tab_to("Propose a remedy").press("Enter")
    hana.at("Remedy").type("refund").tab_to("Amount").type("1200").tab_to("Currency").type("GBP")
    hana.tab_to("Reason").type("Both charges, and the interest on them.")
    hana.tab_to("Propose a remedy").press("Enter")
    hana.is_told("proposed a remedy").at("Next step")


def the_manager_approves(mona: Hands) -> None:
    mona.find("approvals", "Approvals", to="/approvals/")
    mona.press("j").at(f"“{SAID[:20]}").tab_to("Approve").press("Enter")
    mona.is_told("agreed to a remedy").reads("No remedy waits for approval.")


def the_handler_answers(hana: Hands) -> None:
    opens_the_case(hana)
    hana.tab_to("An answer to the request for evidence").press("Enter")
    hana.at("What came of it").type("received").tab_to("What it says").type("She was promised it.")
    hana.tab_to("Record what came of it").press("Enter")
    hana.is_told("recorded what came of").at("Next step")
    hana.tab_to("Give the outcome").press("Enter")
    hana.is_told("began to give the outcome").at("Next step")
    hana.tab_to("Write the final response").press("Enter")
    hana.at("Kind of letter").tab_to("Subject").type("Your complaint")
    hana.tab_to("Text").type("We uphold your complaint. 1,200.00 are on their way.")
    hana.tab_to("Write to the customer").press("Enter")
    hana.is_told("wrote to the customer").at("Next step")
    assert "send_queued" in work() and "1,200.00 are" in mail.outbox[-1].body
    opens_the_case(hana)
    hana.tab_to("Outcome given").press("Enter")
    hana.at("The customer agrees").tab_to("Outcome given").press("Enter")
    hana.is_told("gave the outcome").at("Next step")


def the_handler_records_the_answer_pays_and_closes(hana: Hands) -> None:
    hana.tab_to("Record the customer's answer").press("Enter")
    hana.at("The customer accepts").press("Space").tab_to("What the customer said").type("Thank you.")
    hana.tab_to("Record the customer's answer").press("Enter")
    hana.is_told("recorded the customer's answer").at("Next step")
    hana.tab_to("Record payment").press("Enter")
    hana.at("Remedy").tab_to("Payment reference").type("P-1").tab_to("Record payment").press("Enter")
    hana.is_told("recorded a payment").at("Next step")
    hana.tab_to("Close").press("Enter")
    hana.is_told("closed the case").at("Next step").tab_to("Take the next case")
