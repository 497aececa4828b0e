"""Beside the case: drafts, colleagues named in notes, checklists, and what other departments are asked."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from escalations.communication.departments import tell_departments
from escalations.customer import opening
from escalations.errors import Incomplete
from escalations.models import ChecklistItem, ChecklistTick, Complaint, LinkOpening, Message, Notice, Task, UnsentText
from tests.escalations.deeds import Deeds

JSON = {"Accept": "application/json"}


@pytest.fixture
def desk(house, case, hana_alone):
    """A case of Hana's, and the deeds done on it."""
    made = case("investigating")
    return made, Deeds(house)


# --- drafts ---------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_stands_there_on_the_next_visit(at_desk, house, desk):
    case, _deeds = desk
    client, address = at_desk(house.handler), f"/cases/{case.reference}/unsent/note/"
    told = client.post(address, {"body": "Half a thought", "tab": "1", "base": ""}, headers=JSON).json()
    assert told["says"].startswith("Draft saved") and not told["replaced"]
    assert "Half a thought</textarea>" in client.get(f"/cases/{case.reference}/").content.decode()
    assert "Half a thought</textarea>" in client.get(f"/cases/{case.reference}/do/note/").content.decode()
    assert "Half a thought" not in at_desk(house.manager).get(f"/cases/{case.reference}/").content.decode()
    client.post(address, {"body": "", "tab": "1", "base": told["base"]}, headers=JSON)
    assert not UnsentText.objects.exists()


def test_of_two_tabs_the_newest_text_stands_and_it_is_said(at_desk, house, desk):
    case, _deeds = desk
    client, address = at_desk(house.handler), f"/cases/{case.reference}/unsent/note/"
    first = client.post(address, {"body": "In one tab", "tab": "1", "base": ""}, headers=JSON).json()
    second = client.post(address, {"body": "In the other", "tab": "2", "base": ""}, headers=JSON).json()
    assert second["replaced"] and "Another tab" in second["says"]
    assert UnsentText.objects.get().texts == {"body": "In the other"}
    again = client.post(address, {"body": "In the other, more", "tab": "2", "base": second["base"]}, headers=JSON)
    assert not again.json()["replaced"] and first["base"] != second["base"]


def test_a_session_that_expires_while_somebody_writes_loses_nothing(house, desk, at_desk):
    case, _deeds = desk
    client = at_desk(house.handler)
    client.post(f"/cases/{case.reference}/unsent/note/", {"body": "Half a thought"})
    client.logout()
    answer = client.post(f"/cases/{case.reference}/do/note/", {"body": "Half a thought"})
    assert answer.status_code == 302 and f"next=/cases/{case.reference}/do/note/" in answer["Location"]
    assert (
        "Half a thought</textarea>"
        in at_desk(house.handler).get(answer["Location"].partition("next=")[2]).content.decode()
    )


def test_no_draft_is_kept_where_nothing_is_to_be_written(at_desk, house, desk):
    case, _deeds = desk
    assert at_desk(house.handler).post(f"/cases/{case.reference}/unsent/nonsense/", {"body": "x"}).status_code == 404
    assert at_desk(house.stranger).post(f"/cases/{case.reference}/unsent/note/", {"body": "x"}).status_code == 404


# --- colleagues named in notes ---------------------------------------------------------------------------------------


def test_who_is_named_in_a_note_is_told_until_they_are_done_with_it(at_desk, house, desk):
    case, deeds = desk
    deeds.do(case, "note", "handler", body="Ask @mona and @mona, not ana@hugo.example, @nobody or @hana.")
    (notice,) = Notice.objects.all()
    assert (notice.user, notice.kind) == (house.manager, "mention")
    client = at_desk(house.manager)
    page = client.get("/notices/")
    assert "Ask @mona" in page.content.decode() and "1 notice to you waits." in page.content.decode()
    badges = [item.get("badge") for group in page.context_data["sidebar_navigation"] for item in group["items"]]
    assert 1 in badges
    assert client.post(f"/notices/{notice.pk}/seen/").status_code == 303
    assert "Nobody waits for you" in client.get("/notices/").content.decode()
    assert at_desk(house.colleague).post(f"/notices/{notice.pk}/seen/").status_code == 404


