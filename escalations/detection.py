"""Which complaints should be escalated: the criteria, asked of what was said and of what is known.

Criteria propose; the workflow escalates. The words that matched are kept with their place.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db.models import Count, Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.actors import Actor
from escalations.models import Attempt, Complaint, Criterion, Message, Statement
from escalations.states import State
from escalations.workflow import Result, perform_many

DETECTOR = Actor.system("detector")
CLOCK = Actor.system("clock")
EVIDENCE_LETTERS = 200
MOST_PLACES = 20
"""Places kept of one criterion in one text; the first of them say enough."""
LONGEST_ENDING = 60
"""Letters that a * stands for, at most. It bounds the work that one endless word can cause."""
FAILED = (Attempt.Result.FAILED, Attempt.Result.DECLINED)


@dataclass(frozen=True)
class Hit:
    """One criterion that holds, why in words, and where the words stand (source, words, start, end)."""

    criterion: Criterion
    explanation: str
    places: list[dict[str, Any]] = field(default_factory=list)


# --- words -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def pattern(words: str) -> re.Pattern[str] | None:
    """Lines of literal words and phrases as one pattern: whole words, any case, * for any ending.

    Nothing in a line is a regular expression: every letter stands for itself, so no line can be slow or break.
    """
    lines = {" ".join(line.split()) for line in words.splitlines() if line.strip(" *\t\r")}
    if not lines:
        return None
    ordered = sorted(lines, key=lambda line: (-len(line), line))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_literal, ordered))})(?!\w)", re.IGNORECASE)


def _literal(line: str) -> str:
    escaped = re.sub(r"(\\\*)+", rf"\\w{{0,{LONGEST_ENDING}}}", re.escape(line).replace(r"\ ", r"\s+"))
    return re.sub("['’]", "['’]", escaped)


def find_words(criterion: Criterion, text: str) -> list[tuple[int, int]]:
    """Where the criterion's words stand in the text, phrases in which they mean something else left out."""
    wanted = pattern(criterion.words)
    found = [match.span() for match in wanted.finditer(text)] if wanted else []
    harmless = pattern(criterion.silent) if found else None
    silent = (match.span() for match in harmless.finditer(text)) if harmless else iter(())
    return list(islice(_outside(found, silent), MOST_PLACES))


