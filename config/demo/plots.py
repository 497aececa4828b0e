"""What becomes of a complaint: for each fate, the steps in order with the office days between them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from config.demo import inquiry, phrases, steps, work
from config.demo.steps import Step
from config.demo.stories import Story
from config.demo.wording import Blanks
from config.demo.work import Grant
from escalations.states import Severity

ACCEPTANCE = timedelta(days=14, minutes=1)
TOO_OLD = timedelta(days=6)
"""Three business days have passed by then, whatever the day of the week."""


@dataclass(frozen=True)
class Beat:
    """One step, so many office days after the one before; or, when `calendar` is given, so long after receipt or
    after the last step."""

    step: Step
    days: float = 0.0
    calendar: timedelta | None = None


@dataclass
class Plot:
    """The steps of one complaint, added one after the other."""

    rng: Random
    story: Story
    blanks: Blanks
    outcome: str
    beats: list[Beat] = field(default_factory=list)

    def then(self, low: float, high: float, step: Step) -> "Plot":
        self.beats.append(Beat(step, self.rng.uniform(low, high)))
        return self

    def after(self, calendar: timedelta, step: Step) -> "Plot":
        self.beats.append(Beat(step, calendar=calendar))
        return self

    def maybe(self, chance: float, low: float, high: float, make: Callable[[], Step]) -> "Plot":
        if self.rng.random() < chance:
            self.then(low, high, make())
        return self

    def say(self, phrases_: tuple[str, ...]) -> str:
        return self.rng.choice(phrases_)

    def text(self, template: str) -> str:
        return self.blanks.fill(template, self.rng)


# --- parts of the way ---------------------------------------------------------------------------------------------


def settled(plot: Plot) -> None:
    plot.then(0.1, 1.5, steps.settle(plot.text(plot.story.settled), plot.story.cause))


def escalated(plot: Plot) -> None:
    """Up to a handler, by whichever way: a criterion, the agent, or the clock."""
    if not plot.story.loud:
        if plot.rng.random() < 0.5:
            plot.then(0.2, 1.2, steps.ask_for_help(plot.say(phrases.ASKS)))
        else:
            plot.after(TOO_OLD, steps.grow_old)
    plot.then(0.02, 0.9, steps.acknowledge).then(0.05, 0.8, steps.accept)
    plot.then(0.02, 0.5, steps.place_by_hand).then(0.05, 0.6, steps.take)


def investigated(plot: Plot) -> None:
    plot.then(0.2, 2.0, work.investigate)
    plot.maybe(0.6, 0.5, 3, lambda: work.note(plot.say(phrases.NOTES)))
    plot.maybe(0.4, 0.5, 3, lambda: steps.customer_says(plot.say(phrases.CUSTOMER_ASKS)))
    plot.maybe(0.12, 0.5, 3, lambda: steps.customer_says(plot.say(phrases.CUSTOMER_PRESSES)))
    plot.maybe(0.5, 0.5, 4, lambda: work.write("update", plot.say(phrases.UPDATES)))
    plot.maybe(0.3, 0.5, 3, lambda: work.note(plot.say(phrases.NOTES)))


def found_out(plot: Plot) -> None:
    finding = {"upheld": "happened", "partly": "partly"}.get(plot.outcome, plot.rng.choice(("not", "unclear")))
    fault, cause, text = plot.story.fault, plot.story.cause, plot.text(plot.story.found)
    if plot.outcome == "not_upheld":
        fault, cause, text = "nobody", "our-wording", plot.say(phrases.NOT_BORNE_OUT)
    plot.then(1, 7, work.find(finding, plot.outcome, fault, text))
    plot.then(0.05, 0.4, work.cause(cause))
    if plot.rng.random() < 0.1:
        plot.then(0.05, 0.3, work.add_point(plot.story.product, "service"))
        plot.then(
            0.05, 0.3, work.find("happened", "upheld", "ours", "The customer was passed on four times.", position=2)
        )
        plot.then(0.02, 0.1, work.cause("hand-off-lost", position=2))


def decided(plot: Plot) -> None:
    """Remedies proposed, and approved where the handler's own authority does not reach."""
    if grants := remedies(plot):
        plot.then(0.2, 2, work.propose(*grants))
        if plot.rng.random() < 0.05:
            plot.then(0.2, 1, work.refuse_waiting(phrases.TOO_MUCH))
        plot.then(0.2, 1.5, work.decide_waiting)
    plot.then(0.05, 0.3, work.read_by_senior)
    plot.then(0.05, 0.5, work.communicate)
    if plot.rng.random() < 0.06:
        plot.then(0.2, 1, work.reinvestigate(plot.say(phrases.NEW_FACTS))).then(1, 4, work.communicate)


