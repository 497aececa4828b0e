"""The screens beside the main road, as whoever uses each: management and standing in, never-disclose notes, checklists,
tasks by link, evidence and holds, incidents, criteria, the report of redress."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from escalations.actors import Actor
from escalations.communication.departments import link_of
from escalations.models import ChecklistItem, Complaint, CriteriaSet, EvidenceRequest, Task, Waiting
from escalations.workflow import perform
from routing.models import AuthorityLimit, Handler
from tests.e2e.office import open_dialog, work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def held(case, house) -> Complaint:
    """A case of Hana's that is being investigated."""
    Handler.objects.exclude(user=house.handler).update(capacity=0)
    return case("investigating")


def at(page: Page, case: Complaint) -> Page:
    page.goto(f"/cases/{case.reference}/")
    return page


def dialog(page: Page, link: str):
    return open_dialog(page, page.get_by_role("main").get_by_role("link", name=link, exact=True).first)


def test_a_manager_decides_on_the_management_page_and_hands_the_deciding_on(held, house, at_desk_of):
    handler = Actor.of(house.handler)
    Handler.objects.filter(user=house.colleague).update(authority=house.handler.handler.authority)
    for amount in (4000, 3000):
        perform(held, "propose_remedy", actor=handler, kind="refund", amount=amount, currency="GBP")
    mona, hugo = at_desk_of("mona"), at_desk_of("hugo")
    mona.goto("/management/")
    waiting = mona.get_by_role("region", name="Approvals")
    expect(waiting.get_by_role("article")).to_have_count(2)
    waiting.get_by_role("article").filter(has_text="4,000.00").get_by_role("button", name="Approve").click()
    expect(mona.get_by_role("region", name="Approvals").get_by_role("article")).to_have_count(1)
    hugo.goto("/approvals/")
    expect(hugo.get_by_role("button", name="Approve")).to_have_count(0)
    mona.goto("/admin/routing/delegation/add/")
    mona.get_by_label("Decides").select_option(label="Hugo")
    today = timezone.localtime()
    for part, moment in (("starts_at", today - timedelta(days=1)), ("ends_at", today + timedelta(days=2))):
        mona.locator(f"#id_{part}_0").fill(moment.strftime("%Y-%m-%d"))
        mona.locator(f"#id_{part}_1").fill("00:00:00")
    mona.get_by_role("button", name="Save", exact=True).click()
    expect(mona.locator("#rd-said")).to_contain_text("was added")
    hugo.reload()
    expect(hugo.get_by_text("You decide for Mona.")).to_be_visible()
    hugo.get_by_label("Why, to lower or refuse it").fill("Not shown to be due.")
    hugo.get_by_role("button", name="Refuse").click()
    expect(hugo.get_by_text("No remedy waits for approval.")).to_be_visible()
    assert set(held.remedies.values_list("state", flat=True)) == {"approved", "refused"}


def test_a_limit_is_proposed_by_one_person_and_put_in_force_by_another(held, at_desk_of):
    limit = AuthorityLimit.objects.get(level__level=2, kind="redress")
    adam, mona = at_desk_of("adam"), at_desk_of("mona")
    adam.goto(f"/admin/routing/authoritylimit/{limit.pk}/change/")
    adam.get_by_label("Amount").fill("1500")
    adam.get_by_label("Why").fill("The board asked for it.")
    adam.get_by_role("button", name="Save", exact=True).click()
    expect(adam.get_by_text("You proposed this yourself")).to_be_visible()
    mona.goto("/management/")
    mona.get_by_role("link", name=re.compile(r"1,500\.00 GBP")).click()
    expect(mona.get_by_text("The board asked for it.")).to_be_visible()
    mona.get_by_role("button", name="Confirm").click()
    expect(mona.locator("#rd-said")).to_contain_text("It is in force.")
    limit.refresh_from_db()
    assert limit.amount == 1500


