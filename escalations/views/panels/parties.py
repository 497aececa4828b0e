"""Who the customer is, and who speaks for them by what authority."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.actions import ACTIONS
from escalations.models import Complaint, Party
from escalations.permissions import who_can
from escalations.views.panels.shown import Context
from escalations.views.panels.viewer import Viewer


@dataclass(frozen=True)
class PartyLine:
    """One of them. `speaks` says for whom and until when, `warning` why nothing that they say decides."""

    party: Party
    speaks: str = ""
    warning: str = ""


def parties(case: Complaint, viewer: Viewer) -> Context:
    lines = [_line(case, party, viewer) for party in case.parties.all()]
    may_record = viewer.may("record_speaker")
    is_silent = any(line.warning for line in lines)
    return {
        "parties": lines,
        "may_record_speaker": may_record,
        "who_can_record": who_can(ACTIONS["record_speaker"], case) if is_silent and not may_record else "",
    }


def _line(case: Complaint, party: Party, viewer: Viewer) -> PartyLine:
    if not party.is_representative:
        return PartyLine(party)
    return PartyLine(party, _speaks(case, party, viewer), case.why_silent(party, viewer.now))


def _speaks(case: Complaint, party: Party, viewer: Viewer) -> str:
    """“speaks for Ana Silva until 3 Mar 2027; power of attorney”. The paper may name people: only with their names."""
    spoken_for = next((row for row in case.parties.all() if not row.is_representative), None)
    named = spoken_for is not None and viewer.sight.identity
    said = _("speaks for %s") % (spoken_for.person if named and spoken_for else _("the customer"))
    today = timezone.localdate(viewer.now)
    if party.authority_until and not party.authority_is_over(today):
        said = _("%(speaks)s until %(day)s") % {"speaks": said, "day": date_format(party.authority_until, "j M Y")}
    papers = (party.authority_document, party.authority_scope) if viewer.sight.identity else ()
    return "; ".join([said, *(one for one in papers if one)])
