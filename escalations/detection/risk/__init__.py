"""The learned risk score: how likely a complaint needs escalation, by what was known when it came in.

`standing()` says whether there is a score and what it may do; `explained_many()` gives scores with their reasons. The
parts that learn are imported where they are used: they bring scikit-learn with them.
"""

from escalations.detection.risk.explaining import Because, Explained, explained, explained_many
from escalations.detection.risk.in_use import Standing, standing

__all__ = ["Because", "Explained", "Standing", "explained", "explained_many", "standing"]
