"""What another department is asked, and the link through which it answers without an account."""

import base64
import hashlib
import hmac
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.token import TokenQuerySet, new_token


def new_seed() -> str:
    """As random as a token; its name stands in the migrations."""
    return new_token()


class TaskQuerySet(TokenQuerySet):
    def open(self) -> "TaskQuerySet":
        return self.filter(answered_at=None, withdrawn_at=None)


class Task(models.Model):
    """One question to one department, due on a day. The link opens this task and nothing else; only the SHA-256 of its
    token is stored. `seed` makes the token anew for the e-mail, together with the secret key of the installation."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="tasks", verbose_name=_("complaint")
    )
    department = models.CharField(_("department"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    question = models.TextField(_("what is asked"), max_length=4000)
    due_on = models.DateField(_("due on"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    seed = models.CharField(max_length=60, default=new_seed, editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("link works until"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.CharField(_("answered by"), max_length=100, blank=True)
    answer = models.OneToOneField(
        "escalations.Message", models.PROTECT, null=True, blank=True, related_name="task", verbose_name=_("answer")
    )
    told_at = models.DateTimeField(_("e-mail sent at"), null=True, blank=True)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True, db_index=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task for another department")
        verbose_name_plural = _("tasks for other departments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.department

    @property
    def token(self) -> str:
        """256 bits that nobody can guess without both the row and the secret key."""
        made = hmac.new(settings.SECRET_KEY.encode(), f"task:{self.seed}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on < today

    def has_expired(self, at: datetime) -> bool:
        return at >= self.expires_at
