"""Fills the blanks of a story: `[this|that]` chooses, `{amount}` stands for a value drawn once for the case."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

CHOICE = re.compile(r"\[([^\[\]]*)\]")
SENTENCE = re.compile(r"(?:^|(?<=[.?!] ))[a-z]")
MERCHANTS = (
    "Fenwick Garden Centre", "Brightside Electrical", "a petrol station in Goole", "Harbour Fish Bar", "Quayside Cycles",
    "Pennine Outdoor", "Marlow & Daughters", "the Copper Kettle", "Sunhaven Holidays", "Trackside Parking",
    "Bluebell Pharmacy", "a hotel in Whitby", "Loomcraft Carpets", "Peak Fitness", "Tidewater Ferries",
)  # fmt: skip
TOWNS = (
    "Halifax", "Barnsley", "Kendal", "Chester", "Hexham", "Swindon", "Truro", "Lowestoft", "Perth", "Bangor", "Kettering",
    "Taunton", "Grimsby", "Ripon", "Margate", "Luton",
)  # fmt: skip
COLLEAGUES = ("Darren", "Katie", "a Mr Ellis", "Lauren", "a lady called Pam", "Josh", "Amelia", "somebody called Ned")
BANKS = ("Halden Bank", "the Severn Building Society", "Castlegate Bank", "Orwell Mutual")
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Blanks:
    """The values of one case. Amounts are in pounds, two places."""

    values: dict[str, str]
    amount: Decimal | None
    happened_on: date

    def fill(self, text: str, rng: Random) -> str:
        """The text with each choice made and each blank filled."""
        while CHOICE.search(text):
            text = CHOICE.sub(lambda match: rng.choice(match[1].split("|")), text)
        return SENTENCE.sub(lambda match: match[0].upper(), text.format(**self.values))


def draw(rng: Random, received: date, between: tuple[int, int] | None) -> Blanks:
    happened = received - timedelta(days=rng.randrange(6, 30))
    amount = _amount(rng, between) if between else None
    small = Decimal(rng.randrange(3, 25)) + rng.choice((Decimal("0.00"), Decimal("0.50"), Decimal("0.99")))
    values = {
        "amount": f"{amount or small:,.2f}",
        "small": f"{small:,.2f}",
        "date": f"{happened.day} {happened:%B}",
        "earlier": _day(happened - timedelta(days=rng.randrange(15, 70))),
        "day": f"{happened:%A}",
        "month": f"{happened:%B}",
        "merchant": rng.choice(MERCHANTS),
        "town": rng.choice(TOWNS),
        "who": rng.choice(COLLEAGUES),
        "bank": rng.choice(BANKS),
        "n": rng.choice(NUMBERS),
        "minutes": str(rng.randrange(18, 95)),
        "weeks": str(rng.randrange(5, 13)),
        "years": str(rng.randrange(3, 41)),
    }
    return Blanks(values, amount, happened)


def _amount(rng: Random, between: tuple[int, int]) -> Decimal:
    low, high = between
    pounds = Decimal(rng.randrange(low, high))
    if pounds >= 2000:
        return pounds - pounds % 50
    return pounds + Decimal(rng.choice((0, 0, 20, 35, 49, 50, 75, 90, 99))) / 100


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
