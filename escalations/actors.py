"""Who does something to a case: a member of staff, the customer, or a named part of the system."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from escalations.models import Party
    from routing.models import User

PERSON, CUSTOMER, SYSTEM = "person", "customer", "system"


@dataclass(frozen=True)
class Actor:
    """Stored on each Event. `user` is filled for staff only; a customer's name is only "customer". `party` is which
    customer of the case it is, where they came by a link of their own."""

    kind: str
    name: str
    user: "User | None" = None
    party: "Party | None" = None

    @classmethod
    def of(cls, user: "User") -> Self:
        """A member of staff who is logged in (or whose token was shown)."""
        return cls(PERSON, str(user), user)

    @classmethod
    def customer(cls, party: "Party | None" = None) -> Self:
        """Whoever complained, or who speaks for them. Their name stands in Party, never in the record."""
        return cls(CUSTOMER, CUSTOMER, party=party)

    @classmethod
    def system(cls, name: str) -> Self:
        """A part of Redress: "detector", "routing", "clock" or "import"."""
        return cls(SYSTEM, name)

    @property
    def key(self) -> str:
        """The word that the table of actions knows this actor by, unless it is a person."""
        return self.name if self.kind == SYSTEM else self.kind

    def __str__(self) -> str:
        return self.name
