"""What each staff role may do here, as Django permissions; config's `roles` command grants them.

The report reads complaints: which of them is asked of `Complaint.objects.visible_to`.
"""

NEEDS: dict[str, list[str]] = {}
