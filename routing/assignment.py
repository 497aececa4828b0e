"""Choose the handlers of cases, and keep the ledger of who holds which.

Call these inside the transaction in which the cases are locked already: cases are locked before handlers.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Max, Q
from django.db.models.functions import Greatest
from django.utils import translation
from django.utils.translation import gettext as _

from routing import roster
from routing.candidates import Candidate, Need, weigh
from routing.engine import Compiled, Match, Outcome, decide
from routing.facts import Facts
from routing.fairness import Earlier, explain, fairest
from routing.house import House
from routing.inserting import insert
from routing.models import Assignment, Decision, Handler, Rule, Team
from routing.models.weights import Weights, weights
from routing.nobody import why_nobody
from routing.roster import Member, TeamNow
from routing.wording import listed


class PlacementRefused(Exception):
    """A case cannot be given to that team or handler. `message` is for people, `code` for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Ask:
    """One case that is to be placed. `earlier` knows it or its customer."""

    reference: str
    facts: Facts
    earlier: Earlier | None = None


@dataclass(frozen=True)
class Cover:
    """One case that somebody else of its team is to go on with, `because` of what the sentence says. What `standing`
    required of its handler still holds."""

    reference: str
    facts: Facts
    standing: Decision
    because: str


@dataclass(frozen=True)
class Choice:
    """Where a case goes, and why: what a Decision keeps of it."""

    reason: str
    team: Team | TeamNow | None = None
    handler: Member | None = None
    placed: bool = False
    candidates: list[Candidate] = field(default_factory=list)
    weight: int | None = None


def place(reference: str, facts: Facts, *, at: datetime, earlier: Earlier | None = None) -> Decision:
    """The same for one case."""
    (decision,) = place_many([Ask(reference, facts, earlier)], at=at)
    return decision


def place_many(asks: Sequence[Ask], *, at: datetime, house: House | None = None) -> list[Decision]:
    """Decide by the published rules where each case goes, choose among those who can take it, and store why.

    The cases are placed one after the other, each as if those before it were given already. The rows of the handlers
    stay locked, so begin the assignments in the same transaction, in the order of the answer. When nobody can take a
    case and nothing changed since its last Decision, that one is returned. `house` is for a caller that has it
    already.
    """
    house = house or House.now()
    compiled = house.rules
    with translation.override(settings.LANGUAGE_CODE):
        matches = [_match(ask, compiled) for ask in asks]
        desk = _Desk.open(matches, [ask.facts for ask in asks], at, house.weights, back=_back(asks, matches))
        decisions = [
            described(ask.reference, ask.facts, at, compiled, match, desk.choose(match, ask.facts, ask.earlier))
            for ask, match in zip(asks, matches, strict=True)
        ]
    return _stored(decisions)


def preview(ask: Ask, *, at: datetime) -> Decision:
    """What the rules in force would decide now, and who would get the case. Nothing is locked, and the Decision is not
    stored."""
    house = House.now()
    with translation.override(settings.LANGUAGE_CODE):
        match = _match(ask, house.rules)
        desk = _Desk.open([match], [ask.facts], at, house.weights, look=_only_look, back=_back([ask], [match]))
        choice = desk.choose(match, ask.facts, ask.earlier)
    return described(ask.reference, ask.facts, at, house.rules, match, choice)


def _back(asks: Sequence[Ask], matches: Sequence[Match]) -> set[int]:
    """The teams to which a case comes back that somebody had before: it goes to them, list or no list."""
    return {
        match.outcome.team
        for ask, match in zip(asks, matches, strict=True)
        if ask.earlier and ask.earlier.same_case and match.outcome.team
    }


def _only_look(teams: Collection[int], at: datetime, **asked: bool) -> list[Member]:
    return roster.read(Q(team__in=teams), at, **asked)


def cover_many(covers: Sequence[Cover], *, at: datetime) -> list[Decision]:
    """Choose colleagues by the same fairness, without asking the rules anew. Where nobody can take a case the answer
    is a decision that is not placed and not stored: the case stays where it is."""
    with translation.override(settings.LANGUAGE_CODE):
        matches = [_as_before(cover) for cover in covers]
        desk = _Desk.open(matches, [cover.facts for cover in covers], at, weights())
        decisions = [
            _covered(cover, at, match, desk.choose(match, cover.facts, None))
            for cover, match in zip(covers, matches, strict=True)
        ]
    insert(decision for decision in decisions if decision.placed)
    return decisions


