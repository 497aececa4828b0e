"""The engine: a ruleset is compiled once, then says for any facts which rule applies, what follows, and why.

Rules are tried in order. One that only adds requirements is remembered and the next is tried; the first other one
whose conditions all hold decides. It is done for all rules at once: each is a bit, each value of a fact has a set of
bits, and a case is the intersection of the sets of its values. So a decision costs one look-up and one AND per fact,
and not one test per rule.
"""

from routing.engine.compiled import Compiled, CompiledRule, Match, Outcome
from routing.engine.compiling import compile_plain, compile_ruleset, compiled_once, published
from routing.engine.deciding import decide, decide_many, holding
from routing.engine.failing import Failed, failed

__all__ = [
    "Compiled", "CompiledRule", "Failed", "Match", "Outcome", "compile_plain", "compile_ruleset",
    "compiled_once", "decide", "decide_many", "failed", "holding", "published",
]  # fmt: skip
