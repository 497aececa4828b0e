"""The rule editor: the list of versions, the page of one version with its rules in order, and the form of a rule."""

from . import rule, ruleset

__all__ = ["rule", "ruleset"]
