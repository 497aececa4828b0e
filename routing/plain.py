"""Rulesets as plain values: what rows of the database, files and tests all become before they are compiled."""

from dataclasses import dataclass, field

from routing.models.rules import Rule, Ruleset


@dataclass(frozen=True)
class PlainCondition:
    """One fact compared with one value, as `routing/conditions.py` writes it. Of one group, one must hold."""

    fact: str
    operator: str
    value: str = ""
    group: int | None = None


@dataclass(frozen=True)
class PlainRule:
    """A rule; its team and skills by code. `pk` and `team_id` say which rows it is, if any.

    `key` is the same in all versions that have the rule.
    """

    name: str
    conditions: tuple[PlainCondition, ...] = ()
    team: str = ""
    skills: tuple[str, ...] = ()
    minimum_authority: int = 0
    authority_up: int = 0
    language: str = ""
    language_from_case: bool = False
    priority_up: int = 0
    tier: int | None = None
    go_on: bool = False
    mode: str = Rule.Mode.PUSH.value
    is_enabled: bool = True
    note: str = ""
    key: str = ""
    position: int = field(default=0, compare=False)
    pk: int = field(default=0, compare=False)
    team_id: int | None = field(default=None, compare=False)

    @classmethod
    def of(cls, rule: Rule) -> "PlainRule":
        """Conditions and skills should be prefetched, the team selected."""
        return cls(
            conditions=tuple(
                PlainCondition(row.fact, row.operator, row.value, row.group) for row in rule.conditions.all()
            ),
            team=rule.team.code if rule.team else "",
            skills=tuple(sorted(skill.code for skill in rule.skills.all())),
            key=str(rule.key),
            **{name: getattr(rule, name) for name in COLUMNS},
        )

    def __str__(self) -> str:
        return f"{self.position}. {self.name}"

    def requirements(self) -> list[list[PlainCondition]]:
        """What must hold, in order: of each list at least one. A condition without a group is alone in its list."""
        groups: dict[object, list[PlainCondition]] = {}
        for place, condition in enumerate(self.conditions):
            key = (condition.group,) if condition.group is not None else place
            groups.setdefault(key, []).append(condition)
        return list(groups.values())


COLUMNS = (
    "name", "minimum_authority", "authority_up", "language", "language_from_case", "priority_up", "tier", "go_on",
    "mode", "is_enabled", "note", "position", "pk", "team_id",
)  # fmt: skip


@dataclass(frozen=True)
class PlainRuleset:
    """Rules in the order in which they are tried, those that are off included."""

    rules: tuple[PlainRule, ...]
    note: str = ""
    number: int = field(default=0, compare=False)
    pk: int = field(default=0, compare=False)

    @classmethod
    def of(cls, ruleset: Ruleset) -> "PlainRuleset":
        """Read in three queries however many rules there are."""
        rows = ruleset.rules.select_related("team").prefetch_related("conditions", "skills")
        rules = tuple(PlainRule.of(rule) for rule in rows.order_by("position", "pk"))
        return cls(rules, ruleset.note, ruleset.number, ruleset.pk)
