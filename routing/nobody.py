"""Why nobody can take a case, in one exact sentence: "Lending: 3 with Mortgages, all at capacity; the nearest to room
must close 2 first."; "Lending: no one with Mortgages and authority 3 or above is in before Mon 30 Nov."."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routing.candidates import QUALITIES, Candidate, Need
from routing.models import Absence, Assignment, Skill
from routing.roster import TeamNow
from routing.wording import language_name, listed


def why_nobody(team: TeamNow, candidates: Sequence[Candidate], need: Need, at: datetime) -> str:
    """The quality that nobody has; else what hinders each of those who have them all."""
    if candidates and all("right" in candidate.obstacles for candidate in candidates):
        return _("%(who)s, none who may work cases.") % {"who": _who(team, len(candidates), [])}
    left = [candidate for candidate in candidates if "right" not in candidate.obstacles]
    having: list[str] = []
    for step in QUALITIES:
        quality = _quality(step, need)
        staying = [candidate for candidate in left if step not in candidate.obstacles]
        if left and not staying:
            return _("%(who)s, none with %(quality)s.") % {"who": _who(team, len(left), having), "quality": quality}
        left, having = staying, [*having, quality] if quality else having
    if left and all(next(iter(candidate.obstacles)) == "present" for candidate in left):
        return _away(team, left, having, at)
    return f"{_who(team, len(left), having)}{_hindered(left, need)}."


def _away(team: TeamNow, left: Sequence[Candidate], having: Sequence[str], at: datetime) -> str:
    """All who could are away: until when, as it is known now."""
    rows = Absence.objects.covering(at).filter(handler__in=[candidate.handler.pk for candidate in left])
    back = min((end for _handler, end in rows.order_by().values_list("handler").annotate(Max("ends_at"))), default=None)
    if back is None:
        return f"{_who(team, len(left), having)}{_(', all away')}."
    told = {"team": team, "qualities": listed(having), "day": date_format(timezone.localtime(back), "D j M")}
    if having:
        return _("%(team)s: no one with %(qualities)s is in before %(day)s.") % told
    return _("%(team)s: no one is in before %(day)s.") % told


def _who(team: TeamNow, number: int, having: Sequence[str]) -> str:
    if not number:
        return _("%(team)s has no active handler") % {"team": team}
    who = {"team": team, "count": number, "qualities": listed(having)}
    if having:
        return _("%(team)s: %(count)d with %(qualities)s") % who
    return ngettext("%(team)s: %(count)d handler", "%(team)s: %(count)d handlers", number) % who


def _hindered(left: Sequence[Candidate], need: Need) -> str:
    first = Counter(next(iter(candidate.obstacles)) for candidate in left)
    words = {
        "clearance": _("without the clearance"),
        "conflict": _("involved in this case"),
        "present": _("away"),
        "room": _("at capacity"),
    }
    if len(first) == 1:
        said = _(", all %(hindrance)s") % {"hindrance": words[next(iter(first))]}
    else:
        said = "".join(f", {count} {words[step]}" for step, count in first.items())
    full = [candidate for candidate in left if list(candidate.obstacles) == ["room"]]
    return said + _nearest(full, need)


def _nearest(full: Sequence[Candidate], need: Need) -> str:
    """How many cases must be closed before one of those who are only full has room, the heaviest first."""
    if not full:
        return ""
    held: dict[int, list[int]] = {candidate.handler.pk: [] for candidate in full}
    rows = Assignment.objects.open().filter(handler__in=held)
    for handler, weight in rows.values_list("handler", "weight"):
        held[handler].append(weight)
    must = [number for one in full if (number := _to_close(one, [*held[one.handler.pk], *one.handler.given], need))]
    if not must:
        return _("; none has the capacity for a case that weighs %(weight)d") % {"weight": need.weight}
    message = ngettext(
        "; the nearest to room must close %(number)d first",
        "; the nearest to room must close %(number)d first",
        min(must),
    )
    return message % {"number": min(must)}


def _to_close(candidate: Candidate, weights: Sequence[int], need: Need) -> int | None:
    """So many cases; None when closing all would not be enough."""
    over = candidate.handler.load + need.weight - candidate.handler.capacity
    for number, weight in enumerate(sorted(weights, reverse=True), start=1):
        over -= weight
        if over <= 0:
            return number
    return None


def _quality(step: str, need: Need) -> str:
    outcome = need.outcome
    if step == "skills" and outcome.skills:
        return listed(Skill.objects.filter(code__in=outcome.skills).values_list("name", flat=True))
    if step == "languages" and outcome.languages:
        return listed(language_name(code) for code in outcome.languages)
    if step == "authority" and outcome.minimum_authority:
        return _("authority %(level)d or above") % {"level": outcome.minimum_authority}
    return ""
