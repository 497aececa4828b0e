"""Those of the ten cases that are still open: 4, 5, 8, 9 and 10."""

from datetime import timedelta
from decimal import Decimal

from config.demo import inquiry, steps, work
from config.demo.office import at_time
from config.demo.script import Script, authority_checked
from config.demo.ten_told import Told, contact
from config.demo.work import Grant
from escalations.detection import business_days
from escalations.intake import Draft
from escalations.states import Channel, RestrictedKind, Severity


def the_fraud_team(script: Script) -> Told:
    """The refund is above level 3: it waits for a head. The call-taker is a handler and must not have the case."""
    script.on(10, "10:20", steps.acknowledge)
    script.on(10, "11:00", work.investigate)
    script.on(
        9,
        "10:30",
        work.note(
            "Receiving bank froze 410.00; the rest was moved on within twenty minutes. Police informed, they ask us "
            "to hold any contact with the receiver."
        ),
    )
    script.on(7, "14:00", work.note("Same receiver as in two earlier cases of this month."))
    inquiry.police_ask_to_hold(script)
    script.on(
        4,
        "11:00",
        work.write(
            "holding",
            "We have not finished, and you wait for a large sum. The call of that afternoon has been found "
            "and I will answer by the end of next week at the latest.",
        ),
    )
    script.on(
        3,
        "15:00",
        work.find(
            "happened",
            "upheld",
            "ours",
            "You rang eleven minutes after the last payment and waited forty. "
            "Most of the money was still there when you rang.",
        ),
        work.cause("urgent-line", "provisional"),
    )
    script.on(2, "10:00", work.propose(Grant("refund", Decimal(18400)), Grant("distress", Decimal(500))))
    script.on(1, "16:00", work.first_agrees)
    return Draft(
        contact=contact("Marian Castle", "102965", phone="07700 900814", region="East of England", segment="personal"),
        what_happened="A man who said he was your fraud team made me move 18,400. I rang you eleven minutes later and sat on hold for "
        "forty. I cannot sleep and the rent is due.",
        wanted="My 18,400, and the rent paid in time.",
        happened_on=script.day(11).date(), received_at=script.day(10, "09:50"), channel=Channel.PHONE, amount=Decimal(18400),
        currency="GBP", severity=Severity.CRITICAL, points=script.point("payments", "scam"),
        complaint_type=script.bank.choices["complaint_type", "fraud"],
        attempts=(script.tried(11, "16:31", "ewan", "Took the call after forty minutes on hold; asked the receiving bank to freeze.", "failed"),),
    ), "chloe", {}  # fmt: skip


def laughed_at(script: Script) -> Told:
    """Restricted; the manager who is named is a handler by now: he is excluded, and so is whoever he works for."""
    script.on(12, "11:20", steps.name("gareth", "He was the manager of the branch on that day."))
    script.on(12, "12:00", steps.accept, steps.place_by_hand)
    script.on(12, "14:00", steps.acknowledge)
    script.on(11, "09:30", work.investigate)
    script.on(
        9,
        "11:00",
        work.note("Video seen, 48 seconds. The words are as described; two colleagues can be heard to laugh."),
    )
    script.on(
        6, "10:00", work.write("update", "I have seen your daughter's film and am speaking to everybody who was there.")
    )
    script.on(3, "14:30", work.propose(Grant("apology"), Grant("distress", Decimal(400))))
    return Draft(
        contact=contact("Olusegun Adebayo", "105512", phone="07700 900347", region="Wales", segment="personal"),
        what_happened="The branch manager laughed at my accent in front of the queue and said to bring someone who speaks properly. My "
        "daughter filmed it.",
        wanted="An apology from him, in front of the same people.",
        happened_on=script.day(13).date(), received_at=script.day(12, "11:05"), channel=Channel.PHONE, severity=Severity.HIGH,
        points=script.point("branch", "conduct"), restricted_kind=RestrictedKind.DISCRIMINATION,
        complaint_type=script.bank.choices["complaint_type", "conduct"],
        attempts=(script.tried(13, "15:20", "megan", "Rang the branch: its manager says that he was misunderstood, and is sorry if so."),),
    ), "megan", {}  # fmt: skip


