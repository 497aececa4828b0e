"""The bank at work: who acts on a case, and the small print of every step (who is in, what the post does)."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import F

from config.demo.people import STAFF
from escalations import jobs
from escalations.actions import COORDINATOR, HANDLER, MANAGER
from escalations.actors import Actor
from escalations.authority import reminding
from escalations.authority.acts import lacks
from escalations.authority.allowances import who_may_more
from escalations.authority.limits import verdict
from escalations.communication.post import POST
from escalations.intake import Draft
from escalations.models import Cause, Complaint, Message, Remedy
from escalations.permissions import Scope, can
from escalations.placing import routing_desk
from escalations.workflow import perform
from routing.models import Absence, Choice, Decision, Handler, User

Look = tuple[datetime, Callable[..., int]]
"""When a sweep looks, and which."""


class Stuck(Exception):
    """The plan asks for what nobody at the bank can do: the plan is wrong."""


@dataclass
class Case:
    """One complaint on its way. `pk` is known once it is registered; `rng` is its own: no case changes another."""

    draft: Draft
    agent: str
    rng: Random
    pk: int = 0
    notes: dict[str, Any] = field(default_factory=dict)

    def row(self) -> Complaint:
        """As it stands now."""
        return Complaint.objects.select_related("handler__team", "team").get(pk=self.pk)

    def choose(self, *texts: str) -> str:
        return self.rng.choice(texts)


class Bank:
    """Northmere, its people looked up once. Permissions are kept on the user objects, so each person is one object."""

    def __init__(self) -> None:
        people = User.objects.filter(username__in=[member.login for member in STAFF])
        self.people = {user.username: user for user in people}
        self.by_key = {user.pk: user for user in people}
        self.causes = {cause.code: cause for cause in Cause.objects.all()}
        self.choices = {(choice.field.code, choice.code): choice for choice in Choice.objects.select_related("field")}
        self.absences: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
        for handler, since, until in Absence.objects.values_list("handler", "starts_at", "ends_at"):
            self.absences[handler].append((since, until))
        members = Group.objects.filter(name__in=(COORDINATOR, MANAGER)).prefetch_related("user_set")
        self.looks: list[Look] = []
        self.roles = {group.name: [self.by_key[user.pk] for user in group.user_set.order_by("pk")] for group in members}

    # --- acting ----------------------------------------------------------------------------------------------

    def do(self, case: Case, action: str, who: User | Actor, at: datetime, reason: str = "", **data: Any) -> Complaint:
        """One step, as a page would take it: through `perform`, then whatever it leaves for the post."""
        actor = who if isinstance(who, Actor) else Actor.of(who)
        event = perform(Complaint(pk=case.pk), action, actor=actor, reason=reason, at=at, **data)
        for pk in event.data.get("message_ids", ()):
            self.post(case, pk, at + timedelta(seconds=20))
        return event.complaint

    def post(self, case: Case, pk: int, at: datetime) -> None:
        """The letter goes out a moment later. Nothing is really sent: the addresses lead nowhere."""
        message = Message.objects.filter(pk=pk, state=Message.State.QUEUED).first()
        if message:
            perform(Complaint(pk=case.pk), "sent", actor=POST, at=at, message=message)

    def look_soon(self, at: datetime, job: Callable[..., int]) -> None:
        """A sweep is due in this minute; the drive lets it look once the cases have had their turn."""
        self.looks.append((at, job))

    def take_looks(self, until: datetime) -> list[Look]:
        """The sweeps that became due, once each; what is due at `until` or later is left to the last look."""
        due, self.looks = self.looks, []
        return [look for look in due if look[0] < until]

    def look(self, at: datetime) -> None:
        """What the sweep does each minute, but for the post."""
        for job in (
            jobs.examine_new,
            jobs.cover_absent,
            jobs.route_accepted,
            jobs.flag_late,
            jobs.warn_of_deletion,
            jobs.close_silent,
        ):
            job(at=at)
        reminding.remind_approvers(at=at)

    # --- people ----------------------------------------------------------------------------------------------

    def agent(self, case: Case) -> User:
        return self.people[case.agent]

    def coordinator(self, case: Case) -> User:
        return self._one_of(COORDINATOR, case)

    def second_coordinator(self, case: Case, first: int) -> User:
        """Anybody with the same right but the first."""
        return next(user for user in self._cleared(COORDINATOR, case) if user.pk != first)

    def manager(self, case: Case) -> User:
        return self._one_of(MANAGER, case)

    def _one_of(self, role: str, case: Case) -> User:
        return case.rng.choice(self._cleared(role, case))

    def _cleared(self, role: str, case: Case) -> list[User]:
        row = case.row()
        return [user for user in self.roles[role] if Scope.of(user).sees(row)]

    def holder(self, case: Case, at: datetime) -> User:
        """Who works the case. When they are away, a manager hands it to a colleague first."""
        row = case.row()
        if row.holder and self.is_away(row.holder, at) and (cover := self._colleague(row, at)):
            why = f"{row.handler} is away; a colleague goes on with it."
            row = self.do(case, "reassign", self.manager(case), at - timedelta(seconds=30), why, handler=cover)
        if row.handler is None:
            raise Stuck(f"Nobody holds {row.reference}, which is {row.state}.")
        return self.by_key[row.handler.user_id]

    def is_away(self, handler: Handler, at: datetime) -> bool:
        return any(since <= at < until for since, until in self.absences[handler.pk])

    def _colleague(self, row: Complaint, at: datetime) -> Handler | None:
        """Somebody else of the same team who is in, may see the case, and has room."""
        return next(
            (one for one in self.free(row, at) if one.team_id == row.team_id and one.pk != row.handler_id), None
        )

    def free(self, row: Complaint, at: datetime) -> list[Any]:
        """Who could hold this case by hand: in, cleared, not involved, with room; its own team first."""
        decision = Decision.objects.latest_of(row.reference)
        team = row.team_id or (decision.team_id if decision else None)
        workers = Handler.objects.active().with_load().with_absence(at).filter(user__groups__name=HANDLER)
        fit = workers.filter(is_absent=False, load__lte=F("capacity") - row.weight)
        fit = fit.exclude(user__in=row.facts.excluded_users)
        if row.restricted_kind:
            fit = fit.filter(user__clearances__kind=row.restricted_kind)
        return sorted(
            fit.select_related("team", "authority"),
            key=lambda one: (one.team_id != team, -one.authority.level, one.load, one.pk),
        )

    def approver(self, case: Case, remedy: Remedy, at: datetime) -> User:
        """The lowest in the house who may say yes to this remedy, and is not the one who asks."""
        row, asked_by = case.row(), self.by_key[remedy.proposed_by_id]
        for handler in who_may_more(row, asked_by, at):
            user = self.by_key[handler.user_id]
            if can(Actor.of(user), "approve_remedy", row) and verdict(row, remedy, user, at):
                return user
        raise Stuck(f"Nobody can decide on {remedy} of {row.reference}.")

    def who_has(self, case: Case, act: str, at: datetime) -> User:
        """Somebody of the team or of the management who may do this act beyond money, and does not work the case."""
        row = case.row()
        above = who_may_more(row, self.by_key[row.handler.user_id], at) if row.handler else []
        for handler in above:
            user = self.by_key[handler.user_id]
            if can(Actor.of(user), "authorise", row) and not lacks(row, act, user, at):
                return user
        raise Stuck(f"Nobody can agree to “{act}” on {row.reference}.")

    def place(self, case: Case, at: datetime) -> None:
        """The nudge that follows an accepted trigger: routing looks at once."""
        routing_desk.place_one(case.pk, at=at + timedelta(seconds=10))
