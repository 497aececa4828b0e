"""Which criteria hold for a complaint, and why in words. Asks no database."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from escalations.detection.words import find_words
from escalations.models import Attempt, Complaint, Criterion, Message, Statement
from escalations.states import State

EVIDENCE_LETTERS = 200
FAILED = (Attempt.Result.FAILED, Attempt.Result.DECLINED)


@dataclass(frozen=True)
class Hit:
    """One criterion that holds, why in words, and where the words stand (source, words, start, end)."""

    criterion: Criterion
    explanation: str
    places: list[dict[str, Any]] = field(default_factory=list)


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
