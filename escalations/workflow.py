"""The one way a case changes.

`perform()` and `perform_many()` take the lock, look again, ask the table (state, authority, needs), make the step,
and store the case with exactly one history row and one Event, all in one transaction with whatever follows from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_fsm import can_proceed
from django_q.tasks import async_task

from escalations import clocks
from escalations.actions import ACTIONS, Action
from escalations.actors import Actor
from escalations.authority.limits import hold_customers
from escalations.errors import Incomplete, Invalid, NotAllowed, Refusal, WrongState
from escalations.happened import happened, who
from escalations.models import Complaint, Confirmation, Event
from escalations.models.case_peers import together
from escalations.models.codes import deleted_among
from escalations.permissions import can, who_can
from escalations.states import State
from escalations.steps import pairs, storing
from escalations.steps.needs import asks_second_person, needs
from escalations.steps.step import Rows, Step
from routing.locking import lock
from routing.models import Handler

REASON_LIMIT = 2000
"""Most letters of a reason."""

ASK = "ask"
"""The action of the event that says: the first of two people asked for a step."""

CASE = (
    "points__product", "points__issue", "attempts", "statements", "triggers", "messages", "remedies", "clocks",
    "parties__person", "confirmations", "referrals",
)  # fmt: skip
"""What checks and transitions look at, read once for all cases of a batch."""

GRANTS = ("propose_remedy", "approve_remedy")
"""Steps that ask what the same customer was granted on other cases: each sees what the one before it has left."""

READS: dict[str, tuple[str, ...]] = {
    "trigger": ("triggers", "clocks"),
    "accept": ("triggers", "clocks"),
    "add_trigger": ("triggers", "clocks"),
    "route": (),
    "investigate": (),
    "miss_deadline": ("clocks",),
    "note": ("clocks",),
    "receive": ("parties__person", "clocks"),
    "write": ("parties__person", "clocks"),
    "sent": ("messages", "clocks"),
    "communicate": (*CASE, "calculations__check_by_second"),
    "resolve": (*CASE, "calculations__check_by_second"),
}
"""The busiest steps look at less, and two at more. Whatever else one of them asks for is read when it does."""


@dataclass(frozen=True)
class Result:
    """What became of one case of a batch: an event, or the refusal. `complaint` is as it stands now."""

    complaint: Complaint
    event: Event | None = None
    refusal: Refusal | None = None


def perform(
    complaint: Complaint, action: str, *, actor: Actor, reason: str = "", at: datetime | None = None,
    seen: int | None = None, **data: Any,
) -> Event:  # fmt: skip
    """Do one thing to one case, or say why not.

    `at` dates history, event and clocks (import, demo and tests only). `seen` is the number of the latest event
    that the actor had before them: if more has happened since, the step is refused with what happened.
    Raises WrongState, NotAllowed, Incomplete or Invalid; then nothing was written.
    The returned event's `complaint` is the case as it now stands.
    """
    (result,) = perform_many([complaint], action, actor=actor, reason=reason, at=at, seen=seen, **data)
    if result.event is None:
        raise result.refusal or WrongState(_("This case is gone."))
    return result.event


def perform_many(
    cases: Sequence[Complaint], action: str, *, actor: Actor, reason: str = "", at: datetime | None = None,
    seen: int | None = None, each: Mapping[int, Mapping[str, Any]] | None = None,
    reasons: Mapping[int, str] | None = None, held: bool = False, **data: Any,
) -> list[Result]:  # fmt: skip
    """The same for many cases at once, in the order given: what is refused is refused before the write, by
    itself; the others go on. `each` gives data by the primary key of the case, on top of `data`, and `reasons` a
    reason of its own. What the steps leave, assignments among it, is written in the order of the cases. `held`: the
    transaction that runs has written or locked these very cases itself just now, so they need no lock."""
    rule = ACTIONS.get(action)
    if rule is None or not rule.sources:
        raise WrongState(_("There is no such step: %s.") % action)
    at = at or timezone.now()
    wanted, each = {case.pk for case in cases}, each or {}
    if rule.name in GRANTS and len(wanted) > 1:
        return _one_after_the_other(cases, rule, actor=actor, reason=reason, at=at, each=each, reasons=reasons, **data)
    with transaction.atomic(savepoint=not held):
        locked = (
            list(cases)
            if held
            else lock(Complaint.objects.filter(pk__in=wanted | pairs.others(rule, wanted, data, each)))
        )
        beside = {case.pk: case for case in locked}
        deleted = deleted_among(value for told in (data, *each.values()) for value in told.values())
        attempt = _Attempt(rule, actor, reason, at, seen, beside, reasons or {}, deleted)
        locked = list(together([beside[pk] for pk in dict.fromkeys(case.pk for case in cases) if pk in beside]))
        _hold_handlers([data, *each.values()])
        refused = attempt.refused(locked)
        open_to = [case for case in locked if case.pk not in refused]
        prefetch_related_objects(open_to, *READS.get(action, CASE))
        by_pk = refused | {case.pk: attempt.on(case, {**data, **each.get(case.pk, {})}) for case in open_to}
        changes = [change for change in by_pk.values() if isinstance(change, storing.Change)]
        events = dict(zip((c.case.pk for c in changes), storing.store(changes, actor, at), strict=True))
        attempt.tell_others(changes)
        if changes and rule.job:
            async_task(rule.job)
    results = {pk: _result(change, events.get(pk)) for pk, change in by_pk.items()}
    gone = WrongState(_("This case does not exist."))
    return [results.get(case.pk) or Result(case, refusal=gone) for case in cases]


def _one_after_the_other(
    cases: Sequence[Complaint], rule: Action, *, reason: str, each: Mapping[int, Mapping[str, Any]],
    reasons: Mapping[int, str] | None, **data: Any,
) -> list[Result]:  # fmt: skip
    """All are locked at once, then each is written before the next is asked: what one customer gets counts together."""
    with transaction.atomic():
        hold_customers(*lock(Complaint.objects.filter(pk__in={case.pk for case in cases})))
        results = {}
        for case in cases:
            told = {"reason": (reasons or {}).get(case.pk, reason), **data, **each.get(case.pk, {})}
            (results[case.pk],) = perform_many([case], rule.name, **told)
    return [results[case.pk] for case in cases]


def _hold_handlers(given: Iterable[Mapping[str, Any]]) -> None:
    """Those that the data name are locked at once, by id: after the cases, as the law has it."""
    named = {value.pk for data in given for value in data.values() if isinstance(value, Handler)}
    if named:
        lock(Handler.objects.filter(pk__in=named))


def _result(change: "storing.Change | Result", event: Event | None) -> Result:
    return change if isinstance(change, Result) else Result(change.case, event)


@dataclass(frozen=True)
class _Attempt:
    """One action, tried on one locked case after the other."""

    rule: Action
    actor: Actor
    reason: str
    at: datetime
    seen: int | None
    beside: Mapping[int, Complaint]
    """All that is locked, by key: the cases themselves and those that the step is about as well."""
    reasons: Mapping[int, str]
    deleted: Sequence[Any] = ()
    """Codes among the data that somebody deleted meanwhile."""

    def refused(self, cases: Sequence[Complaint]) -> "dict[int, storing.Change | Result]":
        """The cases that this cannot start on: state first (409), then authority (403), then the reason (422)."""
        found: dict[int, storing.Change | Result] = {}
        for case in cases:
            try:
                self.check(case)
            except Refusal as refusal:
                found[case.pk] = Result(case, refusal=refusal)
        return found

    def check(self, case: Complaint) -> None:
        if self.seen is not None and self.seen != case.latest_event:
            raise WrongState(meanwhile(case))
        check_open(case, self.rule, self.actor)
        _check_reason(self.rule, self.reason_for(case))

    def reason_for(self, case: Complaint) -> str:
        return self.reasons.get(case.pk, self.reason)

    def on(self, case: Complaint, data: Mapping[str, Any]) -> "storing.Change | Result":
        before = storing.Before.of(case)
        try:
            if missing := needs(case, self.rule.name, self.actor, self.at):
                raise Incomplete(missing)
            if gone := deleted_among(data.values()) if self.deleted else ():
                raise Invalid({"cause": [_("“%s” was deleted meanwhile: choose another.") % gone[0]]})
            step, rows = self.make(case, self.with_other(case, data))
        except Refusal as refusal:
            return Result(case, refusal=refusal)
        rows += case.waiting_ended_by(step, rows)
        rows += clocks.restate(case, before, rows, step)
        return storing.Change(case, before, ASK if "asked" in step.data else self.rule.name, step, rows)

    def with_other(self, case: Complaint, data: Mapping[str, Any]) -> dict[str, Any]:
        """The data, with the other case as it stands under the lock. Raises a refusal where the step cannot be told
        on that one."""
        if not self.rule.pair:
            return dict(data)
        other = pairs.checked(self.rule, self.actor, case, data, self.beside)
        check_open(other, ACTIONS[self.rule.pair], self.actor)
        return {**data, "other": other} if "other" in data else dict(data)

    def tell_others(self, changes: "Sequence[storing.Change]") -> None:
        """The same step, told on the other case of each, in the same transaction."""
        for change in changes if self.rule.pair else ():
            other = self.beside[change.step.data["other"]]
            kind = {"kind": change.step.data["kind"]} if "kind" in change.step.data else {}
            perform(other, self.rule.pair, actor=self.actor, reason=self.reason, at=self.at, other=change.case, **kind)

    def make(self, case: Complaint, data: dict[str, Any]) -> tuple[Step, Rows]:
        step = Step(self.actor, self.at, self.reason_for(case))
        if not asks_second_person(case, self.rule.name):
            return step, list(getattr(case, self.rule.name)(step, **data))
        asked = open_confirmation(case, self.rule.name)
        if asked is None:
            return step, case.asked_to_confirm(step, self.rule.name, data)
        return self.confirm(case, step, asked)

    def confirm(self, case: Complaint, step: Step, asked: Confirmation) -> tuple[Step, Rows]:
        """The second person agrees to what the first asked for, not to what a form says now."""
        if self.actor.user is None or asked.asked_by_id == self.actor.user.pk:
            raise NotAllowed(_("You asked for this yourself; a second person must confirm."), who_can(self.rule, case))
        asked.answered_by, asked.answered_at, asked.confirmed = self.actor.user, self.at, True
        step.note(asked_by=asked.asked_by_id)
        return step, [*getattr(case, self.rule.name)(step, **asked.data), asked]


def check_open(case: Complaint, rule: Action, actor: Actor) -> None:
    """Raises WrongState or NotAllowed when this actor cannot even try this on the case as it stands."""
    if case.merged_into_id is not None and not rule.while_merged:
        raise WrongState(_("It was merged into %s: what is to be done is done there.") % case.merged_into)
    if not rule.is_open_on(case) or (rule.target and not can_proceed(getattr(case, rule.name))):
        says = _("“%(action)s” is not possible while the case is “%(state)s”. %(meanwhile)s")
        if case.state in rule.sources and not rule.still(case):
            says = _("“%(action)s” is not possible now: nothing in this case calls for it. %(meanwhile)s")
        raise WrongState(says % {"action": rule.label, "state": case.get_state_display(), "meanwhile": why_now(case)})
    if not can(actor, rule, case):
        raise NotAllowed(_("You may not do this: %(action)s.") % {"action": rule.label}, who_can(rule, case))


def open_confirmation(case: Complaint, action: str) -> Confirmation | None:
    """What a first person has asked for and nobody has answered."""
    return next((c for c in case.confirmations.all() if c.action == action and c.answered_at is None), None)


def meanwhile(case: Complaint) -> str:
    """What happened last, for whoever came second."""
    event = case.last_event
    if event is None:
        return ""
    when = timezone.localtime(event.at)
    return _("Meanwhile: %(who)s %(what)s, %(when)s.") % {
        "who": who(event.actor_kind, event.actor_name),
        "what": happened(event.action),
        "when": date_format(when, "j M H:i"),
    }


def why_now(case: Complaint) -> str:
    """Why a step is not possible as the case stands: the record of a closed one is kept; what happened last."""
    kept = _("The record of a closed case is kept as it is; it can be reopened.") if case.state == State.CLOSED else ""
    return " ".join(part for part in (kept, meanwhile(case)) if part)


def label_of(action: str) -> str:
    """The action of an event in words."""
    return _("asked a second person to confirm") if action == ASK else str(ACTIONS[action].label)


def _check_reason(rule: Action, reason: str) -> None:
    if len(reason) > REASON_LIMIT:
        raise Invalid({"reason": [_("A reason has at most %d letters.") % REASON_LIMIT]})
    if "\x00" in reason:
        raise Invalid({"reason": [_("A reason cannot hold null characters.")]})
    if rule.reason_required and not reason.strip():
        raise Invalid({"reason": [_("Say why: this step needs a reason.")]})


@dataclass(frozen=True)
class Offer:
    """One button: what it does, whether it works now, and if not, what is missing or who can."""

    action: str
    label: str
    missing: tuple[str, ...] = ()
    confirms: Confirmation | None = None
    moves: bool = False

    @property
    def ready(self) -> bool:
        return not self.missing


def offers(case: Complaint, actor: Actor, at: datetime | None = None) -> list[Offer]:
    """The steps open to this actor on this case as it stands, asked of the same table as `perform`."""
    prefetch_related_objects([case], *CASE)
    at = at or timezone.now()
    allowed = (rule for rule in ACTIONS.values() if rule.is_open_on(case) and can(actor, rule, case))
    return [_offer(case, rule, actor, at) for rule in allowed]


def _offer(case: Complaint, rule: Action, actor: Actor, at: datetime) -> Offer:
    missing = needs(case, rule.name, actor, at)
    asked = open_confirmation(case, rule.name)
    if asked and actor.user and asked.asked_by_id == actor.user.pk:
        missing = [_("You asked for this; a second person must confirm. %s") % who_can(rule, case)]
    label = _("Confirm: %s") % rule.label if asked else str(rule.label)
    return Offer(rule.name, label, tuple(missing), asked, moves=rule.target is not None)
