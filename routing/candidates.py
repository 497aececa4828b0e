"""Who could take a case: each handler of the team, and what stands in the way of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.engine import Outcome
from routing.facts import Facts
from routing.models.weights import Weights, weight_of
from routing.roster import Member
from routing.wording import listed

NO_CONFLICTS: Mapping[int, tuple[str, ...]] = {}

CONFLICTS: dict[str, str | Promise] = {
    "named": gettext_lazy("named in the complaint"),
    "declared": gettext_lazy("declared a conflict of interest"),
    "attempt": gettext_lazy("made an earlier attempt to put it right"),
    "remedy": gettext_lazy("granted a remedy on this case"),
    "manager_of_named": gettext_lazy("line manager of somebody named in the complaint"),
    "manager_of_declared": gettext_lazy("line manager of somebody who declared a conflict of interest"),
    "manager_of_attempt": gettext_lazy("line manager of somebody who made an earlier attempt"),
    "manager_of_remedy": gettext_lazy("line manager of somebody who granted a remedy on this case"),
    "": gettext_lazy("involved in this case"),
}
"""Why somebody may not have a case, by the code that `Facts.conflicts` has for it ("named:12")."""


@dataclass(frozen=True)
class Need:
    """What a case requires of its handler. `weight` is in the units of a handler's capacity."""

    outcome: Outcome
    restricted_kind: str
    conflicts: Mapping[int, tuple[str, ...]]
    weight: int

    @classmethod
    def of(cls, outcome: Outcome, facts: Facts, weights: Weights) -> "Need":
        weight = weight_of(facts.severity, max(facts.tier, outcome.tier), weights)
        return cls(outcome, facts.restricted_kind, conflicts_in(facts), weight)


def conflicts_in(facts: Facts) -> Mapping[int, tuple[str, ...]]:
    """The codes by user. Facts stored before the codes were kept say only who is excluded."""
    if not facts.excluded_users:
        return NO_CONFLICTS
    found: dict[int, tuple[str, ...]] = dict.fromkeys(facts.excluded_users, ())
    for conflict in sorted(facts.conflicts, key=_order):
        code, _colon, user = conflict.partition(":")
        found[int(user)] = (*found.get(int(user), ()), code)
    return found


def _order(conflict: str) -> int:
    return list(CONFLICTS).index(conflict.partition(":")[0])


@dataclass
class Candidate:
    """A handler, and every obstacle in the order of `STEPS`; without any they can take the case."""

    handler: Member
    obstacles: dict[str, str] = field(default_factory=dict)
    why: str = ""
    chosen: bool = False

    @property
    def fits(self) -> bool:
        return not self.obstacles

    def stored(self) -> dict[str, Any]:
        why = self.why or " ".join(self.obstacles.values())
        return {"handler": self.handler.pk, "name": self.handler.name, "chosen": self.chosen, "why": why}


def weigh(member: Member, need: Need) -> Candidate:
    """What keeps this handler from the case, a sentence for each step."""
    found = {step: check(member, need) for step, check in STEPS.items()}
    return Candidate(member, {step: sentence for step, sentence in found.items() if sentence})


def _right(member: Member, need: Need) -> str:
    return "" if member.may_hold else _("May not work cases.")


def _skills(member: Member, need: Need) -> str:
    missing = set(need.outcome.skills) - member.skills
    return _("Lacks %(skills)s.") % {"skills": listed(sorted(missing))} if missing else ""


def _languages(member: Member, need: Need) -> str:
    missing = [code for code in need.outcome.languages if not {code, code.split("-")[0]} & member.languages]
    return _("Does not speak %(languages)s.") % {"languages": listed(missing)} if missing else ""


def _authority(member: Member, need: Need) -> str:
    level, wanted = member.level, need.outcome.minimum_authority
    if level >= wanted:
        return ""
    return _("Has authority %(level)d, needs %(wanted)d.") % {"level": level, "wanted": wanted}


def _clearance(member: Member, need: Need) -> str:
    kind = need.restricted_kind
    return "" if not kind or kind in member.clearances else _("Has no clearance for %(kind)s.") % {"kind": kind}


def _conflict(member: Member, need: Need) -> str:
    codes = need.conflicts.get(member.user_id)
    if codes is None:
        return ""
    return _("Is excluded: %(why)s.") % {"why": listed(CONFLICTS.get(code, code) for code in codes or ("",))}


def _present(member: Member, need: Need) -> str:
    return _("Is away.") if member.is_absent else ""


def _room(member: Member, need: Need) -> str:
    if member.load + need.weight <= member.capacity:
        return ""
    numbers = {"load": member.load, "capacity": member.capacity, "weight": need.weight}
    return _("Is at capacity: holds %(load)d of %(capacity)d, the case weighs %(weight)d.") % numbers


STEPS: dict[str, Callable[[Member, Need], str]] = {
    "right": _right,
    "skills": _skills,
    "languages": _languages,
    "authority": _authority,
    "clearance": _clearance,
    "conflict": _conflict,
    "present": _present,
    "room": _room,
}
QUALITIES = ("skills", "languages", "authority")
ABSOLUTE = ("right", "clearance", "conflict")
"""These protect the customer and cannot be waived by hand."""
