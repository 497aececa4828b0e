"""detection.text: how many narratives a second the phrase lists read; detection.idle_sweep: what a sweep touches when
nothing has changed."""

import random
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

from ahocorasick_rs import AhoCorasick
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.bench import organisation
from config.bench.measure import ROUNDS, Figure
from escalations import jobs
from escalations.models import Complaint
from escalations.phrases import Phrases, Wordbook

NARRATIVES, PHRASES, LETTERS = 100_000, 500, 1_000
SLICE = 4_000
"""Narratives a round for us and the bare scan; the alternation of `re` gets a twentieth of it."""
FEW, FRONTLINE = 1_000, 100_000
WORDS = [
    "account", "payment", "refund", "letter", "branch", "adviser", "charge", "statement", "balance", "transfer",
    "customer", "service", "phone", "call", "agent", "month", "week", "card", "loan", "mortgage", "interest", "rate",
    "notice", "manager", "department", "email", "reply", "issue", "dispute", "credit", "file", "bank", "money", "fee",
    "overdraft", "online", "form", "address", "name", "office", "reason", "answer", "question", "policy", "contract",
]  # fmt: skip
VERBS = [
    "sue", "report", "escalate", "complain", "demand", "contact", "threaten", "involve", "inform", "instruct", "hire",
    "consult",
]  # fmt: skip
JOINTS = [
    "the", "a", "my", "your", "this", "that", "and", "but", "so", "when", "because", "to", "of", "in", "on", "with",
    "for", "I", "you", "they", "it", "was", "is", "had", "were", "be",
]  # fmt: skip
NEGATORS = ("do not want to", "did not", "never", "will not", "rather than")


def texts(seed: int = 1) -> tuple[list[str], list[str]]:
    """Narratives of about 1 kB and the phrases: made up, so that the figure can be taken anywhere. Nearly half
    of the narratives hold a phrase and some a negated one, "not" stands all over, and parts of phrases stand inside
    longer words ("sue" in "issue")."""
    chance = random.Random(seed)
    phrases = sorted(
        {f"{chance.choice(VERBS)} {chance.choice(WORDS)} {chance.choice(WORDS)}" for _n in range(PHRASES)}
        | {f"{chance.choice(VERBS)} {word}" for word in WORDS}
        | set(VERBS)
    )
    phrases = chance.sample(phrases, PHRASES - len(VERBS)) + VERBS
    sentences = [_sentence(chance, phrases) for _n in range(5_000)]
    return [_narrative(chance, sentences) for _n in range(NARRATIVES)], phrases


def _sentence(chance: random.Random, phrases: list[str]) -> str:
    words = [chance.choice(chance.choice((JOINTS, WORDS))) for _n in range(chance.randrange(6, 16))]
    if chance.random() < 0.2:
        words.insert(chance.randrange(len(words)), "not")
    if chance.random() < 0.03:
        words.insert(chance.randrange(len(words)), chance.choice(phrases))
    if chance.random() < 0.01:
        words += [chance.choice(NEGATORS), chance.choice(phrases)]
    return f"{' '.join(words).capitalize()}."


def _narrative(chance: random.Random, sentences: list[str]) -> str:
    told = ""
    while len(told) < LETTERS:
        told += f"{chance.choice(sentences)} "
    return told[:LETTERS]


def _spent(work: Callable[[str], object], narratives: list[str]) -> float:
    """Seconds of processor time for each narrative."""
    began = time.process_time()
    for text in narratives:
        work(text)
    return (time.process_time() - began) / len(narratives)


def text_figures() -> Iterator[Figure]:
    narratives, phrases = texts()
    ours = Wordbook([Phrases("en", tuple(phrases))])
    bare = AhoCorasick(phrases)
    alternation = re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(phrases, key=len, reverse=True)))})(?!\w)", re.I
    )
    found = sum(bool(ours.find(text, "en")) for text in narratives)
    if not NARRATIVES / 100 < found < NARRATIVES:
        raise RuntimeError(f"{found} of {NARRATIVES} narratives were flagged: the figure would not be honest.")
    mine, scans, regular = [], [], []
    for round_number in range(ROUNDS + 1):
        part = narratives[round_number * SLICE : (round_number + 1) * SLICE]
        mine.append(_spent(lambda text: ours.find(text, "en"), part))
        scans.append(_spent(lambda text: bare.find_matches_as_indexes(text.lower()), part))
        regular.append(_spent(lambda text: list(alternation.finditer(text)), part[: SLICE // 20]))
    whole = _spent(lambda text: ours.find(text, "en"), narratives)
    more = {"narratives": NARRATIVES, "phrases": PHRASES, "flagged": found, "rounds": ROUNDS}
    statement = {"statement": "Wordbook.find: boundaries, negation, places; process time, one core", **more}
    for against, theirs in (
        ("a compiled alternation of re over the same phrases with boundaries (rate over rate)", regular),
        ("a bare ahocorasick_rs scan of the lowered text, no boundaries (rate over rate)", scans),
    ):
        ratios = sorted(other / own for own, other in zip(mine[1:], theirs[1:], strict=True))
        spread = {"ratio_min": round(ratios[0], 3), "ratio_max": round(ratios[-1], 3)}
        yield Figure(
            "detection.text", round(1 / whole), "narratives/s", ratio=round(ratios[len(ratios) // 2], 3),
            against=against, more={**statement, **spread},
        )  # fmt: skip


def sweep_figures() -> Iterator[Figure]:
    bank = organisation.found()
    now = timezone.now()
    jobs.examine_new(at=now + timedelta(minutes=1))  # the criteria are in force: what is open is examined by them, once
    counted = []
    for start, count in ((0, FEW), (FEW, FRONTLINE)):
        Complaint.objects.bulk_create((_waiting(bank, number, now) for number in range(start, count)), batch_size=2_000)
        counted.append(_touched())
    few, many = counted
    yield Figure(
        "detection.idle_sweep", many[0], "queries", ratio=round(many[0] / few[0], 3),
        against=f"the same sweep with {FEW:,} open frontline complaints (queries over queries)",
        more={
            "statement": f"jobs.examine_new with {FRONTLINE:,} open frontline complaints of which nothing changed",
            "cases_looked_at": many[1], "ms": round(many[2] * 1000, 2), "ms_with_few": round(few[2] * 1000, 2),
        },
    )  # fmt: skip


def _waiting(bank: SimpleNamespace, number: int, now: datetime) -> Complaint:
    """Open with the frontline, examined; time alone would have it looked at in the coming days."""
    return Complaint(
        reference=f"R-{number:07d}", state="frontline", channel="phone", received_at=now, registered_at=now,
        registered_by=bank.agent, latest_event=1, look_at=now + timedelta(days=1, minutes=number),
    )  # fmt: skip


def _touched() -> tuple[int, int, float]:
    """Queries of one sweep, cases looked at, and the median of its seconds."""
    with CaptureQueriesContext(connection) as queries:
        looked = jobs.examine_new()
    seconds = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        jobs.examine_new()
        seconds.append(time.perf_counter() - began)
    return len(queries), looked, sorted(seconds)[ROUNDS // 2]
