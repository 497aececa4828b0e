"""What each panel of the case page says. None: nothing to show this person."""

from typing import Any

from django.conf import settings

from escalations.actions import MANAGER
from escalations.detection.risk import explained
from escalations.fields import showing
from escalations.forms import unsent
from escalations.forms.steps import FORMS
from escalations.handing_over.completeness import completeness
from escalations.looking import looked
from escalations.models import Complaint, Look
from escalations.views import brief as summary
from escalations.views.details import Book
from escalations.views.linked import family
from escalations.views.money import money as remedies_and_authority
from escalations.views.next_step import COMPOSE
from escalations.views.panels.shown import Context
from escalations.views.panels.viewer import Viewer
from escalations.views.reading import beside
from escalations.views.risk import moved
from escalations.views.similar import similar_cases
from escalations.views.story import story as timeline

MOST_EARLIER = 5


def brief(case: Complaint, viewer: Viewer) -> Context:
    return {
        "brief": summary.lines(case, viewer.sight, viewer.spans),
        "complete": completeness(case),
        "may_complete": case.is_open and viewer.may("complete_handover"),
    }


def story(case: Complaint, viewer: Viewer) -> Context:
    book = Book.of(case, viewer.user, shows_evidence=viewer.sight.evidence)
    asked = viewer.asked
    return {"story": timeline(case, book, viewer.sight, viewer.spans, asked.get("show", ""), asked.get("older", ""))}


def compose(case: Complaint, viewer: Viewer) -> Context | None:
    """The forms for writing, hearing and noting, side by side; each posts to its own action."""
    typed = unsent.of_user(case, viewer.user)
    parts: list[dict[str, Any]] = [
        {
            "action": name,
            "form": FORMS[name](
                complaint=case,
                reader=viewer.user,
                auto_id=f"id_{name}_%s",
                initial=typed[name].texts if name in typed else None,
            ),
            "unsent": typed.get(name),
            "base": unsent.stamp(typed.get(name)),
        }
        for name in COMPOSE
        if viewer.may(name)
    ]
    first = max((row.saved_at for row in typed.values()), default=None)
    for part in parts:
        row = typed.get(part["action"])
        part["is_open"] = row is not None and row.saved_at == first
    if parts and not any(part["is_open"] for part in parts):
        parts[0]["is_open"] = True
    return {"compose": parts, "file_limit": settings.FILE_MAX_MB} if parts else None


def fields(case: Complaint, viewer: Viewer) -> Context | None:
    lines = showing.lines(case, case.definitions, viewer.sight)
    return {"fields": lines, "may_set_fields": viewer.may("set_fields")} if lines else None


def money(case: Complaint, viewer: Viewer) -> Context | None:
    found = remedies_and_authority(case, viewer.user, viewer.offers, viewer.now)
    return {"money": found} if found.lines or found.allowances else None


def triggers(case: Complaint, viewer: Viewer) -> Context | None:
    found = summary.triggers(case, viewer.sight)
    return {"triggers": found} if found else None


def names_somebody(case: Complaint, viewer: Viewer) -> bool:
    return bool(case.parties.all())


def earlier(case: Complaint, viewer: Viewer) -> Context:
    """Other complaints of the same people that this person may see; the newest first, a few."""
    persons = [party.person_id for party in case.parties.all() if party.role != "representative"]
    others = Complaint.objects.visible_to(viewer.user).filter(parties__person__in=persons).exclude(pk=case.pk)
    found = list(others.distinct().order_by("-pk")[:MOST_EARLIER])
    looked(viewer.user, found, Look.Place.BESIDE)
    return {"earlier": found}


def similar(case: Complaint, viewer: Viewer) -> Context:
    found = similar_cases(case, viewer.user, viewer.sight)
    looked(viewer.user, [one.case for one in found], Look.Place.BESIDE)
    return {"similar": found, "compared": case.compared_at}


def linked(case: Complaint, viewer: Viewer) -> Context:
    found = family(case, viewer.user, viewer.sight, viewer.offers)
    shown = (*found.proposed, *found.agreed, *found.merged)
    looked(viewer.user, [one.case for one in shown], Look.Place.BESIDE)
    return {"family": found}


def may_show_risk(case: Complaint, viewer: Viewer) -> bool:
    """A score that is there, by a version that is no longer on trial."""
    is_shown = any(policy.is_shown for policy in beside(case, "risk_policy"))
    return case.is_open and is_shown and bool(beside(case, "risk_scores"))


def risk(case: Complaint, viewer: Viewer) -> Context:
    scored = explained(case)
    return {"risk": scored, "moved": moved(scored, viewer.sight)}


MOST_LOOKS = 50


def may_see_looks(case: Complaint, viewer: Viewer) -> bool:
    """Of a restricted case, for whoever oversees it."""
    return bool(case.restricted_kind) and (
        viewer.user.has_perm("escalations.view_look") or bool(viewer.scope.roles & {MANAGER})
    )


def looks(case: Complaint, viewer: Viewer) -> Context | None:
    """Who has looked at it, the latest first."""
    rows = Look.objects.filter(complaint=case).select_related("user")[:MOST_LOOKS]
    return {"looks": list(rows), "most_looks": MOST_LOOKS}
