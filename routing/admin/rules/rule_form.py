"""The form of a rule: what is typed becomes a plain rule, which is read aloud while it is edited, checked, and written.

Its conditions stand in blocks: those that must all hold, then groups of which one is enough. A button that adds or
takes away a line posts the whole form, so nothing typed is lost, with or without a script.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing import value_input
from routing.conditions import OF_KIND, OPERATORS, check
from routing.facts import OWN, TIERS, Fact, Kind
from routing.models import AuthorityLevel, Rule, Skill, Team
from routing.models.authority import HIGHEST_LEVEL
from routing.plain import PlainCondition, PlainRule
from routing.vocabulary import Vocabulary
from routing.wording import marked

SEND, LIST, GO_ON = "send", "list", "go_on"
WAYS = (
    (SEND, gettext_lazy("Send the case to a team; a handler is chosen")),
    (LIST, gettext_lazy("Put the case on a team's list, to take from")),
    (GO_ON, gettext_lazy("Only add requirements; later rules go on and name the team")),
)
MOST_CONDITIONS = 60
UNWRITTEN = "…"
"""Stands in the reading where a value is still to be written."""


class RuleForm(forms.ModelForm):
    """All of a rule but its conditions."""

    way = forms.ChoiceField(label=gettext_lazy("What happens"), choices=WAYS, widget=forms.RadioSelect, initial=SEND)
    place = forms.TypedChoiceField(label=gettext_lazy("Where it stands"), coerce=int, required=False)
    minimum_authority = forms.TypedChoiceField(
        label=gettext_lazy("Minimum authority"), coerce=int, empty_value=None, required=False
    )
    tier = forms.TypedChoiceField(label=gettext_lazy("Minimum tier"), coerce=int, empty_value=None, required=False)

    class Meta:
        model = Rule
        fields = [
            "name", "note", "is_enabled", "team", "skills", "minimum_authority", "authority_up", "language",
            "language_from_case", "priority_up", "tier",
        ]  # fmt: skip
        widgets = {"skills": forms.CheckboxSelectMultiple, "note": forms.Textarea(attrs={"rows": 2})}
        labels = {
            "name": gettext_lazy("Name"),
            "note": gettext_lazy("Note"),
            "is_enabled": gettext_lazy("Enabled"),
            "team": gettext_lazy("Team"),
            "skills": gettext_lazy("Skills"),
            "authority_up": gettext_lazy("Authority up by"),
            "language": gettext_lazy("Language"),
            "language_from_case": gettext_lazy("The customer's own language"),
            "priority_up": gettext_lazy("Priority up by"),
        }

    def __init__(self, *args: Any, others: list[Rule] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk or self.instance.go_on:
            pull = self.instance.mode == Rule.Mode.PULL
            self.initial["way"] = GO_ON if self.instance.go_on else LIST if pull else SEND
        choices: dict[str, Any] = self.fields
        choices["minimum_authority"].choices = [("0", _("none")), *authority_levels()]
        choices["tier"].choices = [("", _("as the case has it")), *TIERS.items()]
        choices["team"].queryset = Team.objects.filter(is_active=True) | Team.objects.filter(pk=self.instance.team_id)
        choices["skills"].queryset = Skill.objects.all()
        if others is None:
            del self.fields["place"]
        else:
            choices["place"].choices = places(others)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        way = cleaned.get("way")
        self.instance.go_on = way == GO_ON
        self.instance.mode = Rule.Mode.PULL if way == LIST else Rule.Mode.PUSH
        cleaned["minimum_authority"] = cleaned.get("minimum_authority") or 0
        if way == GO_ON:
            cleaned["team"] = None
        return cleaned


def authority_levels() -> list[tuple[int, str]]:
    names = dict(AuthorityLevel.objects.values_list("level", "name"))
    return [
        (level, f"{level} – {names[level]}" if level in names else str(level)) for level in range(1, HIGHEST_LEVEL + 1)
    ]


def places(others: list[Rule]) -> list[tuple[int, str]]:
    before = [
        (place, _("before %(place)d. %(name)s") % {"place": place, "name": rule.name})
        for place, rule in enumerate(others, start=1)
    ]
    return [*before, (len(others) + 1, _("at the end"))]


@dataclass
class ConditionLine:
    """One condition as it is edited. `group` is None where it must hold."""

    index: int
    fact: str = ""
    operator: str = ""
    value: str = ""
    group: int | None = None
    errors: list[str] = field(default_factory=list)

    def plain(self) -> PlainCondition:
        return PlainCondition(self.fact, self.operator, self.value, self.group)


@dataclass(frozen=True)
class Block:
    """Conditions that must all hold (`group` None), or of which one is enough."""

    group: int | None
    lines: list["Shown"]

    @property
    def add_button(self) -> str:
        return f"add:{self.group}"


@dataclass(frozen=True)
class Shown:
    """A condition with what can be chosen for it."""

    line: ConditionLine
    prefix: str
    operators: list[tuple[str, str]]
    input: value_input.ValueInput | None


class Conditions:
    """The conditions of a rule while it is edited."""

    def __init__(self, lines: list[ConditionLine], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.lines = [self._fitting(line) for line in lines]

    @classmethod
    def of(cls, rule: Rule, vocabulary: Vocabulary) -> "Conditions":
        rows = rule.conditions.all() if rule.pk else []
        lines = [ConditionLine(index, row.fact, row.operator, row.value, row.group) for index, row in enumerate(rows)]
        return cls(lines, vocabulary)

    @classmethod
    def typed(cls, data: Mapping[str, Any], vocabulary: Vocabulary) -> "Conditions":
        """What a form brings. A value that was typed for another fact is dropped."""
        count = str(data.get("conditions", "0"))
        number = min(int(count), MOST_CONDITIONS) if count.isascii() and count.isdecimal() else 0
        return cls([_line(data, index, vocabulary) for index in range(number)], vocabulary)

    def change(self, said: str) -> None:
        """Do what a button says: `add`, `add:<group>`, `alternatives`, `remove:<line>`; anything else does nothing."""
        verb, _colon, which = said.partition(":")
        number = int(which) if which.isascii() and which.isdecimal() else None
        if verb == "add" and len(self.lines) < MOST_CONDITIONS:
            self.lines.append(ConditionLine(len(self.lines), group=number))
        elif verb == "alternatives" and len(self.lines) + 1 < MOST_CONDITIONS:
            group = max((line.group or 0 for line in self.lines), default=0) + 1
            self.lines += [ConditionLine(len(self.lines) + more, group=group) for more in (0, 1)]
        elif verb == "remove" and number is not None:
            self.lines = [line for line in self.lines if line.index != number]
        for index, line in enumerate(self.lines):
            line.index = index

    def check(self) -> bool:
        """Whether each can be written; what is wrong stands beside it, and values become as they are stored."""
        for line in self.lines:
            if not line.fact:
                line.errors = [_("Choose what is looked at, or take this line away.")]
                continue
            try:
                line.value = check(line.fact, line.operator, line.value, self.vocabulary)
            except ValidationError as error:
                line.errors = error.messages
        return not self.has_errors

    @property
    def has_errors(self) -> bool:
        return any(line.errors for line in self.lines)

    def plain(self) -> tuple[PlainCondition, ...]:
        return tuple(line.plain() for line in self.lines if line.fact)

    def reading(self) -> tuple[PlainCondition, ...]:
        """To be read aloud: where a value is still to be written, dots stand."""
        return tuple(
            replace(one, value=one.value or UNWRITTEN) for one in self.plain() if one.fact in self.vocabulary.facts
        )

    def blocks(self) -> list[Block]:
        """As they stand on the page: those that must hold first, then group by group."""
        groups = sorted({line.group for line in self.lines if line.group is not None})
        return [
            Block(group, [self._shown(line) for line in self.lines if line.group == group]) for group in (None, *groups)
        ]

    def facts(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What a rule can look at, for a list with headings."""
        own = [(name, str(fact.label)) for name, fact in self.vocabulary.facts.items() if name.startswith(OWN)]
        built_in = [(name, str(fact.label)) for name, fact in self.vocabulary.facts.items() if not name.startswith(OWN)]
        return [(_("The case"), built_in), *([(_("The organisation's own fields"), own)] if own else [])]

    def _fitting(self, line: ConditionLine) -> ConditionLine:
        """With an operator that fits the fact."""
        fact = self.vocabulary.facts.get(line.fact)
        if fact and line.operator not in OF_KIND[fact.kind]:
            line.operator = usual(fact, self.vocabulary)
        return line

    def _shown(self, line: ConditionLine) -> Shown:
        prefix, fact = f"c{line.index}", self.vocabulary.facts.get(line.fact)
        if fact is None:
            return Shown(line, prefix, [], None)
        operators = [(name, str(OPERATORS[name])) for name in OF_KIND[fact.kind]]
        asked = value_input.ask(f"{prefix}-value", fact, line.operator, line.value, self.vocabulary)
        return Shown(line, prefix, operators, asked)