def _as_before(cover: Cover) -> Match:
    outcome = Outcome.from_stored(cover.standing.outcome)
    return Match(None, (), replace(outcome, team=cover.standing.team_id, mode=Rule.Mode.PUSH.value), cover.because)


def _covered(cover: Cover, at: datetime, match: Match, choice: Choice) -> Decision:
    decision = described(cover.reference, cover.facts, at, None, match, choice)
    decision.ruleset_id, decision.rule_id = cover.standing.ruleset_id, cover.standing.rule_id
    decision.matched = cover.standing.matched
    decision.reason = f"{cover.because} {decision.reason}"
    return decision


def standing_of(teams: Mapping[str, int]) -> dict[str, Decision]:
    """By reference (given with the team that works the case): the last decision by which that team got it. One made
    here, which requires nothing, where it came there without any."""
    rows = Decision.objects.filter(reference__in=teams, placed=True).order_by("pk")
    found = {row.reference: row for row in rows if row.team_id == teams[row.reference]}
    bare = {reference: Decision(outcome=Outcome(team=team).stored(), team_id=team) for reference, team in teams.items()}
    return bare | found


def _match(ask: Ask, compiled: Compiled | None) -> Match:
    if compiled is None:
        return Match(None, (), Outcome(tier=ask.facts.tier), _("No routing rules are published."))
    return decide(compiled, ask.facts)


def described(
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
        team_id=choice.team.pk if choice.team else None,
        handler_id=choice.handler.pk if choice.handler else None,
        weight=choice.weight,
        mode=match.outcome.mode,
        placed=choice.placed,
        reason=choice.reason,
    )


def _stored(decisions: Sequence[Decision]) -> list[Decision]:
    """All that say something new are written, in one statement."""
    waiting = [decision.reference for decision in decisions if not decision.placed]
    last = _latest(waiting) if waiting else {}
    kept = [
        before if not now.placed and (before := last.get(now.reference)) and _same(before, now) else now
        for now in decisions
    ]
    insert(decision for decision in kept if decision.pk is None)
    return kept


def _latest(references: Sequence[str]) -> dict[str, Decision]:
    newest = Decision.objects.filter(reference__in=references).order_by().values("reference").annotate(last=Max("pk"))
    return {decision.reference: decision for decision in Decision.objects.filter(pk__in=newest.values("last"))}


def _same(last: Decision, now: Decision) -> bool:
    """Whether nothing changed. That a waiting case is a day older counts only where it leads to another reason."""
    names = ("ruleset_id", "rule_id", "reason", "placed", "chosen_by_id")
    return all(getattr(last, name) == getattr(now, name) for name in names) and (
        {**last.facts, "age_days": 0} == {**now.facts, "age_days": 0}
    )