def _outside(found: Iterable[tuple[int, int]], silent: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Those found that touch no silent one; both in the order of the text, so each is passed once."""
    silence = next(silent, None)
    for start, end in found:
        while silence and silence[1] <= start:
            silence = next(silent, None)
        if silence is None or silence[0] >= end:
            yield start, end


# --- judging -----------------------------------------------------------------------------------------------------


def judge(
    case: Complaint, criteria: Iterable[Criterion], texts: Sequence[Statement | Message], at: datetime
) -> Iterator[Hit]:
    """The criteria that hold for this case now, given these texts. Asks no database: the caller has read it."""
    for criterion in criteria:
        if criterion.test == Criterion.Test.WORDS:
            places = [place for text in texts for place in _places(criterion, text)]
            if places:
                quoted = "”, “".join(dict.fromkeys(place["words"] for place in places[:3]))
                yield Hit(criterion, _("%(name)s: “%(words)s”") % {"name": criterion, "words": quoted[:150]}, places)
        elif reason := _known_fact(criterion, case, at):
            yield Hit(criterion, reason)


def _places(criterion: Criterion, source: Statement | Message) -> Iterator[dict[str, Any]]:
    name, text = ("statement", source.text) if isinstance(source, Statement) else ("message", source.body)
    for start, end in find_words(criterion, text):
        yield {name: source, "words": text[start:end][:EVIDENCE_LETTERS], "start": start, "end": end}


def _known_fact(criterion: Criterion, case: Complaint, at: datetime) -> str:
    """Why the criterion holds, in words; empty when it does not."""
    threshold = criterion.threshold or 0
    if criterion.test == Criterion.Test.SEVERITY and case.severity >= threshold:
        return _("Severity is %s") % case.get_severity_display()
    if criterion.test == Criterion.Test.AMOUNT and case.amount is not None and case.amount >= threshold:
        return _("%(amount)s %(currency)s in dispute") % {
            "amount": f"{case.amount:,.2f}",
            "currency": case.currency,
        }
    if criterion.test == Criterion.Test.ATTEMPTS:
        failed = sum(1 for attempt in case.attempts.all() if attempt.result in FAILED)
        return _("%d attempts failed") % failed if failed >= threshold else ""
    if criterion.test == Criterion.Test.AGE and case.state == State.FRONTLINE:
        days = (at - case.received_at).days
        return _("Open with the frontline for %d days") % days if days > threshold else ""
    return ""


# --- acting ------------------------------------------------------------------------------------------------------


def examine_new(
    cases: Sequence[Complaint], said: Iterable[Statement], criteria: Sequence[Criterion], *, at: datetime
) -> list[Result]:
    """Examine complaints in the moment of their registration: nothing was raised for them yet."""
    texts: dict[int, list[Statement | Message]] = defaultdict(list)
    for statement in said:
        texts[statement.complaint_id].append(statement)
    return _propose(cases, texts, criteria, at, raised={})


def examine(
    cases: Sequence[Complaint], messages: Iterable[Message] = (), *, at: datetime | None = None
) -> list[Result]:
    """Examine again, with what was said meanwhile. In every open state: after escalation a hit is a further trigger."""
    texts: dict[int, list[Statement | Message]] = defaultdict(list)
    for message in messages:
        texts[message.complaint_id].append(message)
    prefetch_related_objects(cases, "triggers")
    raised = {case.pk: {trigger.criterion_id for trigger in case.triggers.all()} for case in cases}
    return _propose(cases, texts, list(Criterion.objects.enabled()), at or timezone.now(), raised)


def _propose(
    cases: Sequence[Complaint],
    texts: dict[int, list[Statement | Message]],
    criteria: Sequence[Criterion],
    at: datetime,
    raised: Mapping[int, Collection[int | None]],
) -> list[Result]:
    """Judge the open cases, and propose what they were not escalated for already (`raised`: criteria by case)."""
    cases = [case for case in cases if case.is_open]
    if not criteria or not cases:
        return []
    if any(criterion.test == Criterion.Test.ATTEMPTS for criterion in criteria):
        prefetch_related_objects(cases, "attempts")
    hits = {case.pk: list(judge(case, _fresh(criteria, raised.get(case.pk, ())), texts[case.pk], at)) for case in cases}
    flagged = [case for case in cases if hits[case.pk]]
    return propose(flagged, hits, at=at)


def _fresh(criteria: Iterable[Criterion], raised: Collection[int | None]) -> list[Criterion]:
    return [criterion for criterion in criteria if criterion.pk not in raised]


def propose(cases: Sequence[Complaint], hits: dict[int, list[Hit]], *, at: datetime) -> list[Result]:
    """Escalate what the frontline still holds; elsewhere, raise a further trigger. A criterion whose policy is
    "at once" accepts by itself."""
    if not cases:
        return []
    results = _raise(cases, hits, at)
    # What had moved on when the lock was there is raised where it stands now; nothing that was found is lost.
    if moved := [result.complaint for result in results if result.refusal and result.complaint.is_open]:
        results = [result for result in results if result.event] + _raise(moved, hits, at)
    accepted = {result.complaint.pk: result for result in _accept_at_once(results, hits, at) if result.event}
    return [accepted.get(result.complaint.pk, result) for result in results]


def _accept_at_once(results: Sequence[Result], hits: dict[int, list[Hit]], at: datetime) -> list[Result]:
    urgent = [
        result.complaint
        for result in results
        if result.event and result.complaint.state == State.TRIGGERED
        and any(hit.criterion.policy == Criterion.Policy.AT_ONCE for hit in hits[result.complaint.pk])
    ]  # fmt: skip
    reason = _("This criterion is accepted at once.")
    return perform_many(urgent, "accept", actor=DETECTOR, reason=reason, at=at) if urgent else []


def _raise(cases: Sequence[Complaint], hits: dict[int, list[Hit]], at: datetime) -> list[Result]:
    reason = _("Escalation criteria were met.")
    each = {case.pk: {"hits": hits[case.pk]} for case in cases}
    frontline = [case for case in cases if case.state == State.FRONTLINE]
    others = [case for case in cases if case.state != State.FRONTLINE]
    results = perform_many(frontline, "trigger", actor=DETECTOR, reason=reason, at=at, each=each) if frontline else []
    results += perform_many(others, "add_trigger", actor=DETECTOR, reason=reason, at=at, each=each) if others else []
    return results


def to_flag(at: datetime) -> list[Complaint]:
    """Frontline complaints of which a criterion holds by what is known of them, and which it has not flagged yet:
    they grew old, an attempt failed, somebody raised the severity. The oldest first, at most 500 a criterion."""
    found: dict[int, Complaint] = {}
    for criterion in Criterion.objects.enabled():
        condition = _condition(criterion, at)
        if condition is not None:
            rows = Complaint.objects.filter(condition, state=State.FRONTLINE)
            for case in rows.exclude(triggers__criterion=criterion).order_by("received_at")[:500]:
                found.setdefault(case.pk, case)
    return list(found.values())


def _condition(criterion: Criterion, at: datetime) -> Q | None:
    """The criterion as the database tests it; None for words, which are tested when they are said."""
    threshold = criterion.threshold or 0
    if criterion.test == Criterion.Test.AGE:
        return Q(received_at__lte=at - timedelta(days=int(threshold) + 1))
    if criterion.test == Criterion.Test.SEVERITY:
        return Q(severity__gte=threshold)
    if criterion.test == Criterion.Test.AMOUNT:
        return Q(amount__gte=threshold)
    if criterion.test == Criterion.Test.ATTEMPTS:
        failed = Attempt.objects.filter(result__in=FAILED).values("complaint").annotate(failed=Count("pk"))
        return Q(pk__in=failed.filter(failed__gte=int(threshold)).values("complaint"))
    return None
