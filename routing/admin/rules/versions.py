"""Two versions beside each other, and putting one in force."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routing.differences import Comparison, compare, rules_of
from routing.models import Ruleset
from routing.rule_file import load
from routing.vocabulary import Vocabulary

LARGEST_FILE = 4 * 1024 * 1024


@dataclass(frozen=True)
class Differing:
    """A version beside an older one, and the others that it can be compared with."""

    older: Ruleset | None
    comparison: Comparison
    others: list[Ruleset]
    sentence: str


def differing(ruleset: Ruleset, number: str) -> Differing:
    """Beside the version of that number; else beside the one in force, or the one before it if this is in force."""
    others = list(Ruleset.objects.exclude(pk=ruleset.pk).order_by("-number"))
    older = next((one for one in others if str(one.number) == number), None) or _usual(ruleset, others)
    if older is None:
        return Differing(None, Comparison(), [], _("There is no other version to compare it with."))
    comparison = compare(rules_of(older), rules_of(ruleset), Vocabulary.load())
    names = {"number": ruleset.number, "older": older.number, "count": len(comparison)}
    said = _("Version %(number)d equals version %(older)d.")
    if comparison:
        said = ngettext(
            "Version %(number)d differs from version %(older)d in %(count)d rule.",
            "Version %(number)d differs from version %(older)d in %(count)d rules.",
            len(comparison),
        )
    return Differing(older, comparison, others, said % names)


def _usual(ruleset: Ruleset, others: list[Ruleset]) -> Ruleset | None:
    published = next((one for one in others if one.state == Ruleset.State.PUBLISHED), None)
    before = [one for one in others if one.published_at and one.number < ruleset.number]
    return published or next(iter(before), None)


def taken_in(file: Any, by: Any) -> Ruleset:
    """A new draft from an uploaded file. A RuleFileError names rule and line of what is wrong."""
    if file is None:
        raise ValidationError(_("Choose a file."))
    if file.size > LARGEST_FILE:
        raise ValidationError(_("The file is larger than %(most)d KB.") % {"most": LARGEST_FILE // 1024})
    try:
        content = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(_("The file is not UTF-8 text.")) from error
    return load(by, content)