def test_what_is_never_disclosed_stands_apart_and_a_checklist_is_ticked(held, house, at_desk_of):
    ChecklistItem.objects.create(text="Ask for the statement", step="communicate", required=True)
    hana, alex = at(at_desk_of("hana"), held), at(at_desk_of("alex"), held)
    hana.locator("#write > label", has_text=re.compile("^Note")).click()
    hana.locator("#id_note_body").fill("Named in a suspicious activity report.")
    hana.get_by_label("Never disclose").check()
    hana.get_by_role("button", name="Keep the note").click()
    hana.get_by_role("heading", name="Never-disclose notes").scroll_into_view_if_needed()
    expect(hana.get_by_role("region", name="Never-disclose notes")).to_contain_text("suspicious activity")
    expect(hana.locator("#story")).not_to_contain_text("suspicious activity")
    alex.reload()
    expect(alex.get_by_text("suspicious activity")).to_have_count(0)
    expect(alex.get_by_role("heading", name="Never-disclose notes")).to_have_count(0)
    box = hana.get_by_role("button", name="Done: Ask for the statement")
    expect(box).to_have_attribute("aria-pressed", "false")
    box.click()
    expect(hana.get_by_role("button", name="Not done after all")).to_have_attribute("aria-pressed", "true")


def test_another_department_answers_by_a_link_and_nothing_is_lost_when_it_forgot_its_name(
    held, house, at_desk_of, page
):
    hana = at(at_desk_of("hana"), held)
    form = dialog(hana, "Ask another department")
    form.get_by_label("Department").fill("Payments")
    form.get_by_label("What you ask").fill("Was it paid twice?")
    form.get_by_label("Answer by").fill((timezone.localdate() + timedelta(days=3)).isoformat())
    form.get_by_role("button", name="Ask another department").click()
    expect(hana.get_by_role("region", name="Tasks for others")).to_contain_text("Payments")
    link = link_of(Task.objects.get())
    page.goto(link[link.index("/answer/") :])
    expect(page.get_by_text("Was it paid twice?")).to_be_visible()
    assert held.main_point.product.label not in page.content() and "Ana Silva" not in page.content()
    page.get_by_label("Your answer").fill("Yes, on Tuesday.")
    page.locator("form").evaluate("(form) => form.noValidate = true")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Everything you typed is still here")
    expect(page.get_by_label("Your answer")).to_have_value("Yes, on Tuesday.")
    page.get_by_label("Your name").fill("Pat")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    hana.goto("/notices/")
    expect(hana.get_by_role("main")).to_contain_text("Yes, on Tuesday.")
    hana.get_by_role("button", name="Done with it").click()
    expect(hana.get_by_role("button", name="Done with it")).to_have_count(0)


def test_evidence_is_answered_and_heard_and_a_hold_is_put_on_and_lifted(held, at_desk_of):
    hana = at(at_desk_of("hana"), held)
    form = dialog(hana, "Ask for evidence")
    form.get_by_label("What exactly").fill("The call of Tuesday")
    form.get_by_role("button", name="Ask for evidence").click()
    evidence = hana.get_by_role("region", name="Evidence", exact=True)
    expect(evidence).to_contain_text("The call of Tuesday")
    form = dialog(hana, "What came of it")
    form.get_by_label("What it says").fill("She was promised it.")
    form.get_by_role("button", name="Record what came of it").click()
    expect(evidence).to_contain_text("She was promised it.")
    form = dialog(hana, "I have listened to it")
    form.get_by_label("Time mark").fill("04:30")
    form.get_by_role("button").first.click()
    expect(evidence).to_contain_text("04:30")
    assert EvidenceRequest.objects.get().listenings.count() == 1

    hana.get_by_role("region", name="Next step").get_by_text("More", exact=True).click()
    form = dialog(hana, "Put on hold")
    form.get_by_label("Ground").select_option(index=0)
    form.get_by_label("Reason").fill("The court decides first.")
    form.get_by_role("button", name="Put on hold").click()
    form = dialog(hana, "Lift the hold")
    form.get_by_label("Reason").fill("It has decided.")
    form.get_by_role("button").first.click()
    expect(hana.get_by_role("region", name="Waiting and holds")).to_contain_text("It waits for nobody now.")
    assert not Waiting.objects.filter(ended_at=None).exists()


