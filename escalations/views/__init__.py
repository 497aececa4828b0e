"""The pages of staff: my work, the case, triage, approvals, intake. Each is thin: it asks and shows."""

from escalations.views.start import start_url

__all__ = ["start_url"]
