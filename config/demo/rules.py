"""Northmere's routing rules, in order: one supervisor writes them, the other publishes them."""

from dataclasses import dataclass
from datetime import datetime

from routing.models import Condition, Rule, Ruleset, Skill, Team, User

Test = tuple[str, str, str]


@dataclass(frozen=True)
class Line:
    """One rule: all `tests` must hold, and one of `any_of`. Without a team it only adds requirements."""

    name: str
    tests: tuple[Test, ...] = ()
    team: str = ""
    skills: str = ""
    level: int = 0
    priority_up: int = 0
    authority_up: int = 0
    language_from_case: bool = False
    mode: str = "push"
    any_of: tuple[Test, ...] = ()


CARE_ISSUES = "arrears, collections"
LENDING = ("product", "is_one_of", "mortgage, loan")
FRAUD = ("trigger_kinds", "has_any_of", "fraud")

LINES = (
    Line("Not English: also the language", (("language", "is_not", "en"),), language_from_case=True),
    Line("Vulnerable: also trained for it", (("vulnerabilities", "is_not_empty", ""),), skills="vulnerable", priority_up=1),
    Line("Escalated before: one level higher", (("prior_escalations", "at_least", "1"),), authority_up=1),
    Line("Arrears and collections: also arrears", (("issue", "is_one_of", CARE_ISSUES),), skills="arrears"),
    Line("Safety", (("trigger_kinds", "has_any_of", "safety"),), "care", "safeguarding", 3, priority_up=2),
    Line("Conduct, discrimination, whistleblowing",
         (("restricted_kind", "is_one_of", "conduct, discrimination, whistleblowing"),), "executive", "conduct", 4),
    Line("Large fraud", (FRAUD, ("amount", "at_least", "10000 GBP")), "fraud", "scams", 3),
    Line("Fraud", (FRAUD,), "fraud", "scams", 2),
    Line("Regulator, ombudsman, MP or media, or executive tier", (), "executive", "", 3,
         any_of=(("trigger_kinds", "has_any_of", "regulator, ombudsman, media"), ("tier", "at_least", "3"))),
    Line("Arrears, collections or bereavement", (("issue", "is_one_of", f"{CARE_ISSUES}, bereavement"),), "care", "", 2),
    Line("Mortgage or loan, severe or 5,000 and more", (LENDING,), "lending", "mortgages", 3,
         any_of=(("severity", "at_least", "3"), ("amount", "at_least", "5000 GBP"))),
    Line("Mortgage or loan", (LENDING,), "lending", "mortgages", 2),
    Line("System fault or app", (), "digital", "", 1, mode="pull",
         any_of=(("field:system-fault", "is_not_empty", ""), ("product", "is", "app"))),
    Line("Cards, payments and disputes", (), "cards", "chargeback", 2,
         any_of=(("product", "is_one_of", "card, payments"), ("issue", "is", "disputed-transaction"))),
    Line("Savings and ISA", (("product", "is_one_of", "savings, isa"),), "savings", "", 2),
    Line("Everything else", (), "everyday", "", 1),
)  # fmt: skip

NOTE = "The rules that Northmere starts from. First match wins; the first four only add requirements."


def make(published_at: datetime) -> Ruleset:
    author, publisher = (User.objects.get(username=name) for name in ("helen", "babak"))
    ruleset = Ruleset.objects.create(author=author, note=NOTE)
    teams = {team.code: team for team in Team.objects.all()}
    for position, line in enumerate(LINES, start=1):
        _add(ruleset, position, line, teams)
    ruleset.publish(publisher, at=published_at)
    return ruleset


def _add(ruleset: Ruleset, position: int, line: Line, teams: dict[str, Team]) -> None:
    rule = Rule.objects.create(
        ruleset=ruleset,
        position=position,
        name=line.name,
        team=teams.get(line.team),
        go_on=not line.team,
        minimum_authority=line.level,
        authority_up=line.authority_up,
        priority_up=line.priority_up,
        language_from_case=line.language_from_case,
        mode=line.mode,
    )
    rule.skills.set(Skill.objects.filter(code__in=line.skills.split()))
    conditions = [*((test, None) for test in line.tests), *((test, 1) for test in line.any_of)]
    for (fact, operator, value), group in conditions:
        Condition.objects.create(rule=rule, fact=fact, operator=operator, value=value, group=group)
