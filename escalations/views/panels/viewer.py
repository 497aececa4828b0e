"""Who looks at a case, and what follows from that for every panel."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from escalations.actors import Actor
from escalations.models import Complaint
from escalations.permissions import Scope
from escalations.views import brief
from escalations.views.pages import person
from escalations.views.rows import Sight
from escalations.workflow import Offer, offers
from routing.models import User


@dataclass
class Viewer:
    """One person at one case, at one moment. `asked` is what the address asks for, such as the part of the story."""

    case: Complaint
    user: User
    asked: QueryDict
    now: datetime

    @classmethod
    def of(cls, request: HttpRequest, case: Complaint) -> "Viewer":
        return cls(case, person(request), request.GET, timezone.now())

    @cached_property
    def sight(self) -> Sight:
        return Sight.of(self.user)

    @property
    def scope(self) -> Scope:
        return Scope.of(self.user)

    @cached_property
    def offered(self) -> list[Offer]:
        """The steps that this person may try, asked of the table once for all panels."""
        return offers(self.case, Actor.of(self.user), self.now)

    @cached_property
    def offers(self) -> dict[str, Offer]:
        return {offer.action: offer for offer in self.offered}

    def may(self, action: str) -> bool:
        """Whether the step can be tried now."""
        return action in self.offers

    @cached_property
    def spans(self) -> brief.Spans:
        """The words that raised triggers, for whoever may know them."""
        return brief.evidence(self.case, self.sight)
