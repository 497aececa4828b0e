"""Plans the demo: which complaints come in when, from whom, and what becomes of each. Nothing is written here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from config.demo import people
from config.demo.bank import Bank, Case
from config.demo.criteria import fires
from config.demo.customers import Customers
from config.demo.fields import DAYS, ISSUES
from config.demo.office import Office, at_time
from config.demo.plots import FATES, Fate, Plot
from config.demo.steps import Step, come_in
from config.demo.stories import OUTSIDE, STORIES, Story
from config.demo.wording import Blanks, draw
from escalations.actions import AGENT
from escalations.intake import Adoption, AttemptDraft, Draft, PointDraft
from escalations.states import Channel, Severity

CHANNELS = {
    Channel.PHONE: 38, Channel.EMAIL: 20, Channel.WEB: 10, Channel.APP: 8, Channel.CHAT: 8, Channel.BRANCH: 9,
    Channel.LETTER: 5, Channel.SOCIAL: 2,
}  # fmt: skip
OPEN_ALL_HOURS = (Channel.EMAIL, Channel.WEB, Channel.APP, Channel.SOCIAL)
ADJUSTMENTS = {
    "hardship": "Write rather than ring; no calls about arrears",
    "bereavement": "One named person; no letters to the deceased",
    "health": "Letters only, and time to answer",
    "access": "Screen reader: no pictures of text",
    "care": "Speaks through a carer",
    "safety": "Safe number only; never leave a message",
}
AGENTS = [member.login for member in people.OTHERS if AGENT in member.roles]


@dataclass
class Planned:
    """One complaint with all its moments; the first is its registration."""

    fate: str
    case: Case
    moments: list[tuple[datetime, Step]]


def fates(number: int) -> list[str]:
    """So many fates, by their shares; each occurs, as long as there are enough complaints for that."""
    if number < len(FATES):
        return list(FATES)[:number]
    left, total = number - len(FATES), sum(fate.share - 1 for fate in FATES.values())
    exact = {name: left * (fate.share - 1) / total for name, fate in FATES.items()}
    counts = {name: 1 + int(share) for name, share in exact.items()}
    by_rest = sorted(FATES, key=lambda name: int(exact[name]) - exact[name])
    for name in by_rest[: number - sum(counts.values())]:
        counts[name] += 1
    return [name for name, count in counts.items() for _one in range(count)]


class Planner:
    """Draws everything from one seed. The end is a midnight: a demo made twice on one day is the same."""

    def __init__(self, seed: int, bank: Bank, until: datetime) -> None:
        self.seed, self.bank, self.until = seed, bank, until
        self.office = Office(until)
        self.customers = Customers(Random(f"{seed} customers"), until.date())
        self.said: set[str] = set()

    def plan(self, number: int) -> Iterator[Planned]:
        for position, name in enumerate(fates(number)):
            yield self.one(name, Random(f"{self.seed} {position} {name}"))

    def one(self, name: str, rng: Random) -> Planned:
        fate = FATES[name]
        received = self._received(fate, rng)
        story, blanks, said = self._story(fate, received, rng)
        draft = self._draft(fate, story, blanks, said, received, rng)
        received = draft.received_at or received
        case = Case(draft, rng.choice(AGENTS), rng)
        if story.need:
            case.notes["needs"] = [(story.need, ADJUSTMENTS[story.need])]
        case.notes["online"] = story.loud and draft.channel in (Channel.WEB, Channel.APP) and not story.restricted
        if name == "adopted":
            case.draft = self._adopted(draft, rng)
        plot = Plot(rng, story, blanks, _outcome(story, rng))
        fate.build(plot)
        registered = received if case.notes["online"] else self._registered(draft, received, rng)
        return Planned(name, case, [(registered, come_in), *self._moments(plot, fate, registered, rng)])

    # --- when --------------------------------------------------------------------------------------------------

    def _received(self, fate: Fate, rng: Random) -> datetime:
        """Somewhat more often of late: the bank grows. Or so long ago that the final response is due today."""
        if fate.due_today:
            return at_time(
                self.until.date() - timedelta(days=DAYS["final_response"][Severity.MEDIUM]), rng.randrange(10, 17)
            )
        youngest, oldest = fate.age
        age = youngest + (oldest - youngest) * rng.random() ** 1.2
        moment = self.until - timedelta(days=age)
        return moment.replace(second=0, microsecond=0)

    def _registered(self, draft: Draft, received: datetime, rng: Random) -> datetime:
        """What comes in writing is taken down when the office is open again."""
        if draft.channel not in (*OPEN_ALL_HOURS, Channel.LETTER):
            return received
        opened = self.office.minutes(received) + rng.randrange(10, 240)
        return min(self.office.moment(opened), self.until - timedelta(minutes=20))

    def _moments(self, plot: Plot, fate: Fate, start: datetime, rng: Random) -> list[tuple[datetime, Step]]:
        """When each step is taken: stretched or shortened so that the last one falls where the fate wants it."""
        aim = self.until - timedelta(minutes=90)
        if fate.ends:
            aim = min(aim, max(self.until - timedelta(days=rng.uniform(*fate.ends)), start + timedelta(hours=4)))
        elif self._times(plot, start, 1.0)[-1:] <= [aim]:
            return self._with_steps(plot, start, 1.0)
        low, high = 0.0, 40.0
        for _halving in range(30):
            middle = (low + high) / 2
            low, high = (middle, high) if self._times(plot, start, middle)[-1:] <= [aim] else (low, middle)
        return self._with_steps(plot, start, low)

    def _with_steps(self, plot: Plot, start: datetime, scale: float) -> list[tuple[datetime, Step]]:
        return list(zip(self._times(plot, start, scale), (beat.step for beat in plot.beats), strict=True))

    def _times(self, plot: Plot, start: datetime, scale: float) -> list[datetime]:
        times, last = [], start
        for beat in plot.beats:
            if beat.calendar:
                last = last + beat.calendar
            else:
                minutes = max(4, int(beat.days * scale * 600))
                last = max(self.office.moment(self.office.minutes(last) + minutes), last + timedelta(minutes=2))
            times.append(last)
        return times

    # --- what and who ------------------------------------------------------------------------------------------

    def _story(self, fate: Fate, received: datetime, rng: Random) -> tuple[Story, Blanks, str]:
        """A story that this fate can happen to, in words that nobody else uses."""
        fit = [story for story in (*STORIES, *OUTSIDE) if SUITS[fate.stories](story)]
        age = (self.until - received).days
        weights = [_weight(story, age) for story in fit]
        for attempt in range(200):
            (story,) = rng.choices(fit, weights)
            blanks = draw(rng, received.date(), story.amount)
            said = blanks.fill(story.said, rng)
            opening = said.partition(". ")[0]
            # The opening words are a case's title: they are its own as long as there are enough of them.
            taken = said in self.said or (opening in self.said and attempt < 100)
            if not taken and fires(said, blanks.amount, story.severity) == story.loud:
                self.said |= {said, opening}
                return story, blanks, said
        raise RuntimeError("The stories do not give enough different texts for so many complaints.")

    def _draft(self, fate: Fate, story: Story, blanks: Blanks, said: str, received: datetime, rng: Random) -> Draft:
        channel = Channel.BRANCH if story.product == "branch" and rng.random() < 0.5 else _drawn(CHANNELS, rng)
        contact = self.customers.draw(language=story.language, again=rng.random() < 0.1)
        choices, issue = self.bank.choices, story.issue
        point = PointDraft(
            product=choices["product", story.product],
            sub_product=choices.get(("sub_product", story.sub)),
            issue=choices["issue", issue],
        )
        received = received if fate.due_today else self._within_hours(received, channel, rng)
        return Draft(
            contact=contact, what_happened=said, wanted=blanks.fill(story.wanted, rng), happened_on=blanks.happened_on,
            received_at=received, channel=channel, severity=story.severity, language=story.language,
            amount=blanks.amount, currency="GBP" if blanks.amount else "", points=(point,),
            restricted_kind=story.restricted, complaint_type=choices["complaint_type", ISSUES[issue][1]],
            attempts=tuple(self._attempts(fate, story, blanks, received, rng)),
        )  # fmt: skip

    def _within_hours(self, received: datetime, channel: str, rng: Random) -> datetime:
        if channel in OPEN_ALL_HOURS:
            day = received.astimezone(at_time(received.date(), 12).tzinfo).date()
            return min(at_time(day, rng.randrange(7, 23), rng.randrange(60)), self.until - timedelta(minutes=30))
        return self.office.moment(min(self.office.minutes(received), self.office.minutes(self.until) - 200))

    def _attempts(
        self, fate: Fate, story: Story, blanks: Blanks, received: datetime, rng: Random
    ) -> Iterator[AttemptDraft]:
        """What the frontline tried before: once or twice where the customer comes angry, else seldom."""
        many = rng.choice((1, 1, 2)) if story.loud else int(fate.stories in ("any", "quiet") or rng.random() < 0.3)
        for back in range(many, 0, -1):
            made = received - timedelta(days=3 * back - 2, hours=back)
            by = self.bank.people[rng.choice(AGENTS)]
            result = rng.choice(("declined", "failed", "failed"))
            yield AttemptDraft(what=blanks.fill(story.tried, rng), result=result, made_at=made, made_by=by)

    def _adopted(self, draft: Draft, rng: Random) -> Draft:
        outcome = rng.choice(("upheld", "not_upheld"))
        received = draft.received_at or self.until
        there = Adoption(
            outcome_there=outcome.replace("_", " "), outcome=outcome, closed_at=received + timedelta(days=19)
        )
        return replace(
            draft, adopted=there, external_system="Halcyon CRM", external_id=f"H-{rng.randrange(10**5, 10**6)}"
        )


SUITS: dict[str, Callable[[Story], bool]] = {
    "any": lambda story: not story.aside and story.weight > 0,
    "quiet": lambda story: not story.aside and not story.loud,
    "loud": lambda story: story.loud and story.weight > 0 and not story.restricted,
    "settled": lambda story: bool(story.settled),
    "outside": lambda story: bool(story.aside),
    "unplaceable": lambda story: story.weight == 0,
    "app": lambda story: story.product == "app" and story.loud and story.issue != "data",
    "held": lambda story: story.loud and story.weight > 0 and story.product != "app" and story.issue != "collections",
    "medium": lambda story: story.loud and story.weight > 0 and story.severity == Severity.MEDIUM,
    "refund": lambda story: story.loud and story.refund and story.upheld >= 0.5,
}
"""Which stories a fate can happen to."""


def _weight(story: Story, age: int) -> float:
    """The loud ones come more often to those who escalate; some have their time of the year."""
    weight = max(story.weight, 1) * (4 if story.loud else 1)
    return weight * 12 if story.peak and story.peak[0] >= age >= story.peak[1] else weight


def _outcome(story: Story, rng: Random) -> str:
    if rng.random() < story.upheld:
        return "upheld"
    return rng.choice(("partly", "not_upheld"))


def _drawn(weights: dict[Channel, int], rng: Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0].value
