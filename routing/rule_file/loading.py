"""From a file to a draft. Everything is checked first, so that nothing of a bad file is taken."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from routing.checks.contents import parts
from routing.conditions import check
from routing.facts import DECLARED, FACTS, OWN
from routing.models.fields import Field
from routing.models.people import Skill, Team
from routing.models.rules import Condition, RequiredSkill, Rule, Ruleset
from routing.plain import PlainRule, PlainRuleset
from routing.rule_file.errors import Problem, RuleFileError
from routing.rule_file.reading import Declared, RuleFile, read
from routing.vocabulary import KINDS, Vocabulary, own_fact

OWN_COLUMNS = ("name", "minimum_authority", "authority_up", "language", "language_from_case", "priority_up", "tier",
               "go_on", "mode", "is_enabled", "note", "position")  # fmt: skip
CHUNK = 1000


def load(author: Any, content: str) -> Ruleset:
    """A new draft by that author with the rules of the file, JSON or CSV. RuleFileError when anything is wrong."""
    found = read(content)
    vocabulary = Vocabulary.load()
    ruleset = checked(found, vocabulary)
    with transaction.atomic():
        draft = Ruleset.objects.create(author=author, note=ruleset.note)
        _write(draft, ruleset)
    return draft


def checked(found: RuleFile, vocabulary: Vocabulary) -> PlainRuleset:
    """The rules as they are to be kept, names turned into codes. RuleFileError names what does not exist or fit."""
    problems = list(_of_fields(found.fields, vocabulary))
    rules = []
    for rule, lines in zip(found.ruleset.rules, found.lines, strict=True):
        line, places = lines
        problems += [Problem(line, rule.name, message) for message in parts(rule, vocabulary)]
        conditions = []
        for condition, place in zip(rule.conditions, places, strict=True):
            try:
                value = check(condition.fact, condition.operator, condition.value, vocabulary)
            except ValidationError as refused:
                problems += [Problem(place, rule.name, message) for message in refused.messages]
            else:
                conditions.append(replace(condition, value=value))
        rules.append(replace(rule, conditions=tuple(conditions)))
    if problems:
        raise RuleFileError(problems)
    return PlainRuleset(tuple(rules), found.ruleset.note)


def _of_fields(fields: list[Declared], vocabulary: Vocabulary) -> Iterator[Problem]:
    """A field of the file that is another kind of field here would make its rules mean something else."""
    for field in fields:
        fact = vocabulary.facts.get(OWN + field.code)
        if fact and fact.kind is not KINDS[Field.Kind(field.kind)]:
            message = _("the field “%(field)s” is of another kind here: it holds %(kind)s.")
            yield Problem(field.line, "", message % {"field": field.code, "kind": fact.kind.value})


def declared(found: RuleFile) -> Vocabulary:
    """What the file itself says that there is: to decide by it without asking the database."""
    by_field = {fact.field: name for name, fact in FACTS.items() if fact.field}
    own = {OWN + one.code: own_fact(one.code, one.label, one.kind) for one in found.fields if one.code not in by_field}
    codes = {by_field.get(one.code, OWN + one.code): dict(one.choices) for one in found.fields if one.choices}
    codes |= {fact: {code: str(label) for code, label in names.items()} for fact, names in DECLARED.items()}
    rules = found.ruleset.rules
    teams = {rule.team: rule.team for rule in rules if rule.team} | found.teams
    skills = {skill: skill for rule in rules for skill in rule.skills} | found.skills
    return Vocabulary(codes, skills, teams, facts={**FACTS, **own})


def _write(draft: Ruleset, ruleset: PlainRuleset) -> None:
    teams = dict(Team.objects.values_list("code", "pk"))
    skills = dict(Skill.objects.values_list("code", "pk"))
    rows = Rule.objects.bulk_create([_row(draft, rule, teams) for rule in ruleset.rules], batch_size=CHUNK)
    pairs = list(zip(rows, ruleset.rules, strict=True))
    Condition.objects.bulk_create(
        chain.from_iterable(
            (Condition(rule=row, fact=one.fact, operator=one.operator, value=one.value, group=one.group)
             for one in rule.conditions) for row, rule in pairs
        ),
        batch_size=CHUNK,
    )  # fmt: skip
    required = [RequiredSkill(rule=row, skill_id=skills[skill]) for row, rule in pairs for skill in rule.skills]
    RequiredSkill.objects.bulk_create(required, batch_size=CHUNK)


def _row(draft: Ruleset, rule: PlainRule, teams: dict[str, int]) -> Rule:
    key = {"key": rule.key} if rule.key else {}
    values = {name: getattr(rule, name) for name in OWN_COLUMNS}
    return Rule(ruleset=draft, team_id=teams.get(rule.team), **key, **values)
