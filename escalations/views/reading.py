"""Reading one case whole: two queries, whatever has happened to it.

What a case shows of a further table is one more line of WHOLE: it costs no further query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.communication import notices
from escalations.looking import looked
from escalations.models import (
    Approval,
    Attachment,
    Attempt,
    Authorisation,
    Calculation,
    CalculationLine,
    CaseLink,
    ChecklistItem,
    ChecklistTick,
    Clock,
    Complaint,
    Confirmation,
    ContributingCause,
    CustomerLink,
    Event,
    EvidenceRequest,
    FieldValue,
    FirstSteps,
    LeftEmpty,
    Listening,
    Look,
    Message,
    NamedStaff,
    Need,
    Notice,
    Party,
    PersonIdentifier,
    Point,
    Policy,
    Referral,
    Remedy,
    RiskPolicy,
    RiskScore,
    Statement,
    Task,
    Trigger,
    TriggerEvidence,
    UnsentText,
    Waiting,
)
from escalations.views.one_statement import Statement as OneStatement
from escalations.views.one_statement import fill
from routing.definitions import Definitions
from routing.models import ApprovalStep, AuthorityLimit, Decision, Field, User

CASE, READER, REFERENCE = -8_000_000_000, -8_000_000_001, "\x1athis reference"
"""Stand in the composed statement for the key and the reference of the case that is read, and for who reads it."""


@dataclass(frozen=True)
class Part:
    """Rows of one table that belong to a case. `name` is how they are reached from the case, over other parts where
    it holds “__”; `by` where a row keeps the key of what it hangs on, empty for what is no relation of the case:
    `beside` gives that."""

    name: str
    rows: Callable[[], QuerySet[Any]]
    by: str = "complaint_id"


WHOLE: tuple[Part, ...] = (
    Part("points", lambda: Point.objects.filter(complaint=CASE).select_related(
        "product", "sub_product", "issue", "sub_issue", "cause__parent", "finding_code__parent", "control__parent")),
    Part("points__contributing", lambda: ContributingCause.objects.filter(point__complaint=CASE).select_related(
        "cause__parent"), "point_id"),
    Part("field_values", lambda: FieldValue.objects.filter(complaint=CASE).select_related("field", "choice")),
    Part("attempts", lambda: Attempt.objects.filter(complaint=CASE).select_related("made_by")),
    Part("statements", lambda: Statement.objects.filter(complaint=CASE).select_related("taken_by")),
    Part("triggers", lambda: Trigger.objects.filter(complaint=CASE).select_related("criterion", "decided_by")),
    Part("triggers__evidence", lambda: TriggerEvidence.objects.filter(trigger__complaint=CASE), "trigger_id"),
    Part("messages", lambda: Message.objects.filter(complaint=CASE).select_related("written_by", "party__person")),
    Part("remedies", lambda: Remedy.objects.filter(complaint=CASE).select_related(
        "point__issue", "proposed_by", "decided_by", "decided_for", "owner")),
    Part("remedies__approvals", lambda: Approval.objects.filter(complaint=CASE).select_related(
        "decided_by", "decided_for"), "remedy_id"),
    Part("calculations", lambda: Calculation.objects.filter(complaint=CASE).select_related(
        "made_by", "check_by_second__checked_by")),
    Part("calculations__lines", lambda: CalculationLine.objects.filter(calculation__complaint=CASE), "calculation_id"),
    Part("authorisations", lambda: Authorisation.objects.filter(complaint=CASE)),
    Part("limits", lambda: AuthorityLimit.objects.select_related("level", "product"), ""),
    Part("approval_steps", lambda: ApprovalStep.objects.select_related("level", "product"), ""),
    Part("clocks", lambda: Clock.objects.filter(complaint=CASE)),
    Part("referrals", lambda: Referral.objects.filter(complaint=CASE)),
    Part("left_empty", lambda: LeftEmpty.objects.filter(complaint=CASE)),
    Part("parties", lambda: Party.objects.filter(complaint=CASE).select_related("person")),
    Part("parties__person__needs", lambda: Need.objects.current().filter(
        person__in=Party.objects.filter(complaint=CASE).values("person")), "person_id"),
    Part("parties__person__identifiers", lambda: PersonIdentifier.objects.filter(
        person__in=Party.objects.filter(complaint=CASE).values("person")), "person_id"),
    Part("customer_links", lambda: CustomerLink.objects.filter(complaint=CASE).select_related(
        "party__person", "message")),
    Part("waitings", lambda: Waiting.objects.filter(complaint=CASE)),
    Part("named_staff", lambda: NamedStaff.objects.filter(complaint=CASE).select_related("user")),
    Part("evidence_requests", lambda: EvidenceRequest.objects.filter(complaint=CASE).select_related("asked_by")),
    Part("evidence_requests__listenings", lambda: Listening.objects.filter(
        request__complaint=CASE).select_related("by"), "request_id"),
    Part("ticks", lambda: ChecklistTick.objects.filter(complaint=CASE).select_related("done_by")),
    Part("attachments", lambda: Attachment.objects.filter(complaint=CASE).select_related("added_by")),
    Part("tasks", lambda: Task.objects.filter(complaint=CASE).select_related("asked_by")),
    Part("checklist_items", lambda: ChecklistItem.objects.filter(is_active=True), ""),
    Part("unsent", lambda: UnsentText.objects.filter(complaint=CASE)),
    Part("notices", lambda: Notice.objects.unseen().filter(user=READER), ""),
    Part("confirmations", lambda: Confirmation.objects.filter(complaint=CASE).select_related("asked_by")),
    Part("events", lambda: Event.objects.filter(complaint=CASE).order_by("number")),
    Part("links", lambda: CaseLink.objects.filter(complaint=CASE).standing()
        | CaseLink.objects.filter(other=CASE).standing(), ""),
    Part("decisions", lambda: Decision.objects.filter(reference=REFERENCE).select_related(
        "ruleset", "rule", "team", "handler__user", "chosen_by"), ""),
    Part("own_fields", lambda: Field.objects.filter(built_in=False).order_by("position", "label", "pk"), ""),
    Part("own_field_types", lambda: Field.complaint_types.through.objects.all(), ""),
    Part("risk_policy", lambda: RiskPolicy.objects.filter(pk=1).select_related("model"), ""),
    Part("risk_scores", lambda: RiskScore.objects.filter(complaint=CASE), ""),
    Part("house_policy", lambda: Policy.objects.filter(pk=1), ""),
    Part("first_steps", lambda: FirstSteps.objects.filter(is_active=True), ""),
)  # fmt: skip


def find(user: User, reference: str, place: str = Look.Place.PAGE) -> Complaint:
    """The case with that reference, if this person may see it: a look at a restricted one leaves its row, with the
    `place`. Raises Http404 as if there were none otherwise."""
    rows = Complaint.objects.visible_to(user).select_related(
        "team", "handler__user", "registered_by", "complaint_type", "merged_into"
    )
    case = rows.filter(reference=reference).first() if "\x00" not in reference else None
    if case is None:
        raise Http404(_("There is no such case, or it is not yours to see."))
    looked(user, [case], place)
    return case


def find_whole(user: User, reference: str, place: str = Look.Place.PAGE) -> Complaint:
    """The same with everything that hangs off it."""
    return read_whole(find(user, reference, place), user)


def read_whole(case: Complaint, user: User) -> Complaint:
    """One query. What it reads is reached as if it had been prefetched, or through `beside`."""
    found = _statement(connection.vendor).read({CASE: case.pk, READER: user.pk, REFERENCE: case.reference})
    notices.remember(user, len(found["notices"]))
    for part in WHOLE:
        if part.by:
            *path, name = part.name.split("__")
            fill(_reached(case, path), name, found[part.name], part.by)
    case.__dict__["_beside"] = {part.name: found[part.name] for part in WHOLE if not part.by}
    types = ((row.field_id, row.choice_id) for row in found["own_field_types"])
    today = timezone.localdate()
    case.__dict__["matrix"] = [row for row in found["limits"] if row.is_in_force(today)]
    case.__dict__["approval_steps"] = [row for row in found["approval_steps"] if row.is_in_force(today)]
    case.__dict__["definitions"] = Definitions.of(found["own_fields"], types)
    case.__dict__["policy"] = next(iter(found["house_policy"]), None) or Policy(pk=1)
    of_type = (None, case.complaint_type_id)
    case.__dict__["checklist"] = [one for one in found["checklist_items"] if one.complaint_type_id in of_type]
    for name in ("points", "attempts", "statements", "triggers", "messages", "remedies", "clocks"):
        for row in found[name]:
            row.complaint = case
    return case


def beside(case: Complaint, name: str) -> list[Any]:
    """What was read with the case and is no relation of it: its decisions, its links, the house's first steps."""
    return list(case.__dict__["_beside"][name])


def _reached(case: Complaint, path: list[str]) -> list[Any]:
    reached: list[Any] = [case]
    for name in path:
        steps = (getattr(one, name) for one in reached)
        reached = [row for step in steps for row in (step.all() if hasattr(step, "all") else [step])]
    return reached


@cache
def _statement(vendor: str) -> OneStatement:
    """Composed once for this database: composing takes longer than asking."""
    return OneStatement({part.name: part.rows() for part in WHOLE})
