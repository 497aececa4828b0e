"""routing.decision*: what deciding costs, against plain Python and against another rules engine. No database is asked.

Each round decides the same cases on both sides, in CPU time of this process. Before any is timed, both sides must say
the same of every case.
"""

import json
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from config.bench.measure import Comparison, Figure, alternate
from routing.engine import Compiled, compile_plain, decide, decide_many
from routing.facts import FACTS, Facts, FreeText
from routing.plain import PlainCondition, PlainRule, PlainRuleset
from routing.vocabulary import Vocabulary, own_fact
from routing.words import spread

RULES, CASES = 1_000, 2_000
CHANNELS = ["phone", "email", "web", "app", "chat", "letter"]
PRODUCTS, ISSUES = [f"p{n}" for n in range(20)], [f"i{n}" for n in range(60)]
OWN = {"incident": "choice", "score": "number", "notes": "text"}
KNOWN = Vocabulary(
    {}, {}, facts={**FACTS, **{f"field:{code}": own_fact(code, code, kind) for code, kind in OWN.items()}}
)
Row = tuple[str, frozenset[str], frozenset[str], int, int]
FORM = "1,000 rules of five conditions: product is, issue and channel are one of, severity and age are at least"


def figures(names: Sequence[str]) -> Iterator[Figure]:
    for name in names:
        yield from FIGURES[name](random.Random(7))


# --- rules and cases ----------------------------------------------------------------------------------------------


def rows(count: int, chance: random.Random) -> list[Row]:
    return [
        (
            chance.choice(PRODUCTS), frozenset(chance.sample(ISSUES, 5)), frozenset(chance.sample(CHANNELS, 3)),
            chance.randint(1, 4), chance.randint(0, 60),
        )
        for _number in range(count)
    ]  # fmt: skip


def compiled(some: Sequence[Row], more: Sequence[PlainRule] = ()) -> Compiled:
    rules = [
        PlainRule(f"rule {number}", tuple(_conditions(row)), team="team", team_id=1, pk=number + 1)
        for number, row in enumerate(some)
    ]
    return compile_plain(PlainRuleset((*more, *rules)), KNOWN)


def _conditions(row: Row) -> Iterator[PlainCondition]:
    product, issues, channels, severity, age = row
    yield PlainCondition("product", "is", product)
    yield PlainCondition("issue", "is_one_of", ", ".join(sorted(issues)))
    yield PlainCondition("channel", "is_one_of", ", ".join(sorted(channels)))
    yield PlainCondition("severity", "at_least", str(severity))
    yield PlainCondition("age_days", "at_least", str(age))


def cases(chance: random.Random, count: int = CASES) -> list[Facts]:
    return [
        Facts(
            product=chance.choice(PRODUCTS), issue=chance.choice(ISSUES), channel=chance.choice(CHANNELS),
            severity=chance.randint(1, 4), age_days=chance.randint(0, 60), language="en",
        )
        for _number in range(count)
    ]  # fmt: skip


def seconds(work: Callable[[Any], Any], many: Sequence[Any]) -> float:
    """CPU seconds of a call, over all of them."""
    started = time.process_time()
    for one in many:
        work(one)
    return (time.process_time() - started) / len(many)


Work = Callable[[Any], Any]


def compare(ours: Work, mine: Sequence[Any], theirs: Work, other: Sequence[Any]) -> Comparison:
    return alternate(lambda number: seconds(ours, mine), lambda number: seconds(theirs, other))


def figure(name: str, compared: Comparison, against: str, statement: str, **more: Any) -> Figure:
    """Microseconds of ours; the ratio says how many times as fast as the other side it is."""
    ratio = compared.ratio(of_rates=True)
    theirs = sorted(compared.theirs)[len(compared.theirs) // 2]
    told = {"what": statement, "theirs": round(theirs * 1e6, 2), **compared.spread(of_rates=True), **more}
    return Figure(name, round(compared.median * 1e6, 2), "us", "none", ratio, against, told)


# --- the opponents ------------------------------------------------------------------------------------------------


def plain(some: Sequence[Row]) -> Callable[[Facts], int | None]:
    """The same rules, one after another."""
    tests = [_test(*row) for row in some]

    def first(facts: Facts) -> int | None:
        for number, test in enumerate(tests):
            if test(facts):
                return number
        return None

    return first


def _test(
    product: str, issues: frozenset[str], channels: frozenset[str], severity: int, age: int
) -> Callable[[Facts], bool]:
    return lambda facts: (
        facts.product == product
        and facts.issue in issues
        and facts.channel in channels
        and facts.severity >= severity
        and facts.age_days >= age
    )


def zen_engine(some: Sequence[Row]) -> Any:
    """zen-engine in its fastest form: content that is compiled once, handed out by the loader."""
    import zen  # wanted for benchmarks only

    fields = ["product", "issue", "channel", "severity", "age_days"]
    listed = [
        {
            "_id": str(number), "product": json.dumps(row[0]), "issue": ", ".join(map(json.dumps, sorted(row[1]))),
            "channel": ", ".join(map(json.dumps, sorted(row[2]))), "severity": f">= {row[3]}",
            "age_days": f">= {row[4]}", "rule": str(number),
        }
        for number, row in enumerate(some)
    ]  # fmt: skip
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in fields],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": listed,
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    content = zen.ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges}))
    return zen.ZenEngine({"loader": lambda key: content})


def asked(facts: Facts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in ("product", "issue", "channel", "severity", "age_days")}


def agree(ours: Sequence[Any], theirs: Sequence[Any]) -> None:
    if list(ours) != list(theirs):
        raise RuntimeError("Both sides do not decide alike.")


