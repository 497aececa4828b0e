"""What stands beside the ten cases: the others of one bad morning, the joint holder's mail, a second victim of the same
payee, and what came in as a complaint and was not ours to answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from random import Random

from config.demo import steps
from config.demo.bank import Bank, Case
from config.demo.customers import Customers
from config.demo.office import Office
from config.demo.plan import AGENTS, Planned
from config.demo.script import Script
from config.demo.steps import Step, come_in
from config.demo.ten_told import contact
from escalations import incidents
from escalations.intake import Draft
from escalations.models import Complaint, Incident, IncidentFinding, Message
from escalations.states import Channel, Severity

FOUND = "The release of that morning locked out everybody whose phone had not been restarted, for nine hours."
LETTER = (
    "We have your complaint. The cause is known: the release of that morning locked out every phone that had not been "
    "restarted. Whoever took your complaint will ring you tomorrow about what it cost you."
)
SETTLED = (
    "Told the customer the cause; the charge that came of it and 20.00 for the day are paid. The customer accepts."
)
OPENINGS = (
    "On payday your app would not open.", "My phone showed your logo and nothing else on payday morning.",
    "Nine hours without my account, on the day the wages come.", "Your sign-in screen turned in circles all morning.",
    "I could not get into the app from ten past six.", "From breakfast to tea your app said to try again.",
)  # fmt: skip
CAME_OF_IT = (
    "My card top-up for the bus did not go through.", "The nursery charged me for paying late.",
    "I had to leave my shopping at the till.", "My landlord's fee for a late transfer is 15.00.",
    "I walked to the branch and queued with thirty others.", "My son's lunch money did not reach him.",
)  # fmt: skip
NUMBER = len(OPENINGS) * len(CAME_OF_IT) + 6
"""How many complaints come with `beside`."""


def beside(seed: int, bank: Bank, until: datetime, ten: list[Planned]) -> Iterator[Planned]:
    script = Script(bank, Office(until), until)
    fraud, payday = ten[3].case, ten[5].case
    crowd = list(_crowd(seed, script, payday))
    yield from crowd
    yield _planned(seed, script, "joint holder", _joint_holder(script, payday))
    yield _planned(seed, script, "same payee", _same_payee(script, fraud))
    for number, (draft, moments) in enumerate(_not_ours(script)):
        yield _planned(seed, script, f"not ours {number}", (draft, moments))


Told = tuple[Draft, list[tuple[datetime, Step]]]


def _planned(seed: int, script: Script, name: str, told: Told) -> Planned:
    draft, moments = told
    rng = Random(f"{seed} {name}")
    return Planned(name, Case(draft, rng.choice(AGENTS), rng), [(draft.received_at or script.until, come_in), *moments])


# --- one morning, many complaints ---------------------------------------------------------------------------------


def _crowd(seed: int, script: Script, payday: Case) -> Iterator[Planned]:
    customers = Customers(Random(f"{seed} payday"), script.until_day)
    cases: list[Case] = [payday]
    for number, (opening, came) in enumerate(product(OPENINGS, CAME_OF_IT)):
        received = script.day(36 if number % 3 else 35, "10:05") + timedelta(minutes=7 * number)
        draft = Draft(
            contact=replace(customers.draw(), external_id=f"NM-6{number:05d}"), what_happened=f"{opening} {came}",
            wanted="What it cost me, and something for the day.", happened_on=script.day(36).date(), received_at=received,
            channel=(Channel.PHONE, Channel.EMAIL, Channel.CHAT)[number % 3], severity=Severity.MEDIUM,
            points=script.point("app", "sign-in"), complaint_type=script.bank.choices["complaint_type", "technical"],
        )  # fmt: skip
        paid = script.day(33, "09:30") + timedelta(minutes=5 * number)
        moments = [(paid, steps.settle(SETTLED, "faulty-release"))]
        if number == 0:
            moments = [(script.day(34, "16:30"), _found_once_and_told_to_all(cases)), *moments]
            moments.append((paid + timedelta(days=14, minutes=200), steps.hear_nothing))
        planned = _planned(seed, script, f"payday {number}", (draft, moments))
        cases.append(planned.case)
        yield planned


def _found_once_and_told_to_all(cases: list[Case]) -> Step:
    """The coordinator opens the incident, gathers its complaints, writes down what was found, and writes to all."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        naomi = bank.people["naomi"]
        began = case.draft.happened_on
        incident = Incident.objects.create(
            title="App lock-out on payday", began_on=began, opened_by=naomi, opened_at=at
        )
        for number, one in enumerate(cases):
            bank.do(one, "join_incident", naomi, at + timedelta(seconds=2 * number), incident=incident)
        found = {"finding": "happened", "outcome": "upheld", "fault": "ours", "cause": bank.causes["faulty-release"]}
        told = at + timedelta(minutes=20)
        IncidentFinding.objects.create(incident=incident, text=FOUND, found_by=naomi, found_at=told, **found)
        incidents.ask(incident, "write", naomi, at=told, kind="acknowledgement", body=LETTER)
        incidents.run_waiting(at=told)
        letters = Message.objects.filter(complaint__incident=incident, state=Message.State.QUEUED)
        by_case = dict(letters.values_list("complaint", "pk"))
        for one in cases:
            if one.pk in by_case:
                bank.post(one, by_case[one.pk], told + timedelta(seconds=20))

    return step


