"""The top of the case page: whose words, where it stands, until when, and why it is here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.models import Clock, Complaint, Statement
from escalations.models.clock import ClockKind
from escalations.quotes import first_sentence
from escalations.states import State
from escalations.views.rows import NONE, Chip, Sight, deadline_chip, what_about
from routing.models import Decision

DONE, CURRENT, SKIPPED, AHEAD = "done", "current", "skipped", "ahead"


@dataclass(frozen=True)
class Stage:
    """One state on the line from the frontline to closure."""

    label: str
    standing: str


def stages(case: Complaint) -> list[Stage]:
    """All states in order; those that the case never stood in are skipped ones, not done ones."""
    been = {event.to_state for event in case.events.all()}
    order = list(State)
    now = order.index(State(case.state))
    return [Stage(str(state.label), _standing(index - now, state in been)) for index, state in enumerate(order)]


def _standing(distance: int, been: bool) -> str:
    if distance == 0:
        return CURRENT
    return AHEAD if distance > 0 else DONE if been else SKIPPED


def title(case: Complaint, sight: Sight) -> tuple[str, bool]:
    """The customer's first sentence, and whether it is their own words; else what it is about."""
    said = next((row.text for row in case.statements.all() if row.kind == Statement.Kind.WHAT_HAPPENED), "")
    if sight.words and said:
        return first_sentence(said), True
    point = case.main_point
    issue, product = getattr(point, "issue", None), getattr(point, "product", None)
    return what_about(str(issue or ""), str(product or "")), False


def deadlines(case: Complaint, now: datetime) -> list[Chip]:
    return [_deadline(case, clock, now) for clock in case.clocks.all()]


def _deadline(case: Complaint, clock: Clock, now: datetime) -> Chip:
    name = str(ClockKind(clock.kind).label).capitalize()
    if clock.met_at:
        late = clock.met_at > clock.due_at
        text = _("%s sent late") % name if late else _("%s sent on time") % name
        # Past mending: what is red can still be acted on.
        return Chip(text, _day(clock.met_at), NONE if late else "met")
    if not case.is_open:
        return Chip(_("%s: ended with the case") % name, tone=NONE)
    chip = deadline_chip(clock.due_at, now)
    return Chip(f"{name} {chip.text}", chip.when, chip.tone)


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "D j M")


def facts_line(case: Complaint) -> str:
    """Reference, product, issue, how and when it came; one line of small print."""
    point = case.main_point
    received = timezone.localtime(case.received_at)
    came = f"{case.get_channel_display()}, {date_format(received, 'D j M Y')}"
    parts = [str(name) for name in (getattr(point, "product", None), getattr(point, "issue", None)) if name]
    return " · ".join([*parts, came])


@dataclass(frozen=True)
class Because:
    """Why the case is where it is: the latest allocation decision, in words."""

    sentence: str
    decision: Decision | None
    is_waiting: bool = False

    @property
    def candidates(self) -> list[dict[str, Any]]:
        return self.decision.candidates if self.decision else []

    @property
    def rules(self) -> list[dict[str, Any]]:
        return self.decision.matched if self.decision else []


def because(case: Complaint, decision: Decision | None) -> Because:
    """In words, from the latest allocation decision; before there is one, who has the case and what comes next."""
    if decision and (decision.placed or case.state == State.TRIGGERED):
        waiting = not decision.placed
        said = _("Could not be placed yet: %s") % decision.reason if waiting else decision.reason
        return Because(said, decision, waiting)
    if case.state == State.FRONTLINE:
        return Because(_("%s registered it and works to settle it.") % (case.registered_by or _("An import")), None)
    if case.state == State.TRIGGERED:
        return Because(_("It was escalated; a coordinator decides whether the criteria are met."), None)
    return Because("", None)