@dataclass
class _Desk:
    """The teams that cases are to go to, with their handlers, locked. What is given to one counts for the next case."""

    at: datetime
    weights: Weights
    teams: dict[int, TeamNow]
    members: dict[int, list[Member]]
    turn: int
    """The latest of anybody who is here. Who gets a case that is not written yet comes after it."""

    @classmethod
    def open(
        cls, matches: Iterable[Match], facts: Iterable[Facts], at: datetime, weights: Weights, *,
        look: Callable[..., list[Member]] = roster.held, back: Collection[int] = (),
    ) -> "_Desk":  # fmt: skip
        """Locks the handlers of all teams that choose one (and of those in `back`), by id, and reads how things stand
        with each. A team that is not active has none who is."""
        outcomes = [match.outcome for match in matches if match.outcome.team]
        members: dict[int, list[Member]] = defaultdict(list)
        asked = {
            "skills": any(outcome.skills for outcome in outcomes),
            "clearances": any(known.restricted_kind for known in facts),
        }
        pushed = {outcome.team or 0 for outcome in outcomes if outcome.mode == Rule.Mode.PUSH} | {*back}
        for member in look(pushed, at, **asked) if pushed else ():
            members[member.team_id].append(member)
        latest = max((member.turn for team in members.values() for member in team), default=0)
        return cls(at, weights, _teams({outcome.team or 0 for outcome in outcomes}, members), members, latest)

    def choose(self, match: Match, facts: Facts, earlier: Earlier | None) -> Choice:
        team = self.teams.get(match.outcome.team or 0)
        if not team:
            return Choice(match.why)
        if not team.is_active:
            return Choice(_("%(team)s, which the rule names, is not active.") % {"team": team}, team)
        members, is_listed = self.members[team.pk], match.outcome.mode == Rule.Mode.PULL
        if is_listed:
            # What somebody had before goes back to them; everything else waits for whoever takes it.
            members = [one for one in members if earlier and earlier.same_case and one.pk == earlier.handler]
        need = Need.of(match.outcome, facts, self.weights)
        rows = [weigh(member, need) for member in members]
        if is_listed and not any(candidate.fits for candidate in rows):
            return Choice(_listed(match, team), team, placed=True)
        return self._given(match, team, need, rows, earlier)

    def _given(
        self, match: Match, team: TeamNow, need: Need, rows: list[Candidate], earlier: Earlier | None
    ) -> Choice:  # fmt: skip
        fit = [candidate for candidate in rows if candidate.fits]
        if not fit:
            return Choice(why_nobody(team, rows, need, self.at), team, candidates=rows, weight=need.weight)
        best = fairest(fit, earlier)
        reason = _goes_to(best, team, match, explain(best, fit, earlier))
        self.turn += 1
        best.handler.take(need.weight, self.turn)
        return Choice(reason, team, best.handler, True, rows, need.weight)


def _teams(wanted: set[int], members: Mapping[int, Sequence[Member]]) -> dict[int, TeamNow]:
    """By key. Only a team of which nobody is here is asked for."""
    found = {pk: TeamNow(pk, there[0].team) for pk, there in members.items()}
    if missing := wanted - found.keys():
        rows = Team.objects.filter(pk__in=missing).order_by()
        found |= {pk: TeamNow(pk, name, active) for pk, name, active in rows.values_list("pk", "name", "is_active")}
    return found


def _listed(match: Match, team: TeamNow) -> str:
    values = {"team": team, "rule": match.rule.name if match.rule else ""}
    return _("Waits on the list of %(team)s, by rule “%(rule)s”.") % values


def _goes_to(best: Candidate, team: TeamNow, match: Match, why: str) -> str:
    values = {"handler": best.handler.name, "team": team, "why": why}
    if match.rule is None:
        return _("Goes to %(handler)s in %(team)s: %(handler)s %(why)s.") % values
    return _("Goes to %(handler)s in %(team)s by rule “%(rule)s”: %(handler)s %(why)s.") % {
        **values,
        "rule": match.rule.name,
    }


# --- the ledger ---------------------------------------------------------------------------------------------------


def begin(reference: str, handler: Handler, *, weight: int, at: datetime) -> Assignment:
    """The handler holds the case from now on. Nobody else may hold it: `end` that first."""
    (held,) = begin_many([(reference, handler.pk, handler.team_id, weight)], at=at)
    return held


def begin_many(held: Sequence[tuple[str, int, int, int]], *, at: datetime) -> list[Assignment]:
    """The same for many cases (reference, key of the handler, key of the team, weight), in one statement."""
    rows = [
        Assignment(reference=reference, handler_id=handler, team_id=team, weight=weight, since=at)
        for reference, handler, team, weight in held
    ]
    try:
        return insert(rows)
    except IntegrityError as error:
        message = _("%(case)s is held by somebody already.") % {"case": listed(row.reference for row in rows)}
        raise PlacementRefused("held", message) from error


def end(references: Iterable[str], *, at: datetime) -> int:
    """Nobody holds these cases any longer. Returns how many were held.

    A clock that went back ends them at the moment they began.
    """
    held = Assignment.objects.open().filter(reference__in=list(references))
    return held.update(until=Greatest("since", at))
