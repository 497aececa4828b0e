"""The pages of the escalation criteria: their versions, and the form of one criterion."""

from . import criterion, versions

__all__ = ["criterion", "versions"]
