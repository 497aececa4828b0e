"""What a judgement says: the sentence, a line for each criterion, and examples as far as the reader may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.detection.compiled import Compiled, compile_set
from escalations.detection.judgements import WHOLE, Tally, tallies
from escalations.detection.replaying import WITH_A_PAST
from escalations.looking import looked
from escalations.models import Complaint, Criterion, Judgement, Look, Statement
from escalations.permissions import Scope
from escalations.quotes import shortened
from escalations.views.rows import Sight
from routing.models import User

MOST_WORDS = 4


@dataclass(frozen=True)
class Line:
    """What one criterion would have done."""

    code: str
    name: str
    tally: Tally
    of_today: bool = False
    """Whether it has conditions on facts of which nobody knows how they stood then."""

    @property
    def share(self) -> int | None:
        """Of those it would have flagged, how many were escalated, in percent."""
        return round(100 * self.tally.anyway / self.tally.flagged) if self.tally.flagged else None


@dataclass(frozen=True)
class Example:
    """One complaint: its facts for everybody; the words and the way to it for who may see the case."""

    reference: str
    facts: str
    is_visible: bool
    words: Sequence[str]


@dataclass(frozen=True)
class Group:
    title: str
    examples: Sequence[Example]


def _asks_of_today(row: Criterion) -> bool:
    return any(condition.fact not in WITH_A_PAST for condition in row.conditions.all())


def sentence(row: Judgement) -> str:
    """ "It would have flagged 214 of the last 5,000: 131 of them were escalated anyway, of which 80 later, …" """
    whole = tallies(row).get(WHOLE, Tally())
    parts = [
        ngettext(
            "It would have flagged %(flagged)s of the last %(done)s complaint",
            "It would have flagged %(flagged)s of the last %(done)s complaints",
            row.done,
        )
        % {"flagged": f"{whole.flagged:,}", "done": f"{row.done:,}"}
    ]
    if whole.flagged:
        parts.append(_("%s of them were escalated anyway") % f"{whole.anyway:,}" + _later(whole))
    missed = ngettext("it misses %s that was", "it misses %s that were", whole.missed) % f"{whole.missed:,}"
    return f"{': '.join(parts)}; {missed}."


def _later(tally: Tally) -> str:
    days = tally.median_days
    if days is None:
        return ""
    told = ngettext(", %(later)s of them later, by a median of %(days)d day",
                    ", %(later)s of them later, by a median of %(days)d days", days)  # fmt: skip
    return told % {"later": f"{tally.later:,}", "days": days}


def lines(row: Judgement) -> list[Line]:
    """The whole set first, then its criteria in their order."""
    found = tallies(row)
    whole = Line(WHOLE, _("The whole set"), found.get(WHOLE, Tally()))
    criteria = [one for one in row.criteria_set.whole() if one.code in found]
    return [whole, *(Line(one.code, one.name, found[one.code], _asks_of_today(one)) for one in criteria)]


def examples(row: Judgement, code: str, reader: User) -> list[Group]:
    """Up to twenty of each kind. Restricted cases are shown to those only who see them anyway."""
    tally = tallies(row).get(code, Tally())
    shown = _shown([*tally.right, *tally.wrong, *tally.overlooked], row, code, reader)
    kinds = (
        (_("Flagged, and escalated"), tally.right),
        (_("Flagged, and not escalated"), tally.wrong),
        (_("Escalated, and missed"), tally.overlooked),
    )
    return [Group(title, [shown[one] for one in references if one in shown]) for title, references in kinds]


def _shown(references: Sequence[str], row: Judgement, code: str, reader: User) -> dict[str, Example]:
    scope, sight = Scope.of(reader), Sight.of(reader)
    cases = Complaint.objects.filter(reference__in=references).prefetch_related("points__product", "points__issue")
    visible = {case.reference: case for case in cases if scope.sees(case)}
    looked(reader, visible.values(), Look.Place.RULES)
    said = _words(visible.values(), compile_set(row.criteria_set), code) if visible and sight.words else {}
    return {
        case.reference: Example(
            case.reference, _facts(case), case.reference in visible, said.get(case.pk, ())
        )
        for case in cases
        if case.reference in visible or not case.restricted_kind
    }  # fmt: skip


def _facts(case: Complaint) -> str:
    point = case.main_point
    about = [point.product, point.issue] if point else []
    told = [*about, case.get_severity_display(), case.get_channel_display(), case.get_state_display()]
    return " · ".join(str(one) for one in told if one)


def _words(cases: Iterable[Complaint], compiled: Compiled, code: str) -> dict[int, list[str]]:
    """The words that the criteria of the draft find today in what was said at first."""
    by_key = {case.pk: case for case in cases}
    found: dict[int, list[str]] = {}
    for statement in Statement.objects.filter(complaint__in=by_key).said_first():
        for one, places in compiled.find(statement.text, by_key[statement.complaint_id].language).items():
            if code in (WHOLE, one):
                words = [shortened(statement.text[place.start : place.end], 60) for place in places]
                found.setdefault(statement.complaint_id, []).extend(words)
    return {pk: list(dict.fromkeys(words))[:MOST_WORDS] for pk, words in found.items()}