def answered(plot: Plot) -> None:
    plot.then(0.1, 1.2, work.answer_letter)


def finished(plot: Plot) -> None:
    words = phrases.TAKES_NO if plot.outcome == "not_upheld" else phrases.ACCEPTS
    plot.then(0.5, 6, work.customer_accepts(plot.say(words)))
    plot.then(0.2, 3, work.pay).then(0.05, 0.5, work.close)


def whole(plot: Plot) -> None:
    for part in (escalated, investigated, found_out, decided, answered):
        part(plot)


def remedies(plot: Plot) -> list[Grant]:
    """What the outcome calls for: the sum that is out, interest on a large one, distress by severity, or a gesture."""
    rng, story, amount = plot.rng, plot.story, plot.blanks.amount
    if plot.outcome == "not_upheld":
        return [Grant("goodwill", Decimal(rng.choice((20, 25))))] if rng.random() < 0.2 else []
    grants = []
    if story.refund and amount:
        refund = amount if plot.outcome == "upheld" else (amount / 2).quantize(Decimal("0.01"))
        grants.append(Grant("refund", refund))
        if refund >= 500:
            days = rng.randrange(30, 200)
            grants.append(Grant("interest", (refund * days * 8 / 36500).quantize(Decimal("0.01"), ROUND_HALF_UP), days))
    if story.issue == "credit-file":
        grants.append(Grant("correction"))
    usual = {Severity.LOW: (0, 25), Severity.MEDIUM: (25, 50, 75, 100, 150), Severity.HIGH: (150, 200, 300, 400)}
    distress = rng.choice(usual.get(Severity(story.severity), (300, 400, 500)))
    if distress:
        grants.append(Grant("distress", Decimal(distress)))
    if not grants or rng.random() < 0.15:
        grants.append(Grant("apology"))
    return grants


# --- fates --------------------------------------------------------------------------------------------------------


def _frontline(plot: Plot) -> None:
    plot.maybe(0.5, 0.1, 0.4, lambda: steps.attempt(plot.text(plot.story.tried), "pending"))


def _settled(plot: Plot) -> None:
    settled(plot)
    plot.then(0.3, 4, work.agent_hears_yes)


def _settled_in_silence(plot: Plot) -> None:
    settled(plot)
    plot.after(ACCEPTANCE, steps.hear_nothing)


def _sent_back(plot: Plot) -> None:
    """Only the clock has escalated it."""
    plot.after(TOO_OLD, steps.grow_old)
    plot.then(0.1, 0.4, steps.send_back(plot.say(phrases.SENT_BACK)))
    _settled(plot)


def _triage(plot: Plot) -> None:
    if not plot.story.loud:
        plot.then(0.2, 1, steps.ask_for_help(plot.say(phrases.ASKS)))
    plot.maybe(0.6, 0.02, 0.5, lambda: steps.acknowledge)


def _unplaced(plot: Plot) -> None:
    plot.then(0.05, 0.4, steps.acknowledge).then(0.2, 1, steps.accept)


def _listed(plot: Plot) -> None:
    _triage(plot)
    plot.then(0.05, 0.5, steps.acknowledge).then(0.1, 1, steps.accept)


def _allocated(plot: Plot) -> None:
    _listed(plot)
    plot.then(0.02, 0.3, steps.place_by_hand).then(0.05, 0.5, steps.take)


