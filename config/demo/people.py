"""Who works at Northmere Bank: 9 teams, 34 handlers, and everybody around them. All names are invented."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from escalations.actions import (
    ADMINISTRATOR,
    AGENT,
    ANALYST,
    COMPLIANCE,
    COORDINATOR,
    HANDLER,
    MANAGER,
    SUPERVISOR,
)
from routing.models import Absence, AuthorityLevel, Clearance, Handler, Skill, Team, User

DOMAIN = "northmere.example"

TEAMS = {
    "everyday": ("Everyday Banking", 24),
    "cards": ("Cards and Payments", 24),
    "lending": ("Lending and Mortgages", 20),
    "savings": ("Savings", 24),
    "fraud": ("Fraud and Scams", 16),
    "care": ("Care and Financial Difficulty", 14),
    "digital": ("Digital", 28),
    "executive": ("Executive Office", 12),
    "ombudsman": ("Ombudsman Liaison", 16),
}
"""Name of each team and the weighted capacity of one of its handlers."""

SKILLS = {
    "chargeback": "Chargeback",
    "mortgages": "Mortgages",
    "isa": "ISA",
    "scams": "Scams",
    "arrears": "Arrears",
    "bereavement": "Bereavement",
    "safeguarding": "Safeguarding",
    "business": "Business",
    "conduct": "Conduct",
    "redress-calculation": "Redress calculation",
    "vulnerable": "Vulnerable-customer trained",
}

CLEARANCES = {
    "conduct": "Conduct of staff",
    "discrimination": "Discrimination",
    "whistleblowing": "Whistleblowing",
    "financial_crime": "Financial crime",
}
SENSITIVE = "conduct discrimination"
EVERYTHING = " ".join(CLEARANCES)


@dataclass(frozen=True)
class Member:
    """One person of the staff. `team` is given for those who work cases, with level, skills and languages."""

    name: str
    roles: tuple[str, ...] = (HANDLER,)
    team: str = ""
    level: int = 0
    skills: str = ""
    languages: str = "en"
    capacity: int | None = None
    clearances: str = ""
    username: str = ""

    @property
    def login(self) -> str:
        return self.username or self.name.split()[0].lower()


HANDLERS = (
    Member("Grace Adeyemi", team="everyday", level=3, skills="business redress-calculation vulnerable"),
    Member("Callum Fraser", team="everyday", level=2, skills="business vulnerable"),
    Member("Nia Llewellyn", team="everyday", level=2, skills="vulnerable", languages="en cy"),
    Member("Tomasz Zieliński", team="everyday", level=1, languages="en pl"),
    Member("Priya Nair", team="cards", level=2, skills="chargeback redress-calculation vulnerable"),
    Member("Daniel Okonkwo", team="cards", level=2, skills="chargeback"),
    Member("Sofia Ferreira", team="cards", level=2, skills="chargeback vulnerable", languages="en pt"),
    Member("Aleksandra Nowak", team="cards", level=2, skills="chargeback", languages="en pl"),
    Member("Hugh Pemberton", team="cards", level=3, skills="chargeback redress-calculation vulnerable"),
    Member("Rhys Bevan", team="lending", level=2, skills="mortgages", languages="en cy"),
    Member("Fatima Siddiqui", team="lending", level=2, skills="mortgages vulnerable"),
    Member("Oliver Hartley", team="lending", level=3, skills="mortgages redress-calculation vulnerable"),
    Member("Chidinma Eze", team="lending", level=3, skills="mortgages redress-calculation"),
    Member("Margaret Sinclair", (HANDLER, MANAGER), "lending", 4, "mortgages redress-calculation vulnerable", capacity=8),
    Member("Joanna Whitfield", team="savings", level=2, skills="isa vulnerable"),
    Member("Amit Desai", team="savings", level=2, skills="isa redress-calculation"),
    Member("Kerry Doyle", team="savings", level=3, skills="isa redress-calculation vulnerable"),
    Member("Leila Haddad", team="fraud", level=2, skills="scams"),
    Member("Marcus Bright", team="fraud", level=2, skills="scams vulnerable"),
    Member("Ewan Mackenzie", team="fraud", level=3, skills="scams vulnerable", clearances="financial_crime"),
    Member("Shreya Banerjee", team="fraud", level=3, skills="scams redress-calculation vulnerable", clearances="financial_crime"),
    Member("Patience Mensah", team="care", level=2, skills="bereavement vulnerable"),
    Member("Sean Gallagher", team="care", level=2, skills="arrears vulnerable"),
    Member("Ruth Goldberg", team="care", level=3, skills="arrears safeguarding vulnerable"),
    Member("Imani Clarke", team="care", level=3, skills="bereavement safeguarding vulnerable redress-calculation"),
    Member("Jamal Edwards", team="digital", level=1, skills="vulnerable"),
    Member("Hollie Turner", team="digital", level=1),
    Member("Vikram Rao", team="digital", level=2, skills="vulnerable"),
    Member("Inês Carvalho", team="executive", level=3, skills="business conduct redress-calculation vulnerable",
           languages="en pt", clearances=SENSITIVE, username="ines"),
    Member("Gareth Pritchard", team="executive", level=4, skills="conduct vulnerable", languages="en cy",
           clearances="conduct discrimination whistleblowing"),
    Member("Yasmin Choudhury", (HANDLER, MANAGER), "executive", 4, "conduct redress-calculation vulnerable",
           clearances=EVERYTHING),
    Member("Eleanor Ashworth", (MANAGER,), "executive", 5, capacity=0, clearances=EVERYTHING),
    Member("Duncan Reid", team="ombudsman", level=3, skills="redress-calculation vulnerable"),
    Member("Mei-Ling Chan", team="ombudsman", level=3, skills="redress-calculation vulnerable", username="meiling"),
)  # fmt: skip

OTHERS = (
    Member("Alfie Barnes", (AGENT,)),
    Member("Zainab Hussain", (AGENT,)),
    Member("Chloe Whitaker", (AGENT,)),
    Member("Kwame Asante", (AGENT,)),
    Member("Megan Rowlands", (AGENT,)),
    Member("Harry Lin", (AGENT,)),
    Member("Isla Robertson", (AGENT,)),
    Member("Ravi Patel", (AGENT,)),
    Member("Naomi Fletcher", (COORDINATOR,), clearances=SENSITIVE),
    Member("Stephen Achebe", (COORDINATOR,), clearances=SENSITIVE),
    Member("Claire Donnelly", (COORDINATOR,)),
    Member("Helen Macrae", (SUPERVISOR,)),
    Member("Babak Rahimi", (SUPERVISOR,)),
    Member("Theo Lindqvist", (ANALYST,)),
    Member("Dorothy Ainsworth", (COMPLIANCE,), clearances=EVERYTHING),
    Member("Sam Whitlock", (ADMINISTRATOR,)),
)
STAFF = (*HANDLERS, *OTHERS)

SHOWN = (
    (AGENT, "alfie"), (COORDINATOR, "naomi"), (COORDINATOR, "stephen"), (HANDLER, "priya"), (HANDLER, "hugh"),
    (MANAGER, "yasmin"), (MANAGER, "eleanor"), (SUPERVISOR, "helen"), (SUPERVISOR, "babak"), (ANALYST, "theo"),
    (COMPLIANCE, "dorothy"), (ADMINISTRATOR, "sam"),
)  # fmt: skip
"""The logins that are printed: one a role, two where a second person is needed."""

REPORTS = {
    "eleanor": "margaret yasmin gareth grace hugh kerry ewan ruth vikram duncan stephen helen dorothy sam theo",
    "margaret": "rhys fatima oliver chidinma",
    "yasmin": "ines meiling",
    "grace": "callum nia tomasz",
    "hugh": "priya daniel sofia aleksandra",
    "kerry": "joanna amit",
    "ewan": "leila marcus shreya",
    "ruth": "patience sean imani",
    "vikram": "jamal hollie",
    "stephen": "naomi claire alfie zainab chloe kwame megan harry isla ravi",
    "helen": "babak",
}
"""Who works for whom: whoever is involved in a complaint does not get it, nor does their line manager."""

ABSENCES = (
    ("ruth", 3, None, "Annual leave"),
    ("ines", 17, 11, "Annual leave"),
    ("imani", 41, 33, "Training"),
    ("amit", 118, 60, "Parental leave"),
    ("callum", 205, 191, "Annual leave"),
    ("daniel", 150, 143, "Sick leave"),
    ("hollie", 20, 12, "Annual leave"),
)
"""Who is away: from how many days ago to how many days ago; None: until Monday in a week's time at the latest."""


