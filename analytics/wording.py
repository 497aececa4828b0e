"""The report in words: the one sentence that its reader came for, and what must be known to read its figures."""

from collections.abc import Iterator

import pandas as pd
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.question import first_day, this_month
from analytics.trends import DECIDED, Change, Report
from escalations.states import ClosedAs

# Of fewer complaints than this a percentage says less than the number itself.
ENOUGH_FOR_PERCENT = 20


def sentence(report: Report) -> str:
    """For example: 312 complaints in October, 8 % more than in September; the rise is Card delivery (+41)."""
    told = _told(report)
    if not report.question.filters:
        return told
    about = ", ".join(label for _name, _code, label in report.question.filters)
    return _("%(filters)s: %(sentence)s") % {"filters": about[:1].upper() + about[1:], "sentence": told}


def _told(report: Report) -> str:
    change = report.change
    if change is None or not report.total.complaints:
        return _("No complaints were received %(period)s.") % {"period": period(report)}
    if report.current and change.month == report.current.month:
        return ngettext(
            "%(count)s complaint in %(month)s so far; the month is not over.",
            "%(count)s complaints in %(month)s so far; the month is not over.",
            change.now,
        ) % {"count": number(change.now), "month": month_name(change.month)}
    return _complaints(change) + _compared(change) + _mostly(change) + "."


def _complaints(change: Change) -> str:
    words = ngettext("%(count)s complaint in %(month)s", "%(count)s complaints in %(month)s", change.now)
    return words % {"count": number(change.now), "month": month_name(change.month)}


def _compared(change: Change) -> str:
    if change.before is None:
        return ""
    rise = change.now - change.before
    words = {"before": month_name(change.month - 1), "by": number(abs(rise))}
    if rise == 0:
        return _(", as many as in %(before)s") % words
    percent = round(100 * abs(rise) / change.before) if change.before >= ENOUGH_FOR_PERCENT else 0
    if percent:
        words["by"] = _("%(percent)s\u00a0%%") % {"percent": number(percent)}
    return (_(", %(by)s more than in %(before)s") if rise > 0 else _(", %(by)s fewer than in %(before)s")) % words


def _mostly(change: Change) -> str:
    """Names the group that moved most; as *the* rise only when it makes up at least half of it."""
    if change.group is None or change.before is None:
        return ""
    rise = change.now - change.before
    words = {"group": change.group, "by": f"{'+' if change.moved > 0 else '−'}{number(abs(change.moved))}"}
    if 2 * abs(change.moved) >= abs(rise):
        return (_("; the rise is %(group)s (%(by)s)") if rise > 0 else _("; the fall is %(group)s (%(by)s)")) % words
    if rise > 0:
        return _("; the largest rise is %(group)s (%(by)s)") % words
    return _("; the largest fall is %(group)s (%(by)s)") % words


def scope(report: Report) -> str:
    """Which months, whose clock, and when it was counted."""
    return _("Received %(period)s, by %(by)s. Counted %(now)s, %(zone)s.") % {
        "period": period(report),
        "by": str(report.question.dimension.label).lower(),
        "now": moment(report),
        "zone": timezone.get_current_timezone_name(),
    }


def definitions() -> list[str]:
    """What each figure means, for whoever must stand by it."""
    return [
        _("A complaint belongs to the month in which it was received, in your time zone."),
        _("Product, issue and root cause are those of its main point; team is the one that has it or had it last."),
        _("A field of your own counts with the value that the complaint has now."),
        _("Days to close go from receipt to closure, in days of 24 hours, over closed complaints only."),
        _(
            "Half of them took at most the median; 90 % took at most “90 % within”. Between two complaints the value "
            "is interpolated linearly, as spreadsheets do (PERCENTILE.INC)."
        ),
        _("Decided are closed complaints with the outcome upheld, partly upheld or not upheld."),
        _("Share upheld: upheld in full or in part, of the decided."),
    ]


def notes(report: Report) -> list[str]:
    """Everything that is not in the figures as one would think, each in a sentence; never left out silently."""
    return [*_of_the_month(report), *_of_days(report), *_of_endings(report), *_of_groups(report)]


def _of_the_month(report: Report) -> Iterator[str]:
    if report.current:
        yield ngettext(
            "%(month)s is not over: it has %(count)s complaint up to %(now)s and is compared with nothing.",
            "%(month)s is not over: it has %(count)s complaints up to %(now)s and is compared with nothing.",
            report.current.complaints,
        ) % {
            "month": month_name(report.question.until, year=True),
            "count": number(report.current.complaints),
            "now": moment(report),
        }


def _of_days(report: Report) -> Iterator[str]:
    if still := report.total.open:
        yield ngettext(
            "%(count)s complaint is still open: it is counted, but has no days to close yet.",
            "%(count)s complaints are still open: they are counted, but have no days to close yet, so that recent "
            "months look faster than they will.",
            still,
        ) % {"count": number(still)}
    if unknown := report.total.days_unknown:
        yield ngettext(
            "Days unknown for %(count)s closed complaint: the file it came from has no closing date.",
            "Days unknown for %(count)s closed complaints: the files they came from have no closing date.",
            unknown,
        ) % {"count": number(unknown)}


def _of_endings(report: Report) -> Iterator[str]:
    total = report.total
    if not total.closed:
        return
    yield _("Upheld, in full or in part, are %(upheld)s of the %(decided)s decided.") % {
        "upheld": number(total.upheld),
        "decided": number(total.decided),
    }
    others = {way: count for way, count in _undecided(report).items() if count}
    if others:
        parts = [f"{number(count)} {way}" for way, count in others.items()]
        yield _("%(others)s: closed, and with their days, but not among the decided.") % {
            "others": get_text_list(parts, _("and"))
        }


def _undecided(report: Report) -> dict[str, int]:
    """How many closed complaints have no such outcome, by how they ended."""
    ended = report.ended
    decided_here = sum(ended.get(way, 0) for way in DECIDED)
    return {
        _("settled at the frontline"): ended.get(ClosedAs.SETTLED, 0),
        _("withdrawn"): ended.get(ClosedAs.WITHDRAWN, 0),
        _("set aside"): ended.get(ClosedAs.SET_ASIDE, 0),
        _("adopted without an outcome"): ended.get(ClosedAs.ADOPTED, 0) - (report.total.decided - decided_here),
    }


def _of_groups(report: Report) -> Iterator[str]:
    if report.others:
        yield _("The %(named)s largest are named; %(others)s stand together in one row.") % {
            "named": number(report.named),
            "others": report.question.dimension.others(report.others),
        }
    yield _("Only complaints that you may see are counted: restricted ones need a clearance.")


def period(report: Report) -> str:
    """“in October 2026”, or “from November 2025 to October 2026”."""
    since, until = report.question.since, report.question.until
    if since == until:
        return _("in %(month)s") % {"month": month_name(since, year=True)}
    return _("from %(since)s to %(until)s") % {
        "since": month_name(since, year=True),
        "until": month_name(until, year=True),
    }


def moment(report: Report) -> str:
    return date_format(timezone.localtime(report.at), "j F Y, H:i")


def month_name(month: pd.Period, *, year: bool = False) -> str:
    """October; with its year where that is asked for, or longer ago than eleven months."""
    recent = this_month() - 12 < month
    return date_format(first_day(month), "F" if recent and not year else "F Y")


def number(value: float) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)