def test_who_may_not_see_the_case_cannot_be_named_and_the_reason_is_said(at_desk, house, desk):
    case, _deeds = desk
    client = at_desk(house.handler)
    answer = client.post(f"/cases/{case.reference}/do/note/", {"body": "Look, @stan and @mona."})
    assert answer.status_code == 422 and "Stan may not see this case" in answer.content.decode()
    assert "Look, @stan and @mona." in answer.content.decode() and not Notice.objects.exists()
    found = client.get(f"/cases/{case.reference}/colleagues/?q=s").json()["people"]
    assert [one["username"] for one in found] == []
    assert client.get(f"/cases/{case.reference}/colleagues/?q=mon").json()["people"] == [
        {"username": "mona", "name": "Mona"}
    ]


# --- checklists ------------------------------------------------------------------------------------------------------


def test_a_required_item_stands_in_the_way_of_its_step_until_it_is_ticked(at_desk, house, desk):
    case, deeds = desk
    item = ChecklistItem.objects.create(text="Called the customer back", step="communicate", required=True)
    ChecklistItem.objects.create(text="Thanked the agent", step="communicate")
    deeds.prepare(case, "communicate")
    with pytest.raises(Incomplete) as refusal:
        deeds.do(case, "communicate", "handler")
    assert refusal.value.sentences == ["On the checklist: “Called the customer back”."]
    client = at_desk(house.handler)
    assert "0 of 2" in client.get(f"/cases/{case.reference}/").content.decode()
    assert client.post(f"/cases/{case.reference}/do/tick/", {"item": item.pk, "done": "on"}).status_code == 303
    tick = ChecklistTick.objects.get()
    assert (tick.item, tick.done_by) == (item, house.handler)
    assert "1 of 2" in client.get(f"/cases/{case.reference}/").content.decode()
    assert deeds.do(case, "communicate", "handler").to_state == "communicating"
    client.post(f"/cases/{case.reference}/do/tick/", {"item": item.pk})
    assert not ChecklistTick.objects.exists()


def test_a_closed_case_shows_what_was_seen_to_and_asks_for_nothing_more(at_desk, house, desk):
    case, deeds = desk
    done, _other = (
        ChecklistItem.objects.create(text=text, step="close") for text in ("Called back", "Told the branch")
    )
    deeds.do(case, "tick", "handler", item=done, done=True)
    Complaint.objects.filter(pk=case.pk).update(state="closed", closed_as="upheld", closed_at=timezone.now())
    page = at_desk(house.handler).get(f"/cases/{case.reference}/").content.decode()
    assert "1 of 1" in page and "Called back" in page
    assert "Told the branch" not in page and "Missing:" not in page


def test_items_of_another_type_of_complaint_are_not_on_the_list(house, desk, own):
    case, deeds = desk
    other = ChecklistItem.objects.create(text="Froze the card", step="close", required=True, complaint_type=own.fraud)
    answer = deeds.do
    with pytest.raises(Exception, match="not on the checklist"):
        answer(case, "tick", "handler", item=other)


# --- other departments ---------------------------------------------------------------------------------------------


def asked(case, deeds, **given):
    return deeds.do(case, "ask_department", "handler", **given) and Task.objects.latest("pk")


def test_a_department_answers_by_its_link_without_an_account(at_desk, house, desk):
    case, deeds = desk
    task = asked(case, deeds, email="billing@example.org", question="Why twice?")
    assert tell_departments() == 1 and tell_departments() == 0
    (sent,) = mail.outbox
    address = sent.body[sent.body.index("/answer/") :].split()[0]
    assert task.token not in {task.token_digest, task.seed} and "Why twice?" not in sent.body
    stranger = Client()
    before = case.events.count()
    page = stranger.get(address)
    assert page.status_code == 200 and "Why twice?" in page.content.decode() and "no-store" in page["Cache-Control"]
    assert "Ana" not in page.content.decode() and case.events.count() == before
    empty = stranger.post(address, {"name": "Bea", "body": ""})
    assert empty.status_code == 422 and "Everything you typed is still here" in empty.content.decode()
    answer = stranger.post(address, {"name": "Bea", "body": "A second plan was opened."})
    assert "Your answer has arrived" in answer.content.decode()
    story = at_desk(house.handler).get(f"/cases/{case.reference}/").content.decode()
    assert "Billing: Bea" in story and "A second plan was opened." in story
    assert [notice.user for notice in Notice.objects.filter(kind="answer")] == [house.handler]
    again = stranger.post(address, {"name": "Bea", "body": "More."})
    assert "This was answered" in again.content.decode() and Message.objects.filter(body="More.").count() == 0


