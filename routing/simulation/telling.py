"""What came of a simulation, in words and in rows that a page can show: on the page of the draft and on its own."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routing.models import Handler, Rule, Ruleset, Simulation, Team

State = Simulation.State


@dataclass(frozen=True)
class Cell:
    """How many cases go from one team to another (None: to none); `changed` of them need something else than before."""

    before: int | None
    after: int | None
    count: int
    changed: int

    @property
    def stays(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True)
class ByRule:
    """The changes that one rule made."""

    key: str
    name: str
    count: int


@dataclass(frozen=True)
class Load:
    """How much a team or a handler carries, before and after: cases, and the average load in percent of the capacity
    (None: no capacity)."""

    name: str
    group: str
    cases_before: int
    cases_after: int
    before: float | None
    after: float | None

    @property
    def bars(self) -> tuple[int, int]:
        """The lengths of both bars, in percent; full is full."""
        return round(min(self.before or 0, 100)), round(min(self.after or 0, 100))

    @property
    def grows(self) -> float:
        return (self.after or 0) - (self.before or 0)


@dataclass
class Told:
    """A finished run with the names of today."""

    simulation: Simulation
    result: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.result = self.simulation.result

    @cached_property
    def teams(self) -> dict[int | None, str]:
        return {None: _("no team"), **dict(Team.objects.values_list("pk", "name"))}

    @cached_property
    def cells(self) -> list[Cell]:
        """The largest moves first, then those that stay."""
        found = [Cell(*row) for row in self.result["matrix"]]
        return sorted(found, key=lambda cell: (cell.stays, -cell.count))

    @property
    def moves(self) -> "list[tuple[Cell, str, str]]":
        """Each move with the names of both teams."""
        return [
            (cell, self.teams.get(cell.before, "?"), self.teams.get(cell.after, "?"))
            for cell in self.cells
            if not cell.stays
        ]

    def table(self) -> "list[tuple[str, list[Cell | None]]]":
        """The matrix: a line for each team before, a column for each of `columns`."""
        found = {(cell.before, cell.after): cell for cell in self.cells}
        return [
            (self.teams.get(before, "?"), [found.get((before, after)) for after in self._sides(1)])
            for before in self._sides(0)
        ]

    @property
    def columns(self) -> list[str]:
        return [self.teams.get(after, "?") for after in self._sides(1)]

    def _sides(self, side: int) -> list[int | None]:
        """The teams before (0) or after (1), by name; no team last."""
        return sorted({row[side] for row in self.result["matrix"]}, key=lambda pk: (pk is None, self.teams.get(pk, "")))

    @cached_property
    def rules(self) -> list[ByRule]:
        named = names_of([self.simulation.against_id, self.simulation.ruleset_id])
        return [ByRule(key, named.get(key, _("a rule that has gone")), count) for key, count in self.result["rules"]]

    @cached_property
    def team_loads(self) -> list[Load]:
        """The team whose load changes most comes first."""
        found = [Load(self.teams.get(pk, "?"), "", *line) for pk, *line in self.result.get("teams", [])]
        return sorted(found, key=lambda load: (-abs(load.grows), load.name))

    @cached_property
    def handler_loads(self) -> list[Load]:
        lines = self.result.get("handlers", [])
        handlers = Handler.objects.select_related("team").in_bulk([line[0] for line in lines])
        found = [Load(str(handlers[pk]), handlers[pk].team.name, *line) for pk, *line in lines if pk in handlers]
        return sorted(found, key=lambda load: (load.group, load.name))

    @property
    def sentence(self) -> str:
        """ "Of 10,000 cases, 412 (4.1 %) would go elsewhere; none would be left without a place." """
        cases, moved = self.result["cases"], self.result["moved"]
        if not cases:
            return _("No case was decided by rules in this period: there is nothing to replay.")
        said = ngettext("Of %(cases)s case, %(moved)s", "Of %(cases)s cases, %(moved)s", cases) % {
            "cases": number_format(cases, force_grouping=True), "moved": self._moved(moved, cases),
        }  # fmt: skip
        return "; ".join([said, *self._asides()]) + "."

    def _moved(self, moved: int, cases: int) -> str:
        if not moved:
            return _("none would go elsewhere")
        share = number_format(100 * moved / cases, decimal_pos=1 if moved * 1000 >= cases else 2)
        return _("%(moved)s (%(share)s %%) would go elsewhere") % {
            "moved": number_format(moved, force_grouping=True), "share": share,
        }  # fmt: skip

    def _asides(self) -> Iterable[str]:
        if changed := self.result["changed"]:
            yield ngettext(
                "%(count)d would stay and need something else", "%(count)d would stay and need something else", changed
            ) % {"count": changed}
        if left := self.result["unplaced"]:
            said = ngettext(
                "%(count)d would find nobody with room (%(now)d by the rules in force)",
                "%(count)d would find nobody with room (%(now)d by the rules in force)",
                left,
            )
            yield said % {"count": left, "now": self.result["was_unplaced"]}
        else:
            yield _("none would be left without a place")
        yield from self._loads()
        if unknown := self.result["unknown"]:
            yield ngettext(
                "%(count)d is not known, because its text was erased",
                "%(count)d are not known, because their texts were erased",
                unknown,
            ) % {"count": unknown}

    def _loads(self) -> Iterable[str]:
        """ "Mortgage specialists 82 % → 94 % full": the team whose load changes most, if it changes at all."""
        for load in self.team_loads[:1]:
            if abs(load.grows) >= 1 and load.before is not None and load.after is not None:
                yield _("%(team)s is %(after)d %% full instead of %(before)d %%") % {
                    "team": load.name, "before": round(load.before), "after": round(load.after),
                }  # fmt: skip

    @property
    def period(self) -> str:
        since, until = (date_format(day, "j M Y") for day in (self.simulation.since, self.simulation.last_day))
        return f"{since} – {until}"


def names_of(rulesets: Iterable[int | None]) -> dict[str, str]:
    """The names of rules by their key; those of the last version named win."""
    order = list(rulesets)
    rules = (
        Rule.objects.filter(ruleset__in=[pk for pk in order if pk])
        .order_by()
        .only("ruleset", "key", "name", "position")
    )
    return {str(rule.key): str(rule) for rule in sorted(rules, key=lambda rule: order.index(rule.ruleset_id))}


@dataclass(frozen=True)
class Standing:
    """Whether a draft was tried on past cases: the last finished run, and whether it is about these very rules."""

    latest: Simulation | None
    running: Simulation | None
    is_current: bool

    @property
    def told(self) -> Told | None:
        return Told(self.latest) if self.latest else None

    @property
    def sentence(self) -> str:
        if self.latest is None:
            return _("It was not simulated yet.")
        if not self.is_current:
            return _("It was not simulated since its last edit.")
        return Told(self.latest).sentence


def standing(ruleset: Ruleset, digest: str, base: Ruleset | None) -> Standing:
    """`digest` names the rules as they stand now, `base` is the version in force now."""
    rows = list(ruleset.simulations.select_related("ruleset", "against").order_by("-pk")[:20])
    latest = next((row for row in rows if row.state == State.DONE), None)
    running = next((row for row in rows if row.state in (State.WAITING, State.RUNNING)), None)
    against = base.pk if base else None
    is_current = latest is not None and latest.digest == digest and latest.against_id == against
    return Standing(latest, running, is_current)
