"""Where what is still needed is put right: the address of the step, or of the point that it is about."""

from urllib.parse import parse_qs

from django.urls import reverse

from escalations.models import Complaint
from escalations.steps.need import Need

BY_POINT = ("record_outcome", "confirm_cause")
"""Said on the page of the point."""


def way_to(case: Complaint, need: str) -> str:
    """Empty where it is not for anybody here to put right."""
    if not isinstance(need, Need) or not need.action:
        return ""
    asked = parse_qs(need.query)
    if need.action in BY_POINT and "point" in asked:
        address = reverse("escalations:point", args=[case.reference, asked["point"][0]])
        return f"{address}#id_{asked['part'][0]}" if "part" in asked else address
    step = reverse("escalations:act", args=[case.reference, need.action])
    return f"{step}?{need.query}" if need.query else step


def point_of(case: Complaint, lacking: list[int]) -> str:
    """The page of the first point that lacks something; of the main one where none does."""
    key = lacking[0] if lacking else case.main_point.pk
    return reverse("escalations:point", args=[case.reference, key])
