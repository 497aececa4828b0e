"""The page of one version: the sentence on top, and each criterion in plain language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.detection import Definition
from escalations.models import CriteriaSet, Criterion, Judgement
from escalations.states import Severity
from escalations.views.criteria.judged import sentence as judged_sentence
from routing.models import User
from routing.plain import PlainCondition
from routing.vocabulary import Vocabulary
from routing.wording import AND, OR, listed, of_requirement

MODELS = "django.contrib.auth.backends.ModelBackend"
MOST_NAMED, MOST_PHRASES = 4, 6


@dataclass(frozen=True)
class Line:
    """One criterion of the table; `change` is "new" or "changed" against the version in force, or empty."""

    criterion: Criterion
    sentence: str
    change: str
    problems: Sequence[str]


@dataclass(frozen=True)
class Page:
    """What a supervisor sees of a version."""

    lead: str
    lines: list[Line]
    gone: list[str]
    base: CriteriaSet | None
    may_edit: bool
    may_publish: bool
    may_judge: bool
    judged: str
    publishers: str


def page_of(version: CriteriaSet, user: Any) -> Page:
    base = CriteriaSet.objects.published()
    base = None if base is None or base.pk == version.pk else base
    known = {one.code: one for one in map(Definition.of, base.whole())} if base else {}
    vocabulary = Vocabulary.load()
    lines = [_line(row, known if base else None, vocabulary, version) for row in version.whole()]
    here = {line.criterion.code for line in lines}
    return Page(
        lead(version, base, sum(1 for line in lines if line.change) + len(known.keys() - here)),
        lines,
        [one.name for code, one in known.items() if code not in here],
        base,
        version.may_be_edited_by(user),
        version.is_draft and user.has_perm("escalations.publish_criteriaset") and user.pk != version.author_id,
        user.has_perm("escalations.view_judgement"),
        _judged(version),
        _publishers(version),
    )


def _judged(version: CriteriaSet) -> str:
    """What was found when this draft was judged, or that it was not since its last edit."""
    done = version.judgements.filter(state=Judgement.State.DONE)
    latest = done.select_related("criteria_set").first()
    if latest is None:
        return _("It was not judged by past complaints yet.") if version.is_draft else ""
    if version.is_draft and not latest.is_current:
        return _("It was not judged since the last edit.")
    return judged_sentence(latest)


def _line(row: Any, known: dict[str, Definition] | None, vocabulary: Vocabulary, version: CriteriaSet) -> Line:
    change = ""
    if known is not None:
        now = known.get(row.code)
        change = "new" if now is None else "changed" if now != Definition.of(row) else ""
    return Line(row, sentence(row, vocabulary), change, row.problems() if version.is_draft else ())


def sentence(row: Any, vocabulary: Vocabulary) -> str:
    """A criterion in plain language: "Escalate, and accept at once, when what was said has one of 42 phrases …" """
    parts = [_test(row)]
    parts += [of_requirement(group, vocabulary) for group in _groups(row)]
    held = f" {AND} ".join(parts)
    if row.policy == Criterion.Policy.AT_ONCE:
        return _("When %(test)s: escalate, accepted at once.") % {"test": held}
    return _("When %(test)s: escalate; a coordinator decides.") % {"test": held}


def _test(row: Any) -> str:
    number = int(row.threshold or 0)
    told = {"number": number, "period": row.period or 0, "currency": row.currency}
    match row.test:
        case Criterion.Test.WORDS:
            return _words(row)
        case Criterion.Test.SEVERITY:
            return _("severity is at least %s") % Severity(number).label if number in Severity.values else "–"
        case Criterion.Test.AMOUNT:
            return _("at least %(amount)s %(currency)s is in dispute") % {
                **told, "amount": number_format(row.threshold or 0, 0, use_l10n=True, force_grouping=True),
            }  # fmt: skip
        case Criterion.Test.ATTEMPTS:
            return ngettext("%d attempt failed", "%d attempts failed", number) % number
        case Criterion.Test.AGE:
            return _("it is open with the frontline for more than %(number)d business days") % told
        case Criterion.Test.CONTACTS:
            return _("the customer came to us %(number)d times in %(period)d days about the same product") % told
        case Criterion.Test.CLUSTER:
            return _("%(number)d complaints on the same product and issue come within %(period)d hours") % told
        case Criterion.Test.FACTS:
            return _("its conditions hold")
    return str(row.get_test_display())


def _words(row: Any) -> str:
    lists = list(row.lists.all())
    lines = [line for one in lists for line in one.phrases.splitlines() if line.strip() and not line.startswith("#")]
    languages = listed([one.language_name for one in lists])
    said = ngettext(
        "what was said has %(count)d phrase (%(languages)s)",
        "what was said has one of %(count)d phrases (%(languages)s)",
        len(lines),
    )
    return said % {"count": len(lines), "languages": languages}


def _groups(row: Any) -> list[list[PlainCondition]]:
    """The conditions that must hold, each with its alternatives."""
    groups: dict[object, list[PlainCondition]] = {}
    for one in row.conditions.all():
        condition = PlainCondition(one.fact, one.operator, one.value, one.group)
        groups.setdefault(one.group or f"alone {one.pk}", []).append(condition)
    return list(groups.values())


def lead(version: CriteriaSet, base: CriteriaSet | None, changes: int) -> str:
    """ "Draft 12, 3 changes since version 11." """
    told = {"number": version.number, "author": version.author, "publisher": version.published_by}
    if version.state == CriteriaSet.State.PUBLISHED:
        return _("Version %(number)d is in force. %(author)s wrote it, %(publisher)s published it.") % told
    told["differs"] = _against(base, changes)
    if version.state == CriteriaSet.State.RETIRED:
        return _("Version %(number)d is retired. %(differs)s") % told
    return _("Draft %(number)d of %(author)s. %(differs)s") % told


def _against(base: CriteriaSet | None, changes: int) -> str:
    if base is None:
        return _("No version is in force yet.")
    if not changes:
        return _("It equals version %(number)d, which is in force.") % {"number": base.number}
    said = ngettext(
        "%(count)d criterion differs from version %(number)d, which is in force.",
        "%(count)d criteria differ from version %(number)d, which is in force.",
        changes,
    )
    return said % {"count": changes, "number": base.number}


def _publishers(version: CriteriaSet) -> str:
    """Who can publish a draft of its author: "Dana Ruiz or Kim Weber"."""
    held = User.objects.with_perm("escalations.publish_criteriaset", backend=MODELS, include_superusers=False)
    return listed(held.exclude(pk=version.author_id).order_by("first_name", "last_name", "pk")[:MOST_NAMED], OR)
