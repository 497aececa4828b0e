"""Training: from examples to a model that carries its own card, measured on rows that it had not seen."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from sklearn.metrics import roc_auc_score

from escalations.detection.risk.hearing import enough
from escalations.detection.risk.learning import Examples, Learner, future_parts, random_parts, straightened
from escalations.detection.risk.measures import by_group, measure, reliability
from escalations.detection.risk.model import Model

Array = np.ndarray[Any, np.dtype[Any]]
FEWEST_ROWS, FEWEST_OF_EACH = 100, 20
WORKING_SHARE = 0.1
"""The part of all cases that is flagged, unless somebody says otherwise: what a triage desk can look at."""
TELLS_ALL = 0.98
"""A fact that alone ranks this well was hardly known before the outcome."""
SAMPLE = 500
WORDS_SHOWN = 15
Progress = Callable[[float], None]


class TooLittle(Exception):
    """There is too little to learn from; the message says what is missing."""


@dataclass
class Told:
    """What the card says beside the figures: what is foretold, of which rows, and what was left out and why."""

    outcome: str
    positive: Sequence[str]
    dates: Sequence[Any] | None = None
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    share: float = WORKING_SHARE
    more: Mapping[str, Any] = field(default_factory=dict)


def train(examples: Examples, told: Told, progress: Progress = lambda done: None) -> Model:
    """A model with its card. Raises TooLittle."""
    began = time.monotonic()
    _check(examples)
    outcome = examples.outcome.astype(float)
    learner = Learner(examples)
    if not learner.columns and not (learner.vocabulary and enough(outcome[learner.has_text])):
        raise TooLittle(
            _("Nothing is left to learn from: no column repeats its values, and there are hardly any texts.")
        )
    progress(0.1)
    random = _judged(learner, random_parts(outcome), progress, 0.1, 0.5 if told.dates else 0.8)
    future = _judged(learner, future_parts(told.dates), progress, 0.5, 0.8) if told.dates is not None else None
    straight = straightened(random, outcome)
    model = learner.learn(np.arange(len(outcome))).set_straight(*straight)
    progress(0.95)
    card = _card(model, learner, examples, told, random, future)
    card["seconds"] = round(time.monotonic() - began, 1)
    model.manifest.update({"card": card, "columns": [column.name for column in model.columns]})
    progress(1.0)
    return model


def _check(examples: Examples) -> None:
    rows, positives = len(examples.outcome), int(examples.outcome.sum())
    if rows < FEWEST_ROWS:
        says = _("Only %(rows)d rows have a known outcome; %(fewest)d are needed to learn anything.")
        raise TooLittle(says % {"rows": rows, "fewest": FEWEST_ROWS})
    if min(positives, rows - positives) < FEWEST_OF_EACH:
        says = _("Of %(rows)d rows, %(positives)d have the outcome; %(fewest)d with and as many without are needed.")
        raise TooLittle(says % {"rows": rows, "positives": positives, "fewest": FEWEST_OF_EACH})


def _judged(learner: Learner, parts: Any, progress: Progress, start: float, end: float) -> Array:
    """Each part by a model of the others, and how far that is."""
    judged = np.full(len(learner.outcome), np.nan)
    for number, part in enumerate(parts, start=1):
        one = learner.judged_by_others([part])
        judged = np.where(np.isnan(one), judged, one)
        progress(start + (end - start) * number / len(parts))
    return judged


# --- the card ----------------------------------------------------------------------------------------------------


def _card(
    model: Model, learner: Learner, examples: Examples, told: Told, random: Array, future: Array | None
) -> dict[str, Any]:
    outcome = learner.outcome
    probable = _probable(random, straightened(random, outcome))
    measures = measure(probable, outcome, told.share)
    card: dict[str, Any] = {
        "outcome": told.outcome,
        "positive": list(told.positive),
        "rows": len(outcome),
        "with_text": int(learner.has_text.sum()),
        "random": measures.plain,
        "reliability": [[one.rows, round(one.told, 4), round(one.came, 4)] for one in reliability(probable, outcome)],
        "groups": by_group(probable, outcome, measures.threshold, told.groups),
        "facts": _facts(model, examples),
        "left_out": learner.left_out,
        "words": _words(model),
        "warnings": _warnings(learner),
        **told.more,
    }
    heard = learner.has_text
    if len(heard) and not heard.all() and _enough_of_each(outcome[heard]):
        card["with_words"] = measure(probable[heard], outcome[heard], told.share).plain
    threshold = measures.threshold
    if future is not None and told.dates is not None:
        card["period"] = [str(min(told.dates)), str(max(told.dates))]
        card["future"], threshold = _future(future, outcome, told, model)
    card["threshold"] = round(threshold, 6)
    return card


def _enough_of_each(outcome: Array) -> bool:
    came = int(outcome.sum())
    return min(came, len(outcome) - came) >= FEWEST_OF_EACH


def _future(judged: Array, outcome: Array, told: Told, model: Model) -> tuple[dict[str, Any], float]:
    """The last fifth by date, judged by a model of all before it and set straight by the fifths between; and the
    working point in the probabilities that this model gives."""
    dates = told.dates or ()
    *_former, (_before, last) = future_parts(dates)
    between = judged.copy()
    between[last] = np.nan
    probable = _probable(judged[last], straightened(between, outcome))
    since = {"since": str(min(dates[row] for row in last))}
    known = ~np.isnan(judged)
    latest = _probable(judged[known], (model.slope, model.offset))
    working = measure(latest, outcome[known], told.share)
    return {**measure(probable, outcome[last], told.share).plain, **since}, working.threshold


def _probable(judged: Array, straight: tuple[float, float]) -> Array:
    slope, offset = straight
    found: Array = 1 / (1 + np.exp(-(slope * judged + offset)))
    return found


def _facts(model: Model, examples: Examples) -> list[dict[str, Any]]:
    """By how much each fact moves the probability, on the average of some examples; the strongest first."""
    step = max(1, len(examples.outcome) // SAMPLE)
    facts = {name: cells[::step] for name, cells in examples.facts.items()}
    texts = examples.texts[::step] if examples.texts else None
    rows = len(examples.outcome[::step])
    whole = model.probabilities(facts, texts, rows)
    found = []
    for column in model.columns:
        without = model.probabilities({**facts, column.name: ["\0"] * rows}, texts, rows)
        moved = round(float(np.abs(whole - without).mean()), 4)
        found.append({"name": column.name, "kind": column.kind, "values": len(column.levels), "moved": moved})
    return sorted(found, key=lambda one: -one["moved"])


def _words(model: Model) -> dict[str, list[str]]:
    """The words that say most for and against the outcome."""
    if model.wording is None:
        return {}
    ranked = model.wording.ranked()
    return {"for": ranked[:WORDS_SHOWN], "against": ranked[::-1][:WORDS_SHOWN]}


def _warnings(learner: Learner) -> list[str]:
    """Facts that are too good to have been known before."""
    found = []
    every = np.arange(len(learner.outcome))
    for index, column in enumerate(learner.columns):
        alone = learner.rated(index, every)[learner.codes[index]]
        if column.size < len(every) / 20 and roc_auc_score(learner.outcome, alone) > TELLS_ALL:
            says = _("“%s” alone tells the outcome almost surely. Is it really known at intake?")
            found.append(says % column.name)
    return found
