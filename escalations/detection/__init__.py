"""Which complaints should be escalated: the criteria, asked of what was said and of what is known.

Criteria propose; the workflow escalates. The words that matched are kept with their place.
"""

from escalations.detection.judging import Hit, judge
from escalations.detection.proposing import DETECTOR, examine, examine_new, propose, to_flag
from escalations.detection.words import find_words, pattern

__all__ = ["DETECTOR", "Hit", "examine", "examine_new", "find_words", "judge", "pattern", "propose", "to_flag"]
