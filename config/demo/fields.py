"""What complaints at Northmere are about: products, parts of products, issues and types; and their deadlines."""

from escalations.models import DeadlinePolicy
from escalations.states import Severity
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


def make() -> None:
    _choices("product", PRODUCTS)
    parents = {choice.code: choice for choice in Choice.objects.of("product")}
    for position, (code, (parent, label)) in enumerate(SUB_PRODUCTS.items()):
        field = Field.objects.built_in("sub_product")
        Choice.objects.create(field=field, code=code, label=label, parent=parents[parent], position=position)
    _choices("issue", {code: label for code, (label, _type) in ISSUES.items()})
    _choices("complaint_type", TYPES)
    for kind, days in DAYS.items():
        for severity, number in days.items():
            DeadlinePolicy.objects.update_or_create(kind=kind, severity=severity, defaults={"days": number})


def _choices(field_code: str, labels: dict[str, str]) -> None:
    field = Field.objects.built_in(field_code)
    for position, (code, label) in enumerate(labels.items()):
        Choice.objects.create(field=field, code=code, label=label, position=position)
