"""A made-up bank whose late cards and rude words are escalated: small enough to learn from in a moment."""

import csv
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from escalations.detection.risk.learning import Examples
from escalations.detection.risk.training import Told, train

PRODUCTS, REGIONS = ("Card", "Loan", "Savings"), ("North", "South", "")
CALM = "please kindly look into this when you can thanks regards wonder question statement branch"
CROSS = "furious ombudsman again nobody ignored disgrace third time lied shouted promised useless"


def made(rows: int, seed: int = 1) -> list[dict[str, str]]:
    """Rows with facts, words and what came of them: cards, and each cross word, make it likelier to be escalated."""
    draw = random.Random(seed)
    found = []
    for number in range(rows):
        product, cross = draw.choice(PRODUCTS), draw.randint(0, 4)
        words = [
            *draw.choices(CROSS.split(), k=cross),
            *draw.choices(CALM.split(), k=5 - cross),
            "XXXX",
            f"on {number}",
        ]
        chance = 0.02 + 0.25 * (product == "Card") + 0.17 * cross
        found.append({
            "Number": f"C-{number}", "Received": f"2025-{1 + number * 12 // rows:02d}-{1 + number % 28:02d}",
            "Product": product, "Region": draw.choice(REGIONS), "Amount": f"{draw.uniform(5, 900):,.2f}",
            "Story": " ".join(words) if number % 5 else "", "Escalated": "Yes" if draw.random() < chance else "No",
        })  # fmt: skip
    return found


def examples(rows: list[dict[str, str]]) -> Examples:
    facts = {name: [row[name] for row in rows] for name in ("Product", "Region", "Amount")}
    came = np.array([row["Escalated"] == "Yes" for row in rows])
    return Examples(facts, came, [row["Story"] for row in rows])


@pytest.fixture(scope="session")
def model():
    rows = made(600)
    groups = {"Region": [row["Region"] for row in rows]}
    return train(examples(rows), Told("Escalated", ["Yes"], dates=[row["Received"] for row in rows], groups=groups))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows as a CSV file."""

    def to(rows: list[dict[str, str]], name: str = "past.csv", separator: str = ",", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding=encoding) as file:
            writer = csv.DictWriter(file, rows[0], delimiter=separator)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return to