def test_a_link_that_expired_says_so_and_what_to_do(house, desk):
    case, deeds = desk
    task = asked(case, deeds)
    Task.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    page = Client().post(f"/answer/{task.token}/", {"name": "Bea", "body": "Late."})
    assert page.status_code == 410 and "This link has expired" in page.content.decode()
    assert "Hana" in page.content.decode() and not Message.objects.filter(body="Late.").exists()


def test_a_withdrawn_link_and_one_that_never_was_get_the_same_answer(house, desk):
    case, deeds = desk
    task = asked(case, deeds)
    deeds.do(case, "withdraw_task", "handler", task=task)
    gone, unknown = (Client().get(f"/answer/{token}/") for token in (task.token, "x" * 43))
    assert gone.status_code == unknown.status_code == 404 and gone.content == unknown.content


def test_a_link_is_locked_after_too_many_refused_answers_and_what_was_typed_stays(house, desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case, deeds = desk
    task, sender = asked(case, deeds), Client(REMOTE_ADDR="192.0.2.1")

    def send(**more):
        typed = {"name": "Bea", "body": "A long and dear answer.", **more}
        return sender.post(f"/answer/{task.token}/", typed)

    page = send(files=SimpleUploadedFile("page.png", b"<!DOCTYPE html><html></html>"))
    told = page.content.decode()
    assert page.status_code == 422 and "is no png file: its content is a web page" in told and "dear answer." in told
    assert page["Referrer-Policy"] == "no-referrer" and "no-store" in page["Cache-Control"]
    for _again in range(opening.MOST_WRONG - 1):
        send(body="")
    locked = send()
    assert locked.status_code == 429 and locked["Retry-After"] == "900"
    assert "Locked for 15 minutes" in locked.content.decode() and "dear answer." in locked.content.decode()
    assert not Message.objects.filter(body__startswith="A long").exists()
    LinkOpening._base_manager.update(tried_at=timezone.now() - opening.LOCKED)
    assert "Your answer has arrived" in send().content.decode()


def test_whoever_tries_many_links_that_lead_nowhere_is_locked_out_and_nobody_else(house, desk):
    case, deeds = desk
    task, guesser = asked(case, deeds), Client(REMOTE_ADDR="192.0.2.1")
    tries = [guesser.get(f"/answer/{number:043d}/") for number in range(opening.MOST_WRONG_FROM_PLACE + 1)]
    assert {page.status_code for page in tries[:-1]} == {404} and tries[-1].status_code == 429
    assert "Locked for a while" in tries[-1].content.decode()
    assert Client(REMOTE_ADDR="192.0.2.2").get(f"/answer/{task.token}/").status_code == 200


def test_an_overdue_task_shows(at_desk, house, desk):
    case, deeds = desk
    asked(case, deeds)
    Task.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    assert "3 days late" in at_desk(house.handler).get(f"/cases/{case.reference}/").content.decode()


def test_of_two_who_answer_at_once_the_second_is_told_and_keeps_what_they_typed(at_desk, house, desk):
    case, deeds = desk
    seen = at_desk(house.handler).get(f"/cases/{case.reference}/do/write/").context_data["case"].latest_event
    deeds.do(case, "write", "coordinator", body="We look into it.")
    answer = at_desk(house.handler).post(
        f"/cases/{case.reference}/do/write/",
        {"kind": "update", "channel": "letter", "body": "Dear Ana, we look into it too.", "seen": seen},
    )
    page = answer.content.decode()
    assert answer.status_code == 409 and "Cora" in page and "Dear Ana, we look into it too." in page
    assert case.messages.filter(direction="out").count() == 1
