"""What a person said, or that names them, stands in its own tables and in no row that is kept for good."""

from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from escalations.actors import Actor
from escalations.files import Stored
from escalations.incidents import ask, run_waiting
from escalations.intake import AttemptDraft, AuthorityDraft, Contact, NoteDraft, register
from escalations.jobs import examine_new, route_accepted, send_queued, sweep
from escalations.models import (
    Complaint,
    Incident,
    IncidentFinding,
    IncidentLine,
    Message,
    Statement,
    Trigger,
    UnsentText,
)
from routing.models import Field
from tests.criteria import worded

# Planted wherever somebody can say or write something about a person; each is looked for in every table.
SECRETS = {
    name: f"secret{number}x{name.replace('_', '')}"
    for number, name in enumerate(
        (
            "name", "email", "phone", "address", "postcode", "representative", "what_happened", "wanted", "attempt",
            "statement", "received", "note", "written", "subject", "finding", "answer", "customer_reason", "withdrawn",
            "reopened", "set_aside_letter", "summary", "customer_number", "field",
            "evidence", "why_failed", "question", "adjustment", "firm_letter", "incident", "incident_letter", "review",
            "crm", "crm_author", "waiting", "authority", "unsent", "asked_others", "answered_others", "file",
        )
    )
}  # fmt: skip
S = SECRETS
HOMES = {
    "Person", "PersonIdentifier", "Statement", "Message", "Attempt", "Trigger", "TriggerEvidence", "Confirmation",
    "FieldValue", "Need", "RiskScore", "SimilarCase", "IncidentFinding", "IncidentRun", "SetAsideReview",
    "SystemNote", "Waiting", "Party", "UnsentText", "Task", "Attachment",
}  # fmt: skip
"""The only tables that may hold what somebody said, or who they are. None has a history; all can be erased."""


def tables_with(words: str) -> set[str]:
    """The models of which some row holds these words in any column, JSON included."""
    found = set()
    for model in apps.get_models():
        columns = [field.attname for field in model._meta.concrete_fields if isinstance(field, TEXTS)]
        if any(words in str(row).lower() for row in model._base_manager.values_list(*columns)) and columns:
            found.add(model.__name__)
    return found


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "cases"


TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


@pytest.fixture
def whole_life(house, draft, deeds, in_force):
    """Two cases that between them see everything that can be said."""
    Field.objects.create(code="remark", label="Remark", kind="text")
    in_force(any=worded("legal", "secret6x*", "secret10x*", name="Any"))
    contact = Contact(
        name=f"Ana {S['name']}", email=f"{S['email']}@example.org", phone=S["phone"], address=S["address"],
        postcode=S["postcode"][:20], external_system="crm", external_id=S["customer_number"],
    )  # fmt: skip
    attempts = (AttemptDraft(f"Called {S['attempt']}", "failed", timezone.now(), house.agent),)
    notes = (NoteDraft(f"Rang {S['crm']}", timezone.now(), "crm", S["crm_author"]),)
    given = draft(
        notes=notes, contact=contact, representative=Contact(name=f"Lea {S['representative']}"),
        authority=AuthorityDraft(f"Letter {S['authority']}", f"For {S['authority']}"), attempts=attempts,
        what_happened=f"It was {S['what_happened']}.", wanted=f"I want {S['wanted']}.", happened_on=date(2026, 1, 2),
        fields={"remark": f"Owns {S['field']}"},
    )  # fmt: skip
    first = register(given, actor=Actor.of(house.agent))
    deeds.do(first, "accept", "coordinator")
    route_accepted()
    by = next(name for name in ("handler", "colleague") if getattr(house, name).handler == _now(first).handler)
    deeds.do(first, "add_statement", "customer", text=f"Also {S['statement']}")
    deeds.do(first, "receive", "customer", body=f"Listen: {S['received']}")
    examine_new()
    deeds.do(
        first, "complete_handover", by, evidence=f"A letter: {S['evidence']}", why_failed=f"No: {S['why_failed']}",
        question=f"Who? {S['question']}", need="health", adjustment=f"Write {S['adjustment']}",
    )  # fmt: skip
    deeds.do(first, "wait", by, on="third_party", note=f"Ask {S['waiting']}")
    deeds.do(first, "note", by, body=f"Think {S['note']}")
    deeds.do(first, "write", by, body=f"Dear Ana {S['written']}", subject=S["subject"], kind="acknowledgement")
    _beside(first, deeds, by)
    deeds.do(first, "investigate", by)
    _in_an_incident(first, deeds, getattr(house, by))
    deeds.do(first, "record_finding", by, point=first.main_point, text=f"We found {S['finding']}")
    deeds.do(first, "confirm_cause", by)
    deeds.do(first, "propose_remedy", by, kind="refund", amount=20, currency="GBP")
    deeds.do(first, "communicate", by)
    deeds.do(first, "write", by, kind="final_response", channel="letter", body=f"Dear Ana {S['written']}")
    deeds.do(first, "resolve", by)
    deeds.do(first, "acknowledge_outcome", "customer", accepted=False, words=f"No {S['answer']}")
    deeds.do(first, "escalate_further", "customer", reason=f"Because {S['customer_reason']}")
    route_accepted()
    deeds.do(first, "withdraw", "customer", words=f"Stop {S['withdrawn']}", reason=f"Because {S['customer_reason']}")
    deeds.do(first, "reopen", "customer", reason=f"Again {S['reopened']}")
    for who in ("coordinator", "second_coordinator"):
        letters = {"letter": f"Dear Ana {S['set_aside_letter']}", "firm_letter": f"Dear firm {S['firm_letter']}"}
        deeds.do(first, "set_aside", who, **letters)
    client = Client()
    client.force_login(house.analyst, backend="django.contrib.auth.backends.ModelBackend")
    client.post(f"/cases/{first.reference}/review/", {"verdict": "right", "note": f"Fair: {S['review']}"})
    second = register(draft(contact=contact), actor=Actor.of(house.agent))
    deeds.do(second, "record_attempt", "agent", result="accepted", what=f"Said {S['attempt']}")
    deeds.do(second, "settle", "agent", letter=f"Dear Ana {S['summary']}")
    send_queued()
    sweep()
    return first, second


