"""Tells one case by hand: who did what on which working day before today."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from config.demo.bank import Bank, Case
from config.demo.office import Office, at_time
from config.demo.steps import Step
from escalations.intake import AttemptDraft, PointDraft
from escalations.models import Party


@dataclass
class Script:
    """One case with its moments, said in working days before today."""

    bank: Bank
    office: Office
    until: datetime
    moments: list[tuple[datetime, Step]] = field(default_factory=list)

    @property
    def until_day(self) -> date:
        """Today, where the bank is."""
        return timezone.localdate(self.until, timezone.get_default_timezone())

    def day(self, ago: int, clock: str = "10:00") -> datetime:
        """That time on the working day so many before today."""
        index = len([day for day in self.office.days if day < self.until_day]) - ago
        hour, minute = clock.split(":")
        return at_time(self.office.days[index], int(hour), int(minute))

    def on(self, ago: int, clock: str, *steps: Step) -> "Script":
        """These steps, three minutes apart."""
        return self.at(self.day(ago, clock), *steps)

    def at(self, start: datetime, *steps: Step) -> "Script":
        self.moments += [(start + timedelta(minutes=3 * number), step) for number, step in enumerate(steps)]
        return self

    def point(self, product: str, issue: str, sub: str = "") -> tuple[PointDraft]:
        choices = self.bank.choices
        sub_product = choices.get(("sub_product", sub))
        return (
            PointDraft(product=choices["product", product], sub_product=sub_product, issue=choices["issue", issue]),
        )

    def tried(self, ago: int, clock: str, who: str, what: str, result: str = "declined") -> AttemptDraft:
        return AttemptDraft(what=what, result=result, made_at=self.day(ago, clock), made_by=self.bank.people[who])


def noted_by(username: str, body: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "note", bank.people[username], at, body=body)

    return step


def accept_for(username: str, reason: str) -> Step:
    """The coordinator accepts, and gives the case to somebody by name before routing looks."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        coordinator, handler = bank.coordinator(case), bank.people[username].handler
        bank.do(case, "accept", coordinator, at)
        bank.do(case, "route", coordinator, at + timedelta(seconds=20), reason, team=handler.team, handler=handler)

    return step


def authority_checked(document: str, scope: str) -> Step:
    """Who speaks for somebody has shown a paper."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        spoken_for = Party.objects.get(complaint=case.pk, role=Party.Role.REPRESENTATIVE)
        bank.do(case, "record_speaker", bank.agent(case), at, party=spoken_for, document=document, scope=scope)

    return step
