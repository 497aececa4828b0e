"""The learned score beside a case: what moved it, as far as somebody may read it."""

from escalations.detection.risk import Because, Explained
from escalations.views.rows import Sight

MOST_REASONS = 4


def moved(scored: Explained | None, sight: Sight) -> list[Because]:
    """What moved the score most; without the customer's words for whoever may not read them."""
    reasons = scored.reasons if scored else ()
    return [one for one in reasons if sight.words or not one.quotes][:MOST_REASONS]
