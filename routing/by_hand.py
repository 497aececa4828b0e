"""People who choose themselves: a case sent by hand, taken off a list, handed over. The checks are those of routing."""

from dataclasses import replace
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from routing import roster
from routing.assignment import Choice, PlacementRefused, described
from routing.candidates import ABSOLUTE, Candidate, Need, weigh
from routing.engine import Match, Outcome
from routing.facts import Facts
from routing.models import Assignment, Decision, Handler, Rule, Team, User
from routing.models.weights import Weights, weights

EXCEED = "routing.exceed_capacity"
"""The permission to give a handler more than their capacity."""


class HandDesk:
    """Where cases are sent by hand, one or many: what a handler is given here counts for the next case."""

    def __init__(self) -> None:
        self._members: dict[int, list[roster.Member]] = {}
        self._held: dict[int, dict[str, int]] = {}

    @cached_property
    def weights(self) -> Weights:
        return weights()

    def send(
        self, reference: str, facts: Facts, *, team: Team, handler: Handler | None, by: User, reason: str, at: datetime
    ) -> Decision:
        """The decision, unsaved, that a person sends the case to a team, or to one of its handlers, and why.

        Skills, authority and absence may be overruled, capacity by whoever may exceed it (a manager), and the Decision
        says which were. Overruled never: a conflict, a missing clearance, no right to work cases, an inactive handler.
        Raises PlacementRefused. The handler's row stays locked, so begin the assignment in the same transaction.
        """
        with translation.override(settings.LANGUAGE_CODE):
            _refuse(team, reason)
            need = Need.of(Outcome(team=team.pk, tier=facts.tier), facts, self.weights)
            said = _said(team, handler, by, reason)
            choice = Choice(said, team, placed=True)
            if handler:
                chosen = _checked(self._candidate(reference, handler, need, at), team, by)
                self._take(reference, handler, need.weight)
                choice = Choice(said, team, chosen.handler, True, [chosen], need.weight)
        mode = Rule.Mode.PUSH if handler else Rule.Mode.PULL
        outcome = Outcome(team=team.pk, tier=facts.tier, mode=mode.value)
        decision = described(reference, facts, at, None, Match(None, (), outcome, said), choice)
        decision.chosen_by = by
        return decision

    def _candidate(self, reference: str, handler: Handler, need: Need, at: datetime) -> Candidate:
        """Whoever holds this very case has room for it again: it does not count twice."""
        if handler.pk not in self._members:
            self._members[handler.pk] = roster.held_one(handler.pk, at)
            mine = Assignment.objects.open().filter(handler=handler.pk)
            self._held[handler.pk] = dict(mine.values_list("reference", "weight"))
        already = self._held[handler.pk].get(reference, 0)
        rows = [replace(member, load=member.load - already) for member in self._members[handler.pk]]
        return _one(rows, handler, need)

    def _take(self, reference: str, handler: Handler, weight: int) -> None:
        (member,) = self._members[handler.pk]
        member.take(weight - self._held[handler.pk].get(reference, 0), member.turn)
        self._held[handler.pk][reference] = weight


def _said(team: Team, handler: Handler | None, by: User, reason: str) -> str:
    to = _("%(handler)s in %(team)s") % {"handler": handler, "team": team} if handler else team
    return _("%(by)s sent it to %(to)s: %(reason)s") % {"by": by.display_name, "to": to, "reason": reason.strip()}


def _refuse(team: Team, reason: str) -> None:
    if not reason.strip():
        raise PlacementRefused("reason", _("Say why you choose where this case goes."))
    if not team.is_active:
        raise PlacementRefused("team", _("%(team)s is not active. Choose another team.") % {"team": team})


def _checked(chosen: Candidate, team: Team, by: User) -> Candidate:
    name = chosen.handler.name
    if chosen.handler.team_id != team.pk:
        message = _("%(handler)s does not work in %(team)s. Choose a handler of that team.")
        raise PlacementRefused("team", message % {"handler": name, "team": team})
    if absolute := [chosen.obstacles[step] for step in ABSOLUTE if step in chosen.obstacles]:
        message = _("%(handler)s cannot have this case: %(why)s")
        raise PlacementRefused("handler", message % {"handler": name, "why": " ".join(absolute)})
    if "room" in chosen.obstacles and not by.has_perm(EXCEED):
        message = _("%(handler)s cannot have this case: %(why)s A manager can give it all the same, with a reason.")
        raise PlacementRefused("handler", message % {"handler": name, "why": chosen.obstacles["room"]})
    overruled = " ".join(chosen.obstacles.values())
    chosen.chosen, chosen.why = True, f"{_('Chosen by hand.')} {overruled}".strip()
    return chosen


def _one(rows: list[roster.Member], handler: Handler, need: Need) -> Candidate:
    if not rows:
        message = _("%(handler)s is not active. Choose another handler.")
        raise PlacementRefused("handler", message % {"handler": handler})
    return weigh(rows[0], need)


def place_by_hand(
    reference: str, facts: Facts, *, team: Team, handler: Handler | None, by: User, reason: str, at: datetime
) -> Decision:
    """`HandDesk.send` for one case, saved."""
    decision = HandDesk().send(reference, facts, team=team, handler=handler, by=by, reason=reason, at=at)
    decision.save()
    return decision


def obstacles(handler: Handler, decision: Decision, facts: Facts, *, at: datetime, hold: bool = True) -> list[str]:
    """What keeps this handler from taking the case off the team's list, by the checks of routing.

    The handler's row stays locked, so begin the assignment in the same transaction. `hold=False` only looks, for a page
    that shows whether the button would work, and needs no transaction.
    """
    need = Need.of(Outcome.from_stored(decision.outcome), facts, weights())
    try:
        rows = roster.held_one(handler.pk, at) if hold else roster.read(Q(pk=handler.pk), at)
        candidate = _one(rows, handler, need)
    except PlacementRefused as error:
        return [error.message]
    found = list(candidate.obstacles.values())
    if decision.team_id != candidate.handler.team_id:
        found.insert(0, _("The case waits for %(team)s.") % {"team": decision.team})
    return found