def _joint_holder(script: Script, payday: Case) -> Told:
    """Merged with the joint holder's complaint, and taken apart when it turns out to be more than the same."""

    def merge(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "merge", bank.people["naomi"], at, other=Complaint(pk=payday.pk))

    def unmerge(bank: Bank, case: Case, at: datetime) -> None:
        naomi = bank.people["naomi"]
        bank.do(
            case,
            "unmerge",
            naomi,
            at,
            "Not only the rent: her own card was refused at the till. It is answered by itself.",
        )
        incident = Incident.objects.get(title="App lock-out on payday")
        bank.do(case, "join_incident", naomi, at + timedelta(seconds=40), incident=incident)

    draft = Draft(
        contact=contact("Temi Okoye", "107719", region="Midlands", segment="personal"),
        what_happened="Jordan and I share the account, and I was locked out on payday too. The chat told me the same.",
        wanted="What we lost, and my fare home.", happened_on=script.day(36).date(), received_at=script.day(34, "17:10"),
        channel=Channel.EMAIL, severity=Severity.MEDIUM, points=script.point("app", "sign-in"),
        complaint_type=script.bank.choices["complaint_type", "technical"],
    )  # fmt: skip
    return draft, [
        (script.day(33, "10:20"), merge),
        (script.day(32, "11:00"), unmerge),
        (script.day(32, "15:00"), steps.settle(SETTLED, "faulty-release")),
        (script.day(32, "15:00") + timedelta(days=14, minutes=30), steps.hear_nothing),
    ]


# --- the same payee -----------------------------------------------------------------------------------------------


def _same_payee(script: Script, fraud: Case) -> Told:
    """Another who paid the same receiver; the link stands on both cases."""

    def link(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "link", bank.people["naomi"], at, other=Complaint(pk=fraud.pk), kind="same_payee")

    draft = Draft(
        contact=contact("Ines Farrow", "103377", region="East of England", segment="personal"),
        what_happened="The deposit of 640.00 for a camper van went to a seller who does not exist. Your own page let me pay without a word.",
        wanted="My deposit.", happened_on=script.day(16).date(), received_at=script.day(15, "10:15"), channel=Channel.EMAIL,
        amount=Decimal(640), currency="GBP", severity=Severity.MEDIUM, points=script.point("payments", "scam"),
        complaint_type=script.bank.choices["complaint_type", "fraud"],
    )  # fmt: skip
    back = "The receiver's bank has sent my deposit back, so I withdraw my complaint."
    withdrawn = steps.withdraw(back, "The receiving bank has returned the whole deposit.")
    return draft, [
        (script.day(15, "14:00"), steps.acknowledge),
        (script.day(7, "14:30"), link),
        (script.day(5, "11:00"), withdrawn),
    ]


# --- not ours -----------------------------------------------------------------------------------------------------


def _not_ours(script: Script) -> Iterator[Told]:
    for ago, said, kind, why, letter, firm in NOT_OURS:
        draft = Draft(
            contact=contact(f"{FIRST[ago]}", f"1091{ago:02d}", region="North West", segment="personal"),
            what_happened=said, wanted="What is mine.", received_at=script.day(ago, "10:40"), channel=Channel.EMAIL,
            severity=Severity.LOW, points=script.point("current-account", "service"),
            complaint_type=script.bank.choices["complaint_type", "service"],
        )  # fmt: skip
        asked, second = steps.ask_to_set_aside(kind, why, letter, firm), "Read it again: I agree."
        yield (
            draft,
            [
                (script.day(ago, "14:20"), asked),
                (script.day(ago - 1, "09:50"), steps.second_person("set_aside", second)),
            ],
        )


FIRST = {26: "Harold Pym", 31: "Bettina Frame", 44: "Selwyn Orr", 58: "Dilys Marchbank"}
NOT_OURS = (
    (26, "Orwell Mutual has counted the notice on my bond twice. I have held it with them for nine years; your address stood on the same page.",
     "referred", "The bond is Orwell Mutual's; we have no account for this customer.",
     "Your bond is with Orwell Mutual and not with us. With your consent we have passed your letter on to them today; they will "
     "write to you. You can ask us what became of it at any time.", "Orwell Mutual"),
    (31, "Please let me have a copy of all that you keep about me.", "rights_request", "A request for a copy of personal data.",
     "This is a request about your data, and we answer it as one: you will have the copy within one month. If you are not content "
     "with that, you can turn to the Information Commissioner's Office.", ""),
    (44, "When I took my first loan in 1998 a policy was sold with it. I have found the paper in the attic.", "out_of_time",
     "More than six years after the event, and more than three since the customer knew.",
     "We are not able to look into this: it is more than six years since, and you told us that you have known for more than three. "
     "You can ask the Financial Ombudsman Service whether it agrees.", ""),
    (58, "My suitcase was stolen in Lyon and the insurance of my account should pay for it.", "claim",
     "A claim on the travel insurance, passed to the insurer's desk; nobody is unhappy with us.", "", ""),
)  # fmt: skip
"""Working days ago, what was said, as what it was set aside and why, the letter to the customer, whose it is."""