# --- the figures --------------------------------------------------------------------------------------------------


def decision(chance: random.Random) -> Iterator[Figure]:
    some, many = rows(RULES, chance), cases(chance)
    version = compiled(some)
    ours = [match.rule.pk - 1 if (match := decide(version, one)).rule else None for one in many]
    first, engine, contexts = plain(some), zen_engine(some), [asked(one) for one in many]
    agree(ours, [first(one) for one in many])
    agree(ours, [_number(engine.evaluate("rules", one)) for one in contexts])
    compared = compare(lambda one: decide(version, one), many, first, many)
    yield figure("routing.decision", compared, "the same rules one after another in plain Python", FORM)
    compared = compare(lambda one: decide(version, one), many, lambda one: engine.evaluate("rules", one), contexts)
    yield figure("routing.decision", compared, "zen-engine with precompiled content from its loader", FORM)
    stored = [one.stored() for one in many]
    compared = compare(lambda one: list(decide_many(version, one)), [stored], lambda one: list(map(first, one)), [many])
    a_case = Comparison([one / CASES for one in compared.ours], [one / CASES for one in compared.theirs])
    yield figure(
        "routing.decision", a_case, "the same rules one after another in plain Python",
        f"{FORM}; from stored facts, many at a time", rate=round(1 / a_case.median),
    )  # fmt: skip


def _number(answer: Any) -> int | None:
    found = (answer["result"] or {}).get("rule")
    return None if found is None else int(found)


def explained(chance: random.Random) -> Iterator[Figure]:
    """All that a Decision stores of the rules: facts, rules that matched with their sentences, outcome and why."""
    some = rows(RULES, chance)
    adding = [
        PlainRule(
            f"adds {n}", (PlainCondition("severity", "at_least", str(n)),), go_on=True, priority_up=1, pk=5000 + n
        )
        for n in (1, 2, 3)
    ]
    version, engine = compiled(some, adding), zen_engine(some)
    plain_cases = cases(chance)
    told = "I was charged twice in one week and nobody called me back, though it was promised on the phone. " * 6
    many = [_whole(one, told) for one in plain_cases]

    def ours(one: Facts) -> Any:
        match = decide(version, one)
        return one.stored(match.found), [rule.stored() for rule in match.matched], match.outcome.stored(), match.why

    contexts = [asked(one) for one in plain_cases]
    compared = compare(ours, many, lambda one: engine.evaluate("rules", one, {"trace": True}), contexts)
    yield figure(
        "routing.decision_explained", compared, "zen-engine with its trace",
        f"{FORM}, and three that add; facts with text and own fields, matched rules, outcome and why, as JSON values",
    )  # fmt: skip


def _whole(one: Facts, told: str) -> Facts:
    values = {
        **vars(one),
        "trigger_kinds": frozenset({"fraud", "media"}),
        "amount": Decimal("184.20"),
        "currency": "GBP",
    }
    own = {"incident": "outage", "score": Decimal("2.5"), "notes": FreeText("Asked for a call on Monday.")}
    return Facts(**{**values, "text": told, "fields": own})


def text(chance: random.Random) -> Iterator[Figure]:
    """A thousand rules, each with twenty words or phrases of its own, over a text of some nine hundred letters."""
    lists = [[_phrase(chance) for _word in range(20)] for _rule in range(RULES)]
    rules = [
        PlainRule(f"rule {n}", (PlainCondition("text", "contains_any_word", ", ".join(words)),), team="team", pk=n + 1)
        for n, words in enumerate(lists)
    ]
    version = compile_plain(PlainRuleset(tuple(rules)), KNOWN)
    needles = [[f" {word} " for word in words] for words in lists]

    def theirs(one: Facts) -> int | None:
        said = spread(one.text)
        for number, words in enumerate(needles):
            if any(word in said for word in words):
                return number
        return None

    many = [Facts(text=" ".join(_phrase(chance) for _word in range(70)), language="en") for _case in range(200)]
    agree(
        [match.rule.pk - 1 if (match := decide(version, one)).rule else None for one in many],
        [theirs(one) for one in many],
    )
    letters = sum(len(one.text) for one in many) // len(many)
    compared = compare(lambda one: decide(version, one), many, theirs, many)
    yield figure(
        "routing.decision_text", compared, "each rule's words looked for one after another in plain Python",
        f"1,000 rules with 20 words or phrases each; a text of {letters} letters; all words found are told",
    )  # fmt: skip


def _phrase(chance: random.Random) -> str:
    return " ".join(f"w{chance.randint(0, 20_000)}" for _word in range(chance.choice([1, 1, 2, 3])))


def growth(chance: random.Random) -> Iterator[Figure]:
    few, many = rows(100, chance), rows(10_000, chance)
    small, large = compiled(few), compiled(many)
    some = cases(chance)
    compared = compare(lambda one: decide(large, one), some, lambda one: decide(small, one), some)
    exponents = sorted(math.log(ratio) / math.log(100) for ratio in compared.ratios)
    times = {"us_100": round(sorted(compared.theirs)[3] * 1e6, 2), "us_10000": round(compared.median * 1e6, 2)}
    yield Figure(
        "routing.decision_growth", round(exponents[len(exponents) // 2], 3), "exponent", "none",
        ratio=compared.ratio(), against="the same with 100 rules (time over time of 10,000)",
        more={**times, "exponent_min": round(exponents[0], 3), "exponent_max": round(exponents[-1], 3)},
    )  # fmt: skip


FIGURES: dict[str, Callable[[random.Random], Iterator[Figure]]] = {
    "routing.decision": decision,
    "routing.decision_explained": explained,
    "routing.decision_text": text,
    "routing.decision_growth": growth,
}
