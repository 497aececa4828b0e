"""The table of actions: everything that can happen to a case, who may do it, and in which states.

One row an action. `by` says which role may do it on which rows (see `ROWS` in permissions); `also` names the
actors without a login who may: the customer, or a part of the system. A target of None leaves the state alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from escalations.actors import CUSTOMER
from escalations.states import IN_WORK, OPEN, State

AGENT, COORDINATOR, HANDLER, MANAGER = "Frontline agent", "Escalation coordinator", "Handler", "Manager"
SUPERVISOR, ANALYST = "Routing supervisor", "Quality analyst"
COMPLIANCE, ADMINISTRATOR = "Compliance officer", "Administrator"
STAFF_ROLES = (AGENT, COORDINATOR, HANDLER, MANAGER, SUPERVISOR, ANALYST, COMPLIANCE, ADMINISTRATOR)

ANY, OWN, TEAM, HELD, OWN_SETTLED = "any", "own", "team", "held", "own settled"
CLOSED = (State.CLOSED,)
FLOWING = (State.TRIGGERED, *IN_WORK, State.RESOLVED, State.CLOSED)


@dataclass(frozen=True)
class Action:
    """One row of the table.

    `sources` are the states it may start from; empty for what makes a case (register, adopt). `second_person` asks
    for two people with the same right. `job` names the background task that looks for the work it leaves behind.
    `still` is what must be so beside the state: that nobody holds the case yet, that a trigger still waits.
    `pair` is the action that tells the same step on the other case it is about, which the step's data name as `other`
    (and which is locked with it). `while_merged` is what still can be done to a case that goes on in another.
    """

    name: str
    label: str | Promise
    sources: tuple[str, ...]
    target: str | None
    by: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    second_person: bool = False
    reason_required: bool = False
    job: str = ""
    still: Callable[[Any], bool] = lambda case: True
    pair: str = ""
    while_merged: bool = False

    @property
    def codename(self) -> str:
        return f"{self.name}_complaint"

    def is_open_on(self, case: Any) -> bool:
        """Whether the case stands where this can start from; by whom is another question."""
        standing = self.while_merged or case.merged_into_id is None
        return standing and case.state in self.sources and self.still(case)


ROUTE_JOB = "escalations.jobs.route_accepted"
SEND_JOB = "escalations.jobs.send_queued"
COVER_JOB = "escalations.jobs.cover_absent"
NOTICE_JOB = "escalations.jobs.tell_approvers"
TASK_JOB = "escalations.jobs.tell_departments"
FORGET_JOB = "escalations.jobs.forget_erased"
EXAMINE_JOB = "escalations.jobs.examine_new"
ASK_JOB = "escalations.jobs.ask_agents"
FRONTLINE, TRIGGERED, ROUTED = (State.FRONTLINE,), (State.TRIGGERED,), (State.ROUTED,)
INVESTIGATING, COMMUNICATING, RESOLVED = (State.INVESTIGATING,), (State.COMMUNICATING,), (State.RESOLVED,)
EVERY_STATE = (*OPEN, State.CLOSED)
UNDECIDED = (State.FRONTLINE, State.TRIGGERED, State.ROUTED, State.INVESTIGATING)
"""No outcome is with the customer, or on its way to them: what is new then takes the case back first."""
MERGEABLE = (State.FRONTLINE, State.TRIGGERED, *IN_WORK)
HOLDERS = {COORDINATOR: ANY, HANDLER: HELD, MANAGER: ANY, COMPLIANCE: ANY}
CARETAKERS = {AGENT: OWN, COORDINATOR: ANY, HANDLER: TEAM, MANAGER: ANY}

_TABLE = (
    # What moves a case. The same table as the design's, row by row.
    Action("register", _("register"), (), State.FRONTLINE, {AGENT: ANY, COORDINATOR: ANY, MANAGER: ANY}, ("import", CUSTOMER)),
    Action("adopt", _("adopt as closed"), (), State.CLOSED, {}, ("import",)),
    Action("settle", _("settle"), FRONTLINE, State.RESOLVED, {AGENT: OWN}, job=SEND_JOB),
    Action("trigger", _("escalate"), FRONTLINE, State.TRIGGERED, {AGENT: OWN}, (CUSTOMER, "detector", "clock"), reason_required=True,
           job=ASK_JOB),
    Action("accept", _("accept"), TRIGGERED, State.TRIGGERED, {COORDINATOR: ANY}, ("detector",), job=ROUTE_JOB, still=lambda case: case.waits_for_triage),
    Action("send_back", _("send back"), TRIGGERED, State.FRONTLINE, {COORDINATOR: ANY}, reason_required=True),
    Action("put_off", _("put off until tomorrow"), TRIGGERED, None, {COORDINATOR: ANY}, still=lambda case: case.waits_for_triage),
    Action("route", _("allocate"), TRIGGERED, State.ROUTED, {COORDINATOR: ANY, MANAGER: ANY}, ("routing",), reason_required=True),
    Action("take", _("take"), ROUTED, State.ROUTED, {HANDLER: TEAM}, still=lambda case: case.handler_id is None),
    Action("reroute", _("allocate elsewhere"), IN_WORK, State.ROUTED, {COORDINATOR: ANY, HANDLER: HELD, MANAGER: ANY}, reason_required=True),
    Action("investigate", _("start investigating"), ROUTED, State.INVESTIGATING, {HANDLER: HELD}),
    Action("communicate", _("give the outcome"), INVESTIGATING, State.COMMUNICATING, {HANDLER: HELD}),
    Action("reinvestigate", _("investigate again"), COMMUNICATING, State.INVESTIGATING, {HANDLER: HELD}, reason_required=True),
    Action("resolve", _("outcome given"), COMMUNICATING, State.RESOLVED, {HANDLER: HELD}, (CUSTOMER,)),
    Action("escalate_further", _("take one tier up"), FLOWING, State.TRIGGERED, {HANDLER: HELD, MANAGER: ANY}, (CUSTOMER, "clock"),
           reason_required=True, job=ROUTE_JOB),
    Action("close", _("close"), RESOLVED, State.CLOSED, {HANDLER: HELD, AGENT: OWN_SETTLED}, ("clock",)),
    Action("reopen", _("reopen"), (State.RESOLVED, State.CLOSED), State.TRIGGERED, {COORDINATOR: ANY}, (CUSTOMER,),
           reason_required=True, job=ROUTE_JOB),
    Action("withdraw", _("withdraw"), OPEN, State.CLOSED, {COORDINATOR: ANY}, (CUSTOMER,), reason_required=True, job=SEND_JOB),
    Action("set_aside", _("set aside"), OPEN, State.CLOSED, {COORDINATOR: ANY}, second_person=True, reason_required=True, job=SEND_JOB),
    Action("refer_part", _("refer one point to another firm"), OPEN, None, {COORDINATOR: ANY, HANDLER: HELD, MANAGER: ANY},
           reason_required=True, job=SEND_JOB),
    Action("restore", _("restore"), CLOSED, State.FRONTLINE, {COORDINATOR: ANY}, second_person=True, reason_required=True, job=ROUTE_JOB),
    # What leaves the state alone.
    Action("edit", _("correct the facts"), OPEN, None, CARETAKERS, reason_required=True, job=EXAMINE_JOB),
    Action("set_fields", _("fill in the fields"), OPEN, None, CARETAKERS, job=EXAMINE_JOB),
    Action("add_statement", _("add a statement"), EVERY_STATE, None, CARETAKERS, (CUSTOMER,), while_merged=True),
    Action("record_attempt", _("record an attempt"), OPEN, None, CARETAKERS, job=EXAMINE_JOB),
    Action("complete_handover", _("complete the case summary"), OPEN, None, CARETAKERS, job=EXAMINE_JOB),
    Action("add_trigger", _("raise a further trigger"), (State.TRIGGERED, *IN_WORK, State.RESOLVED), None, {COORDINATOR: ANY},
           ("detector", "clock"), reason_required=True),
    Action("add_point", _("add a point"), UNDECIDED, None, CARETAKERS),
    Action("name_staff", _("name a colleague it is about"), OPEN, None, CARETAKERS, reason_required=True),
    Action("lift_naming", _("lift that a colleague is named"), OPEN, None, {COORDINATOR: ANY, MANAGER: ANY}, reason_required=True),
    Action("record_speaker", _("record who speaks for the customer"), EVERY_STATE, None, CARETAKERS, while_merged=True),
    Action("record_outcome", _("record how a point came out"), (State.INVESTIGATING, State.COMMUNICATING), None, {HANDLER: HELD}),
    Action("declare_conflict", _("declare a conflict of interest"), OPEN, None, {COORDINATOR: ANY, HANDLER: TEAM, MANAGER: ANY}, reason_required=True),
    Action("record_finding", _("record a finding"), (State.INVESTIGATING, State.COMMUNICATING), None, {HANDLER: HELD}),
    Action("confirm_cause", _("set the root cause"), (*IN_WORK, State.RESOLVED), None, {HANDLER: HELD}),
    Action("propose_remedy", _("propose a remedy"), (State.INVESTIGATING, State.COMMUNICATING), None, {HANDLER: HELD}),
    Action("approve_remedy", _("approve a remedy"), (*IN_WORK, State.RESOLVED), None, {HANDLER: TEAM, MANAGER: ANY}),
    Action("refuse_remedy", _("refuse a remedy"), (*IN_WORK, State.RESOLVED), None, {HANDLER: TEAM, MANAGER: ANY}, reason_required=True),
    Action("remind_approver", _("remind whoever is asked to approve"), (*IN_WORK, State.RESOLVED), None, {}, ("clock",), job=NOTICE_JOB),
    Action("authorise", _("agree to an act beyond somebody's authority"), (State.INVESTIGATING, State.COMMUNICATING, State.CLOSED), None,
           {HANDLER: TEAM, MANAGER: ANY}, still=lambda case: case.state != State.CLOSED or case.reopening_takes_authority),
    Action("calculate", _("work out what is due"), (State.INVESTIGATING, State.COMMUNICATING), None, {HANDLER: HELD}),
    Action("check_calculation", _("check a calculation"), (*IN_WORK, State.RESOLVED), None, {HANDLER: TEAM, MANAGER: ANY}),
    Action("schedule_remedy", _("give a remedy a date and an owner"), (State.COMMUNICATING, State.RESOLVED, State.CLOSED), None,
           {HANDLER: HELD, MANAGER: ANY}),
    Action("pay_remedy", _("record payment"), (State.COMMUNICATING, State.RESOLVED, State.CLOSED), None, {HANDLER: HELD, MANAGER: ANY}),
    Action("acknowledge_outcome", _("record the customer's answer"), (State.COMMUNICATING, State.RESOLVED, State.CLOSED), None,
           {HANDLER: HELD, AGENT: OWN_SETTLED}, (CUSTOMER,), still=lambda case: case.awaits_answer),
    Action("extend_offer", _("leave the offer open for longer"), (State.COMMUNICATING, State.RESOLVED, State.CLOSED), None,
           {HANDLER: HELD, MANAGER: ANY}, still=lambda case: case.offer_stands),
    Action("payment_failed", _("record that a payment failed or came back"), (State.COMMUNICATING, State.RESOLVED, State.CLOSED), None,
           {HANDLER: HELD, MANAGER: ANY}, reason_required=True),
    Action("write", _("write to the customer"), EVERY_STATE, None, CARETAKERS, job=SEND_JOB),
    Action("receive", _("record what the customer said"), EVERY_STATE, None, CARETAKERS, (CUSTOMER,), job=EXAMINE_JOB, while_merged=True),
    Action("note", _("write a note"), EVERY_STATE, None, {**CARETAKERS, COMPLIANCE: ANY}, while_merged=True),
    Action("tick", _("tick an item of the checklist"), OPEN, None, CARETAKERS),
    Action("attach", _("add a file"), EVERY_STATE, None, CARETAKERS, (CUSTOMER,), while_merged=True),
    Action("release_file", _("release a held file"), EVERY_STATE, None, {MANAGER: ANY}, reason_required=True, while_merged=True,
           still=lambda case: bool(case.held_files)),
    Action("erase_file", _("erase a file"), EVERY_STATE, None, {MANAGER: ANY, COMPLIANCE: ANY}, reason_required=True, while_merged=True,
           still=lambda case: case.has_content),
    Action("erase_words", _("erase what people said"), CLOSED, None, {COMPLIANCE: ANY}, reason_required=True, while_merged=True,
           job=FORGET_JOB),
    Action("ask_department", _("ask another department"), OPEN, None, CARETAKERS, job=TASK_JOB),
    Action("answer_task", _("answer of another department"), EVERY_STATE, None, {}, ("department",), while_merged=True),
    Action("withdraw_task", _("ask them no more"), EVERY_STATE, None, CARETAKERS, while_merged=True),
    Action("send_link", _("send the link to the customer's page"), EVERY_STATE, None, CARETAKERS, job=SEND_JOB),
    Action("print_link", _("print a letter with a link to the customer's page"), EVERY_STATE, None, CARETAKERS),
    Action("withdraw_link", _("withdraw the links to the customer's page"), EVERY_STATE, None, {**CARETAKERS, COMPLIANCE: ANY},
           while_merged=True, still=lambda case: case.has_page),
    Action("sent", _("message sent"), EVERY_STATE, None, {}, ("post",), while_merged=True),
    Action("reassign", _("hand to a colleague"), IN_WORK, None, {COORDINATOR: ANY, MANAGER: ANY}, ("routing",), reason_required=True),
    Action("take_over", _("take the case over"), IN_WORK, None, {MANAGER: ANY}, reason_required=True,
           still=lambda case: case.handler_id is not None),
    Action("hand_back", _("hand the case back"), IN_WORK, None, {MANAGER: HELD}, reason_required=True),
    Action("restrict", _("restrict"), EVERY_STATE, None, {COORDINATOR: ANY, MANAGER: ANY, COMPLIANCE: ANY}, reason_required=True, while_merged=True),
    Action("decline_confirmation", _("refuse to confirm"), EVERY_STATE, None, {COORDINATOR: ANY}, reason_required=True, while_merged=True),
    # Evidence: what was asked for, what came of it, and who has listened.
    Action("request_evidence", _("ask for evidence"), OPEN, None, CARETAKERS),
    Action("describe_evidence", _("say where the evidence lies"), OPEN, None, CARETAKERS, still=lambda case: case.has_evidence),
    Action("answer_evidence", _("record what came of it"), OPEN, None, CARETAKERS, still=lambda case: case.has_evidence),
    Action("listen_evidence", _("record who listened"), OPEN, None, CARETAKERS, still=lambda case: case.has_evidence),
    Action("warn_of_deletion", _("evidence is about to be deleted"), OPEN, None, {}, ("clock",), still=lambda case: case.has_evidence),
    # Waiting and holds: intervals beside the state.
    Action("wait", _("wait for somebody"), OPEN, None, CARETAKERS),
    Action("stop_waiting", _("wait no longer"), OPEN, None, CARETAKERS, still=lambda case: bool(case.open_waits)),
    Action("hold", _("put on hold"), OPEN, None, HOLDERS, reason_required=True),
    Action("lift_hold", _("lift the hold"), OPEN, None, HOLDERS, reason_required=True, still=lambda case: bool(case.open_holds)),
    Action("miss_deadline", _("deadline missed"), OPEN, None, {}, ("clock",)),
    Action("join_incident", _("add to an incident"), OPEN, None, CARETAKERS),
    Action("leave_incident", _("take out of its incident"), OPEN, None, CARETAKERS, reason_required=True,
           still=lambda case: case.incident_id is not None),
    # What is about two cases: each step stands on both.
    Action("link", _("link with another complaint"), EVERY_STATE, None, CARETAKERS, pair="linked", while_merged=True),
    Action("linked", _("linked"), EVERY_STATE, None, CARETAKERS, while_merged=True),
    Action("unlink", _("say that these do not belong together"), EVERY_STATE, None, CARETAKERS, pair="unlinked", while_merged=True),
    Action("unlinked", _("link taken back"), EVERY_STATE, None, CARETAKERS, while_merged=True),
    Action("merge", _("merge into another complaint"), MERGEABLE, None, CARETAKERS, pair="absorb"),
    Action("absorb", _("another was merged into it"), MERGEABLE, None, CARETAKERS),
    Action("unmerge", _("take apart again"), MERGEABLE, None, CARETAKERS, reason_required=True, pair="release", while_merged=True,
           still=lambda case: case.merged_into_id is not None),
    Action("release", _("another was taken apart from it"), EVERY_STATE, None, CARETAKERS),
)  # fmt: skip

ACTIONS: dict[str, Action] = {action.name: action for action in _TABLE}
PERMISSIONS = [(action.codename, f"Can {action.name.replace('_', ' ')} complaint") for action in _TABLE if action.by]