def _investigating(plot: Plot) -> None:
    _allocated(plot)
    investigated(plot)
    plot.maybe(0.4, 1, 4, lambda: work.find("happened", "upheld", plot.story.fault, plot.text(plot.story.found)))
    plot.maybe(0.5, 0.05, 0.4, lambda: inquiry.wait("customer", 4, plot.say(phrases.WAITED_FOR)))


def _awaiting_approval(plot: Plot) -> None:
    """Above what the handler may give: the remedy waits for somebody with the authority."""
    _allocated(plot)
    investigated(plot)
    found_out(plot)
    plot.then(0.2, 1, work.propose_too_much)


def _communicating(plot: Plot) -> None:
    _allocated(plot)
    for part in (investigated, found_out, decided):
        part(plot)


def _outcome_given(plot: Plot) -> None:
    _communicating(plot)
    answered(plot)


def _payment_pending(plot: Plot) -> None:
    """Accepted, and nobody has paid or said when."""
    _outcome_given(plot)
    plot.then(0.2, 1, work.customer_accepts(plot.say(phrases.ACCEPTS)))


def _closed(plot: Plot) -> None:
    whole(plot)
    finished(plot)


def _closed_in_silence(plot: Plot) -> None:
    whole(plot)
    plot.after(ACCEPTANCE, steps.hear_nothing)


def _rerouted(plot: Plot) -> None:
    escalated(plot)
    plot.then(0.5, 1.5, work.investigate)
    plot.then(
        0.2, 1, work.reroute("everyday", "The matter is how we answered, not the product: Everyday Banking knows it.")
    )
    plot.then(0.2, 1, steps.take)
    for part in (investigated, found_out, decided, answered, finished):
        part(plot)


def _reopened(plot: Plot) -> None:
    _closed(plot)
    plot.then(4, 15, work.reopen(plot.say(phrases.BACK_AGAIN)))
    plot.then(0.1, 0.5, steps.place_by_hand).then(0.1, 0.6, steps.take).then(0.3, 2, work.investigate)


def _reopened_and_closed(plot: Plot) -> None:
    _reopened(plot)
    plot.then(1, 4, work.propose(Grant("goodwill", Decimal(25)), Grant("apology")))
    plot.then(0.2, 1, work.decide_waiting).then(0.1, 0.5, work.communicate)
    answered(plot)
    finished(plot)


def _disputed(plot: Plot) -> None:
    whole(plot)
    plot.then(0.5, 4, work.customer_refuses(plot.say(phrases.REFUSES)))
    plot.then(0.2, 2, work.further(plot.say(phrases.FURTHER), by_customer=True))
    plot.then(0.1, 0.5, steps.place_by_hand).then(0.1, 0.6, steps.take).then(0.3, 1.5, work.investigate)


def _disputed_twice(plot: Plot) -> None:
    _disputed(plot)
    plot.then(1, 3, work.further("The customer has written to the board; it belongs to the executive tier."))
    plot.then(0.1, 0.5, steps.place_by_hand).then(0.1, 0.6, steps.take)


def _withdrawn(plot: Plot) -> None:
    if plot.rng.random() < 0.5:
        escalated(plot)
    plot.then(0.3, 2, steps.withdraw(plot.say(phrases.WITHDRAWN), plot.say(phrases.WITHDRAWN_WHY)))


LETTERS_ASIDE = {
    "not_a_complaint": "",
    "out_of_scope": "What you write about lies with the shop and not with us. Citizens Advice can tell you more, free of charge.",
    "referred": "What you write about concerns another firm. With your consent we have passed your letter on to them today.",
}


def _not_ours(reason: str) -> Step:
    return steps.ask_to_set_aside("out_of_scope", reason, LETTERS_ASIDE["out_of_scope"])


def _aside_asked(plot: Plot) -> None:
    letter = LETTERS_ASIDE[plot.story.aside]
    firm = plot.text("{bank}") if plot.story.aside == "referred" else ""
    plot.then(0.1, 0.8, steps.ask_to_set_aside(plot.story.aside, plot.story.found, letter, firm))


