"""One thing that a check found."""

from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from routing.plain import PlainRule


class Level(Enum):
    ERROR = "error"
    """Keeps the ruleset from being published: it can never be right."""
    WARNING = "warning"
    """May be meant so: it informs, and does not block."""


@dataclass(frozen=True)
class Finding:
    """`rule` is None when the ruleset as a whole is meant."""

    level: Level
    rule: PlainRule | None
    message: str

    def __str__(self) -> str:
        if self.rule is None:
            return self.message
        return _("Rule “%(rule)s”: %(problem)s") % {"rule": self.rule, "problem": self.message}


def error(rule: PlainRule | None, message: str) -> Finding:
    return Finding(Level.ERROR, rule, message)


def warning(rule: PlainRule | None, message: str) -> Finding:
    return Finding(Level.WARNING, rule, message)