def _beside(complaint, deeds, by):
    """A draft that nobody sent, a file, and what another department was asked and said."""
    typed = {"complaint": complaint, "user": getattr(deeds.house, by), "box": "note", "saved_at": timezone.now()}
    UnsentText.objects.create(texts={"body": f"Perhaps {S['unsent']}"}, **typed)
    stored = Stored(f"{S['file']}.pdf", "application/pdf", 3, "00", "aa/bb", "clean")
    deeds.do(complaint, "attach", by, files=[stored])
    deeds.do(complaint, "ask_department", by, question=f"Did {S['asked_others']}?")
    deeds.do(complaint, "answer_task", "department", body=f"Yes, {S['answered_others']}")


def _in_an_incident(complaint, deeds, user):
    """What was found is found once for all, and a letter goes to all: both come to each case by the job."""
    deeds.do(complaint, "join_incident", "coordinator")
    incident = Incident.objects.get()
    IncidentFinding.objects.create(
        incident=incident, finding="happened", outcome="upheld", cause=deeds.house.cause, found_by=user,
        text=f"All of them {S['incident']}",
    )  # fmt: skip
    ask(incident, "record_finding", user)
    ask(incident, "write", user, kind="update", body=f"Dear all {S['incident_letter']}")
    assert run_waiting() == 2
    assert not IncidentLine.objects.exclude(state="done").exists()


def _now(complaint):
    return Complaint.objects.get(pk=complaint.pk)


def test_what_a_person_said_or_that_names_them_stands_in_its_own_tables_only(whole_life):
    places = {name: tables_with(secret) for name, secret in SECRETS.items()}
    assert {name: found - HOMES for name, found in places.items() if found - HOMES} == {}
    assert [name for name, found in places.items() if not found] == [], "each was really said"


@pytest.mark.parametrize("home", sorted(HOMES))
def test_the_homes_of_what_people_said_have_no_history(home):
    model = apps.get_model("escalations", home)
    assert not hasattr(model, "history")


OF_NO_ONE_CASE = {"name", "email", "phone", "address", "postcode", "representative", "customer_number", "adjustment",
                  "incident", "incident_letter", "attempt", "summary"}  # fmt: skip
"""Who somebody is, what is found for an incident as a whole, and what the second case says as well."""


def test_what_was_said_in_a_case_can_be_erased_and_its_record_stays_as_it_was(
    whole_life, house, uploads, django_capture_on_commit_callbacks
):
    first, second = whole_life
    (uploads / "aa").mkdir(parents=True)
    (uploads / "aa" / "bb").write_bytes(b"pdf")
    Message.objects.filter(state="queued").update(state="sent")
    record = list(first.events.order_by("number").values())
    history = list(Complaint.history.filter(id=first.pk).order_by("history_id").values())
    asked = [first.reference, "--by", house.compliance.username, "--reason", "They asked for it."]
    told = StringIO()
    call_command("erase_words", *asked, stdout=told)
    assert "would erase" in told.getvalue() and "1 file (3 bytes)" in told.getvalue()
    assert Statement.objects.filter(complaint=first, text__contains=S["what_happened"]).exists()
    with pytest.raises(CommandError, match="1 could not be erased"):
        call_command("erase_words", *asked[:2], house.agent.username, *asked[3:], "--apply", stderr=StringIO())
    with django_capture_on_commit_callbacks(execute=True):
        call_command("erase_words", *asked, "--apply", stdout=StringIO())
    left = {name: tables_with(secret) for name, secret in SECRETS.items() if name not in OF_NO_ONE_CASE}
    assert {name: found for name, found in left.items() if found} == {}
    assert list(first.events.order_by("number").values())[:-1] == record
    assert list(Complaint.history.filter(id=first.pk).order_by("history_id").values())[:-1] == history
    event = first.events.latest("number")
    assert (event.action, event.reason, event.user) == ("erase_words", "They asked for it.", house.compliance)
    assert not (uploads / "aa" / "bb").exists()
    assert second.statements.exclude(text="[erased]").exists(), "another case of the same customer stays"


def test_the_record_names_no_customer_and_the_queue_of_jobs_holds_no_words(whole_life):
    first, _second = whole_life
    trigger = Trigger.objects.get(complaint=first, criterion__name="Any")
    assert S["what_happened"] in trigger.explanation, "the matched words are with the trigger"
    assert S["what_happened"] in trigger.evidence.first().words
    said = first.events.filter(actor_kind="customer")
    assert {(event.actor_name, event.user, event.reason) for event in said} == {("customer", None, "")}
    assert said and not said.filter(statement=None).exists()
    tasks = [row.task for row in OrmQ.objects.all()]
    assert tasks and not [task for task in tasks if task["args"] or task["kwargs"]]
