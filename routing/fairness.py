"""Who of those who can take a case gets it, and the reason in words.

Whoever has the least to do for their capacity. Between equals somebody who knows the customer, where the house wants
that; then who has waited longest for a case; then the older row. A case that was reopened goes back to whoever had it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from routing.candidates import Candidate
from routing.roster import Member


@dataclass(frozen=True)
class Earlier:
    """A handler (by key) who knows the case or the customer. `first`: before the load is looked at."""

    handler: int
    same_case: bool = False
    first: bool = True


def fairest(fit: Sequence[Candidate], earlier: Earlier | None = None) -> Candidate:
    """The one who gets the case. `fit` is not empty, and holds only handlers who can take it."""
    if earlier and earlier.first and (known := _of(fit, earlier)):
        return known
    return min(fit, key=lambda candidate: _order(candidate.handler, earlier))


def _of(fit: Sequence[Candidate], earlier: Earlier) -> Candidate | None:
    return next((candidate for candidate in fit if candidate.handler.pk == earlier.handler), None)


def _order(member: Member, earlier: Earlier | None) -> tuple[Fraction, bool, int, int]:
    is_known = earlier is not None and member.pk == earlier.handler
    return member.fullness, not is_known, member.turn, member.pk


def explain(best: Candidate, fit: Sequence[Candidate], earlier: Earlier | None) -> str:
    """Says of each why they were or were not chosen; returns why the best one was, as the end of a sentence."""
    why = _why(best, fit, earlier)
    for candidate in fit:
        candidate.chosen = candidate is best
        candidate.why = _("Chosen: %(why)s.") % {"why": why} if candidate is best else _not_chosen(candidate, best)
    return why


def _why(best: Candidate, fit: Sequence[Candidate], earlier: Earlier | None) -> str:
    is_known = earlier is not None and earlier.handler == best.handler.pk
    equals = [one for one in fit if one.handler.fullness == best.handler.fullness]
    if earlier and is_known and earlier.first:
        return _("had this case before") if earlier.same_case else _("has worked for this customer before")
    if len(fit) == 1:
        return _("is the only one who can take it now")
    if len(equals) == 1:
        return _("has the least to do for their capacity (%(held)s)") % {"held": _held(best.handler)}
    if is_known:
        return _("has as little to do as anyone (%(held)s) and has worked for this customer before") % {
            "held": _held(best.handler)
        }
    return _("has as little to do as anyone (%(held)s) and waited longest for a case") % {"held": _held(best.handler)}


def _held(member: Member) -> str:
    """How much of the capacity is taken: "6 of 20"."""
    return _("%(load)d of %(capacity)d") % {"load": member.load, "capacity": member.capacity}


def _not_chosen(candidate: Candidate, best: Candidate) -> str:
    held = _held(candidate.handler)
    if candidate.handler.fullness > best.handler.fullness:
        return _("Could take it; holds %(held)s, more for their capacity than %(best)s.") % {
            "held": held,
            "best": best.handler.name,
        }
    if candidate.handler.fullness == best.handler.fullness and candidate.handler.turn >= best.handler.turn:
        return _("Could take it; holds %(held)s, and got a case more recently.") % {"held": held}
    return _("Could take it; holds %(held)s.") % {"held": held}