def usual(fact: Fact, vocabulary: Vocabulary) -> str:
    """What most rules compare such a fact by."""
    if fact.levels or fact.kind in (Kind.NUMBER, Kind.AMOUNT, Kind.DECIMAL):
        return "at_least"
    return OF_KIND[fact.kind][0]


def _line(data: Mapping[str, Any], index: int, vocabulary: Vocabulary) -> ConditionLine:
    prefix = f"c{index}"
    name, group = str(data.get(f"{prefix}-fact", "")), str(data.get(f"{prefix}-group", ""))
    line = ConditionLine(index, name, str(data.get(f"{prefix}-operator", "")))
    line.group = int(group) if group.isascii() and group.isdecimal() and len(group) < 5 else None
    fact = vocabulary.facts.get(name)
    if fact and data.get(f"{prefix}-was", name) == name:
        line.value = value_input.read(data, f"{prefix}-value", fact, line.operator, vocabulary)
    return line


def reading(form: RuleForm, conditions: Conditions) -> SafeString:
    """The rule in plain language as it is being edited, complete or not."""
    way = form["way"].value()
    team = Team.objects.filter(pk=_number(form["team"].value())).first()
    skills = Skill.objects.filter(pk__in=[_number(one) for one in form["skills"].value() or []])
    plain = PlainRule(
        name=str(form["name"].value() or ""),
        conditions=conditions.reading(),
        team=team.code if team else UNWRITTEN,
        skills=tuple(sorted(skill.code for skill in skills)),
        minimum_authority=_number(form["minimum_authority"].value()),
        authority_up=_number(form["authority_up"].value()),
        language=str(form["language"].value() or ""),
        language_from_case=bool(form["language_from_case"].value()),
        priority_up=_number(form["priority_up"].value()),
        tier=_number(form["tier"].value()) or None,
        go_on=way == GO_ON,
        mode=Rule.Mode.PULL if way == LIST else Rule.Mode.PUSH,
    )
    return marked(plain, conditions.vocabulary)


def _number(value: Any) -> int:
    """What is typed where a number belongs; 0 for anything else."""
    value = getattr(value, "pk", value)
    said = str(value if value is not None else "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0
