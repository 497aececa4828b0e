"""Which criteria hold for a complaint, why in words, and since when. Asks no database: what it needs was read."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.detection import business_days
from escalations.detection.compiled import Compiled
from escalations.detection.definition import Definition
from escalations.detection.hits import Hit
from escalations.detection.knowing import DISPUTED, REOPENED, Known
from escalations.models import Attempt, Complaint, Criterion, Message, Statement
from escalations.phrases import Place
from escalations.states import State

EVIDENCE_LETTERS = 200
EXPLANATION_LETTERS = 150
FAILED = (Attempt.Result.FAILED, Attempt.Result.DECLINED)
Said = Statement | Message
Reason = tuple[str, datetime | None]
"""Why it holds, in words, and since when."""


def judge(
    case: Complaint, compiled: Compiled, texts: Sequence[Said], known: Known, at: datetime, raised: Collection[str] = ()
) -> Iterator[Hit]:
    """The criteria that hold for this case now, given these texts, but for those that were raised already (by code)."""
    found = _found(case, compiled, texts)
    for definition in compiled.definitions:
        if definition.code in raised:
            continue
        if definition.reads_words:
            hit = _in_words(definition, found.get(definition.code, []))
        else:
            reason = TESTS[definition.test](definition, case, known, at)
            hit = Hit(definition, reason[0], since=reason[1]) if reason else None
        if hit and compiled.conditions_hold(definition, known.facts.get(case.pk)):
            yield hit


def _found(case: Complaint, compiled: Compiled, texts: Sequence[Said]) -> dict[str, list[tuple[Said, Place]]]:
    found: dict[str, list[tuple[Said, Place]]] = {}
    for source in texts:
        for code, places in compiled.find(written(source), case.language).items():
            found.setdefault(code, []).extend((source, place) for place in places)
    return found


def written(source: Said) -> str:
    return source.text if isinstance(source, Statement) else source.body


def said_at(source: Said) -> datetime:
    return source.made_at if isinstance(source, Statement) else source.written_at


def _in_words(definition: Definition, found: Sequence[tuple[Said, Place]]) -> Hit | None:
    if not found:
        return None
    places = [_place(source, place) for source, place in found]
    quoted = "”, “".join(dict.fromkeys(place["words"] for place in places[:3]))
    explanation = _("%(name)s: “%(words)s”") % {"name": definition.name, "words": quoted[:EXPLANATION_LETTERS]}
    return Hit(definition, explanation, places, since=min(said_at(source) for source, _place in found))


def _place(source: Said, place: Place) -> dict[str, Any]:
    name = "statement" if isinstance(source, Statement) else "message"
    words = written(source)[place.start : place.end]
    return {name: source, "words": words[:EVIDENCE_LETTERS], "start": place.start, "end": place.end}


# --- what is known -------------------------------------------------------------------------------------------------


def _severity(definition: Definition, case: Complaint, known: Known, at: datetime) -> Reason | None:
    if case.severity < definition.number:
        return None
    return _("Severity is %s") % case.get_severity_display(), None


def _amount(definition: Definition, case: Complaint, known: Known, at: datetime) -> Reason | None:
    if case.amount is None or case.currency != definition.currency or case.amount < (definition.threshold or 0):
        return None
    return _("%(amount)s %(currency)s in dispute") % {"amount": f"{case.amount:,.2f}", "currency": case.currency}, None


def _attempts(definition: Definition, case: Complaint, known: Known, at: datetime) -> Reason | None:
    failed = sorted(attempt.made_at for attempt in case.attempts.all() if attempt.result in FAILED)
    if len(failed) < definition.number:
        return None
    return _("%d attempts failed") % len(failed), failed[definition.number - 1]


def _promise(definition: Definition, case: Complaint, known: Known, at: datetime) -> Reason | None:
    missed = missed_on(case)
    if missed is None or case.state != State.FRONTLINE or at < missed:
        return None
    told = date_format(missed - timedelta(days=1), "j M Y")
    return _("Promised for %s, and not done") % told, missed


def missed_on(case: Complaint) -> datetime | None:
    """When the first promise that nothing has kept since is broken: at the end of the promised day."""
    kept = [attempt.made_at for attempt in case.attempts.all() if attempt.result == Attempt.Result.ACCEPTED]
    missed = [
        end_of(attempt.promised_on)
        for attempt in case.attempts.all()
        if attempt.promised_on and not any(moment >= attempt.made_at for moment in kept)
    ]
    return min(missed, default=None)


def end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min)) + timedelta(days=1)


def _age(definition: Definition, case: Complaint, known: Known, at: datetime) -> Reason | None:
    due = business_days.after(case.received_at, definition.number)
    if case.state != State.FRONTLINE or at < due:
        return None
    days = definition.number
    text = ngettext(
        "Open with the frontline for more than %d business day",
        "Open with the frontline for more than %d business days",
        days,
    )
    return text % days, due


def _contacts(definition: Definition, case: Complaint, known: Known, at: datetime) -> Reason | None:
    moments = known.contacts.get(case.pk, [])
    reached = first_window(moments, definition.number, timedelta(days=definition.period or 0))
    if reached is None:
        return None
    told = {"contacts": len(moments), "days": definition.period}
    return _("%(contacts)d contacts about it in %(days)d days") % told, reached


def _cluster(definition: Definition, case: Complaint, known: Known, at: datetime) -> Reason | None:
    period = timedelta(hours=definition.period or 0)
    near = [one for one in known.alike.get(case.pk, []) if abs(one - case.received_at) <= period]
    reached = first_window(near, definition.number, period, around=case.received_at)
    if reached is None:
        return None
    told = {"count": len(near), "hours": definition.period}
    return _("%(count)d complaints on this product and issue within %(hours)d hours") % told, reached


def first_window(
    moments: Sequence[datetime], count: int, period: timedelta, *, around: datetime | None = None
) -> datetime | None:
    """When there were first so many within one period; with `around`, in one that holds that moment."""
    for first, last in zip(moments, moments[count - 1 :], strict=False):
        if last - first <= period and (around is None or first <= around <= last):
            return last
    return None


def _reopened(definition: Definition, case: Complaint, known: Known, at: datetime) -> Reason | None:
    found = [event.at for event in known.events.get(case.pk, []) if event.action == REOPENED]
    return (_("It was reopened"), found[0]) if found else None


def _disputed(definition: Definition, case: Complaint, known: Known, at: datetime) -> Reason | None:
    events = known.events.get(case.pk, [])
    found = [event.at for event in events if event.action == DISPUTED and event.data.get("accepted") is False]
    return (_("The customer disputes the outcome"), found[0]) if found else None


def _facts(definition: Definition, case: Complaint, known: Known, at: datetime) -> Reason | None:
    return _("%s: all its conditions hold") % definition.name, None


Test = Callable[[Definition, Complaint, Known, datetime], Reason | None]
TESTS: dict[str, Test] = {
    Criterion.Test.SEVERITY: _severity,
    Criterion.Test.AMOUNT: _amount,
    Criterion.Test.ATTEMPTS: _attempts,
    Criterion.Test.PROMISE: _promise,
    Criterion.Test.AGE: _age,
    Criterion.Test.CONTACTS: _contacts,
    Criterion.Test.CLUSTER: _cluster,
    Criterion.Test.REOPENED: _reopened,
    Criterion.Test.DISPUTED: _disputed,
    Criterion.Test.FACTS: _facts,
}
"""Every test but that of words, which is asked of texts."""
