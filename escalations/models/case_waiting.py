"""The part of Complaint that waits: for somebody, or on hold."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.actors import CUSTOMER
from escalations.errors import Invalid, WrongState
from escalations.models.case_words import CaseWords
from escalations.models.message import Message
from escalations.models.waiting import Waiting
from escalations.states import State

if TYPE_CHECKING:
    from escalations.steps.step import Rows, Step


class CaseWaiting(CaseWords):
    """Waiting and holds, as intervals. To wait for the same again moves the day of the one that runs."""

    if TYPE_CHECKING:
        waitings: Any
        peers: Any

    def wait(self, step: "Step", *, on: str, until: date | None = None, note: str = "", moves: bool = False) -> "Rows":
        """We wait for somebody. What they owe us may come by itself (a message of the customer, the evidence): that
        ends it. `moves`: only the day of what runs; where it has ended meanwhile, nothing begins anew."""
        if on not in Waiting.WAITS:
            raise Invalid({"on": [_("This is a ground for a hold: put the case on hold.")]})
        return self._begun(step, on, until, note, moves)

    def stop_waiting(self, step: "Step", *, on: str = "") -> "Rows":
        """By hand; all that it waits for, or only this."""
        return self._ended_by_hand(step, [row for row in self.open_waits if on in ("", row.on)])

    def hold(self, step: "Step", *, on: str, until: date | None = None, note: str = "", moves: bool = False) -> "Rows":
        """Something outside forbids that it is decided now. Messages go on; no outcome is given until it is lifted."""
        if on not in Waiting.GROUNDS:
            raise Invalid({"on": [_("This is no ground for a hold: say whom we wait for instead.")]})
        return self._begun(step, on, until, note, moves)

    def lift_hold(self, step: "Step", *, on: str = "") -> "Rows":
        return self._ended_by_hand(step, [row for row in self.open_holds if on in ("", row.on)])

    # --- what other steps ask -------------------------------------------------------------------------------------

    @property
    def open_waits(self) -> list[Waiting]:
        return [row for row in self._open_intervals if not row.is_hold]

    @property
    def open_holds(self) -> list[Waiting]:
        return [row for row in self._open_intervals if row.is_hold]

    def waiting_ended_by(self, step: "Step", rows: "Rows") -> list[Waiting]:
        """What a step ends beside its own work: the customer has spoken, or the case is over and waits for nobody."""
        if self.itself.state == State.CLOSED:
            return self._ended(step, self._open_intervals, Waiting.Ended.CASE_ENDED)
        heard = any(isinstance(row, Message) and row.direction == Message.Direction.IN for row in rows)
        if heard or step.actor.kind == CUSTOMER:
            return self.no_longer_waits(step, Waiting.On.CUSTOMER)
        return []

    def no_longer_waits(self, step: "Step", on: str) -> list[Waiting]:
        """What we waited for has come: the interval ends with it, whoever brought it."""
        return self._ended(step, [row for row in self.open_waits if row.on == on], Waiting.Ended.ANSWERED)

    @property
    def _open_intervals(self) -> list[Waiting]:
        prefetch_related_objects(self.peers, "waitings")
        return [row for row in self.waitings.all() if row.is_open]

    def _begun(self, step: "Step", on: str, until: date | None, note: str, moves: bool) -> "Rows":
        if until is not None and until < timezone.localdate(step.at):
            raise Invalid({"until": [_("This day has passed.")]})
        step.note(on=on, until=until.isoformat() if until else None)
        running = next((row for row in self._open_intervals if row.on == on), None)
        if running is None and moves:
            raise WrongState(_("This has ended already."))
        if running is None:
            return [
                Waiting(complaint=self.itself, on=on, since=step.at, until=until, note=note, begun_by=step.actor.user)
            ]
        step.note(since=running.since.isoformat())
        running.until, running.note = until, note or running.note
        return [running]

    def _ended_by_hand(self, step: "Step", rows: list[Waiting]) -> "Rows":
        if not rows:
            raise WrongState(_("This has ended already."))
        return [*self._ended(step, rows, Waiting.Ended.BY_HAND)]

    def _ended(self, step: "Step", rows: list[Waiting], how: str) -> list[Waiting]:
        for row in rows:
            row.ended_at, row.ended_by, row.ended_how = step.at, step.actor.user, how
        if rows:
            step.note(ended=[row.on for row in rows])
        return rows