def _set_aside(plot: Plot) -> None:
    _aside_asked(plot)
    plot.then(0.1, 1, steps.second_person("set_aside", phrases.SECOND_LOOK))


def _restored(plot: Plot) -> None:
    """Set aside too early: it was ours after all, and the frontline settles it."""
    plot.then(0.1, 0.3, _not_ours("It looked like a matter for the shop."))
    plot.then(0.05, 0.3, steps.second_person("set_aside", phrases.SECOND_LOOK))
    plot.then(0.1, 0.3, steps.ask_to("restore", "Read again: the charge is ours, not the shop's."))
    plot.then(0.05, 0.2, steps.second_person("restore", phrases.SECOND_LOOK))
    plot.then(0.05, 0.3, steps.settle(plot.text(plot.story.settled), plot.story.cause))
    plot.then(0.3, 3, work.agent_hears_yes)


def _adopted(plot: Plot) -> None:
    """Answered by the system that the bank used before; nothing happens to it any more."""


@dataclass(frozen=True)
class Fate:
    """How a complaint ends up. `share` is how many of 290; `age` is how many days ago it came in, from and to; `ends`
    how many days ago the last step was, where that matters; `stories` which ones it can happen to; `due_today` that the
    deadline of its final response is."""

    build: Callable[[Plot], None]
    share: int
    age: tuple[float, float]
    stories: str = "any"
    ends: tuple[float, float] | None = None
    due_today: bool = False


FATES: dict[str, Fate] = {
    "frontline": Fate(_frontline, 7, (0.2, 2.3), "quiet", (0.1, 0.6)),
    "triage": Fate(_triage, 8, (0.5, 3.4), "any", (0.3, 1.5)),
    "aside asked": Fate(_aside_asked, 2, (0.6, 2.5), "outside", (0.2, 0.8)),
    "unplaced": Fate(_unplaced, 2, (2, 6), "unplaceable", (0.4, 1.5)),
    "listed": Fate(_listed, 3, (1.5, 5), "app", (0.3, 1.2)),
    "allocated": Fate(_allocated, 4, (2, 8), "held", (0.3, 1.6)),
    "investigating": Fate(_investigating, 13, (9, 66), "any", (0.3, 9)),
    "due today": Fate(_investigating, 2, (0, 0), "medium", (0.3, 4), due_today=True),
    "approval": Fate(_awaiting_approval, 4, (14, 40), "loud", (0.3, 4)),
    "communicating": Fate(_communicating, 5, (16, 60), "any", (0.3, 3)),
    "resolved": Fate(_outcome_given, 7, (18, 55), "any", (0.6, 11)),
    "payment pending": Fate(_payment_pending, 3, (20, 50), "refund", (0.5, 6)),
    "settled, waiting": Fate(lambda plot: settled(plot), 3, (2, 10), "settled"),
    "reopened": Fate(_reopened, 3, (70, 130), "any", (0.5, 9)),
    "disputed": Fate(_disputed, 3, (40, 85), "loud", (0.5, 6)),
    "disputed twice": Fate(_disputed_twice, 1, (60, 95), "loud", (0.5, 4)),
    "settled": Fate(_settled, 126, (7, 358), "settled"),
    "settled in silence": Fate(_settled_in_silence, 14, (19, 355), "settled"),
    "sent back": Fate(_sent_back, 6, (14, 340), "settled"),
    "closed": Fate(_closed, 46, (48, 350), "any"),
    "closed in silence": Fate(_closed_in_silence, 10, (66, 345), "any"),
    "rerouted": Fate(_rerouted, 3, (60, 300), "any"),
    "reopened and closed": Fate(_reopened_and_closed, 2, (115, 260), "any"),
    "withdrawn": Fate(_withdrawn, 5, (12, 330), "any"),
    "set aside": Fate(_set_aside, 5, (8, 320), "outside"),
    "restored": Fate(_restored, 1, (20, 200), "settled"),
    "adopted": Fate(_adopted, 2, (300, 360), "settled"),
}
"""Shares add up to 290: with the ten cases of the practice the whole demo is 300."""
