from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from escalations.states import TriggerKind


class FirstSteps(models.Model):
    """What to do at once when a trigger of this kind is raised: whom to call, what to say, when to look again.

    Shown on the case and in triage until the trigger is dismissed. Text of the house, edited in the admin.
    """

    kind = models.CharField(_("kind of trigger"), max_length=30, choices=TriggerKind, unique=True)
    call = models.TextField(
        _("whom to call"), blank=True, max_length=1000, help_text=_("One a line: who, and at which number.")
    )
    script = models.TextField(_("what to say"), blank=True, max_length=4000)
    check_back_hours = models.PositiveSmallIntegerField(
        _("check back after (hours)"), null=True, blank=True, help_text=_("Counted from the first sign.")
    )
    is_active = models.BooleanField(_("shown"), default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("steps to take at once")
        verbose_name_plural = _("steps to take at once")
        ordering = ["kind"]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def clean(self) -> None:
        if not self.call.strip() and not self.script.strip():
            raise ValidationError(_("Say whom to call, or what to say."))
