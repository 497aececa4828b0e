"""One complaint of the public sample goes all the way, through the pages that each member of staff sees."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Page, expect

from escalations.jobs import sweep
from escalations.models import Complaint, Person
from tests.e2e.office import NUMBER, excerpt, open_dialog, settle_in, work

pytestmark = pytest.mark.django_db(transaction=True)
OPENING = "I had a mortgage with Wells Fargo"
FOUND = "The refund was stopped because the account still named her late husband. We never paid it again."
WHY = "The cheque came back unpaid twice; 800.00 is what the escrow held."
ANSWER = "We uphold your complaint. We are sorry. 800.00 USD are on their way to you."


@pytest.fixture
def case(house, staff, tmp_path):
    """The complaint as the real command takes it in, and the organisation that will look at it."""
    settle_in(house)
    house.second_supervisor = staff("suri", "Routing supervisor")
    call_command("import_complaints", str(excerpt(tmp_path)), "--format", "cfpb", "--as", "open", verbosity=0)
    case = Complaint.objects.get(external_id=NUMBER)
    # The public file names nobody. The bank knows who it is.
    Person.objects.filter(parties__complaint=case).update(name="Jane Doe", email="jane.doe@example.org")
    return case


def test_a_real_complaint_goes_from_the_file_to_its_end(case, at_desk_of):
    assert (case.state, case.triggers.get().kind) == ("triggered", "legal")
    assert work() == ["ask_agents"], "it went up by itself: whoever registered it is asked for what is missing"
    the_coordinator_accepts_what_the_criteria_flagged(at_desk_of("cora"), case)
    two_supervisors_make_a_rule_that_places_it(at_desk_of("sven"), at_desk_of("suri"), case)
    stan = at_desk_of("stan")
    the_handler_investigates(stan, case)
    the_manager_approves_what_is_above_the_handlers_limit(at_desk_of("mona"), case)
    the_handler_answers_the_customer(stan, case)
    the_handler_records_the_answer_pays_and_closes(stan, case)
    the_analyst_finds_it_in_the_trend_report(at_desk_of("quin"), case)
    the_compliance_officer_reads_who_did_what_and_why(at_desk_of("otto"), case)


def the_coordinator_accepts_what_the_criteria_flagged(cora: Page, case: Complaint) -> None:
    cora.get_by_role("link", name="Triage").click()
    expect(cora.get_by_text("1 to decide")).to_be_visible()
    item = cora.get_by_role("article").filter(has_text=case.reference)
    expect(item).to_contain_text(OPENING)
    expect(item.get_by_role("region", name="Why it was escalated").locator("mark")).to_have_text("lawyer")
    item.get_by_role("button", name=f"Accept {case.reference}").click()
    expect(cora.get_by_text(f"{case.reference} is accepted")).to_be_visible()
    assert work() == ["route_accepted"]
    cora.reload()
    expect(cora.get_by_text("1 could not be placed: No routing rule fits this case.")).to_be_visible()


def two_supervisors_make_a_rule_that_places_it(author: Page, second: Page, case: Complaint) -> None:
    author.get_by_role("link", name="Routing rules").click()
    author.get_by_role("link", name="1", exact=True).click()
    author.get_by_role("link", name="Copy to a new draft").click()
    author.get_by_role("button", name="Copy to a new draft").click()
    expect(author.get_by_role("link", name="Publish")).to_have_count(0)
    author.get_by_role("link", name="Add a rule").click()
    write_a_rule(author, case)
    second.get_by_role("link", name="Routing rules").click()
    second.get_by_role("link", name="2", exact=True).click()
    second.get_by_role("link", name="Publish").click()
    expect(second.get_by_text("If product is Mortgage, send to Loans").first).to_be_visible()
    second.get_by_role("button", name="Publish").click()
    expect(second.get_by_text("Ruleset 2 (published) is in force.")).to_be_visible()
    sweep()


def write_a_rule(author: Page, case: Complaint) -> None:
    author.get_by_role("button", name="Add a condition").wait_for()
    author.wait_for_load_state()
    author.get_by_role("button", name="Add a condition").click()
    expect(author.get_by_label("What is looked at")).to_be_visible()
    author.get_by_label("What is looked at").select_option("product")
    expect(author.get_by_label("Value", exact=True)).to_be_visible()
    author.get_by_label("Value", exact=True).select_option(case.main_point.product.code)
    author.get_by_label("Team", exact=True).select_option(label="Loans")
    author.get_by_role("textbox", name="Name").fill("Mortgages")
    expect(author.locator("#rd-reading")).to_contain_text("If product is Mortgage, send to Loans.")
    author.get_by_role("button", name="Add the rule").click()
    expect(author.get_by_role("link", name="Mortgages")).to_be_visible()
    author.wait_for_load_state()
    author.get_by_role("link", name="Mortgages").focus()
    author.keyboard.press("Alt+ArrowUp")
    expect(author.get_by_role("row").filter(has_text="Mortgages")).to_have_attribute("data-number", "2")
    expect(author.get_by_role("link", name="Mortgages")).to_be_focused()
    author.get_by_role("link", name="Simulate").click()
    author.get_by_role("button", name="Simulate").click()
    expect(author.get_by_role("progressbar")).to_be_visible()
    assert work() == ["run"]
    author.reload()
    expect(author.get_by_role("status")).to_contain_text("1 (100.0 %) would go elsewhere")


def the_handler_investigates(stan: Page, case: Complaint) -> None:
    stan.get_by_role("link", name="My work").click()
    stan.get_by_role("link", name=OPENING).click()
    expect(stan.get_by_text("Here because: Goes to Stan in Loans by rule “Mortgages”")).to_be_visible()
    stan.get_by_role("button", name="Start investigating").click()
    expect(stan.get_by_text("A finding for Trouble during payment process")).to_be_visible()

    stan.get_by_role("region", name="Next step").get_by_role("link", name="Record how a point came out").click()
    stan.get_by_label("Did it happen").select_option(label="it happened as described")
    stan.get_by_label("What you found, in words").fill(FOUND)
    stan.get_by_label("Outcome").select_option(label="upheld")
    stan.get_by_label("Root cause").select_option(label="No chaser")
    stan.get_by_label("The cause is").select_option(label="confirmed")
    stan.get_by_label("Whose fault").select_option(label="ours")
    stan.get_by_role("button", name="Keep", exact=True).click()
    expect(stan.get_by_text("Nothing of this point is missing.")).to_be_visible()
    stan.get_by_role("link", name="Back to the case").click()

    form = step(stan, "Propose a remedy")
    form.get_by_label("Remedy").select_option(label="refund")
    form.get_by_label("Amount").fill("800")
    form.get_by_label("Currency").fill("USD")
    form.get_by_label("Reason").fill(WHY)
    form.get_by_role("button", name="Propose a remedy").click()
    expect(stan.get_by_text("The decision on 1 remedy that waits for approval.")).to_be_visible()


def step(page: Page, name: str):
    """Opens the form of a step, above the case."""
    return open_dialog(page, page.get_by_role("region", name="Next step").get_by_role("link", name=name))


def the_manager_approves_what_is_above_the_handlers_limit(mona: Page, case: Complaint) -> None:
    mona.get_by_role("link", name="Approvals").click()
    item = mona.get_by_role("article").filter(has_text=case.reference)
    expect(item).to_contain_text("800.00 USD")
    expect(item).to_contain_text(FOUND)
    item.get_by_role("button", name="Approve").click()
    expect(mona.get_by_text("No remedy waits for approval.")).to_be_visible()


def the_handler_answers_the_customer(stan: Page, case: Complaint) -> None:
    stan.reload()
    stan.get_by_role("button", name="Give the outcome").click()
    form = step(stan, "Write the final response")
    expect(form.get_by_label("Kind of letter")).to_have_value("final_response")
    form.get_by_label("Subject").fill("Your complaint about the escrow refund")
    form.get_by_label("Text").fill(ANSWER)
    form.get_by_role("button", name="Write to the customer").click()
    expect(stan.locator("#rd-said")).to_contain_text("wrote to the customer")
    assert "send_queued" in work()
    (letter,) = mail.outbox
    assert (letter.to, ANSWER in letter.body) == (["jane.doe@example.org"], True)
    stan.reload()
    step(stan, "Outcome given").get_by_role("button", name="Outcome given").click()


def the_handler_records_the_answer_pays_and_closes(stan: Page, case: Complaint) -> None:
    form = step(stan, "Record the customer's answer")
    form.get_by_label("The customer accepts").check()
    form.get_by_label("What the customer said").fill("Thank you. At last.")
    form.get_by_role("button", name="Record the customer's answer").click()
    expect(stan.get_by_text("Thank you. At last.").first).to_be_visible()
    remedies = stan.get_by_role("region", name="Remedies and authority")
    form = open_dialog(stan, remedies.get_by_role("link", name="Record payment"))
    form.get_by_label("Payment reference").fill("ACH 4711")
    form.get_by_role("button", name="Record payment").click()
    expect(stan.locator("#rd-said")).to_contain_text("recorded a payment")
    stan.get_by_role("button", name="Close", exact=True).click()
    expect(stan.get_by_text("Nothing is left to do.")).to_be_visible()
    case.refresh_from_db()
    assert (case.state, case.closed_as, case.remedies.get().state) == ("closed", "upheld", "paid")


def the_analyst_finds_it_in_the_trend_report(quin: Page, case: Complaint) -> None:
    quin.get_by_role("link", name="Trends").click()
    quin.get_by_role("link", name="Show the year up to").click()
    row = quin.get_by_role("row").filter(has=quin.get_by_role("rowheader", name="Mortgage", exact=True)).first
    days = f"{round((case.closed_at - case.received_at).total_seconds() / 86400, 1):,}"
    # complaints, open, closed, of unknown days, median and 90th percentile of days, decided, upheld, share upheld
    figures = [re.compile(r"^\s*1"), "0", "1", "0", days, days, "1", "1", "100.0"]
    expect(row.get_by_role("cell")).to_have_text(figures)
    with quin.expect_download() as download:
        quin.get_by_role("link", name="CSV").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert f"2023-07,Mortgage,yes,1,0,1,0,{days.replace(',', '')}" in "\n".join(lines)


def the_compliance_officer_reads_who_did_what_and_why(otto: Page, case: Complaint) -> None:
    otto.goto("/cases/")
    otto.get_by_role("searchbox", name="Find a case").fill(case.reference)
    otto.get_by_role("button", name="Find", exact=True).click()
    otto.get_by_role("link", name=OPENING).click()
    otto.get_by_role("link", name="History", exact=True).click()
    for who, what, why in (
        ("Redress", "Escalated it", "Escalation criteria were met."),
        ("Cora", "Accepted the escalation", ""),
        ("Redress", "Allocated it", "by rule “Mortgages”"),
        ("Stan", "Recorded how a point came out", ""),
        ("Stan", "Proposed a remedy", WHY),
        ("Mona", "Agreed to a remedy", ""),
        ("Stan", "Gave the outcome", ""),
        ("Stan", "Recorded the customer's answer", ""),
        ("Stan", "Closed the case", ""),
    ):
        row = otto.get_by_role("row").filter(has_text=what).filter(has=otto.get_by_role("cell", name=who, exact=True))
        expect(row).to_contain_text(why)
    assert ANSWER not in otto.locator("main").inner_text(), "what was said stands in no history"
