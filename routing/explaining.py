"""Why a case went where it went: from the stored decision, and from the version of then, which never changes.

What a Decision stores stands; at which condition each other rule failed is worked out again when somebody asks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from routing.engine import Compiled, CompiledRule, compile_ruleset, failed
from routing.facts import DECLARED, FACTS, OWN, Facts
from routing.models import Decision
from routing.vocabulary import Vocabulary
from routing.wording import language_name


@dataclass(frozen=True)
class Step:
    """One rule that was considered: it matched, or failed at that condition."""

    number: int
    rule: CompiledRule
    matched: bool
    condition: str = ""

    @property
    def decides(self) -> bool:
        return self.matched and not self.rule.go_on

    @property
    def sentence(self) -> str:
        """ "3. Fraud: failed at trigger has any of fraud" """
        said = f"{self.number}. {self.rule.name}"
        if not self.matched:
            return _("%(rule)s: failed at “%(condition)s”") % {"rule": said, "condition": self.condition}
        return (_("%(rule)s: decided") if self.decides else _("%(rule)s: matched, and added to it")) % {"rule": said}


@dataclass(frozen=True)
class Considered:
    """The rules down to the one that decided, and how many were not reached any more."""

    steps: list[Step]
    not_reached: int

    @property
    def decider(self) -> Step | None:
        return next((step for step in self.steps if step.decides), None)


def considered(compiled: Compiled, facts: Facts, matched: Iterable[int]) -> Considered:
    """Each rule that was asked, in order. `matched` are the ids of those that applied."""
    applied = set(matched)
    failures = {failure.rule.pk: failure.condition for failure in failed(compiled, facts)}
    steps = []
    for rule in compiled.rules:
        steps.append(Step(rule.plain.position, rule, rule.pk in applied, failures.get(rule.pk, "")))
        if steps[-1].decides:
            break
    return Considered(steps, len(compiled.rules) - len(steps))


def explain(decision: Decision) -> Considered | None:
    """The rules that this decision asked; None where no version was asked, because somebody chose by hand."""
    if decision.ruleset is None:
        return None
    compiled = compile_ruleset(decision.ruleset)
    return considered(compiled, Facts.from_stored(decision.facts), [row["rule"] for row in decision.matched])


def as_data(decision: Decision) -> dict[str, Any]:
    """The whole explanation in plain values, as the API gives it."""
    told = explain(decision)
    return {
        "decided_at": decision.decided_at,
        "placed": decision.placed,
        "reason": decision.reason,
        "ruleset": decision.ruleset.number if decision.ruleset else None,
        "team": decision.team.code if decision.team else None,
        "handler": str(decision.handler) if decision.handler else None,
        "chosen_by": str(decision.chosen_by) if decision.chosen_by else None,
        "rules": [
            {"number": step.number, "name": step.rule.name, "matched": step.matched, "decides": step.decides,
             "failed_at": step.condition}
            for step in (told.steps if told else ())
        ],
        "candidates": [
            {"name": row.get("name"), "chosen": row.get("chosen"), "why": row.get("why")} for row in decision.candidates
        ],
    }  # fmt: skip


def as_lines(decision: Decision, vocabulary: Vocabulary) -> Iterable[str]:
    """The whole explanation as a terminal shows it."""
    yield f"{decision.decided_at:%Y-%m-%d %H:%M} UTC  {decision.reason}"
    told = explain(decision)
    yield (
        _("Version %(number)d of the rules:") % {"number": decision.ruleset.number}
        if decision.ruleset
        else _("No rule.")
    )
    yield from (f"  {step.sentence}" for step in (told.steps if told else ()))
    if told and told.not_reached:
        yield "  " + _("%(count)d later rules were not asked.") % {"count": told.not_reached}
    for row in decision.candidates:
        yield f"  {'*' if row.get('chosen') else '-'} {row.get('name')}: {row.get('why')}"
    yield _("Facts: %s") % "; ".join(f"{label} {said}" for label, said in facts_in_words(decision.facts, vocabulary))


# --- facts in words -----------------------------------------------------------------------------------------------


def facts_in_words(stored: Mapping[str, Any], vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Each fact that is not empty, with its name; of texts the words that were found, not the digest."""
    told = [
        (str(fact.label), _said(name, stored, vocabulary))
        for name, fact in FACTS.items()
        if stored.get(name) not in ("", None, [])
    ]
    if stored.get("found_words"):
        told.append((_("words found"), _listed(stored["found_words"])))
    own = stored.get("fields") or {}
    names = {code: str(vocabulary.facts[OWN + code].label) for code in own if OWN + code in vocabulary.facts}
    return told + [
        (names.get(code, code), said) for code, value in own.items() if (said := _own_said(code, value, vocabulary))
    ]


def _said(name: str, stored: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    fact, value = FACTS[name], stored[name]
    if name == "amount":
        return f"{Decimal(value):,.2f} {stored.get('currency', '')}".strip()
    if name == "language":
        return language_name(value)
    words: dict[Any, Any] = {**vocabulary.codes.get(name, {}), **DECLARED.get(name, {}), **(fact.levels or {})}
    return _listed([words.get(one, one) for one in (value if isinstance(value, list) else [value])])


def _own_said(code: str, value: Any, vocabulary: Vocabulary) -> str:
    if isinstance(value, dict):
        return " ".join(
            str(one) for one in value.get("found", [text for name, text in value.items() if name != "digest"])
        )
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _listed(vocabulary.names(OWN + code, value if isinstance(value, list) else [str(value)]))


def _listed(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
