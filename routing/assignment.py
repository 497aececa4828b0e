"""Choose the handler, and keep the ledger of who holds which case.

Call these inside the transaction in which the case is locked already: cases are locked before handlers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q, prefetch_related_objects
from django.db.models.functions import Greatest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routing import candidates
from routing.candidates import ABSOLUTE, Candidate, Need
from routing.engine import Compiled, Match, Outcome, decide, published
from routing.facts import Facts
from routing.models import Assignment, Decision, Handler, Rule, Team, User
from routing.wording import listed


class PlacementRefused(Exception):
    """A case cannot be given to that team or handler. `message` is for people, `code` for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Choice:
    """Where a case goes, and why: what a Decision keeps of it."""

    reason: str
    team: Team | None = None
    handler: Handler | None = None
    placed: bool = False
    candidates: list[Candidate] = field(default_factory=list)


def place(reference: str, facts: Facts, *, at: datetime, weight: int, prefer: Handler | None = None) -> Decision:
    """Decide by the published rules where the case goes, choose among those who can take it, and store why.

    The fewest open cases win, then the longest time since the last assignment. `prefer`, who had the case
    before, wins if they can take it. Their rows stay locked, so begin the assignment in the same
    transaction. When nobody can take the case and nothing changed since the last Decision, that one is
    returned.
    """
    compiled = published()
    with translation.override(settings.LANGUAGE_CODE):
        match = decide(compiled, facts) if compiled else Match(None, (), Outcome(tier=facts.tier), _no_rules())
        choice = _choose(match, facts, at, weight, prefer)
    decision = _described(reference, facts, at, compiled, match, choice)
    last = None if choice.placed else Decision.objects.latest_of(reference)
    if last and _same(last, decision):
        return last
    decision.save()
    return decision


def _no_rules() -> str:
    return _("No routing rules are published.")


def _described(
    reference: str, facts: Facts, at: datetime, compiled: Compiled | None, match: Match, choice: Choice
) -> Decision:
    return Decision(
        reference=reference,
        decided_at=at,
        facts=facts.stored(match.found),
        ruleset_id=compiled.ruleset_id if compiled else None,
        rule_id=match.rule.pk if match.rule else None,
        matched=[rule.stored() for rule in match.matched],
        outcome=match.outcome.stored(),
        candidates=[candidate.stored() for candidate in choice.candidates],
        team=choice.team,
        handler=choice.handler,
        mode=match.outcome.mode,
        placed=choice.placed,
        reason=choice.reason,
    )


def _same(last: Decision, now: Decision) -> bool:
    """Whether nothing changed. That a waiting case is a day older counts only where it leads to another reason."""
    names = ("ruleset_id", "rule_id", "reason", "placed", "chosen_by_id")
    return all(getattr(last, name) == getattr(now, name) for name in names) and (
        {**last.facts, "age_days": 0} == {**now.facts, "age_days": 0}
    )


def _choose(match: Match, facts: Facts, at: datetime, weight: int, prefer: Handler | None) -> Choice:
    team = Team.objects.filter(pk=match.outcome.team).first() if match.outcome.team else None
    if not team:
        return Choice(match.why)
    if not team.is_active:
        return Choice(_("%(team)s, which the rule names, is not active.") % {"team": team}, team)
    if match.outcome.mode == Rule.Mode.PULL:
        return Choice(_listed(match, team), team, placed=True)
    need = Need.of(match.outcome, facts, weight)
    rows = candidates.locked(Q(team=team), need, at)
    fit = [candidate for candidate in rows if candidate.fits]
    if not fit:
        return Choice(candidates.why_nobody(team, rows, need), team, candidates=rows)
    reason = _explained(match, team, fit, prefer)
    best = next(candidate for candidate in fit if candidate.chosen)
    return Choice(reason, team, best.handler, True, rows)


def _listed(match: Match, team: Team) -> str:
    values = {"team": team, "rule": match.rule.name if match.rule else ""}
    return _("Waits on the list of %(team)s, by rule “%(rule)s”.") % values


def _fairest(candidate: Candidate) -> tuple[int, float, int]:
    """Fewest open cases, then longest since last assigned (never first), then the older row."""
    handler = candidate.handler
    last = handler.last_assigned.timestamp() if handler.last_assigned else float("-inf")
    return handler.open_cases, last, handler.pk


def _explained(match: Match, team: Team, fit: list[Candidate], prefer: Handler | None) -> str:
    best = min(fit, key=_fairest)
    held = best.handler.open_cases
    why = _("has the fewest open cases (%(held)d)") % {"held": held}
    if sum(candidate.handler.open_cases == held for candidate in fit) > 1:
        why = _("has as few open cases as anyone (%(held)d) and waited longest") % {"held": held}
    if len(fit) == 1:
        why = _("is the only one who can take it now")
    if prefer and (former := next((one for one in fit if one.handler.pk == prefer.pk), None)):
        best, why = former, _("had this case before")
    for candidate in fit:
        candidate.chosen = candidate is best
        candidate.why = _("Chosen: %(why)s.") % {"why": why} if candidate is best else _not_chosen(candidate)
    values = {
        "handler": best.handler,
        "team": team,
        "rule": match.rule.name if match.rule else "",
        "why": why,
    }
    return _("Goes to %(handler)s in %(team)s by rule “%(rule)s”: %(handler)s %(why)s.") % values


