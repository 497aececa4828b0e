"""When Northmere escalates by itself: the criteria that Redress ships, written by one supervisor and published by the
other; and what to do at once when somebody is in danger."""

from datetime import datetime
from decimal import Decimal

from escalations.detection import Compiled
from escalations.detection.default_set import default_set
from escalations.detection.exchange import draft
from escalations.models import ChecklistItem, CriteriaSet, Criterion, FirstSteps
from escalations.states import TriggerKind
from routing.models import User

NOTE = "The criteria that Northmere starts from: those that Redress ships."
SHIPPED = Compiled(default_set())
STEPS = (
    FirstSteps(
        kind=TriggerKind.SAFETY,
        call="Duty safeguarding lead: extension 5550 (day and night)\nImmediate danger to life: 999\n"
        "Samaritans, for the customer: 116 123",
        script="“Thank you for telling us. Are you safe right now? I am going to stay with you while I get a colleague "
        "who is trained for this.” Do not discuss the debt or the complaint. Do not end the call first.",
        check_back_hours=2,
    ),
    FirstSteps(
        kind=TriggerKind.FRAUD,
        call="Fraud and Scams desk: extension 5551",
        script="Ask when the last payment left, and have the desk try to recall it while the customer is on the line.",
        check_back_hours=24,
    ),
)
CHECKLIST = (
    ("communicate", "Each point that the customer made is answered"),
    ("communicate", "Looked whether other customers are affected"),
    ("resolve", "The letter names the ombudsman and the six months"),
    ("close", "What was promised is done, or has a day and an owner"),
)
"""Reminders, for every type of complaint: none stands in the way of its step."""


def fires(text: str, amount: Decimal | None, severity: int) -> bool:
    """Whether any criterion holds for a new complaint with these words, whatever was tried before."""
    known = {Criterion.Test.AMOUNT: amount or 0, Criterion.Test.SEVERITY: severity}
    counted = (known.get(Criterion.Test(one.test), -1) >= (one.threshold or 0) for one in SHIPPED.definitions)
    return bool(SHIPPED.find(text, "en")) or any(counted)


def make(published_at: datetime) -> CriteriaSet:
    author, publisher = (User.objects.get(username=name) for name in ("helen", "babak"))
    version = draft(default_set(), author, NOTE)
    version.publish(publisher, at=published_at)
    for steps in STEPS:
        FirstSteps.objects.create(
            kind=steps.kind, call=steps.call, script=steps.script, check_back_hours=steps.check_back_hours
        )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(step=step, text=text, position=place) for place, (step, text) in enumerate(CHECKLIST)
    )
    return version
