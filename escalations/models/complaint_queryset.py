"""The vocabulary for asking about many complaints: `Complaint.objects.open().visible_to(user).due_within(hours=4)`."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Round, Substr
from django.utils import timezone

from escalations.permissions import Scope
from escalations.states import IN_WORK, OPEN, State

if TYPE_CHECKING:
    from escalations.models import Complaint, Point
    from routing.models import Team, User


class ComplaintQuerySet(models.QuerySet):
    def visible_to(self, user: "User") -> Self:
        """Only what this person may see. Every view, endpoint, export and admin list starts here."""
        return self.filter(Scope.of(user).rows())

    def unmerged(self) -> Self:
        """Complaints that stand for themselves: what was merged into another is counted and worked on there."""
        return self.filter(merged_into=None)

    def open(self) -> Self:
        return self.unmerged().filter(state__in=OPEN)

    def in_work(self) -> Self:
        """Somebody, or some team, works on it."""
        return self.unmerged().filter(state__in=IN_WORK)

    def of_team(self, team: "Team") -> Self:
        return self.unmerged().filter(team=team, state__in=[*IN_WORK, State.RESOLVED])

    def unheld(self) -> Self:
        """Allocated to a team, and taken by nobody yet."""
        return self.unmerged().filter(state=State.ROUTED, handler=None)

    def in_wrong_hands(self) -> Self:
        """In work with somebody whom it is about, with the line manager of one, or with somebody who may not see it any
        more, or works here no more: it must go to somebody else."""
        named = apps.get_model("escalations.NamedStaff").objects.standing().filter(complaint=OuterRef("pk"))
        holder = OuterRef("handler__user")
        involved = Exists(named.filter(Q(user=holder) | Q(user__line_manager=holder)))
        cleared = apps.get_model("routing.Clearance").objects.filter(kind=OuterRef("restricted_kind"), holders=holder)
        shut_out = ~Q(restricted_kind="") & Q(handler__isnull=False) & ~Exists(cleared)
        gone = Q(handler__is_active=False) | Q(handler__user__is_active=False)
        return self.in_work().filter(involved | shut_out | gone)

    def to_triage(self) -> Self:
        """Escalated, and a coordinator has yet to decide."""
        return self.unmerged().filter(state=State.TRIGGERED).exclude(self._has_trigger("accepted"))

    def put_off(self, now: datetime) -> Self:
        """What a coordinator has put off, and its time has not come."""
        later = apps.get_model("escalations.TriageAnswer").objects.filter(complaint=OuterRef("pk"), until__gt=now)
        return self.filter(Exists(later))

    def accepted(self) -> Self:
        """Escalated and accepted: routing may place it. What stays here could not be placed."""
        return self.unmerged().filter(self._has_trigger("accepted"), state=State.TRIGGERED)

    def waiting_for(self, on: str) -> Self:
        """We wait for them right now: an open interval says so."""
        return self._with_open_interval(on=on)

    def on_hold(self) -> Self:
        """Something outside forbids that they are decided now."""
        return self._with_open_interval(on__in=apps.get_model("escalations.Waiting").GROUNDS)

    def _with_open_interval(self, **which: Any) -> Self:
        waiting = apps.get_model("escalations.Waiting").objects.open().filter(complaint=OuterRef("pk"), **which)
        return self.filter(Exists(waiting))

    def due_within(self, *, hours: float, now: datetime | None = None) -> Self:
        """The next deadline falls in the coming hours, or has passed."""
        return self.filter(due_at__lte=(now or timezone.now()) + timedelta(hours=hours))

    def late(self, now: datetime | None = None) -> Self:
        return self.filter(due_at__lt=now or timezone.now())

    def with_opening(self, letters: int = 300) -> Self:
        """Adds `opening_words`: how the customer's own words begin; None where nothing was said."""
        said = apps.get_model("escalations.Statement").objects.said_first().filter(complaint=OuterRef("pk"))
        return self.annotate(opening_words=Subquery(said.annotate(t=Substr("text", 1, letters)).values("t")[:1]))

    def with_last_event(self) -> Self:
        """Adds what happened last: `last_action`, `last_actor`, `last_actor_kind`, `last_user` and `last_at`."""
        last = apps.get_model("escalations.Event").objects.filter(
            complaint=OuterRef("pk"), number=OuterRef("latest_event")
        )
        return self.annotate(
            last_action=Subquery(last.values("action")[:1]),
            last_actor=Subquery(last.values("actor_name")[:1]),
            last_actor_kind=Subquery(last.values("actor_kind")[:1]),
            last_user=Subquery(last.values("user")[:1]),
            last_at=Subquery(last.values("at")[:1]),
        )

    def with_product(self) -> Self:
        """Adds `product_name` and `issue_name` of the main point; None where it has none."""
        main = apps.get_model("escalations.Point").objects.filter(complaint=OuterRef("pk")).order_by("position")
        return self.annotate(
            product_name=Subquery(main.values("product__label")[:1]),
            issue_name=Subquery(main.values("issue__label")[:1]),
        )

    def with_customer(self) -> Self:
        """Adds `customer_name` and `customer_email` of who complained, and `is_vulnerable`: they have a known need."""
        party = apps.get_model("escalations.Party").objects.filter(complaint=OuterRef("pk"))
        named = party.exclude(role="representative").order_by("pk")
        needs = apps.get_model("escalations.Need").objects.current().filter(person__parties__complaint=OuterRef("pk"))
        return self.annotate(
            customer_name=Subquery(named.values("person__name")[:1]),
            customer_email=Subquery(named.values("person__email")[:1]),
            is_vulnerable=Exists(needs),
        )

    def with_presence(self, user_id: int, now: datetime) -> Self:
        """Adds `looking`: who else has the case open, as `Presence.told` reads it."""
        present = apps.get_model("escalations.Presence").objects
        return self.annotate(looking=present.told_of(OuterRef("pk"), user_id, now))

    def alike(self, point: "Point", *, within: int, of: "Complaint") -> Self:
        """Still with the frontline, on the same product and issue, received within so many hours of that case."""
        hours = timedelta(hours=within)
        near = self.filter(
            state=State.FRONTLINE, received_at__gte=of.received_at - hours, received_at__lte=of.received_at + hours
        )
        return near.filter(points__position=1, points__product=point.product_id, points__issue=point.issue_id)

    def with_risk(self) -> Self:
        """Adds `risk_score`, 0 to 1; None where there is none yet. Whether it may be shown, `risk.standing` says."""
        return self.annotate(risk_score=F("risk__score"))

    def riskiest_first(self) -> Self:
        """By the learned score in whole per cent, as it is shown; of equal ones the next deadline first. What has no
        score comes after."""
        by_risk = Round(F("risk__score") * 100).desc(nulls_last=True)
        return self.order_by(by_risk, F("due_at").asc(nulls_last=True), "pk")

    def soonest_first(self) -> Self:
        """By the next deadline; what has none comes last."""
        return self.order_by(F("due_at").asc(nulls_last=True), "pk")

    @staticmethod
    def _has_trigger(state: str) -> Exists:
        trigger = apps.get_model("escalations.Trigger")
        return Exists(trigger.objects.filter(complaint=OuterRef("pk"), state=state))
