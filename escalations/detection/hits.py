"""What was found: which criterion, why in words, the words with their place, and since when it was there to see."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from escalations.detection.definition import Flag


@dataclass(frozen=True)
class Hit:
    """One criterion that holds, why in words, where the words stand (source, words, start, end), and the first sign:
    when what was found was first there; None stands for the moment of the trigger."""

    criterion: Flag
    explanation: str
    places: list[dict[str, Any]] = field(default_factory=list)
    since: datetime | None = None
