"""What an action of a complaint is told: who, when, why; and where it notes the codes for the Event."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _

from escalations.actions import COORDINATOR, MANAGER
from escalations.actors import Actor
from escalations.errors import NotAllowed
from escalations.permissions import Scope

if TYPE_CHECKING:
    from routing.models import Handler, User

Rows = list[models.Model]


@dataclass
class Step:
    """One action on one case. `data` becomes Event.data: ids, codes and amounts, never what a person said."""

    actor: Actor
    at: datetime
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    gone: Rows = field(default_factory=list)
    """Rows that the action takes away: only what has no history and is no record."""

    def __post_init__(self) -> None:
        if self.actor.party is not None:
            self.note(party=self.actor.party.pk)

    def note(self, **codes: Any) -> None:
        self.data.update(codes)

    @property
    def person(self) -> "User":
        """The acting member of staff; only asked in actions that the table gives to people alone."""
        if self.actor.user is None:
            raise NotAllowed(_("Only a member of staff can do this."))
        return self.actor.user

    @property
    def handler(self) -> "Handler":
        """The acting person as a handler; only asked in actions that only handlers may do."""
        return self.person.handler

    @property
    def may_oversee(self) -> bool:
        """Whether the acting person looks over the cases of others."""
        return bool(Scope.of(self.person).roles & {COORDINATOR, MANAGER})

    @property
    def raised_by(self) -> str:
        return self.actor.name
