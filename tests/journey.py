"""Drives a case from state to state as people would: each step through `perform`, by whoever may."""

from types import SimpleNamespace

from escalations.actors import Actor
from escalations.jobs import route_accepted, send_queued
from escalations.models import Complaint
from escalations.workflow import perform


class Journey:
    """The straight way from the frontline to closure; `to` stops where it is asked to."""

    def __init__(self, house: SimpleNamespace, complaint: Complaint) -> None:
        self.house, self.complaint = house, complaint

    def to(self, state: str) -> Complaint:
        for reached, step in (
            ("frontline", None),
            ("triggered", self.trigger),
            ("accepted", self.accept),
            ("routed", self.route),
            ("investigating", self.investigate),
            ("communicating", self.communicate),
            ("resolved", self.resolve),
            ("closed", self.close),
        ):
            if step:
                step()
            if reached == state:
                break
        return Complaint.objects.get(pk=self.complaint.pk)

    def do(self, user: object, action: str, reason: str = "", **data: object) -> None:
        perform(self.complaint, action, actor=Actor.of(user), reason=reason, **data)

    def trigger(self) -> None:
        self.do(self.house.agent, "trigger", "The customer does not accept the offer.")

    def accept(self) -> None:
        self.do(self.house.coordinator, "accept")

    def route(self) -> None:
        route_accepted()
        self.complaint.refresh_from_db()
        assert self.complaint.state == "routed", "the rules of the house place every card and loan"

    @property
    def holder(self) -> object:
        self.complaint.refresh_from_db()
        return self.complaint.handler.user

    def investigate(self) -> None:
        self.do(self.holder, "investigate")

    def communicate(self) -> None:
        point = self.complaint.main_point
        self.do(self.holder, "record_finding", point=point, finding="happened", outcome="upheld", fault="ours")
        self.do(self.holder, "confirm_cause", point=point, cause=self.house.cause, status="confirmed")
        self.do(self.holder, "propose_remedy", kind="refund", amount=50, currency="GBP", point=point)
        self.do(self.holder, "communicate")

    def resolve(self) -> None:
        self.do(self.holder, "write", kind="final_response", body="We uphold your complaint.")
        send_queued()
        self.do(self.holder, "resolve")

    def close(self) -> None:
        self.do(self.holder, "acknowledge_outcome", accepted=True, words="Thank you, I accept.")
        for remedy in self.complaint.remedies.all():
            self.do(self.holder, "pay_remedy", remedy=remedy, payment_reference="P-1")
        self.do(self.holder, "close")
