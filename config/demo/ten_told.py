"""Those of the ten cases whose outcome has been given: 1, 2, 3, 6 and 7."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from config.demo import inquiry, steps, work
from config.demo.script import Script, accept_for, authority_checked, noted_by
from config.demo.work import Grant
from escalations.intake import Draft
from escalations.people import Contact
from escalations.states import Channel, Severity

Told = tuple[Draft, str, dict[str, Any]]


def contact(name: str, number: str, *, email: str = "", language: str = "en", region: str = "", **more: Any) -> Contact:
    known = {"external_system": "northmere", "external_id": f"NM-{number}", "language": language, "region": region}
    return Contact(name=name, email=email or f"{name.split()[0].lower()}.{number}@example.org", **{**known, **more})


def _two_queries_closed_each_other(script: Script) -> None:
    script.on(41, "10:50", steps.acknowledge)
    script.on(41, "11:30", steps.accept, steps.place_by_hand)
    script.on(
        41,
        "12:00",
        noted_by("naomi", "Two goodwills of 25.00 within five days are one of 50.00: above the agents' limit."),
    )
    script.on(40, "09:15", work.investigate)
    script.on(39, "14:20", work.note("Both queries were opened, and each was closed as a duplicate of the other."))
    script.on(
        36,
        "11:00",
        work.find(
            "happened",
            "upheld",
            "ours",
            "You were charged 184.20 twice. Two of our queries about it "
            "closed each other, so that nobody rang you back.",
        ),
        work.cause("hand-off-lost"),
    )


def _paid_and_checked(script: Script) -> None:
    script.on(
        35,
        "15:10",
        work.propose(Grant("refund", Decimal("184.20")), Grant("distress", Decimal(50))),
        work.decide_waiting,
    )
    script.on(35, "16:00", work.communicate)
    script.on(34, "10:00", work.answer_letter)
    script.on(33, "19:12", work.customer_accepts("I accept. Thank you for the name."))
    script.on(32, "09:30", work.pay, work.close)
    script.on(30, "14:00", noted_by("dorothy", "Quality check: right outcome, fair letter, redress paid. Passed."))


def charged_twice(script: Script) -> Told:
    _two_queries_closed_each_other(script)
    _paid_and_checked(script)
    return Draft(
        contact=contact("Ana Silva", "104031", phone="07700 900118", segment="personal", region="London"),
        what_happened="You charged me twice and nobody called back. This is the third time I call about 184.20 and each time it is "
        "five more days. I want my money and somebody's name.",
        wanted="184.20 back, and the name of somebody who is responsible.",
        happened_on=script.day(55).date(), received_at=script.day(41, "10:20"), channel=Channel.PHONE, amount=Decimal("184.20"),
        currency="GBP", severity=Severity.MEDIUM, points=script.point("card", "double-charge", "debit-card"),
        complaint_type=script.bank.choices["complaint_type", "transactions"],
        attempts=(
            script.tried(49, "11:10", "zainab", "Raised a query and gave 25.00 goodwill; promised a call in five days.", "failed"),
            script.tried(45, "16:40", "harry", "Raised the query again and offered 25.00 goodwill; five more days."),
        ),
    ), "alfie", {}  # fmt: skip


def _looked_for_the_recording(script: Script) -> None:
    script.on(75, "11:30", steps.acknowledge)
    script.on(75, "14:00", steps.accept, steps.place_by_hand)
    script.on(74, "10:10", work.investigate, work.add_point("mortgage", "service"))
    inquiry.recording_found_late(script)
    script.on(
        66,
        "15:00",
        work.write(
            "update",
            "The recording has not been found yet. We are looking for it by the adviser's line and "
            "not only by your number.",
        ),
    )


def _upheld_one_of_two_points(script: Script) -> None:
    script.on(
        59,
        "10:00",
        work.find(
            "happened",
            "upheld",
            "ours",
            "The recording shows that you were told you could overpay 15,000 free of charge.",
        ),
        work.find(
            "not",
            "not_upheld",
            "nobody",
            "The recording was kept all along; it was filed under another line.",
            position=2,
        ),
        work.cause("wrong-information"),
        work.cause("evidence-not-kept", position=2),
    )
    script.on(
        58, "14:30", work.note("Distress: 200.00 was the first thought; by the scale for ten weeks it is 150.00.")
    )
    script.on(
        58,
        "14:40",
        work.work_out(Decimal(1140), script.day(58).date() - timedelta(days=92), script.day(58).date()),
    )
    script.on(
        58,
        "15:00",
        work.propose(
            Grant("refund", Decimal(1140)), Grant("interest", Decimal("22.99")), Grant("distress", Decimal(150))
        ),
        work.decide_waiting,
        work.communicate,
    )
    script.on(56, "10:30", work.answer_letter)


def _disputed(script: Script) -> None:
    script.on(
        53,
        "17:20",
        work.customer_refuses("Ten weeks, and you call 150 an answer. The recording was there all the time."),
    )
    script.on(
        52,
        "09:30",
        work.further("Ten weeks of being told that there is no recording is worth more than that.", by_customer=True),
        steps.place_by_hand,
    )
    script.on(50, "11:00", work.investigate, work.communicate)
    script.on(48, "16:00", work.answer_letter)


def _the_ombudsman_added(script: Script) -> None:
    script.on(
        21,
        "10:00",
        work.reopen("The ombudsman agrees with our finding and adds 100.00 for distress."),
        steps.place_by_hand,
    )
    script.on(
        20,
        "09:20",
        work.investigate,
        work.propose(Grant("distress", Decimal(100))),
        work.decide_waiting,
        work.communicate,
    )
    script.on(
        19, "11:00", work.write("addendum", "As the ombudsman decided, we add 100.00 for distress."), work.resolve
    )
    script.on(17, "18:05", work.customer_accepts("Then let us leave it at that."))
    script.on(16, "10:00", work.pay, work.close)


def what_the_adviser_said(script: Script) -> Told:
    _looked_for_the_recording(script)
    _upheld_one_of_two_points(script)
    _disputed(script)
    _the_ombudsman_added(script)
    return Draft(
        contact=contact("Peter Holroyd", "101277", phone="07700 900461", region="Yorkshire", segment="premier"),
        what_happened="In March your adviser said on a recorded call that I could overpay 15,000 free of charge. In May you took 1,140 "
        "and now cannot find the call. I do not want to go to court, I want what I was told.",
        wanted="The 1,140 back, as I was told.",
        happened_on=script.day(90).date(), received_at=script.day(75, "10:40"), channel=Channel.LETTER, amount=Decimal(1140),
        currency="GBP", severity=Severity.HIGH, points=script.point("mortgage", "early-repayment", "fixed-rate"),
        complaint_type=script.bank.choices["complaint_type", "charges"],
        attempts=(script.tried(80, "15:30", "isla", "Explained the charge and looked for the call; not found."),),
    ), "isla", {}  # fmt: skip


def _stopped_the_letters(script: Script) -> None:
    script.on(
        28, "10:30", steps.acknowledge, authority_checked("Grant of probate, seen in the branch", "The whole estate")
    )
    script.on(
        28,
        "11:10",
        accept_for("patience", "Bereavement: Patience has the skill and deals with such cases from end to end."),
    )
    script.on(27, "09:10", work.investigate)
    script.on(
        27,
        "10:00",
        work.note(
            "Death registered on the savings account in January, not on the current account. Corrected today; "
            "letters stopped by hand until the correction has gone through."
        ),
    )
    script.on(
        26,
        "11:30",
        work.write("update", "No letter will go to your mother again: we have stopped them by hand and checked twice."),
    )


def _approved_one_level_up(script: Script) -> None:
    script.on(
        18,
        "14:00",
        work.find(
            "happened",
            "upheld",
            "ours",
            "The certificate reached us three times and was entered on one of two "
            "accounts. The overdraft fees should never have been taken.",
        ),
        work.cause("marker-not-passed"),
    )
    script.on(16, "10:20", work.propose(Grant("refund", Decimal(62)), Grant("distress", Decimal(300))))
    script.on(14, "15:40", work.decide_waiting)
    script.on(13, "10:00", work.communicate)
    script.on(12, "11:00", work.answer_letter)
    script.on(
        9, "16:30", work.customer_accepts("Thank you. Please pay it to the estate's account, and let that be all.")
    )


def letters_to_the_dead(script: Script) -> Told:
    _stopped_the_letters(script)
    _approved_one_level_up(script)
    return Draft(
        contact=contact("Joan Boyd", "099812", email="estate.boyd@example.org", region="North West", segment="personal"),
        representative=contact("Catherine Boyd", "106540", phone="07700 900735", region="North West"),
        what_happened="My mother died in January and I have sent the certificate three times. Yesterday you wrote to her again about her "
        "overdraft. Please stop writing to her.",
        wanted="No more letters to her, and the fees taken off.",
        happened_on=script.day(29).date(), received_at=script.day(28, "10:05"), channel=Channel.EMAIL, amount=Decimal(62),
        currency="GBP", severity=Severity.MEDIUM, points=script.point("current-account", "bereavement", "overdraft"),
        complaint_type=script.bank.choices["complaint_type", "hardship"],
        attempts=(script.tried(33, "12:15", "ravi", "Registered the death again and promised that the letters would stop.", "failed"),),
    ), "ravi", {"needs": [("bereavement", "One named person; no letters to the deceased")]}  # fmt: skip


def locked_out_on_payday(script: Script) -> Told:
    script.on(
        34, "14:10", steps.ask_for_help("One of thirty-eight about the same morning; it should be answered as one.")
    )
    script.on(34, "15:00", steps.acknowledge, steps.accept)
    script.on(33, "09:05", steps.take, work.investigate)
    script.on(
        31,
        "10:40",
        work.note("38 customers so far, all locked out by the release of 06:10. The joint holder has written as well."),
    )
    script.on(
        29,
        "11:00",
        work.find(
            "happened",
            "upheld",
            "ours",
            "The release of that morning locked out everybody whose phone had not been restarted, for nine hours.",
        ),
        work.cause("faulty-release"),
    )
    script.on(
        28,
        "10:10",
        work.propose(Grant("refund", Decimal(25)), Grant("loss", Decimal(35)), Grant("goodwill", Decimal(20))),
        work.decide_waiting,
    )
    script.on(28, "12:00", work.read_by_senior, work.communicate)
    script.on(27, "09:30", work.answer_letter)
    script.at(script.day(27, "09:31") + timedelta(days=14), steps.hear_nothing)
    return Draft(
        contact=contact("Jordan Okoye", "107718", phone="07700 900552", region="Midlands", segment="personal"),
        what_happened="Your app locked me out on payday and my rent bounced. For nine hours the chat said try later.",
        wanted="What the bounced rent cost me, 60 in all, and something for the day.",
        happened_on=script.day(36).date(), received_at=script.day(34, "13:20"), channel=Channel.CHAT, amount=Decimal(60),
        currency="GBP", severity=Severity.MEDIUM, points=script.point("app", "sign-in"),
        complaint_type=script.bank.choices["complaint_type", "technical"],
        attempts=(script.tried(35, "11:20", "kwame", "Apologised for the outage and offered 10.00."),),
    ), "kwame", {}  # fmt: skip


def _waited_for_the_other_bank(script: Script) -> None:
    script.on(100, "15:20", steps.acknowledge)
    script.on(99, "09:40", accept_for("amit", "Amit knows the transfer desk of the other bank."))
    script.on(98, "11:00", work.investigate)
    script.on(
        88,
        "10:00",
        work.write("update", "We have asked the other bank when it sent the money and wait for its answer."),
    )
    script.on(
        80,
        "09:30",
        work.note("Taken over: everything is in the file. The other bank has answered half of our questions."),
    )
    script.on(
        64,
        "11:00",
        work.write(
            "holding",
            "We are not able to answer yet: the other bank has not told us when it sent the money. You do not "
            "have to wait for us: you can go to the Financial Ombudsman Service now, free of charge.",
        ),
    )


def _taken_one_tier_up(script: Script) -> None:
    script.on(
        58,
        "10:00",
        work.further("Eight weeks have passed because two banks wait for each other; somebody must ring theirs."),
        steps.place_by_hand,
    )
    script.on(57, "09:20", work.investigate)
    script.on(
        55,
        "15:00",
        work.add_point("isa", "service"),
        work.refer(
            2,
            "Castlegate Bank",
            "For eleven of the days your money was with the other bank. With your consent we have passed that "
            "part of your complaint on to them; they will write to you by themselves.",
            "for eleven of these days the money was with you.",
        ),
    )
    script.on(
        50,
        "10:30",
        work.find(
            "partly",
            "partly",
            "ours",
            "Of the 212.30 that you lost, 62.14 fell into the time of the other bank; 150.16 is ours.",
        ),
        work.cause("other-bank"),
    )


def _given_its_outcome(script: Script) -> None:
    script.on(
        49,
        "11:00",
        work.propose(Grant("loss", Decimal("150.16")), Grant("distress", Decimal(75))),
        work.decide_waiting,
        work.communicate,
    )
    script.on(47, "10:00", work.answer_letter)
    script.on(44, "12:30", work.customer_accepts("The folder is closed. I accept."))
    script.on(43, "09:00", work.pay, work.close)


def _reopened_for_a_sort_code(script: Script) -> None:
    script.on(
        30,
        "10:10",
        work.reopen("The payment went to a wrong sort code: a digit was turned round when it was keyed."),
        steps.place_by_hand,
    )
    script.on(29, "09:30", work.investigate, work.propose(Grant("apology")), work.communicate)
    script.on(
        29,
        "14:00",
        work.write("addendum", "The payment has been sent again to the right account. I am sorry for the slip."),
        work.resolve,
    )
    script.on(27, "11:15", work.customer_accepts("It has arrived."))
    script.on(27, "14:00", work.pay, work.close)


def ten_weeks_for_an_isa(script: Script) -> Told:
    _waited_for_the_other_bank(script)
    _taken_one_tier_up(script)
    _given_its_outcome(script)
    _reopened_for_a_sort_code(script)
    return Draft(
        contact=contact("Rosemary Whitlam", "098140", phone="07700 900276", region="South West", segment="premier"),
        what_happened="I asked you ten weeks ago to bring my 27,000 ISA over. I lost your 4.1 % while two banks blamed each other. I have a "
        "folder of promises.",
        wanted="The interest that I lost, 212.30.",
        happened_on=script.day(150).date(), received_at=script.day(100, "14:45"), channel=Channel.LETTER, amount=Decimal(27000),
        currency="GBP", severity=Severity.MEDIUM, points=script.point("isa", "transfer", "cash-isa"),
        complaint_type=script.bank.choices["complaint_type", "service"],
        attempts=(script.tried(108, "10:00", "megan", "Chased the other bank for the third form.", "failed"),),
    ), "megan", {}  # fmt: skip
