"""What each staff role may do here, as Django permissions; config's `roles` command grants them.

The report counts complaints: which of them is asked of `Complaint.objects.visible_to`.
"""

from escalations.actions import ANALYST, COMPLIANCE, MANAGER

NEEDS: dict[str, list[str]] = {
    ANALYST: ["analytics.view_trends"],
    MANAGER: ["analytics.view_trends"],
    COMPLIANCE: ["analytics.view_trends", "analytics.view_download"],
}
