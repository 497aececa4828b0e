"""What complaints at Northmere are about: products, parts of products, issues and types; and their deadlines."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from escalations.draft import Draft
from escalations.models import DeadlinePolicy
from escalations.states import Channel, Severity
from routing.models import Choice, Field

PRODUCTS = {
    "current-account": "Current account",
    "card": "Card",
    "payments": "Payments",
    "mortgage": "Mortgage",
    "loan": "Loan",
    "savings": "Savings account",
    "isa": "ISA",
    "app": "App",
    "branch": "Branch",
    "business": "Business account",
}
SUB_PRODUCTS = {
    "debit-card": ("card", "Debit card"),
    "credit-card": ("card", "Credit card"),
    "overdraft": ("current-account", "Overdraft"),
    "joint-account": ("current-account", "Joint account"),
    "fixed-rate": ("mortgage", "Fixed rate"),
    "tracker": ("mortgage", "Tracker"),
    "personal-loan": ("loan", "Personal loan"),
    "car-loan": ("loan", "Car loan"),
    "easy-access": ("savings", "Easy access"),
    "fixed-term": ("savings", "Fixed term"),
    "cash-isa": ("isa", "Cash ISA"),
}
TYPES = {
    "service": "Service and delay",
    "charges": "Charges and rates",
    "transactions": "Payments and transactions",
    "decision": "A decision of ours",
    "conduct": "Conduct",
    "fraud": "Fraud and data",
    "technical": "Technical fault",
    "hardship": "Care and hardship",
}
ISSUES = {
    "double-charge": ("Charged twice", "transactions"),
    "fees": ("Fees and charges", "charges"),
    "disputed-transaction": ("Disputed transaction", "transactions"),
    "payment-late": ("Payment late or missing", "transactions"),
    "payment-wrong": ("Payment to the wrong account", "transactions"),
    "direct-debit": ("Direct debit", "transactions"),
    "cash-machine": ("Cash machine", "transactions"),
    "card-delivery": ("Card not delivered", "service"),
    "foreign": ("Foreign exchange and travel", "charges"),
    "wrong-information": ("Wrong information given", "service"),
    "early-repayment": ("Early repayment charge", "charges"),
    "application": ("Application declined or delayed", "decision"),
    "interest": ("Interest rate or calculation", "charges"),
    "transfer": ("Transfer from another provider", "service"),
    "maturity": ("Maturity instruction", "service"),
    "switching": ("Account switch", "service"),
    "sign-in": ("Cannot sign in", "technical"),
    "app-fault": ("App or website fault", "technical"),
    "statements": ("Statements and letters", "service"),
    "service": ("Delay or poor service", "service"),
    "conduct": ("Conduct of staff", "conduct"),
    "access": ("Access and adjustments", "conduct"),
    "account-closed": ("Account closed or blocked", "decision"),
    "credit-file": ("Credit file", "decision"),
    "scam": ("Scam", "fraud"),
    "data": ("Personal data", "fraud"),
    "arrears": ("Arrears", "hardship"),
    "collections": ("Collections", "hardship"),
    "bereavement": ("Bereavement", "hardship"),
}
"""Code of each issue: its label, and the type of complaint that it makes."""

DAYS = {
    "acknowledge": {Severity.CRITICAL: 1, Severity.HIGH: 2, Severity.MEDIUM: 3, Severity.LOW: 5},
    "final_response": {Severity.CRITICAL: 15, Severity.HIGH: 35, Severity.MEDIUM: 56, Severity.LOW: 56},
}
"""Calendar days by severity: the house's own targets."""


OWN: tuple[tuple[str, str, str, str, tuple[str, ...], str, dict[str, str]], ...] = (
    ("system-fault", "System fault", "choice", "One fault of ours that many customers met.", (), "", {
        "payday-lock-out": "App lock-out on payday", "statement-mix-up": "Statements of strangers",
    }),
    ("account-type", "Account type", "choice", "", (), "trigger", {
        "personal": "Personal", "joint": "Joint", "student": "Student", "business": "Business",
    }),
    ("branch", "Branch", "choice", "Where it happened, if in a branch.", ("conduct", "service"), "", {
        "harrow": "Harrow Road", "selby": "Selby", "porth": "Porthmadog", "quayside": "Quayside",
    }),
    ("promised", "Date promised by us", "date", "By when somebody said it would be done.", (), "", {}),
    ("recording", "Call recording available", "boolean", "", (), "", {}),
    ("out-of-pocket", "Out of pocket so far", "amount", "Beside what is in dispute.", (), "", {}),
)  # fmt: skip
"""Northmere's own fields: code, label, kind, help, types it is asked of, step it is needed for, choices."""


def values(draft: Draft) -> dict[str, Any]:
    """What a complaint says in them. Drawn from its own words, so that no other complaint changes it."""
    rng = Random(f"fields {draft.what_happened}")
    point = draft.points[0]
    product, issue = (choice.code if choice else "" for choice in (point.product, point.issue))
    kind = draft.complaint_type.code if draft.complaint_type else ""
    received = (draft.received_at or timezone.now()).date()
    given: dict[str, Any] = {"account-type": "business" if product == "business" else _account_type(rng)}
    if kind in ("conduct", "service") and (product == "branch" or draft.channel == Channel.BRANCH):
        given["branch"] = rng.choice(("harrow", "selby", "porth", "quayside"))
    if product == "app" and issue in ("sign-in", "data") and draft.severity > 1:
        given["system-fault"] = "payday-lock-out" if issue == "sign-in" else "statement-mix-up"
    if draft.attempts and rng.random() < 0.4:
        given["promised"] = received + timedelta(days=rng.randrange(2, 15))
    if draft.channel == Channel.PHONE:
        given["recording"] = rng.random() < 0.8
    if rng.random() < 0.15:
        given["out-of-pocket"] = (Decimal(rng.randrange(500, 9000)) / 100, "GBP")
    return given


def _account_type(rng: Random) -> str:
    return rng.choices(("personal", "joint", "student"), (8, 3, 1))[0]


def make() -> None:
    _choices("product", PRODUCTS)
    parents = {choice.code: choice for choice in Choice.objects.of("product")}
    for position, (code, (parent, label)) in enumerate(SUB_PRODUCTS.items()):
        field = Field.objects.built_in("sub_product")
        Choice.objects.create(field=field, code=code, label=label, parent=parents[parent], position=position)
    _choices("issue", {code: label for code, (label, _type) in ISSUES.items()})
    _choices("complaint_type", TYPES)
    _own_fields()
    for kind, days in DAYS.items():
        for severity, number in days.items():
            DeadlinePolicy.objects.update_or_create(kind=kind, severity=severity, defaults={"days": number})


def _own_fields() -> None:
    types = {choice.code: choice for choice in Choice.objects.of("complaint_type")}
    for position, (code, label, kind, about, asked_of, needed, choices) in enumerate(OWN):
        field = Field.objects.create(
            code=code, label=label, kind=kind, help_text=about, needed=needed, position=position
        )  # fmt: skip
        field.complaint_types.set([types[one] for one in asked_of])
        for place, (choice, name) in enumerate(choices.items()):
            Choice.objects.create(field=field, code=choice, label=name, position=place)


def _choices(field_code: str, labels: dict[str, str]) -> None:
    field = Field.objects.built_in(field_code)
    for position, (code, label) in enumerate(labels.items()):
        Choice.objects.create(field=field, code=code, label=label, position=position)
