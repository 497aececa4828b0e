from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class ChecklistItem(models.Model):
    """One thing to see to in cases of a type. What is required stands in the way of its step until it is ticked."""

    class Step(models.TextChoices):
        TRIGGER = "trigger", _("escalate")
        COMMUNICATE = "communicate", _("give the outcome")
        RESOLVE = "resolve", _("outcome given")
        CLOSE = "close", _("close")

    complaint_type = models.ForeignKey(
        "routing.Choice", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("complaint type"),
        help_text=_("Empty: for every type."), limit_choices_to={"field__code": "complaint_type"},
    )  # fmt: skip
    step = models.CharField(_("to be done before"), max_length=20, choices=Step)
    text = models.CharField(_("what to see to"), max_length=200)
    required = models.BooleanField(
        _("required"), default=False, help_text=_("The step waits until it is ticked. Else it is a reminder.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class ChecklistTick(models.Model):
    """Somebody has seen to one item in one case. Taken back, the row goes; the event that says so stays."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="ticks", verbose_name=_("complaint")
    )
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("done by"))
    done_at = models.DateTimeField(_("done at"))

    class Meta:
        verbose_name = _("ticked item")
        verbose_name_plural = _("ticked items")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["complaint", "item"], name="ticked_once")]

    def __str__(self) -> str:
        return str(self.item)
