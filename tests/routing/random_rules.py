"""Random rulesets and cases, small enough to meet each other often."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from routing.conditions import OF_KIND
from routing.facts import FACTS, Facts, FreeText, Kind
from routing.plain import PlainCondition, PlainRule
from routing.vocabulary import Vocabulary, own_fact

OWN = {"incident": "choice", "marks": "choices", "score": "number", "loss": "amount", "since": "date",
       "insured": "boolean", "notes": "text"}  # fmt: skip
BUILT_IN = (
    "product",
    "channel",
    "severity",
    "attempts",
    "age_days",
    "trigger_kinds",
    "vulnerabilities",
    "amount",
    "text",
)
CATALOGUE = {**FACTS, **{f"field:{code}": own_fact(code, code, kind) for code, kind in OWN.items()}}
VOCABULARY = Vocabulary({}, {}, facts=CATALOGUE)
NAMES = [*BUILT_IN, *(f"field:{code}" for code in OWN)]
REFERENCE = {Kind.CODE: "code", Kind.CODES: "set", Kind.NUMBER: "number", Kind.DECIMAL: "decimal",
             Kind.AMOUNT: "amount", Kind.DATE: "date", Kind.BOOLEAN: "boolean", Kind.TEXT: "text"}  # fmt: skip
KINDS = {name: REFERENCE[CATALOGUE[name].kind] for name in NAMES}
CODES = ["a", "b", "c", "d"]
WORDS = ["ombudsman", "small claims", "claims", "refus*", "*phone", "s*r", "não", "never again"]
SAID = [
    "Ombudsman!",
    "small",
    "claims",
    "I refused",
    "telephone",
    "solicitor",
    "nao",
    "again",
    "never",
    "issue",
    "phones",
]
DAYS = [date(2026, 1, day) for day in range(1, 6)]
CURRENCIES = ["GBP", "EUR"]

codes = st.sampled_from(CODES)
decimals = st.integers(-2, 8).map(lambda number: Decimal(number) / 2)
amounts = st.tuples(st.integers(0, 8).map(lambda number: Decimal(number) / 2), st.sampled_from(CURRENCIES))
texts = st.lists(st.sampled_from(SAID), max_size=4).map(" ".join)
VALUES = {
    "code": codes, "set": codes, "number": st.integers(0, 5), "decimal": decimals, "date": st.sampled_from(DAYS),
    "boolean": st.sampled_from(["yes", "no"]), "text": st.sampled_from(WORDS),
    "amount": amounts.map(lambda one: one[0]),
}  # fmt: skip


@st.composite
def conditions(draw, names):
    name = draw(st.sampled_from(names))
    kind = KINDS[name]
    operator = draw(st.sampled_from(OF_KIND[CATALOGUE[name].kind]))
    group = draw(st.sampled_from([None, 1, 1, 2]))
    if operator in ("is_empty", "is_not_empty"):
        return PlainCondition(name, operator, "", group)
    count = 2 if "between" in operator else draw(st.integers(1, 3))
    if operator in ("is", "is_not", "at_least", "at_most", "on_or_after", "on_or_before"):
        count = 1
    values = draw(st.lists(VALUES[kind], min_size=count, max_size=count))
    if name == "severity":
        values = [min(max(value, 1), 4) for value in values]
    if "between" in operator:
        values.sort()
    written = ", ".join(str(value) for value in values)
    if kind == "amount":
        written += " " + draw(st.sampled_from(CURRENCIES))
    return PlainCondition(name, operator, written, group)


@st.composite
def rules(draw):
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))  # few, so that they meet
    found = []
    for place in range(draw(st.integers(0, 8))):
        go_on = draw(st.sampled_from([False, False, True]))
        found.append(
            PlainRule(
                name=f"rule {place}",
                conditions=tuple(draw(st.lists(conditions(names), max_size=5))),
                team="" if go_on else "lending",
                team_id=None if go_on else 1,
                go_on=go_on,
                is_enabled=draw(st.sampled_from([True, True, True, False])),
                priority_up=1,
                position=place,
                pk=place + 1,
            )
        )
    return found


OWN_VALUES = {
    "incident": codes, "marks": st.frozensets(codes), "score": decimals, "loss": amounts,
    "since": st.sampled_from(DAYS), "insured": st.booleans(), "notes": texts.map(FreeText),
}  # fmt: skip


@st.composite
def cases(draw):
    amount = draw(st.none() | amounts)
    return Facts(
        product=draw(st.sampled_from(["", *CODES])),
        channel=draw(codes),
        severity=draw(st.integers(1, 4)),
        attempts=draw(st.integers(0, 5)),
        age_days=draw(st.integers(-1, 5)),
        trigger_kinds=draw(st.frozensets(codes)),
        vulnerabilities=draw(st.frozensets(codes)),
        amount=amount[0] if amount else None,
        currency=amount[1] if amount else "",
        text=draw(texts),
        tier=draw(st.integers(1, 3)),
        fields=draw(st.fixed_dictionaries({}, optional=OWN_VALUES)),
    )
