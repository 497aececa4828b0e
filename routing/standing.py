"""How things stand with everybody who could be given a case, as short seals: once one differs, it is worth asking."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from routing import roster
from routing.models import Ruleset, Team
from routing.models.weights import weights
from routing.roster import Member


@dataclass(frozen=True)
class Standing:
    """`house` covers what counts for every case: the rules in force and the weights. A team's seal covers its people as
    well: what they can and may do, who is away, and what each holds."""

    house: str
    teams: dict[int, str]

    @classmethod
    def now(cls, at: datetime) -> "Standing":
        """A handful of queries, however many handlers and teams there are."""
        rules = Ruleset.objects.filter(state=Ruleset.State.PUBLISHED).values_list("pk", "published_at").first()
        house = _seal([rules, sorted(weights().items())])
        members: dict[int, list[Member]] = defaultdict(list)
        for member in roster.read(Q(), at):
            members[member.team_id].append(member)
        teams = Team.objects.values_list("pk", "name", "is_active").order_by("pk")
        return cls(house, {pk: _seal([house, *team, *_people(members[pk])]) for pk, *team in teams})

    @property
    def seals(self) -> list[str]:
        return [self.house, *self.teams.values()]

    def seal(self, team: int | None) -> str:
        """Of a case that is to go to that team, or to none."""
        return self.teams.get(team or 0, self.house)


def _people(members: Iterable[Member]) -> Iterable[object]:
    for one in members:
        yield one.pk, one.name, one.level, one.capacity, one.may_hold, one.is_absent, one.load, one.open_cases
        yield sorted(one.skills), sorted(one.languages), sorted(one.clearances)


def _seal(values: Iterable[object]) -> str:
    return hashlib.sha256(repr(list(values)).encode()).hexdigest()