def make(today: datetime, password: str) -> None:
    """Make teams, skills, clearances, staff and absences. One password for all: it is a demo."""
    Team.objects.bulk_create(Team(code=code, name=name) for code, (name, _capacity) in TEAMS.items())
    Skill.objects.bulk_create(Skill(code=code, name=name) for code, name in SKILLS.items())
    for kind, name in CLEARANCES.items():
        Clearance.objects.get_or_create(kind=kind, defaults={"name": name})
    secret = make_password(password)
    for member in STAFF:
        _hire(member, secret)
    for login, reports in REPORTS.items():
        for user in User.objects.filter(username__in=reports.split()):
            user.line_manager = User.objects.get(username=login)
            user.save(update_fields=["line_manager"])
    for login, since, until, reason in ABSENCES:
        ends = _next_monday(today) if until is None else today - timedelta(days=until)
        handler = Handler.objects.get(user__username=login)
        Absence.objects.create(handler=handler, starts_at=today - timedelta(days=since), ends_at=ends, reason=reason)


def _hire(member: Member, secret: str) -> None:
    first, _space, last = member.name.partition(" ")
    user = User.objects.create(
        username=member.login, first_name=first, last_name=last, password=secret, is_staff=True,
        email=f"{member.login}@{DOMAIN}",
    )  # fmt: skip
    user.groups.set(Group.objects.filter(name__in=member.roles))
    user.clearances.set(Clearance.objects.filter(kind__in=member.clearances.split()))
    if member.team:
        _name, usual = TEAMS[member.team]
        handler = Handler.objects.create(
            user=user,
            team=Team.objects.get(code=member.team),
            authority=AuthorityLevel.objects.get(level=member.level),
            languages=member.languages,
            capacity=usual if member.capacity is None else member.capacity,
        )
        handler.skills.set(Skill.objects.filter(code__in=member.skills.split()))


def _next_monday(today: datetime) -> datetime:
    """At least two days from now, so that it is still to come while somebody looks at the demo."""
    day = timezone.localdate(today) + timedelta(days=2)
    day += timedelta(days=-day.weekday() % 7)
    return timezone.make_aware(datetime.combine(day, time(9)))
