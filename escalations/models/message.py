from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.states import Channel


class MessageQuerySet(models.QuerySet):
    def outcome_letters(self) -> "MessageQuerySet":
        return self.filter(kind__in=Message.OUTCOME_LETTERS)

    def unexamined(self) -> "MessageQuerySet":
        """Said to us, and not yet looked at by the criteria."""
        return self.filter(direction=Message.Direction.IN, examined_at=None)


class Message(models.Model):
    """Anything said to or by a party, in either direction, or a note among ourselves."""

    class Direction(models.TextChoices):
        IN = "in", _("from the customer")
        OUT = "out", _("to the customer")
        INTERNAL = "internal", _("internal note")

    class Kind(models.TextChoices):
        MESSAGE = "message", _("message")
        NOTE = "note", _("note")
        ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement")
        UPDATE = "update", _("update")
        HOLDING = "holding", _("holding letter")
        SUMMARY = "summary_resolution", _("summary resolution letter")
        FINAL_RESPONSE = "final_response", _("final response")
        ADDENDUM = "addendum", _("addendum")
        REFERRAL = "referral", _("referral")
        WITHDRAWAL = "withdrawal", _("withdrawal")
        WITHDRAWAL_CONFIRMED = "withdrawal_confirmed", _("confirmation of withdrawal")
        PAGE = "page", _("link to the customer's page")

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        GIVEN_UP = "given_up", _("could not be sent")
        RECORDED = "recorded", _("recorded")

    class Asks(models.TextChoices):
        """The customer's own request to go up: a job raises it, once."""

        WAITING = "waiting", _("to be raised")
        RAISED = "raised", _("raised")

    OUTCOME_LETTERS = (Kind.SUMMARY, Kind.FINAL_RESPONSE)
    WITH_LINK = (Kind.ACKNOWLEDGEMENT, *OUTCOME_LETTERS, Kind.ADDENDUM, Kind.PAGE)
    """Letters with which the post sends a link to the customer's own page."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="messages", verbose_name=_("complaint")
    )
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind, default=Kind.MESSAGE)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel, default=Channel.EMAIL)
    party = models.ForeignKey("escalations.Party", models.PROTECT, null=True, blank=True, verbose_name=_("party"))
    referral = models.ForeignKey(
        "escalations.Referral", models.PROTECT, null=True, blank=True, related_name="messages",
        verbose_name=_("to the firm"), help_text=_("Set where it goes to another firm, not to a party."),
    )  # fmt: skip
    asks = models.CharField(_("asks for escalation"), max_length=10, choices=Asks, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), max_length=100_000)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECORDED)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True, db_index=True)
    error = models.CharField(_("last error"), max_length=300, blank=True)
    examined_at = models.DateTimeField(_("examined at"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], name="message_asks", condition=models.Q(asks="waiting")),
            models.Index(
                fields=["state"],
                name="message_to_send",
                condition=models.Q(state__in=["queued", "sending"]),
            ),
            models.Index(
                fields=["complaint"],
                name="message_to_examine",
                condition=models.Q(direction="in", examined_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_direction_display()}"
