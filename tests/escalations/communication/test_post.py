"""Messages go out: at least once, one after the other, never lost to a failure, and each is reported to its case."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core import mail
from django.utils import timezone

from escalations.actors import Actor
from escalations.communication.post import LONGEST_SENDING, MOST_TRIES, send_queued
from escalations.errors import WrongState
from escalations.intake import Contact
from escalations.models import Complaint, Message
from escalations.workflow import perform


@pytest.fixture
def queued(case, deeds):
    def queued(count=1, **given):
        complaint = case()
        for number in range(count):
            deeds.do(complaint, "write", "agent", body=f"Letter {number}", **given)
        return complaint

    return queued


@pytest.fixture
def broken(monkeypatch):
    """A mail server that fails for every mail whose text holds one of these words."""

    def broken(*words):
        real = mail.EmailMessage.send

        def send(self, *args, **kwargs):
            if any(word in self.body for word in words):
                raise ConnectionRefusedError("no route")
            return real(self, *args, **kwargs)

        monkeypatch.setattr(mail.EmailMessage, "send", send)

    return broken


def test_a_message_goes_out_and_the_case_says_so(queued, house):
    complaint = queued(kind="acknowledgement", subject="About your complaint")
    assert send_queued() == 1
    (out,) = mail.outbox
    assert (out.to, out.subject, out.body.split("\n")[0]) == (["ana@example.org"], "About your complaint", "Letter 0")
    assert out.extra_headers["X-Redress-Reference"] == complaint.reference
    message, event = complaint.messages.get(), complaint.events.latest("number")
    assert (message.state, message.sent_at, message.tries, message.error) == ("sent", event.at, 1, "")
    assert (event.action, event.actor_name, event.user, event.data["message"]) == ("sent", "post", None, message.pk)


def test_what_has_gone_out_does_not_go_again(queued):
    queued(2)
    assert (send_queued(), send_queued()) == (2, 0)
    assert len(mail.outbox) == 2


def test_a_message_that_fails_stays_queued_with_the_error_and_goes_later(queued, broken, monkeypatch):
    complaint = queued()
    with monkeypatch.context():
        broken("Letter")
        assert send_queued() == 0
    message = complaint.messages.get()
    assert (message.state, message.error, message.tries) == ("queued", "ConnectionRefusedError: no route", 1)
    monkeypatch.undo()
    assert send_queued() == 0, "not before the next try is due"
    assert send_queued(now=message.next_try_at) == 1
    assert complaint.messages.get().error == ""


def test_each_failure_waits_longer_and_at_last_gives_up_for_somebody_to_see(queued, broken):
    complaint = queued()
    broken("Letter")
    waits, now = [], timezone.now()
    for _try in range(MOST_TRIES):
        send_queued(now=now)
        message = complaint.messages.get()
        waits.append(message.next_try_at - timezone.now())
        now = message.next_try_at
    assert all(shorter < longer + timedelta(seconds=5) for shorter, longer in pairwise(waits))
    assert (message.state, message.error) == ("given_up", "ConnectionRefusedError: no route")
    assert send_queued(now=now + timedelta(days=1)) == 0


def test_one_that_fails_keeps_no_other_back(queued, broken):
    complaint = queued(3)
    broken("Letter 1")
    assert send_queued() == 2
    assert [message.state for message in complaint.messages.order_by("pk")] == ["sent", "queued", "sent"]


def test_one_that_cannot_be_reported_keeps_no_other_back_and_goes_out_again(queued, monkeypatch):
    complaint = queued(2)
    first = complaint.messages.order_by("pk").first()

    def report(case, action, *, message, **told):
        if message.pk == first.pk:
            raise RuntimeError("the database is gone")
        return perform(case, action, message=message, **told)

    monkeypatch.setattr("escalations.communication.post.perform", report)
    assert send_queued() == 1
    assert [message.state for message in complaint.messages.order_by("pk")] == ["sending", "sent"]
    monkeypatch.undo()
    assert send_queued() == 0
    assert send_queued(now=timezone.now() + LONGEST_SENDING) == 1
    assert [out.body for out in mail.outbox] == ["Letter 0", "Letter 1", "Letter 0"]
    ids = [out.extra_headers["Message-ID"] for out in mail.outbox]
    assert ids[0] == ids[2] != ids[1], "so that the second delivery can be told as one"


def test_what_a_killed_worker_had_claimed_goes_out_again(queued):
    complaint = queued()
    now = timezone.now()
    complaint.messages.update(state="sending", next_try_at=now + LONGEST_SENDING, tries=1)
    assert send_queued(now=now + LONGEST_SENDING - timedelta(seconds=1)) == 0
    assert send_queued(now=now + LONGEST_SENDING) == 1
    assert complaint.messages.get().tries == 2


def test_a_worker_that_was_only_slow_reports_once(queued):
    complaint = queued()
    send_queued()
    with pytest.raises(WrongState, match="already"):
        perform(complaint, "sent", actor=Actor.system("post"), message=complaint.messages.get())


def test_somebody_who_speaks_for_the_customer_gets_the_letters(queued, case, deeds):
    complaint = case(representative=Contact(name="Lea Law", email="lea@example.org"))
    deeds.do(complaint, "write", "agent")
    send_queued()
    assert mail.outbox[0].to == ["lea@example.org"]


def test_a_letter_to_somebody_without_an_address_is_recorded_as_handed_over(case, deeds):
    complaint = case(contact=Contact(name="Ana Silva"))
    event = deeds.do(complaint, "write", "agent", kind="acknowledgement")
    message = complaint.messages.get()
    assert (message.channel, message.state, message.sent_at) == ("letter", "sent", event.at)
    assert send_queued() == 0


def test_an_address_that_was_lost_meanwhile_keeps_the_message_with_the_error(queued):
    complaint = queued()
    complaint.parties.get().person.__class__.objects.update(email="")
    assert send_queued() == 0
    assert complaint.messages.get().error.startswith("NobodyToSendTo")


def test_a_subject_with_a_line_break_injects_no_header(queued):
    complaint = queued(subject="Hello\nBcc: everybody@example.org")
    assert send_queued() == 0
    assert mail.outbox == []
    assert "BadHeaderError" in complaint.messages.get().error


def test_a_message_of_a_closed_case_still_goes_out(queued, deeds):
    complaint = queued()
    deeds.do(complaint, "withdraw", "customer")
    assert send_queued() == 2
    assert Complaint.objects.get(pk=complaint.pk).closed_as == "withdrawn"


def test_what_was_said_to_us_and_notes_never_go_out(case, deeds):
    complaint = case()
    deeds.do(complaint, "receive", "customer")
    deeds.do(complaint, "note", "agent")
    assert send_queued() == 0
    assert set(Message.objects.values_list("state", flat=True)) == {"recorded"}