def test_an_incident_is_opened_joined_and_worked_on_as_one(held, house, case, at_desk_of):
    second = case("investigating", what_happened="Charged twice as well.")
    hana = at_desk_of("hana")
    hana.goto("/incidents/")
    hana.get_by_label("Title").fill("The terminal charged twice")
    hana.get_by_role("button", name="Open", exact=True).click()
    expect(hana.get_by_role("main").get_by_role("heading", name="The terminal charged twice")).to_be_visible()
    page_of_incident = hana.url
    for complaint in (held, second):
        at(hana, complaint).get_by_role("heading", name="Linked and merged").scroll_into_view_if_needed()
        form = dialog(hana, "Add to an incident")
        form.get_by_label("Incident").select_option(index=1)
        form.get_by_role("button").first.click()
        expect(hana.locator("#rd-said")).to_be_visible()
    hana.goto(page_of_incident)
    expect(hana.get_by_text("2 complaints of one cause; 2 are open.")).to_be_visible()
    hana.get_by_text("Write down what was found").click()
    hana.get_by_label("Finding", exact=True).select_option("happened")
    hana.get_by_label("Outcome", exact=True).select_option("upheld")
    hana.get_by_label("Whose fault").select_option("ours")
    hana.get_by_role("textbox", name="What was found").fill("A retry without a key.")
    hana.get_by_label("Root cause").select_option(label="No chaser")
    hana.get_by_role("button", name="Keep it").click()
    expect(hana.get_by_text("A retry without a key.").first).to_be_visible()
    hana.get_by_text("Take a step on all complaints").click()
    hana.get_by_label("Step", exact=True).select_option("record_finding")
    hana.get_by_role("button", name="Take this step on all").click()
    expect(hana.get_by_text("0 of 2 done, 2 waiting")).to_be_visible()
    work()
    hana.reload()
    expect(hana.get_by_text("2 of 2 done")).to_be_visible()


def test_criteria_are_copied_judged_and_published_by_a_second_person(criteria, case, house, staff, at_desk_of):
    case("frontline", what_happened="I shall report you to the ombudsman.")
    staff("suri", "Routing supervisor")
    sven, suri = at_desk_of("sven"), at_desk_of("suri")
    sven.goto(f"/admin/escalations/criteriaset/{criteria.version.pk}/change/")
    sven.get_by_role("link", name="Copy to a new draft").click()
    sven.get_by_role("button", name="Copy to a new draft").click()
    judge = sven.get_by_role("link", name="Judge by past complaints")
    expect(judge).to_be_visible()
    draft = CriteriaSet.objects.get(state="draft")
    expect(sven.get_by_role("link", name="Publish")).to_have_count(0)
    judge.click()
    sven.get_by_role("button", name="Judge").click()
    expect(sven.get_by_role("progressbar")).to_be_visible()
    work()
    row = sven.get_by_role("row").filter(has_text=criteria.regulator.name)
    expect(row).to_contain_text("1")
    suri.goto(f"/admin/escalations/criteriaset/{draft.pk}/publish/")
    suri.get_by_role("button", name="Publish").click()
    expect(suri.locator("#rd-said")).to_contain_text("in force")
    draft.refresh_from_db()
    assert draft.state == "published"


def test_an_analyst_reads_what_was_granted_and_takes_it_along(case, at_desk_of):
    case("closed")
    quin = at_desk_of("quin")
    quin.goto("/trends/redress/")
    row = (
        quin.get_by_role("region", name=re.compile("head", re.IGNORECASE))
        .get_by_role("row")
        .filter(has_text="GBP")
        .first
    )
    expect(row).to_contain_text("50.00")
    with quin.expect_download() as file:
        quin.get_by_role("link", name="Download CSV").click()
    assert "50.00" in file.value.path().read_text("utf-8-sig")
