"""What the panels of the investigation say: the points, the evidence, for whom we wait, and what is never disclosed."""

from escalations.models import Complaint, Point, SealedNote
from escalations.models.sealed_note import READ as READ_SEALED
from escalations.states import State
from escalations.steps.need import Need
from escalations.steps.needs import of_point
from escalations.views.panels.shown import Context
from escalations.views.panels.viewer import Viewer
from escalations.views.point_summary import summary
from escalations.views.waiting import evidence as lines_of_evidence
from escalations.views.waiting import intervals

TO_BE_FOUND = (State.INVESTIGATING, State.COMMUNICATING)


def points(case: Complaint, viewer: Viewer) -> Context:
    """Each thing alleged: what was found, how it was decided, why it happened, and what it still lacks."""
    may = viewer.may("record_outcome") or viewer.may("confirm_cause")
    rows = [
        {
            "point": point,
            "lines": summary(case, point, words=viewer.sight.words),
            "missing": _missing(case, point) if may else (),
        }
        for point in case.points.all()
    ]
    return {"points": rows, "may_work": may}


def _missing(case: Complaint, point: Point) -> list[Need]:
    return list(of_point(case, point)) if case.state in TO_BE_FOUND else []


def waiting(case: Complaint, viewer: Viewer) -> Context | None:
    running, over = intervals(case, viewer.now)
    if not (running or over):
        return None
    return {"running": running, "over": over, "may": viewer.offers, "shows_notes": viewer.sight.words}


def evidence(case: Complaint, viewer: Viewer) -> Context | None:
    """Once something was asked for; before that, where somebody investigates and can ask."""
    lines = lines_of_evidence(case, viewer.now)
    may_ask = viewer.may("request_evidence")
    if not lines and not (may_ask and case.state == State.INVESTIGATING):
        return None
    return {
        "evidence": lines, "may_ask": may_ask, "may_answer": viewer.may("answer_evidence"),
        "shows_words": viewer.sight.words,
    }  # fmt: skip


def may_read_sealed(case: Complaint, viewer: Viewer) -> bool:
    return viewer.user.has_perm(READ_SEALED)


def sealed(case: Complaint, viewer: Viewer) -> Context:
    rows = SealedNote.objects.readable_by(viewer.user).filter(complaint=case).select_related("written_by")
    return {"sealed": list(rows.order_by("-pk"))}
