"""The words a case is described with: states, tiers, severities, channels and kinds.

Everything here is a closed list that code decides on. What an organisation may name itself (products,
issues, complaint types, causes) is data.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a complaint stands. One at a time; only `workflow.perform` moves it."""

    FRONTLINE = "frontline", _("with the frontline")
    TRIGGERED = "triggered", _("escalated")
    ROUTED = "routed", _("allocated")
    INVESTIGATING = "investigating", _("investigating")
    COMMUNICATING = "communicating", _("giving the outcome")
    RESOLVED = "resolved", _("outcome given")
    CLOSED = "closed", pgettext_lazy("state of a complaint", "closed")


OPEN = (
    State.FRONTLINE,
    State.TRIGGERED,
    State.ROUTED,
    State.INVESTIGATING,
    State.COMMUNICATING,
    State.RESOLVED,
)
IN_WORK = (State.ROUTED, State.INVESTIGATING, State.COMMUNICATING)


class ClosedAs(models.TextChoices):
    """How a complaint ended; empty while it is open, but for a settled one, which is settled at once."""

    SETTLED = "settled", _("settled at the frontline")
    UPHELD = "upheld", _("upheld")
    PARTLY = "partly", _("partly upheld")
    NOT_UPHELD = "not_upheld", _("not upheld")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SET_ASIDE = "set_aside", _("set aside")
    ADOPTED = "adopted", _("adopted from another system")


class Outcome(models.TextChoices):
    """What was decided on one point; the complaint's own outcome is worked out from all of them."""

    UPHELD = "upheld", _("upheld")
    PARTLY = "partly", _("partly upheld")
    NOT_UPHELD = "not_upheld", _("not upheld")


class Finding(models.TextChoices):
    """What the investigation established about one point."""

    HAPPENED = "happened", _("it happened as described")
    PARTLY = "partly", _("it happened in part")
    NOT = "not", _("it did not happen as described")
    UNCLEAR = "unclear", _("it could not be established")


class Severity(models.IntegerChoices):
    LOW = 1, _("Low")
    MEDIUM = 2, _("Medium")
    HIGH = 3, _("High")
    CRITICAL = 4, _("Critical")


class Tier(models.IntegerChoices):
    SPECIALIST = 1, _("specialist")
    MANAGEMENT = 2, _("management")
    EXECUTIVE = 3, _("executive")


class Channel(models.TextChoices):
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    WEB = "web", _("web form")
    APP = "app", _("app")
    CHAT = "chat", _("chat")
    LETTER = "letter", _("letter")
    BRANCH = "branch", _("in person")
    SOCIAL = "social", _("social media")
    REFERRAL = "referral", _("referral")
    PORTAL = "portal", _("the customer's page")
    OTHER = "other", _("other")

    @classmethod
    def taken_down(cls) -> list[tuple[str, Any]]:
        """How a member of staff can have heard or written something: not by the page that the customer uses."""
        return [one for one in cls.choices if one[0] != cls.PORTAL]


class TriggerKind(models.TextChoices):
    """Why a complaint should be escalated. Routing rules test these words."""

    REPEATED_CONTACT = "repeated_contact", _("repeated contact")
    FAILED_ATTEMPTS = "failed_attempts", _("failed attempts")
    AGE = "age", _("open too long")
    SEVERITY = "severity", _("severity")
    AMOUNT = "amount", _("amount")
    MANAGER = "manager", _("asked for a manager")
    REGULATOR = "regulator", _("mentions a regulator")
    OMBUDSMAN = "ombudsman", _("mentions an ombudsman")
    LEGAL = "legal", _("mentions legal action")
    MEDIA = "media", _("mentions the media")
    SAFETY = "safety", _("safety")
    VULNERABILITY = "vulnerability", _("vulnerability")
    CONDUCT = "conduct", _("conduct of staff")
    DISCRIMINATION = "discrimination", _("discrimination")
    FRAUD = "fraud", _("fraud")
    DATA_BREACH = "data_breach", _("data breach")
    CLUSTER = "cluster", _("several on one issue")
    DISPUTED = "disputed", _("outcome disputed")
    OTHER = "other", _("other")
    AGENT = "agent", _("the agent asks")
    CUSTOMER = "customer", _("the customer asks")
    REOPENED = "reopened", _("reopened")
    FURTHER = "further", _("taken further")
    RISK = "risk", _("high risk by the learned score")


class SetAsideKind(models.TextChoices):
    """Why nobody here answers it. A duplicate is merged, not set aside."""

    ENQUIRY = "enquiry", _("an enquiry")
    CLAIM = "claim", _("a claim")
    APPEAL = "appeal", _("an appeal")
    RIGHTS_REQUEST = "rights_request", _("a request about personal data")
    NOT_A_COMPLAINT = "not_a_complaint", _("not a complaint")
    OUT_OF_SCOPE = "out_of_scope", _("out of scope")
    OUT_OF_TIME = "out_of_time", _("out of time")
    REFERRED = "referred", _("another firm's")
    NO_AUTHORITY = "no_authority", _("no authority from the customer")


LETTER_DUE = (
    SetAsideKind.RIGHTS_REQUEST, SetAsideKind.OUT_OF_SCOPE, SetAsideKind.OUT_OF_TIME, SetAsideKind.REFERRED,
)  # fmt: skip
"""Where the customer must be told in writing why, and where to turn."""


class RestrictedKind(models.TextChoices):
    """Kinds of complaint that only people with the clearance of the same code may see."""

    CONDUCT = "conduct", _("conduct")
    DISCRIMINATION = "discrimination", _("discrimination")
    WHISTLEBLOWING = "whistleblowing", _("whistleblowing")
    FINANCIAL_CRIME = "financial_crime", _("financial crime")


class HandoverPart(models.TextChoices):
    """What a handler must not have to ask again. Completeness counts these ten; a policy says which are required."""

    CUSTOMER = "customer", _("who the customer is and how to reach them")
    NEEDS = "needs", _("what matters about the customer")
    HAPPENED = "happened", _("what happened")
    WHEN = "when", _("when it happened")
    ABOUT = "about", _("product and issue")
    TRIED = "tried", _("what was tried")
    FAILED = "failed", _("why that did not work")
    WANTED = "wanted", _("what the customer wants")
    EVIDENCE = "evidence", _("evidence")
    AMOUNT = "amount", _("the amount in dispute")