def _not_chosen(candidate: Candidate) -> str:
    held = candidate.handler.open_cases
    message = ngettext("Could take it; holds %(held)d open case.", "Could take it; holds %(held)d open cases.", held)
    return message % {"held": held}


def place_by_hand(
    reference: str,
    facts: Facts,
    *,
    team: Team,
    handler: Handler | None,
    by: User,
    reason: str,
    at: datetime,
    weight: int = 0,
) -> Decision:
    """Store that a person sends the case to a team, or to one of its handlers, and why.

    Skills, authority, absence and capacity may be overruled, and the Decision says which were; a conflict,
    a missing clearance or an inactive handler may not (PlacementRefused).
    """
    with translation.override(settings.LANGUAGE_CODE):
        need = Need.of(Outcome(team=team.pk, tier=facts.tier), facts, weight)
        chosen = _by_hand(team, handler, need, at) if handler else None
        _refuse_by_hand(team, reason)
        choice = Choice(_said(team, handler, by, reason), team, handler, True, [chosen] if chosen else [])
    mode = Rule.Mode.PUSH if handler else Rule.Mode.PULL
    outcome = Outcome(team=team.pk, tier=facts.tier, mode=mode.value)
    decision = _described(reference, facts, at, None, Match(None, (), outcome, choice.reason), choice)
    decision.chosen_by = by
    decision.save()
    return decision


def _said(team: Team, handler: Handler | None, by: User, reason: str) -> str:
    to = _("%(handler)s in %(team)s") % {"handler": handler, "team": team} if handler else team
    return _("%(by)s sent it to %(to)s: %(reason)s") % {
        "by": by.display_name,
        "to": to,
        "reason": reason.strip(),
    }


def _refuse_by_hand(team: Team, reason: str) -> None:
    if not reason.strip():
        raise PlacementRefused("reason", _("Say why you choose where this case goes."))
    if not team.is_active:
        raise PlacementRefused("team", _("%(team)s is not active. Choose another team.") % {"team": team})


def _by_hand(team: Team, handler: Handler, need: Need, at: datetime) -> Candidate:
    chosen = _one(candidates.locked(Q(pk=handler.pk), need, at), handler)
    if chosen.handler.team_id != team.pk:
        message = _("%(handler)s does not work in %(team)s. Choose a handler of that team.")
        raise PlacementRefused("team", message % {"handler": handler, "team": team})
    if absolute := [chosen.obstacles[step] for step in ABSOLUTE if step in chosen.obstacles]:
        message = _("%(handler)s cannot have this case: %(why)s")
        raise PlacementRefused("handler", message % {"handler": handler, "why": " ".join(absolute)})
    overruled = " ".join(chosen.obstacles.values())
    chosen.chosen, chosen.why = True, f"{_('Chosen by hand.')} {overruled}".strip()
    return chosen


def _one(rows: list[Candidate], handler: Handler) -> Candidate:
    if not rows:
        message = _("%(handler)s is not active. Choose another handler.")
        raise PlacementRefused("handler", message % {"handler": handler})
    return rows[0]


def forbidden(handler: Handler, facts: Facts) -> list[str]:
    """Why this handler may not have the case at all, whoever chooses them: not active, no clearance, a conflict."""
    if not (handler.is_active and handler.user.is_active and handler.team.is_active):
        return [_("%(handler)s is not active. Choose another handler.") % {"handler": handler}]
    prefetch_related_objects([handler], "user__clearances")
    return candidates.absolute(handler, Need.of(Outcome(), facts, 0))


def obstacles(
    handler: Handler, decision: Decision, facts: Facts, *, weight: int, at: datetime, hold: bool = True
) -> list[str]:
    """What keeps this handler from taking the case off the team's list, by the checks of routing.

    The handler's row stays locked, so begin the assignment in the same transaction. `hold=False` only looks, for a page
    that shows whether the button would work, and needs no transaction.
    """
    need = Need.of(Outcome.from_stored(decision.outcome), facts, weight)
    look = candidates.locked if hold else candidates.read
    try:
        candidate = _one(look(Q(pk=handler.pk), need, at), handler)
    except PlacementRefused as error:
        return [error.message]
    found = list(candidate.obstacles.values())
    if decision.team_id != candidate.handler.team_id:
        found.insert(0, _("The case waits for %(team)s.") % {"team": decision.team})
    return found


def begin(reference: str, handler: Handler, *, weight: int, at: datetime) -> Assignment:
    """The handler holds the case from now on. Nobody else may hold it: `end` that first."""
    (held,) = begin_many([(reference, handler, weight)], at=at)
    return held


def begin_many(held: Sequence[tuple[str, Handler, int]], *, at: datetime) -> list[Assignment]:
    """The same for many cases (reference, handler, weight), in one statement."""
    rows = [
        Assignment(reference=reference, handler=handler, team_id=handler.team_id, weight=weight, since=at)
        for reference, handler, weight in held
    ]
    try:
        return Assignment.objects.bulk_create(rows)
    except IntegrityError as error:
        message = _("%(case)s is held by somebody already.") % {"case": listed(row.reference for row in rows)}
        raise PlacementRefused("held", message) from error


def end(references: Iterable[str], *, at: datetime) -> int:
    """Nobody holds these cases any longer. Returns how many were held.

    A clock that went back ends them at the moment they began.
    """
    held = Assignment.objects.open().filter(reference__in=list(references))
    return held.update(until=Greatest("since", at))
