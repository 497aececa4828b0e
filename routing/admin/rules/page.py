"""The page of one version: the sentence on top, and the rules in order with what there is to know of each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routing import checks
from routing.checks import Finding
from routing.differences import Comparison, Difference, compare, digest, digest_of, rules_of
from routing.models import Rule, Ruleset, User
from routing.plain import PlainRule
from routing.simulation.telling import Standing, standing
from routing.usage import NEVER, Usage, usage
from routing.vocabulary import Vocabulary
from routing.wording import OR, listed, marked

MODELS = "django.contrib.auth.backends.ModelBackend"
MOST_NAMED = 4
DAYS_COUNTED = 10
"""Days ago are counted so far; what lies longer ago is a date."""


@dataclass(frozen=True)
class Line:
    """One rule of the table. `change` is what differs from the version in force."""

    number: int
    rule: Rule
    sentence: SafeString
    usage: Usage
    change: Difference | None
    findings: list[Finding]

    @property
    def last_match(self) -> str:
        """The day of the last match as people say it: "today", "3 days ago", "2 Nov"."""
        return day_in_words(self.usage.last) if self.usage.last else _("never")


@dataclass(frozen=True)
class Page:
    """What a supervisor sees of a version. `base` is the version in force, when this is another one."""

    lead: str
    lines: list[Line]
    base: Ruleset | None
    changes: Comparison
    may_edit: bool
    may_publish: bool
    publishers: str
    simulated: Standing
    pages: dict[str, str]
    findings: list[Finding]

    @property
    def removed(self) -> list[Difference]:
        """The rules of the version in force that this one has no more."""
        return [one for one in self.changes.differences if one.kind == "removed"]


def page_of(ruleset: Ruleset, user: Any) -> Page:
    vocabulary = Vocabulary.load()
    rules = rules_of(ruleset)
    base = Ruleset.objects.published()
    base = None if base is None or base.pk == ruleset.pk else base
    changes = compare(rules_of(base), rules, vocabulary) if base else Comparison()
    used, by_key = usage(rules), changes.by_key
    findings = checks.of(ruleset) if ruleset.is_draft else []
    lines = [
        Line(
            number,
            rule,
            marked(rule, vocabulary),
            used.get(rule.key, NEVER),
            by_key.get(str(rule.key)),
            [finding for finding in findings if finding.rule and finding.rule.pk == rule.pk],
        )
        for number, rule in enumerate(rules, start=1)
    ]
    simulated = standing(ruleset, digest(PlainRule.of(rule) for rule in rules), base)
    return Page(
        lead(ruleset, base, changes, simulated),
        lines,
        base,
        changes,
        ruleset.may_be_edited_by(user),
        user.has_perm("routing.publish_ruleset") and user.pk != ruleset.author_id,
        publishers(ruleset),
        simulated,
        pages_of(ruleset, simulated),
        findings,
    )


def pages_of(ruleset: Ruleset, simulated: Standing) -> dict[str, str]:
    """Where a case is tried, where the version is simulated, and where its last simulation is."""
    found = {name: reverse(settings.RULE_PAGES[name], args=[ruleset.number]) for name in ("try", "simulate")}
    for name, run in (("running", simulated.running), ("latest", simulated.latest)):
        if run:
            found[name] = reverse(settings.RULE_PAGES["simulation"], args=[run.pk])
    return found


def day_in_words(at: datetime) -> str:
    """That day, seen from today where the reader is."""
    today, day = timezone.localdate(), timezone.localdate(at)
    days = (today - day).days
    if days < 2:
        return _("yesterday") if days == 1 else _("today")
    if days < DAYS_COUNTED:
        return ngettext("%d day ago", "%d days ago", days) % days
    return date_format(day, "j M" if day.year == today.year else "j M Y")


def publishers(ruleset: Ruleset) -> str:
    """Who can publish a draft of its author: "Dana Ruiz or Kim Weber"."""
    held = User.objects.with_perm("routing.publish_ruleset", backend=MODELS, include_superusers=False)
    return listed(held.exclude(pk=ruleset.author_id).order_by("first_name", "last_name", "pk")[:MOST_NAMED], OR)


def lead(ruleset: Ruleset, base: Ruleset | None, changes: Comparison, simulated: Standing) -> str:
    """ "Draft 12 of Dana Ruiz. 3 changes since version 11. It was not simulated since its last edit." """
    if ruleset.state == Ruleset.State.PUBLISHED:
        return _("Version %(number)d is in force. %(author)s wrote it, %(publisher)s published it.") % {
            "number": ruleset.number, "author": ruleset.author, "publisher": ruleset.published_by,
        }  # fmt: skip
    if ruleset.state == Ruleset.State.RETIRED:
        return _("Version %(number)d is retired. %(differs)s") % {
            "number": ruleset.number, "differs": _against(base, changes),
        }  # fmt: skip
    said = [_against(base, changes), simulated.sentence]
    if origin := way_back(ruleset):
        said.insert(0, _("It equals version %(number)d.") % {"number": origin.number})
    draft = _("Draft %(number)d of %(author)s.") % {"number": ruleset.number, "author": ruleset.author}
    return " ".join([draft, *said])


def way_back(ruleset: Ruleset) -> Ruleset | None:
    """The old version that the draft is, unchanged; None where it is none."""
    origin = ruleset.origin
    if not isinstance(origin, Ruleset) or origin.state != Ruleset.State.RETIRED:
        return None
    return origin if digest_of(origin) == digest_of(ruleset) else None


def _against(base: Ruleset | None, changes: Comparison) -> str:
    if base is None:
        return _("No version is in force yet.")
    if not changes:
        return _("It equals version %(number)d, which is in force.") % {"number": base.number}
    said = ngettext(
        "%(count)d change since version %(number)d, which is in force.",
        "%(count)d changes since version %(number)d, which is in force.",
        len(changes),
    )
    return said % {"count": len(changes), "number": base.number}
