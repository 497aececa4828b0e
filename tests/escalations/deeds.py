"""What each action is told when tests do it, and what must be there before: only what a test is about is missing."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone

from escalations.actors import Actor
from escalations.intake import Contact, Draft, PointDraft, register
from escalations.jobs import send_queued
from escalations.models import (
    Calculation,
    CalculationLine,
    CaseLink,
    Clock,
    Complaint,
    Event,
    Incident,
    Remedy,
)
from escalations.placing.routing_desk import decide
from escalations.workflow import perform
from routing.models import AuthorityLevel, AuthorityLimit, Field
from tests.escalations.beside_deeds import BesideDeeds

SYSTEMS = ("detector", "clock", "import", "routing", "post", "department")
REASON = "Because it is so."


class Deeds(BesideDeeds):
    """Does actions on cases of the small house, by whoever is named."""

    def __init__(self, house: SimpleNamespace) -> None:
        self.house = house
        self.siblings: dict[int, Complaint] = {}

    def actor(self, name: str) -> Actor:
        if name == "customer":
            return Actor.customer()
        return Actor.system(name) if name in SYSTEMS else Actor.of(getattr(self.house, name))

    def data(self, action: str, case: Complaint, by: Actor) -> dict:
        """The data of the action, valid for this case as it stands."""
        make = getattr(self, f"_{action}", None)
        return make(case, by) if make else {}

    def do(self, case: Complaint, action: str, by: str, *, bare: bool = False, **given: object) -> Event:
        """Performs it on the case as it stands, with whatever data it needs unless given; `bare` gives none."""
        case, actor = Complaint.objects.get(pk=case.pk), self.actor(by)
        data = {} if bare else self.data(action, case, actor)
        return perform(case, action, actor=actor, **{"reason": REASON, **data, **given})

    def prepare(self, case: Complaint, action: str) -> None:
        """Makes true what the action needs beside the right state; each preparation is itself a step of people."""
        prepare = getattr(self, f"_before_{action}", None)
        if prepare:
            prepare(case)

    # --- data -------------------------------------------------------------------------------------------------

    def _settle(self, case, by):
        return {"cause": self.house.cause, "letter": "It is put right."}

    def _route(self, case, by):
        if by.kind == "system":
            with transaction.atomic():
                return {"decision": decide(case, timezone.now())}
        return {"team": self.house.cards, "handler": self.house.handler.handler}

    def _reroute(self, case, by):
        return {"team": self.house.loans, "handler": self.house.stranger.handler}

    def _withdraw(self, case, by):
        return {"words": "I withdraw it."}

    def _set_aside(self, case, by):
        texts = {"letter": "Another firm looks at it.", "firm_letter": "Please answer this."}
        return {"kind": "referred", "firm": "Moorland", "firm_email": "post@moorland.example", **texts}

    def _refer_part(self, case, by):
        texts = {"letter": "Another firm answers for this part.", "firm_letter": "Please answer this part."}
        return {"point": case.points.last(), "firm": "Moorland", "firm_email": "post@moorland.example", **texts}

    def _edit(self, case, by):
        return {"severity": 3}

    def _set_fields(self, case, by):
        return {"fields": {"visits": 3}}

    def _add_statement(self, case, by):
        return {"kind": "what_happened", "text": "There is more."}

    def _record_attempt(self, case, by):
        return {"what": "Called.", "result": "failed"}

    def _complete_handover(self, case, by):
        return {"evidence": "A letter of the bank.", "none": ("amount",)}

    def _add_trigger(self, case, by):
        return {"kind": "media"}

    def _name_staff(self, case, by):
        return {"user": self.house.stranger}

    def _lift_naming(self, case, by):
        return {"naming": case.named_staff.last()}

    def _record_finding(self, case, by):
        return {"point": case.main_point, "finding": "happened", "outcome": "upheld"}

    def _record_outcome(self, case, by):
        return {**self._record_finding(case, by), "text": "It was so."}

    def _extend_offer(self, case, by):
        return {"until": timezone.localdate() + timedelta(days=200)}

    def _request_evidence(self, case, by):
        return {"kind": "recording", "what": "The call of March"}

    def _describe_evidence(self, case, by):
        return {"request": case.evidence_requests.last(), "system": "Verint"}

    def _answer_evidence(self, case, by):
        return {"request": case.evidence_requests.last(), "result": "not_found"}

    def _listen_evidence(self, case, by):
        return {"request": case.evidence_requests.last(), "mark": "04:30"}

    def _warn_of_deletion(self, case, by):
        return {"request": case.evidence_requests.last()}

    def _confirm_cause(self, case, by):
        return {"point": case.main_point, "cause": self.house.cause, "status": "confirmed"}

    def _propose_remedy(self, case, by):
        return {"kind": "apology"}

    def _approve_remedy(self, case, by):
        return {"remedy": case.remedies.filter(state="proposed").first()}

    _refuse_remedy = _approve_remedy

    def _remind_approver(self, case, by):
        return {"remedy": case.remedies.filter(state="proposed").first()}

    def _authorise(self, case, by):
        return {"kind": "reverse_closure" if case.state == "closed" else "reject"}

    def _calculate(self, case, by):
        days = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 6, 1)}
        return {"principal": Decimal(1140), "currency": "GBP", "percent": Decimal(8), **days}

    def _check_calculation(self, case, by):
        return {"calculation": case.calculations.last()}

    def _payment_failed(self, case, by):
        return {"remedy": case.remedies.filter(state="accepted", kind="refund").last()}

    def _declare_conflict(self, case, by):
        return {"user": by.user}

    def _schedule_remedy(self, case, by):
        return {"remedy": self._granted(case), "due_on": timezone.localdate(), "owner": self.house.handler}

    def _pay_remedy(self, case, by):
        return {"remedy": self._granted(case)}

    def _granted(self, case):
        return case.remedies.filter(state__in=["approved", "accepted"]).last()

    def _acknowledge_outcome(self, case, by):
        return {"accepted": True}

    def _write(self, case, by):
        return {"body": "We look into it."}

    _note = _receive = _write

    def _sent(self, case, by):
        return {"message": case.messages.filter(state="queued").first()}

    def _reassign(self, case, by):
        return {"handler": self.house.colleague.handler}

    def _restrict(self, case, by):
        return {"kind": "conduct"}

    def _decline_confirmation(self, case, by):
        return {"confirmation": case.confirmations.last()}

    def _wait(self, case, by):
        return {"on": "customer"}

    def _hold(self, case, by):
        return {"on": "police"}

    def _miss_deadline(self, case, by):
        return {"clock": case.clocks.first()}

    def _link(self, case, by):
        return {"other": self.siblings.get(case.pk), "kind": "same_event"}

    _linked = _unlinked = _link

    def _unlink(self, case, by):
        return {"link": CaseLink.objects.of(case).last()}

    def _join_incident(self, case, by):
        return {"incident": Incident.objects.get_or_create(title="Outage", opened_by=self.house.manager)[0]}

    def _before_leave_incident(self, case):
        self.do(case, "join_incident", "coordinator")

    def _merge(self, case, by):
        return {"other": self.siblings.get(case.pk)}

    _absorb = _release = _merge

    def sibling(self, case):
        """Another complaint that stands where this one does, in the same hands."""
        other = register(
            Draft(Contact(name="Bo Berg"), "The same again.", points=(PointDraft(self.house.card),)),
            actor=self.actor("agent"),
        )
        like = ("state", "team", "handler", "closed_as", "closed_at", "resolved_at", "restricted_kind")
        Complaint.objects.filter(pk=other.pk).update(**{name: getattr(case, name) for name in like})
        self.siblings[case.pk] = Complaint.objects.get(pk=other.pk)

    # --- what must be there before ----------------------------------------------------------------------------

    def _before_set_fields(self, case):
        Field.objects.get_or_create(code="visits", defaults={"label": "Visits", "kind": "number"})

    def _before_settle(self, case):
        self.do(case, "record_attempt", "agent", result="accepted")

    def _before_route(self, case):
        if not case.triggers.filter(state="accepted").exists():
            self.do(case, "accept", "coordinator")

    def _before_escalate_further(self, case):
        if case.state == "triggered":
            self._before_route(case)

    def _before_take(self, case):
        self.do(case, "reroute", "coordinator", team=self.house.cards, handler=None)

    def _before_lift_naming(self, case):
        self.do(case, "name_staff", "coordinator")

    def _before_communicate(self, case):
        self.do(case, "record_finding", "handler")
        self.do(case, "confirm_cause", "handler")

    def _before_resolve(self, case):
        self.do(case, "write", "handler", kind="final_response")
        send_queued()

    def _before_close(self, case):
        if not Complaint.objects.get(pk=case.pk).acknowledged_at:
            self.do(case, "acknowledge_outcome", "handler")
        for remedy in case.remedies.all():
            self.do(case, "pay_remedy", "handler", remedy=remedy)

    def _before_set_aside(self, case):
        """Somebody else has asked for it."""
        self.do(case, "set_aside", "second_coordinator")

    def _before_refer_part(self, case):
        """There were two from the beginning: once an outcome is on its way no point is added."""
        case.points.create(position=2)

    def _before_restore(self, case):
        self.do(case, "reopen", "coordinator")
        self.do(case, "set_aside", "coordinator")
        self.do(case, "set_aside", "second_coordinator")
        self.do(case, "restore", "second_coordinator")

    def _before_approve_remedy(self, case):
        """Beyond the proposer's own authority, inside that of a colleague."""
        Remedy.objects.create(
            complaint=case, kind="refund", amount=20, currency="GBP", proposed_by=self.house.handler,
            proposed_at=timezone.now(), point=case.main_point,
        )  # fmt: skip

    _before_refuse_remedy = _before_approve_remedy

    def _before_remind_approver(self, case):
        self._before_approve_remedy(case)
        case.remedies.update(look_at=timezone.now())

    def _before_authorise(self, case):
        """The matrix speaks of it, and gives it to level 3."""
        for kind in ("reject", "reverse_closure"):
            AuthorityLimit.objects.get_or_create(kind=kind, level=AuthorityLevel.objects.get(level=3))

    def _before_check_calculation(self, case):
        calculation = Calculation.objects.create(
            complaint=case, principal=100, currency="GBP", starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 2),
            interest=Decimal("0.02"), total=Decimal("100.02"), made_by=self.house.handler, made_at=timezone.now(),
        )  # fmt: skip
        CalculationLine.objects.create(
            calculation=calculation, position=1, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 2), days=1,
            year_days=365, percent=8, amount=Decimal("0.02191781"),
        )  # fmt: skip

    def _before_payment_failed(self, case):
        self._before_approve_remedy(case)
        case.remedies.update(state="accepted")

    def _before_take_over(self, case):
        """A manager who works cases too."""
        hold = Permission.objects.get(codename="hold_cases", content_type__app_label="routing")
        self.house.manager.user_permissions.add(hold)

    def _before_hand_back(self, case):
        self._before_take_over(case)
        self.do(case, "take_over", "manager")

    def _before_pay_remedy(self, case):
        self._before_approve_remedy(case)
        case.remedies.update(state="approved")

    _before_schedule_remedy = _before_pay_remedy

    def _before_sent(self, case):
        self.do(case, "write", "coordinator")

    _before_link = _before_linked = _before_unlinked = _before_absorb = _before_release = sibling

    def _before_merge(self, case):
        self.sibling(case)
        case.remedies.update(state="refused")

    def _before_unlink(self, case):
        self.sibling(case)
        self.do(case, "link", "coordinator")

    def _before_unmerge(self, case):
        self._before_merge(case)
        self.do(case, "merge", "coordinator")

    def _before_decline_confirmation(self, case):
        case.confirmations.create(action="set_aside", asked_by=self.house.coordinator, asked_at=timezone.now())

    def _offered(self, case):
        """What was granted is with the customer, who has not answered yet."""
        case.remedies.update(state="approved")
        Complaint.objects.filter(pk=case.pk).update(
            offer_until=timezone.localdate() + timedelta(days=30), acknowledged_at=None
        )

    _before_extend_offer = _offered

    def _before_acknowledge_outcome(self, case):
        if case.state == "closed":
            self._offered(case)

    def _before_describe_evidence(self, case):
        self.do(case, "request_evidence", "coordinator")

    _before_answer_evidence = _before_describe_evidence

    def _before_listen_evidence(self, case):
        self._before_describe_evidence(case)
        self.do(case, "answer_evidence", "coordinator", result="received")

    def _before_warn_of_deletion(self, case):
        self.do(case, "request_evidence", "coordinator", delete_on=timezone.localdate())

    def _before_stop_waiting(self, case):
        self.do(case, "wait", "coordinator")

    def _before_lift_hold(self, case):
        self.do(case, "hold", "coordinator")

    def _before_miss_deadline(self, case):
        Clock.objects.filter(complaint=case).update(met_at=None, missed_at=None)
