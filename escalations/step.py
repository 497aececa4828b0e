"""What an action of a complaint is told: who, when, why; and where it notes the codes for the Event."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from escalations.actors import Actor

if TYPE_CHECKING:
    from routing.models import Handler

Rows = list[models.Model]


@dataclass
class Step:
    """One action on one case. `data` becomes Event.data: ids, codes and amounts, never what a person said."""

    actor: Actor
    at: datetime
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def note(self, **codes: Any) -> None:
        self.data.update(codes)

    @property
    def handler(self) -> "Handler":
        """The acting person as a handler; only asked in actions that only handlers may do."""
        return self.actor.user.handler  # type: ignore[union-attr]

    @property
    def raised_by(self) -> str:
        return self.actor.name
