"""The case and everything that hangs off it. `Complaint` first: it is where the state machine lives."""

from escalations.models.answer import TriageAnswer
from escalations.models.approval import Approval, ApprovalNotice, Authorisation
from escalations.models.attachment import Attachment, FileAccess
from escalations.models.attempt import Attempt
from escalations.models.calculation import Calculation, CalculationCheck, CalculationLine, InterestRate
from escalations.models.cause import Cause, ContributingCause
from escalations.models.checklist import ChecklistItem, ChecklistTick
from escalations.models.clock import Clock, DeadlinePolicy, Policy
from escalations.models.codes import Control, FindingCode
from escalations.models.complaint import Complaint
from escalations.models.confirmation import Confirmation
from escalations.models.criteria_set import CriteriaSet
from escalations.models.criterion import Criterion, CriterionCondition, PhraseList
from escalations.models.customer_link import CustomerLink, LinkCode, LinkOpening
from escalations.models.desk import Presence, SavedView
from escalations.models.event import Event
from escalations.models.evidence import EvidenceRequest, Listening
from escalations.models.field_value import FieldValue
from escalations.models.first_steps import FirstSteps
from escalations.models.handover import HandoverPolicy, HandoverRequest, LeftEmpty
from escalations.models.incident import Incident, IncidentFinding, IncidentLine, IncidentRun
from escalations.models.intake import IdempotencyKey, ReferenceNumber
from escalations.models.judgement import Judgement
from escalations.models.likeness import CaseVector, Mention, SimilarCase
from escalations.models.link import CaseLink
from escalations.models.look import Look
from escalations.models.message import Message
from escalations.models.named_staff import NamedStaff
from escalations.models.notice import Notice
from escalations.models.party import Need, Party, Person, PersonIdentifier
from escalations.models.point import Point
from escalations.models.reexamination import Reexamination
from escalations.models.referral import Referral, SetAsideReview
from escalations.models.remedy import Remedy
from escalations.models.risk import RiskMode, RiskModel, RiskModelFile, RiskOutcome, RiskPolicy, RiskScore
from escalations.models.sealed_note import SealedNote
from escalations.models.statement import Statement
from escalations.models.sweep import Heartbeat, LastLook
from escalations.models.system_note import SystemNote
from escalations.models.task import Task
from escalations.models.trigger import Trigger, TriggerEvidence
from escalations.models.unsent import UnsentText
from escalations.models.waiting import Waiting

__all__ = [
    "Approval",
    "ApprovalNotice",
    "Attachment",
    "Attempt",
    "Authorisation",
    "Calculation",
    "CalculationCheck",
    "CalculationLine",
    "CaseLink",
    "CaseVector",
    "Cause",
    "ChecklistItem",
    "ChecklistTick",
    "Clock",
    "Complaint",
    "Confirmation",
    "ContributingCause",
    "Control",
    "CriteriaSet",
    "Criterion",
    "CriterionCondition",
    "CustomerLink",
    "DeadlinePolicy",
    "Event",
    "EvidenceRequest",
    "FieldValue",
    "FileAccess",
    "FindingCode",
    "FirstSteps",
    "HandoverPolicy",
    "HandoverRequest",
    "Heartbeat",
    "IdempotencyKey",
    "Incident",
    "IncidentFinding",
    "IncidentLine",
    "IncidentRun",
    "InterestRate",
    "Judgement",
    "LastLook",
    "LeftEmpty",
    "LinkCode",
    "LinkOpening",
    "Listening",
    "Look",
    "Mention",
    "Message",
    "NamedStaff",
    "Need",
    "Notice",
    "Party",
    "Person",
    "PersonIdentifier",
    "PhraseList",
    "Point",
    "Policy",
    "Presence",
    "Reexamination",
    "ReferenceNumber",
    "Referral",
    "Remedy",
    "RiskMode",
    "RiskModel",
    "RiskModelFile",
    "RiskOutcome",
    "RiskPolicy",
    "RiskScore",
    "SavedView",
    "SealedNote",
    "SetAsideReview",
    "SimilarCase",
    "Statement",
    "SystemNote",
    "Task",
    "TriageAnswer",
    "Trigger",
    "TriggerEvidence",
    "UnsentText",
    "Waiting",
]
