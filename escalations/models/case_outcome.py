"""The part of Complaint that says how each point came out: what was found, why it happened, what was asked and offered.

Codes stand on the point and in its history; words are Statements, of which the latest of a kind stands.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from escalations.errors import Invalid
from escalations.models.case_words import CaseWords, own_row
from escalations.models.cause import ContributingCause
from escalations.models.point import Point
from escalations.models.statement import Statement
from escalations.states import ClosedAs, Outcome

if TYPE_CHECKING:
    from escalations.steps.step import Rows, Step

KEEP: Any = object()
"""What is not given stays as it is."""


class CaseOutcome(CaseWords):
    """Findings, outcomes and causes. Everything about a point can be said in one step, as far as it is known."""

    if TYPE_CHECKING:
        statements: Any
        own_points: Any

    def record_outcome(
        self, step: "Step", *, point: Point, symptom: Any = KEEP, finding: Any = KEEP, finding_code: Any = KEEP,
        outcome: Any = KEEP, fault: Any = KEEP, cause: Any = KEEP, cause_status: Any = KEEP, control: Any = KEEP,
        contributing: Any = KEEP, asked_amount: Any = KEEP, asked_currency: Any = KEEP, text: str = "", asked: str = "",
        offered: str = "", prevention: str = "",
    ) -> "Rows":  # fmt: skip
        """As much as is known of one point; the rest can follow. What the outcome still needs, `needs` says."""
        point = own_row(self.points, point)
        before = point.issue_id
        given = {
            "issue": symptom, "finding": finding, "finding_code": finding_code, "outcome": outcome, "fault": fault,
            "control": control, "asked_amount": asked_amount, "asked_currency": asked_currency,
        }  # fmt: skip
        changed = [*_set(point, given), *_set_cause(point, cause, cause_status)]
        if point.issue_id != before:
            self.compare_again()
        words = self._said_anew(step, point, {
            Statement.Kind.FINDING: text, Statement.Kind.ASKED: asked, Statement.Kind.OFFERED: offered,
            Statement.Kind.PREVENTION: prevention,
        })  # fmt: skip
        causes = self._contributing(step, point, contributing)
        if not (changed or words or causes is not None):
            raise Invalid({"point": [_("Nothing differs from what the case says.")]})
        step.note(point=point.pk, changed=sorted(changed), **_codes(point))
        return [*([point] if changed else []), *(causes or []), *words]

    def record_finding(
        self, step: "Step", *, point: Point, finding: str, outcome: str, fault: str = "", text: str = ""
    ) -> "Rows":
        point = own_row(self.points, point)
        point.finding, point.outcome, point.fault = finding, outcome, fault
        step.note(point=point.pk, finding=finding, outcome=outcome)
        return [point, *([self.statement(step, "finding", text, point=point)] if text else [])]

    def confirm_cause(
        self, step: "Step", *, point: Point, cause: Any, status: str, contributing: Any = KEEP, control: Any = KEEP,
        fault: Any = KEEP, prevention: str = "",
    ) -> "Rows":  # fmt: skip
        """Why it happened: also after the outcome was given, when the cause is confirmed before closing."""
        point = own_row(self.points, point)
        _set(point, {"control": control, "fault": fault})
        _set_cause(point, cause, status)
        causes = self._contributing(step, point, contributing) or []
        step.note(point=point.pk, cause=cause.code, status=status)
        return [point, *causes, *self._said_anew(step, point, {Statement.Kind.PREVENTION: prevention})]

    @property
    def unconfirmed(self) -> list[Point]:
        """The points whose root cause nobody has confirmed yet; a case closes with none."""
        return [point for point in self.own_points if point.cause_status != Point.CauseStatus.CONFIRMED]

    def causes_set(self, cause: Any) -> "Rows":
        """The light cause of a settled case, on every point."""
        points = list(self.points.all())
        for point in points:
            point.cause, point.cause_status = cause, Point.CauseStatus.CONFIRMED
        return points

    def outcome_of_points(self) -> str:
        """Upheld when all points are, not upheld when none is, else partly."""
        outcomes = {point.outcome for point in self.own_points}
        if outcomes == {Outcome.UPHELD}:
            return ClosedAs.UPHELD
        return ClosedAs.NOT_UPHELD if outcomes == {Outcome.NOT_UPHELD} else ClosedAs.PARTLY

    def words_of(self, point: Point, kind: str) -> str:
        """What stands: the latest that was written of this kind about the point; empty where nothing was."""
        said = [row for row in self.statements.all() if row.kind == kind and row.point_id == point.pk]
        return max(said, key=lambda row: row.pk).text if said else ""

    def _said_anew(self, step: "Step", point: Point, words: dict[Statement.Kind, str]) -> list[Statement]:
        told = {kind: text.strip() for kind, text in words.items()}
        return [
            self.statement(step, kind, text, point=point)
            for kind, text in told.items()
            if text and text != self.words_of(point, kind).strip()
        ]

    def _contributing(self, step: "Step", point: Point, causes: Any) -> "Rows | None":
        """The whole set; None where it stays as it is. The root cause itself contributes nothing."""
        if causes is KEEP:
            return None
        wanted = {cause.pk: cause for cause in causes if cause.pk != point.cause_id}
        standing = list(point.contributing.all())
        gone = [row for row in standing if row.cause_id not in wanted]
        fresh = [cause for key, cause in wanted.items() if key not in {row.cause_id for row in standing}]
        if not (gone or fresh):
            return None
        step.gone += gone
        step.note(contributing=sorted(cause.code for cause in wanted.values()))
        return [ContributingCause(point=point, cause=cause) for cause in fresh]


def _set(point: Point, given: dict[str, Any]) -> list[str]:
    """The names of what differs now."""
    changed = [name for name, value in given.items() if value is not KEEP and getattr(point, name) != value]
    for name in changed:
        setattr(point, name, given[name])
    return changed


def _set_cause(point: Point, cause: Any, status: Any) -> list[str]:
    """A cause without a word about it is provisional; without a cause there is nothing to confirm."""
    cause = point.cause if cause is KEEP else cause
    status = point.cause_status if status is KEEP else status
    status = (status or Point.CauseStatus.PROVISIONAL) if cause else ""
    return _set(point, {"cause": cause, "cause_status": status})


def _codes(point: Point) -> dict[str, Any]:
    """For the event: the three codes and what goes with them, as they stand now."""
    linked: Sequence[tuple[str, Any]] = (
        ("symptom", point.issue), ("finding_code", point.finding_code), ("cause", point.cause),
        ("control", point.control),
    )  # fmt: skip
    codes = {name: row.code for name, row in linked if row}
    plain = {"finding": point.finding, "outcome": point.outcome, "status": point.cause_status, "fault": point.fault}
    amount = {"asked": f"{point.asked_amount} {point.asked_currency}"} if point.asked_amount is not None else {}
    return codes | {name: value for name, value in plain.items() if value} | amount
