"""What a customer can do on their page: each way is a step of the table of actions, in their words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from escalations.actions import ACTIONS
from escalations.actors import Actor
from escalations.models import Complaint, CustomerLink
from escalations.states import ClosedAs, State, Tier
from escalations.workflow import offers

Text = str | Promise


@dataclass(frozen=True)
class Way:
    """One thing that a customer can do. `actions` are the steps that it can be: the first that the case is open to.

    `looks_first`: it answers what was shown, so that a case which has changed since is shown again. Any other is done
    on whatever the case has become, if that still makes sense.
    """

    name: str
    button: Text
    title: Text
    says: Text
    asks: Text
    done: Text
    actions: tuple[str, ...]
    makes_sense: Callable[[Complaint], bool]
    data: Callable[[str], dict[str, Any]] = lambda words: {}
    needs_words: bool = True
    looks_first: bool = False

    def action(self, case: Complaint) -> str:
        """The step that it is on the case as it stands."""
        return next((name for name in self.actions if ACTIONS[name].is_open_on(case)), self.actions[-1])


ANSWERED = "acknowledge_outcome"


def _not_answered(case: Complaint) -> bool:
    return case.acknowledged_at is None and case.closed_as != ClosedAs.SETTLED


WAYS: dict[str, Way] = {
    way.name: way
    for way in (
        Way(
            "accept", _("I agree"), _("Do you agree to this?"),
            _("If you say yes, we do what we proposed, and close your complaint when it is done."),
            _("Anything you want to say with it"),
            _("Thank you. You agree; we will do what we said."),
            actions=("resolve", ANSWERED),
            makes_sense=lambda case: _not_answered(case) and (case.is_told_the_outcome or case.offer_stands),
            data=lambda words: {"accepted": True}, needs_words=False, looks_first=True,
        ),
        Way(
            "dispute", _("I do not agree"), _("You do not agree"),
            _("What we offered stays open until its day: you lose nothing by saying no."),
            _("What is wrong with it, in your own words"),
            _("We have your answer: you do not agree. You can also take it further, to somebody more senior."),
            actions=(ANSWERED,),
            makes_sense=lambda case: _not_answered(case) and case.is_told_the_outcome,
            data=lambda words: {"accepted": False}, looks_first=True,
        ),
        Way(
            "further", _("Take this further"), _("Take your complaint further"),
            _("Somebody more senior than those who have had it so far looks at it."),
            _("Why, in your own words"),
            _("Your complaint goes to somebody more senior. You need do nothing more."),
            actions=("trigger", "escalate_further"),
            makes_sense=lambda case: case.state != State.TRIGGERED and case.closed_as != ClosedAs.SET_ASIDE,
        ),
        Way(
            "new", _("Something new has come up"), _("Something new has come up"),
            _("We open your complaint again, where possible with whoever knows it."),
            _("What is new, in your own words"),
            _("Your complaint is open again."),
            actions=("reopen",),
            makes_sense=lambda case: case.state == State.CLOSED and case.closed_as != ClosedAs.SET_ASIDE,
        ),
        Way(
            "withdraw", _("Withdraw my complaint"), _("Do you want to withdraw your complaint?"),
            _("We close it and confirm that in writing. You can come back to us about it."),
            _("Why, in your own words"),
            _("You have withdrawn your complaint. We confirm it in writing."),
            actions=("withdraw",),
            makes_sense=lambda case: case.state not in (State.RESOLVED, State.CLOSED),
            data=lambda words: {"words": words, "channel": "portal"},
        ),
    )
}  # fmt: skip


def open_ways(case: Complaint, actor: Actor, now: datetime) -> dict[str, Way]:
    """Those that can be taken now, asked of the same table as every step."""
    ready = {offer.action for offer in offers(case, actor, now) if offer.ready}
    return {way.name: way for way in WAYS.values() if way.makes_sense(case) and way.action(case) in ready}


def is_at_the_top(case: Complaint) -> bool:
    """Nobody in the house stands higher: what remains is outside it."""
    return case.tier >= Tier.EXECUTIVE


def actor_of(link: CustomerLink) -> Actor:
    return Actor.customer(link.party)
