"""One point as it stands, line by line."""

from django.utils.translation import gettext as _

from escalations.models import Complaint, Point, Statement


def summary(case: Complaint, point: Point, *, words: bool) -> list[tuple[str, str]]:
    """The point as it stands, line by line: what is not known is left out."""
    contributing = ", ".join(str(row.cause) for row in point.contributing.all())
    said = {kind: case.words_of(point, kind) if words else "" for kind in Statement.ABOUT_THE_OUTCOME}
    cause = f"{point.cause} ({point.get_cause_status_display()})" if point.cause else ""
    amount = f"{point.asked_amount:,.2f} {point.asked_currency}" if point.asked_amount is not None else ""
    asked = " · ".join(part for part in (amount, said[Statement.Kind.ASKED]) if part)
    lines = [
        (_("Asked for"), asked),
        (_("Did it happen"), point.get_finding_display()),
        (_("Finding"), str(point.finding_code or "")),
        (_("What was found"), said[Statement.Kind.FINDING]),
        (_("Outcome"), point.get_outcome_display()),
        (_("Root cause"), cause),
        (_("Contributing"), contributing),
        (_("Fault"), point.get_fault_display()),
        (_("Control that failed"), str(point.control or "")),
        (_("Would have prevented it"), said[Statement.Kind.PREVENTION]),
        (_("Offered"), said[Statement.Kind.OFFERED]),
    ]
    return [(label, text[:1].upper() + text[1:]) for label, text in lines if text]
