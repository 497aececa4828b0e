"""Criteria for tests: made of phrases in a line, and put in force by two people."""

from collections.abc import Iterable, Sequence
from typing import Any

from escalations.detection import Definition
from escalations.detection.definition import WordList
from escalations.detection.exchange import draft
from escalations.models import CriteriaSet, Reexamination
from routing.models import User


def worded(kind: str, *phrases: str, silent: Sequence[str] = (), language: str = "en", **more: Any) -> Definition:
    """A criterion of words; its code is its kind."""
    lists = (WordList(language, phrases, tuple(silent)),)
    told = {"code": kind.replace("_", "-"), "name": f"{kind} said", "kind": kind, "test": "words", "lists": lists}
    return Definition(**{**told, **more})


def publish(definitions: Iterable[Definition], author: User, publisher: User, *, examined: bool = True) -> CriteriaSet:
    """In force from now on. `examined`: as if all open cases had been examined by them already."""
    version = draft(definitions, author)
    version.publish(publisher)
    if examined:
        Reexamination.objects.create(criteria_set=version, finished_at=version.published_at)
    return version
