"""Which complaints should be escalated: the criteria, asked of what was said and of what is known.

Criteria propose; the workflow escalates. The words that matched are kept with their place.
"""

from escalations.detection.compiled import Compiled, compile_set, published
from escalations.detection.definition import Definition, Proposer
from escalations.detection.due import first_look
from escalations.detection.hits import Hit
from escalations.detection.looking import look
from escalations.detection.proposing import DETECTOR, examine, examine_new, propose

__all__ = [
    "DETECTOR", "Compiled", "Definition", "Hit", "Proposer", "compile_set", "examine", "examine_new", "first_look",
    "look", "propose", "published",
]  # fmt: skip
