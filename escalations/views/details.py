"""The particulars of one event, in words: what the codes and ids in `Event.data` stand for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.fields.record import Names
from escalations.models import CaseLink, Cause, Complaint, Event, EvidenceRequest, Waiting
from escalations.models.clock import ClockKind
from escalations.states import Finding, Outcome, RestrictedKind, SetAsideKind, Tier, TriggerKind
from escalations.views.one_statement import Statement
from escalations.views.reading import beside
from escalations.workflow import label_of
from routing.models import AuthorityLimit, Decision, Handler, User


@dataclass(frozen=True)
class Book:
    """Where the ids of events are looked up: the case as it was read, and one query for all that they name."""

    case: Complaint
    decisions: dict[int, Decision]
    shows_evidence: bool
    handlers: dict[int, Handler] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)
    fields: Names = field(default_factory=Names)
    others: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, case: Complaint, user: User, *, shows_evidence: bool) -> "Book":
        """Of a case read whole. No query where no event names anything."""
        data = [event.data for event in case.events.all()]
        handlers = {entry.get(name) for entry in data for name in ("handler", "before", "holder")}
        others = Complaint.objects.visible_to(user).filter(pk__in={entry.get("other") for entry in data} - {None})
        codes = {entry["cause"] for entry in data if entry.get("cause")}
        named = Names.asked(event.data for event in case.events.all() if event.action == "set_fields")
        found = Statement({
            "handlers": Handler.objects.filter(pk__in={pk for pk in handlers if isinstance(pk, int)}),
            "causes": Cause.objects.filter(code__in=codes).select_related("parent"),
            "others": others,
            **named,
        }).read()  # fmt: skip
        return cls(
            case,
            {decision.pk: decision for decision in beside(case, "decisions")},
            shows_evidence,
            {handler.pk: handler for handler in found["handlers"]},
            {cause.code: str(cause) for cause in found["causes"]},
            Names.of(found["fields"], found["choices"]),
            {other.pk: other.reference for other in found["others"]},
        )


def detail(event: Event, book: Book) -> str:
    """One line beside "who did what"; empty where the action says it all."""
    wording = DETAILS.get(event.action)
    return wording(event.data, book) if wording else ""


def _triggers(data: dict[str, Any], book: Book) -> str:
    ids = set(data.get("trigger_ids", ()))
    rows = [row for row in book.case.triggers.all() if row.pk in ids]
    if book.shows_evidence:
        return "; ".join(row.explanation for row in rows)
    return ", ".join(str(TriggerKind(row.kind).label) for row in rows)


def _placement(data: dict[str, Any], book: Book) -> str:
    (made,) = data.get("decision_ids", [0])
    decision = book.decisions.get(data.get("decision", made))
    return decision.reason if decision else ""


def _colleague(data: dict[str, Any], book: Book) -> str:
    before, now = book.handlers.get(data.get("before") or 0), book.handlers.get(data.get("handler") or 0)
    return _("%(before)s → %(now)s") % {"before": before, "now": now} if before and now else str(now or "")


def _finding(data: dict[str, Any], book: Book) -> str:
    words = [_point(data, book), _label(Finding, data.get("finding")), _label(Outcome, data.get("outcome"))]
    return " · ".join(word for word in words if word)


def _outcome(data: dict[str, Any], book: Book) -> str:
    """The codes as they stood; which words go with them is told below."""
    words = [_finding(data, book), book.causes.get(data.get("cause", ""), data.get("cause", ""))]
    return " · ".join(word for word in words if word)


def _evidence(data: dict[str, Any], book: Book) -> str:
    """Of what kind, and what came of it; what exactly was asked for stands with the request."""
    kind, result = _label(EvidenceRequest.Kind, data.get("kind")), _label(EvidenceRequest.Result, data.get("result"))
    gone = _("deleted on %s") % _day(data["delete_on"]) if data.get("delete_on") else ""
    kept = _label(EvidenceRequest.Keep, data.get("keep")) if data.get("keep") not in (None, "not_asked") else ""
    return " · ".join(word for word in (kind, result, gone, kept, data.get("mark", "")) if word)


def _offer(data: dict[str, Any], book: Book) -> str:
    return _("the offer stands until %s") % _day(data["until"]) if data.get("until") else ""


def _closed(data: dict[str, Any], book: Book) -> str:
    """Silence is documented, and so is a no: either closes the file, and the offer goes on to its own day."""
    if not (data.get("silence") or data.get("refused")):
        return ""
    said = _("no reply came") if data.get("silence") else _("the customer had not accepted")
    if data.get("offer_until"):
        return _("%(said)s; the offer stays open until %(day)s") % {"said": said, "day": _day(data["offer_until"])}
    return said


def _cause(data: dict[str, Any], book: Book) -> str:
    status = {"confirmed": _("confirmed"), "provisional": _("provisional")}.get(data.get("status", ""), "")
    name = book.causes.get(data.get("cause", ""), data.get("cause", ""))
    return " · ".join(word for word in (_point(data, book), name, status) if word)


def _point(data: dict[str, Any], book: Book) -> str:
    """Only where there is more than one is it said which."""
    points = list(book.case.points.all())
    if len(points) < 2:
        return ""
    return next((str(point) for point in points if point.pk == data.get("point")), "")


def _remedies(data: dict[str, Any], book: Book) -> str:
    ids = {*data.get("remedy_ids", ()), data.get("remedy")}
    return ", ".join(str(row) for row in book.case.remedies.all() if row.pk in ids)


def _proposed(data: dict[str, Any], book: Book) -> str:
    approved = data.get("state") == "approved"
    said = _("within their own authority") if approved else _("waits for somebody with the authority")
    return f"{_remedies(data, book)} · {said}"


def _agreed(data: dict[str, Any], book: Book) -> str:
    """Agreed to by one of several is not approved yet, and says so."""
    said = _("agreed; somebody else decides") if data.get("state") == "proposed" else _("approved")
    return f"{_remedies(data, book)} · {said}"


def _reminded(data: dict[str, Any], book: Book) -> str:
    level = data.get("level")
    asked = _("no level may grant it") if level is None else _("asked of level %d") % level
    return f"{_remedies(data, book)} · {asked}"


def _worked_out(data: dict[str, Any], book: Book) -> str:
    return _("%(interest)s interest, %(total)s in all") % {
        "interest": data.get("interest", ""), "total": data.get("total", "")
    }  # fmt: skip


def _act(data: dict[str, Any], book: Book) -> str:
    return _label(AuthorityLimit.Kind, data.get("kind"))


def _scheduled(data: dict[str, Any], book: Book) -> str:
    return _("%(remedy)s, due %(day)s") % {"remedy": _remedies(data, book), "day": data.get("due_on", "")}


def _edited(data: dict[str, Any], book: Book) -> str:
    names = {field.name: str(field.verbose_name) for field in Complaint._meta.fields}
    names |= {"product": _("product"), "issue": _("issue")}
    return ", ".join(names.get(name, name) for name in data.get("changed", ()))


def _filled_in(data: dict[str, Any], book: Book) -> str:
    return "; ".join(book.fields.changes(data))


def _answer(data: dict[str, Any], book: Book) -> str:
    return _("the customer accepts") if data.get("accepted") else _("the customer does not accept")


def _missed(data: dict[str, Any], book: Book) -> str:
    kind = _label(ClockKind, data.get("clock"))
    due = timezone.localtime(datetime.fromisoformat(data["due_at"])) if data.get("due_at") else None
    return _("%(what)s, was due %(when)s") % {"what": kind, "when": date_format(due, "D j M Y H:i") if due else "–"}


def _named(data: dict[str, Any], book: Book) -> str:
    """Who, and that they, or their line manager, held it then."""
    name = next((str(row) for row in book.case.named_staff.all() if row.user_id == data.get("user")), "")
    holder = book.handlers.get(data.get("holder") or 0)
    if holder is None:
        return name
    return _("%(named)s; %(holder)s held it and is involved") % {"named": name, "holder": holder}


def _asked(data: dict[str, Any], book: Book) -> str:
    return label_of(data.get("asked") or data.get("declined") or "note")


def _other(data: dict[str, Any], book: Book) -> str:
    """Which other complaint; not named to whoever may not see it."""
    reference = book.others.get(data.get("other") or 0) or _("a case that is not yours to see")
    kind = _label(CaseLink.Kind, data.get("kind"))
    return f"{reference}: {kind}" if kind else reference


def _interval(data: dict[str, Any], book: Book) -> str:
    until = data.get("until")
    name = _label(Waiting.On, data.get("on"))
    return _("%(who)s, until %(day)s") % {"who": name, "day": _day(until)} if until else name


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "D j M Y")


def _authority(data: dict[str, Any], book: Book) -> str:
    return _("authority until %s") % _day(data["until"]) if data.get("until") else _("authority without an end")


def _ended(data: dict[str, Any], book: Book) -> str:
    return ", ".join(_label(Waiting.On, on) for on in data.get("ended", ()))


def _ticked(data: dict[str, Any], book: Book) -> str:
    item = next((str(one) for one in book.case.checklist if one.pk == data.get("item")), "")
    return item if data.get("done") else _("not done after all: %s") % item


def _department(data: dict[str, Any], book: Book) -> str:
    keys = {*data.get("task_ids", ()), data.get("task")}
    return ", ".join(task.department for task in book.case.tasks.all() if task.pk in keys)


def _label(words: Any, value: Any) -> str:
    return str(words(value).label) if value in words.values else ""


DETAILS: dict[str, Callable[[dict[str, Any], Book], str]] = {
    "trigger": _triggers,
    "add_trigger": _triggers,
    "route": _placement,
    "reroute": _placement,
    "reassign": _colleague,
    "record_finding": _finding,
    "confirm_cause": _cause,
    "tick": _ticked,
    "ask_department": _department,
    "withdraw_task": _department,
    "propose_remedy": _proposed,
    "approve_remedy": _agreed,
    "remind_approver": _reminded,
    "calculate": _worked_out,
    "authorise": _act,
    "declare_conflict": _named,
    "payment_failed": _remedies,
    "refuse_remedy": _remedies,
    "schedule_remedy": _scheduled,
    "pay_remedy": _remedies,
    "edit": _edited,
    "set_fields": _filled_in,
    "acknowledge_outcome": _answer,
    "miss_deadline": _missed,
    "name_staff": _named,
    "lift_naming": _named,
    "ask": _asked,
    "decline_confirmation": _asked,
    "wait": _interval,
    "stop_waiting": _ended,
    "hold": _interval,
    "lift_hold": _ended,
    "link": _other,
    "linked": _other,
    "unlink": _other,
    "unlinked": _other,
    "merge": _other,
    "absorb": _other,
    "unmerge": _other,
    "release": _other,
    "resolve": lambda data, book: _("the customer agrees") if data.get("agreed") else "",
    "close": _closed,
    "record_speaker": _authority,
    "record_outcome": _outcome,
    "extend_offer": _offer,
    "request_evidence": _evidence,
    "describe_evidence": _evidence,
    "answer_evidence": _evidence,
    "listen_evidence": _evidence,
    "warn_of_deletion": _evidence,
    "escalate_further": lambda data, book: _label(Tier, data.get("tier")),
    "restrict": lambda data, book: _label(RestrictedKind, data.get("kind")) or _("not restricted"),
    "set_aside": lambda data, book: _label(SetAsideKind, data.get("kind")),
}