def not_complaining(script: Script) -> Told:
    """Nothing was tried: she asks for somebody to look, the coordinator sends it back. The deadline is today at five.
    Made at the end of a week, three business days are over before then: she asks before it is too old by itself."""
    received = at_time(script.until_day - timedelta(days=5), 17)
    too_old = business_days.after(received, 3)
    evenings = (received + timedelta(days=days) for days in (4, 3, 2))
    asked = next(at for at in evenings if at.weekday() < 5 and at + timedelta(hours=1) < too_old)
    script.at(asked, steps.asks_herself("Would somebody look at that machine?"))
    script.at(
        asked + timedelta(minutes=40),
        steps.send_back(
            "Nothing was tried and the customer is not even angry. Say sorry for the leaflet and settle it today; or is it an enquiry?"
        ),
    )
    return Draft(
        contact=contact("Gladys Umney", "100023", phone="020 7946 0321", region="South East", segment="personal"),
        what_happened="I am not complaining, but your machine kept my card and gave me a leaflet. If it happens again I shall be cross.",
        wanted="My card.",
        happened_on=(received - timedelta(days=1)).date(), received_at=received, channel=Channel.PHONE, severity=Severity.LOW,
        points=script.point("card", "cash-machine", "debit-card"),
        complaint_type=script.bank.choices["complaint_type", "service"],
    ), "alfie", {}  # fmt: skip


def nine_calls_a_day(script: Script) -> Told:
    """Accepted at once, with a case summary of 5 in 10: her agent is asked for the rest. Nobody with arrears and authority 3 is in before Monday: it waits for a decision by hand."""
    received = at_time(script.until_day - timedelta(days=1), 15, 50)
    script.at(
        received + timedelta(minutes=25),
        steps.acknowledge,
        authority_checked("Signed form of the charity", "This complaint"),
    )
    return Draft(
        contact=contact("Dean Pratchett", "108804", phone="07700 900690", region="North East", segment="personal"),
        representative=contact("Fenland Debt Help", "900004", email="casework@fenland-debt-help.example"),
        what_happened="I told you that I lost my job, and you still rang nine times in a day. I do not know what I will do if this goes on.",
        received_at=received, channel=Channel.PHONE, severity=Severity.CRITICAL,
        points=script.point("loan", "collections", "personal-loan"),
        complaint_type=script.bank.choices["complaint_type", "hardship"],
        attempts=(script.tried(2, "16:10", "harry", "Asked the dialler team to stop the calls; they start again at night.", "failed"),),
    ), "zainab", {"needs": [("hardship", "No calls at all; write to the charity")]}  # fmt: skip


def sem_aviso(script: Script) -> Told:
    """Waits for somebody at the Executive Office who speaks Portuguese; the sweep places it when she is back."""
    script.on(11, "10:40", steps.acknowledge)
    script.on(11, "12:00", steps.accept)
    script.on(6, "09:40", work.investigate, work.add_point("business", "service"), work.add_point("business", "data"))
    script.on(
        5,
        "11:00",
        work.write(
            "update",
            "Li a sua carta e pedi o processo do fecho da conta. A cópia de tudo o que temos sobre si segue "
            "dentro de um mês. Volto a escrever-lhe na próxima semana.",
        ),
    )
    script.on(
        4,
        "15:10",
        work.note(
            "Closing file asked for: no reason is given in it but a code. Nothing of this case is to be deleted."
        ),
    )
    inquiry.waits_for_the_customer(script)
    script.on(2, "10:15", steps.customer_says("Obrigado pela resposta em português. Os ordenados são na sexta-feira."))
    return Draft(
        contact=contact("Rui Tavares", "105077", email="loja.tavares@example.org", language="pt", region="London", segment="business"),
        what_happened="Fecharam a conta da minha loja sem aviso e retêm 9.870. Ninguém me diz porquê. Vou ao provedor e aos jornais, e "
        "quero cópia de tudo.",
        wanted="Os 9.870, a razão, e cópia de tudo.",
        happened_on=script.day(12).date(), received_at=script.day(11, "10:05"), channel=Channel.EMAIL, amount=Decimal(9870),
        currency="GBP", severity=Severity.HIGH, language="pt", points=script.point("business", "account-closed"),
        complaint_type=script.bank.choices["complaint_type", "decision"],
        attempts=(script.tried(12, "14:00", "harry", "Explained in English that the decision is final."),),
    ), "harry", {}  # fmt: skip
