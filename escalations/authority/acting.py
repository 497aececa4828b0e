"""In whose authority somebody decides: their own, or what a colleague lent them for a while."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from routing.models import Delegation
from routing.rights import Rights

if TYPE_CHECKING:
    from routing.models import User


@dataclass(frozen=True)
class Acting:
    """A level, and who lent it; `giver` is None for one's own."""

    level: int
    giver: "User | None" = None


def acting(user: "User", at: datetime, *, anew: bool = True) -> list[Acting]:
    """One's own authority first, then what was lent, the lowest first: nobody decides for another where their own
    authority reaches. Read `anew`, who lost it in this moment has it no more; a page shows what it has read."""
    rights = Rights.read(user.pk) if anew else user.rights
    own = rights.level if user.is_active else 0
    rows = Delegation.objects.covering(at).filter(taker=user.pk)
    lent = [Acting(row.reach, row.giver) for row in rows.select_related("giver__handler__authority", "level")]
    return [Acting(own), *sorted(lent, key=lambda one: (one.level, one.giver.pk if one.giver else 0))]
