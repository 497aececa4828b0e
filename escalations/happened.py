"""What happened, as the end of a sentence that begins with who did it: "Hana Hall", "wrote to the customer"."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.actors import CUSTOMER, SYSTEM

HAPPENED: dict[str, str | Promise] = {
    "register": gettext_lazy("registered the complaint"),
    "adopt": gettext_lazy("took it over from another system, closed"),
    "settle": gettext_lazy("settled it at the frontline"),
    "trigger": gettext_lazy("escalated it"),
    "accept": gettext_lazy("accepted the escalation"),
    "send_back": gettext_lazy("sent it back"),
    "put_off": gettext_lazy("put it off until tomorrow"),
    "route": gettext_lazy("allocated it"),
    "take": gettext_lazy("took the case"),
    "reroute": gettext_lazy("allocated it elsewhere"),
    "investigate": gettext_lazy("started investigating"),
    "communicate": gettext_lazy("began to give the outcome"),
    "reinvestigate": gettext_lazy("went back to investigating"),
    "resolve": gettext_lazy("gave the outcome"),
    "escalate_further": gettext_lazy("took it one tier up"),
    "close": gettext_lazy("closed the case"),
    "reopen": gettext_lazy("reopened the case"),
    "withdraw": gettext_lazy("recorded that the complaint is withdrawn"),
    "set_aside": gettext_lazy("set it aside"),
    "refer_part": gettext_lazy("referred one point to another firm"),
    "restore": gettext_lazy("restored it"),
    "edit": gettext_lazy("corrected the facts"),
    "set_fields": gettext_lazy("filled in fields"),
    "add_statement": gettext_lazy("took down a statement"),
    "record_attempt": gettext_lazy("recorded an attempt"),
    "complete_handover": gettext_lazy("completed the case summary"),
    "add_trigger": gettext_lazy("raised a further trigger"),
    "add_point": gettext_lazy("added a point"),
    "name_staff": gettext_lazy("named a colleague whom it is about"),
    "lift_naming": gettext_lazy("said that a colleague is not named after all"),
    "record_speaker": gettext_lazy("recorded who speaks for the customer"),
    "record_outcome": gettext_lazy("recorded how a point came out"),
    "extend_offer": gettext_lazy("left the offer open for longer"),
    "request_evidence": gettext_lazy("asked for evidence"),
    "describe_evidence": gettext_lazy("noted where the evidence lies"),
    "answer_evidence": gettext_lazy("recorded what came of the evidence"),
    "listen_evidence": gettext_lazy("listened to the evidence"),
    "warn_of_deletion": gettext_lazy("warned that evidence is about to be deleted"),
    "declare_conflict": gettext_lazy("declared a conflict of interest"),
    "record_finding": gettext_lazy("recorded a finding"),
    "confirm_cause": gettext_lazy("set the root cause"),
    "propose_remedy": gettext_lazy("proposed a remedy"),
    "approve_remedy": gettext_lazy("agreed to a remedy"),
    "refuse_remedy": gettext_lazy("refused a remedy"),
    "remind_approver": gettext_lazy("reminded whoever is asked to approve a remedy"),
    "authorise": gettext_lazy("agreed to an act beyond the handler's authority"),
    "calculate": gettext_lazy("worked out what is due"),
    "check_calculation": gettext_lazy("checked a calculation"),
    "schedule_remedy": gettext_lazy("gave a remedy a date and an owner"),
    "pay_remedy": gettext_lazy("recorded a payment"),
    "payment_failed": gettext_lazy("recorded that a payment failed or came back"),
    "acknowledge_outcome": gettext_lazy("recorded the customer's answer"),
    "write": gettext_lazy("wrote to the customer"),
    "receive": gettext_lazy("heard from the customer"),
    "note": gettext_lazy("wrote a note"),
    "tick": gettext_lazy("went through the checklist"),
    "attach": gettext_lazy("added files"),
    "release_file": gettext_lazy("released a file that the virus check held"),
    "erase_words": gettext_lazy("erased what people said in it, and its files"),
    "erase_file": gettext_lazy("erased a file"),
    "ask_department": gettext_lazy("asked another department"),
    "answer_task": gettext_lazy("passed on the answer of another department"),
    "withdraw_task": gettext_lazy("withdrew what another department was asked"),
    "send_link": gettext_lazy("sent the customer the link to their page"),
    "withdraw_link": gettext_lazy("withdrew the links to the customer's page"),
    "sent": gettext_lazy("sent the message"),
    "reassign": gettext_lazy("handed it to a colleague"),
    "take_over": gettext_lazy("took the case over"),
    "hand_back": gettext_lazy("handed the case back"),
    "restrict": gettext_lazy("changed who may see it"),
    "decline_confirmation": gettext_lazy("refused to confirm"),
    "wait": gettext_lazy("noted for whom we wait"),
    "stop_waiting": gettext_lazy("noted that we wait no longer"),
    "hold": gettext_lazy("put it on hold"),
    "lift_hold": gettext_lazy("lifted the hold"),
    "miss_deadline": gettext_lazy("flagged a missed deadline"),
    "join_incident": gettext_lazy("added it to an incident"),
    "leave_incident": gettext_lazy("took it out of its incident"),
    "link": gettext_lazy("linked it with another complaint"),
    "linked": gettext_lazy("linked another complaint with it"),
    "unlink": gettext_lazy("said that another does not belong to it"),
    "unlinked": gettext_lazy("said that it does not belong to another"),
    "merge": gettext_lazy("merged it into another complaint"),
    "absorb": gettext_lazy("merged another complaint into it"),
    "unmerge": gettext_lazy("took it apart from another again"),
    "release": gettext_lazy("took another apart from it again"),
    "ask": gettext_lazy("asked a second person to confirm"),
}
"""By the action of an event; "ask" is what the first of two people does."""


def happened(action: str) -> str:
    return str(HAPPENED.get(action, action))


def who(actor_kind: str, actor_name: str) -> str:
    """The actor as the beginning of a sentence. A part of the system acts in the name of the product."""
    if actor_kind == SYSTEM:
        return "Redress"
    return _("The customer") if actor_kind == CUSTOMER else actor_name
