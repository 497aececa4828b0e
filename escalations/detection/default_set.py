"""The set of criteria that Redress ships: read from files, so that it works without a database."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from escalations.detection.definition import Definition
from escalations.detection.exchange import definition_of
from escalations.phrases import languages

FOLDER = Path(__file__).parent / "lists"


@cache
def default_set() -> tuple[Definition, ...]:
    """All of them, with the phrases of every language that has a file."""
    spoken = {code: _read(code) for code in languages() if (FOLDER / f"{code}.toml").exists()}
    told = _read("criteria")["criterion"]
    return tuple(definition_of({"test": "words", **one, "lists": _lists(one["code"], spoken)}) for one in told)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _lists(code: str, spoken: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "language": language,
            "phrases": lists[code]["phrases"].strip().splitlines(),
            "silent": lists[code].get("silent", "").strip().splitlines(),
        }
        for language, lists in spoken.items()
        if code in lists
    ]
