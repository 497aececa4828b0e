"""What each authority level of Northmere may grant a case, a customer in a year, and which acts it may do."""

from datetime import date
from decimal import Decimal

from escalations.models import InterestRate
from routing.models import ApprovalStep, AuthorityLevel, AuthorityLimit, Choice

CURRENCY = "GBP"
LEVELS = ("Agent", "Trainee", "Specialist", "Senior", "Head", "Executive, with Finance")
MONEY = ("redress", "distress", "goodwill", "total")
AMOUNTS: dict[int, tuple[int, int, int, int]] = {
    0: (50, 0, 25, 100),
    1: (250, 100, 50, 500),
    2: (1_000, 250, 100, 1_500),
    3: (10_000, 750, 250, 15_000),
    4: (50_000, 2_500, 500, 60_000),
}
"""By level: refund or loss, distress, goodwill of one case; all together for one customer and year. In pounds."""

ACTS = {"final_response": 1, "reject": 2, "credit_file": 2, "write_off": 3, "reverse_closure": 4}
"""The lowest level that may do it. A trainee may not reject."""


def make() -> None:
    levels = {number: AuthorityLevel.objects.create(level=number, name=name) for number, name in enumerate(LEVELS)}
    rows = [
        AuthorityLimit(level=levels[number], kind=kind, per=_per(kind), amount=Decimal(amount), currency=CURRENCY)
        for number, amounts in AMOUNTS.items()
        for kind, amount in zip(MONEY, amounts, strict=True)
    ]
    # No amount: without limit. The highest level decides together with Finance.
    rows += [AuthorityLimit(level=levels[5], kind=kind, per=_per(kind), currency=CURRENCY) for kind in MONEY]
    rows += [AuthorityLimit(level=levels[number], kind=act) for act, number in ACTS.items()]
    for row in rows:
        row.save()
    InterestRate.objects.create(
        name="county court",
        since=date(1993, 4, 1),
        percent=Decimal(8),
        source="Judgment Debts Order 1993",
    )


def make_steps() -> None:
    """Scam refunds above 10,000: somebody senior, then a head."""
    for number in (3, 4):
        ApprovalStep.objects.create(
            level=AuthorityLevel.objects.get(level=number), kind="redress", above=Decimal(10_000), currency=CURRENCY,
            product=Choice.objects.get(field__code="product", code="payments"),
        )  # fmt: skip


def _per(kind: str) -> str:
    return "customer_year" if kind == "total" else "case"
