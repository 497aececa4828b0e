"""What is wrong with a file of rules, each with its line and, where there is one, its rule."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_TOLD = 50


@dataclass(frozen=True)
class Problem:
    """`rule` is the name of the rule, empty when the file as a whole is meant."""

    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        values = {"line": self.line, "rule": self.rule, "message": self.message}
        if self.rule:
            return _("Line %(line)d, rule “%(rule)s”: %(message)s") % values
        return _("Line %(line)d: %(message)s") % values


class RuleFileError(ValidationError):
    """Nothing of the file was taken. `problems` has all that was found, the messages the first fifty."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.line)
        told = [str(problem) for problem in self.problems[:MOST_TOLD]]
        if len(self.problems) > MOST_TOLD:
            told.append(_("… and %(count)d more.") % {"count": len(self.problems) - MOST_TOLD})
        super().__init__(told, code="rule_file")
