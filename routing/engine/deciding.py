"""Deciding: from a case to the rule that applies, for one case and for very many, by the same steps."""

from collections.abc import Iterable, Iterator

from routing.engine.compiled import Applying, Compiled, Match
from routing.engine.reading import Case, Key
from routing.facts import Facts, Found


def decide(compiled: Compiled, facts: Facts) -> Match:
    """Which rule of the ruleset decides about these facts. Reads nothing but its arguments."""
    keys = compiled.reader.keys(facts)
    mask = compiled.values_pass(keys)
    if not compiled.texts:
        if compiled.slots:
            mask = compiled.all_pass(mask, keys)
        return compiled.match(compiled.applying(mask), facts.tier, facts.language)
    texts = [text.key(facts) for text in compiled.texts]
    applying, known = _with_texts(compiled, mask, keys, texts)
    match = compiled.match(applying, facts.tier, facts.language)
    return Match(match.rule, match.matched, match.outcome, match.why, _found(compiled, texts), known)


def holding(compiled: Compiled, facts: Facts) -> int:
    """All rules whose conditions hold, as bits, the first rule the highest: also those that come too late."""
    keys = compiled.reader.keys(facts)
    return compiled.all_pass(compiled.values_pass(keys), [*keys, *(text.key(facts) for text in compiled.texts)])


def decide_many(compiled: Compiled, cases: Iterable[Case]) -> Iterator[Match]:
    """The same for many cases, each as Facts or as a Decision stored them (`routing/engine/reading.py` says more).

    A Match may be shared by cases, and names no words found: those are looked for only where they can matter.
    """
    if not (compiled.texts or compiled.slots):
        yield from _by_values(compiled, cases)
        return
    for case in cases:
        if isinstance(case, Facts):
            keys, tier, language = compiled.reader.keys(case), case.tier, case.language
        else:
            keys, tier, language = compiled.reader.stored_keys(case), case.get("tier", 1), case.get("language", "")
        mask, known = compiled.values_pass(keys), True
        if mask & compiled.about_text:
            texts = [text.key(case) if isinstance(case, Facts) else text.stored_key(case) for text in compiled.texts]
            applying, known = _with_texts(compiled, mask, keys, texts)
        else:
            # Rules about texts are out already, so that any text does.
            keys += compiled.no_texts
            applying = compiled.applying(compiled.all_pass(mask, keys) if compiled.slots else mask)
        match = compiled.match(applying, tier, language)
        yield match if known else match._replace(known=False)


def _by_values(compiled: Compiled, cases: Iterable[Case]) -> Iterator[Match]:
    """Where no rule has groups or tests a text, there is nothing to do but look up."""
    stored_keys, values_pass = compiled.reader.stored_keys, compiled.values_pass
    applying, match = compiled.applying, compiled.match
    for case in cases:
        if isinstance(case, Facts):
            yield match(applying(values_pass(compiled.reader.keys(case))), case.tier, case.language)
        else:
            mask = values_pass(stored_keys(case))
            yield match(applying(mask), case.get("tier", 1), case.get("language", ""))


def _with_texts(compiled: Compiled, mask: int, keys: list[Key], texts: list[Key]) -> tuple[Applying, bool]:
    """What applies, and whether that is sure: words that nobody looked for might be in a text that is gone, or not."""
    surely = compiled.applying(compiled.all_pass(mask, [*keys, *texts]))
    if all(there is against for there, against, _empty in texts):
        return surely, True
    turned = [(against, there, empty) for there, against, empty in texts]
    return surely, surely == compiled.applying(compiled.all_pass(mask, [*keys, *turned]))


def _found(compiled: Compiled, texts: list[Key]) -> Found:
    return {text.fact.name: key[0] for text, key in zip(compiled.texts, texts, strict=True)}
