"""Who works here: users, their teams, what they can do, may see, and when they are away."""

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Permission
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator, validate_slug
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, ProtectedError, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from routing.rights import Rights

language_code = RegexValidator(
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", _("Write a language as its code, such as en or pt.")
)
language_codes = RegexValidator(
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*( [a-z]{2,3}(-[A-Za-z0-9]{2,8})*)*\Z",
    _("Write languages as codes with one space between them, such as en pt."),
)


def default_zone() -> str:
    return settings.TIME_ZONE


def validate_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("%(value)s is no time zone. Write one such as Europe/London."), params={"value": value})


class SkillQuerySet(models.QuerySet["Skill"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        """Refused while a rule of any version requires one of them: a version would change without being edited."""
        required = self.filter(rules__isnull=False).distinct()
        if names := ", ".join(str(skill) for skill in required):
            message = _("Rules require %(skills)s. Versions that were in force keep it; take it out of drafts.")
            raise ProtectedError(message % {"skills": names}, set(required))
        return super().delete()


class Skill(models.Model):
    """What a handler knows: mortgages, chargeback, safeguarding."""

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=120)
    history = HistoricalRecords()

    objects = SkillQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("skill")
        verbose_name_plural = _("skills")

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        return Skill.objects.filter(pk=self.pk).delete()


class Clearance(models.Model):
    """A restricted kind of case; who holds it may see such cases."""

    kind = models.CharField(_("kind"), max_length=60, unique=True, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ["name"]
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A member of staff who logs in."""

    zone = models.CharField(_("time zone"), max_length=64, default=default_zone, validators=[validate_zone])
    language = models.CharField(_("language"), max_length=16, default="en", validators=[language_code])
    clearances = models.ManyToManyField(
        Clearance,
        verbose_name=_("clearances"),
        blank=True,
        related_name="holders",
        help_text=_("Restricted cases they may see."),
    )
    line_manager = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("line manager"),
        help_text=_("Whoever is involved in a complaint, and their line manager, does not get it to handle."),
    )
    history = HistoricalRecords(excluded_fields=["password", "last_login"], m2m_fields=[clearances])

    class Meta(AbstractUser.Meta):
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(line_manager=F("pk")),
                name="user_manages_others",
                violation_error_message=_("Nobody is their own line manager."),
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @cached_property
    def rights(self) -> Rights:
        """Their roles, permissions, clearances and place as a handler, read together, once for each time that the
        user is: what is taken away is gone with the next request."""
        return Rights.read(self.pk)

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What is worked out about them once a request, by whoever asks, under a name of its own."""
        return {}

    @property
    def rights_are_read(self) -> bool:
        """Whether asking for `rights` costs no query any more. Asked of the user, so that a lazy one answers too."""
        return "rights" in self.__dict__

    @cached_property
    def _perm_cache(self) -> set[str]:
        """Where Django's backend looks before it asks twice for what `rights` has read with the rest."""
        if self.is_superuser or self.pk is None:
            raise AttributeError("Django finds out by itself.")
        return set(self.rights.permissions)

    def clean(self) -> None:
        super().clean()
        above, seen = self.line_manager, set()
        while above is not None and above.pk not in seen:
            seen.add(above.pk)
            if above.pk == self.pk:
                message = _("%(manager)s works for %(user)s already, directly or through others.")
                names = {"manager": self.line_manager, "user": self}
                raise ValidationError({"line_manager": message % names})
            above = above.line_manager

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Logging in changes nothing that the history tells."""
        if list(kwargs.get("update_fields") or ()) != ["last_login"]:
            return super().save(*args, **kwargs)
        self.skip_history_when_saving = True  # simple-history asks whether it is there, not what it says
        try:
            super().save(*args, **kwargs)
        finally:
            del self.skip_history_when_saving

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username


class OnAbsence(models.TextChoices):
    """What becomes of the open cases of somebody who is away for long enough."""

    REASSIGN = "reassign", _("a colleague goes on with them")
    HOLD = "hold", _("they wait until the handler is back")


class Team(models.Model):
    """A desk that cases are sent to. One that has had cases is retired, never deleted."""

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[validate_slug])
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)
    on_absence = models.CharField(
        _("when somebody is away"),
        max_length=8,
        choices=OnAbsence,
        blank=True,
        help_text=_("What becomes of their open cases. Empty: as the house policy says."),
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        try:
            return super().delete(*args, **kwargs)
        except ProtectedError as error:
            message = _("%(team)s has handlers, rules or cases. Make it inactive instead of deleting it.")
            raise ProtectedError(message % {"team": self.name}, error.protected_objects) from error


class HandlerQuerySet(models.QuerySet["Handler"]):
    def active(self) -> "HandlerQuerySet":
        return self.filter(is_active=True, user__is_active=True, team__is_active=True)

    def with_load(self) -> "HandlerQuerySet":
        """Add `load` (sum of the weights of open cases), `open_cases` and `last_assigned` (None: never)."""
        from .decisions import Assignment

        mine = Assignment.objects.filter(handler=OuterRef("pk")).order_by()
        held = mine.filter(until__isnull=True).values("handler")
        return self.annotate(
            load=Coalesce(Subquery(held.annotate(total=Sum("weight")).values("total")), 0),
            open_cases=Coalesce(Subquery(held.annotate(total=Count("pk")).values("total")), 0),
            last_assigned=Subquery(mine.order_by("-pk").values("since")[:1]),
        )

    def with_right(self) -> "HandlerQuerySet":
        """Add `may_hold`: a role or the account itself has the right to be given cases. Being a superuser is not it."""
        right = Permission.objects.filter(content_type__app_label="routing", codename="hold_cases")
        through_role, own = right.filter(group__user=OuterRef("user")), right.filter(user=OuterRef("user"))
        return self.annotate(may_hold=Exists(through_role.order_by()) | Exists(own.order_by()))

    def with_absence(self, at: datetime) -> "HandlerQuerySet":
        """Add `is_absent`: an absence covers that moment."""
        covering = Absence.objects.filter(handler=OuterRef("pk")).covering(at)
        return self.annotate(is_absent=Exists(covering))


# No type says what a queryset adds to its rows (`load`, `is_absent`), so the manager stays untyped.
class HandlerManager(models.Manager.from_queryset(HandlerQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> HandlerQuerySet:
        # A handler's name is the user's, so no list of handlers may ask for each.
        return HandlerQuerySet(self.model, using=self._db).select_related("user")


class Handler(models.Model):
    """A user who works cases, in one team, up to a capacity."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="handler", verbose_name=_("user")
    )
    team = models.ForeignKey(Team, models.PROTECT, related_name="handlers", verbose_name=_("team"))
    skills = models.ManyToManyField(Skill, verbose_name=_("skills"), blank=True, related_name="handlers")
    languages = models.CharField(
        _("languages"),
        max_length=120,
        default="en",
        validators=[language_codes],
        help_text=_("Codes, such as: en pt"),
    )
    capacity = models.PositiveSmallIntegerField(
        _("capacity"),
        default=20,
        validators=[MinValueValidator(0), MaxValueValidator(1000)],
        help_text=_("The weights of all open cases together may not exceed this."),
    )
    authority = models.ForeignKey(
        "routing.AuthorityLevel", models.PROTECT, related_name="handlers", verbose_name=_("authority level")
    )
    is_active = models.BooleanField(_("active"), default=True, help_text=_("An inactive handler gets no more cases."))
    history = HistoricalRecords(m2m_fields=[skills])

    objects = HandlerManager()

    class Meta:
        ordering = ["user__first_name", "user__last_name", "user__username"]
        verbose_name = _("handler")
        verbose_name_plural = _("handlers")
        permissions = [
            ("hold_cases", "Can be given cases to work"),
            ("exceed_capacity", "Can give a handler more than their capacity"),
        ]

    def __str__(self) -> str:
        return self.user.display_name

    @property
    def spoken(self) -> frozenset[str]:
        """The codes of the languages they can work in."""
        return frozenset(self.languages.split())

    def open_cases_now(self) -> int:
        return self.assignments.filter(until__isnull=True).count()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        try:
            return super().delete(*args, **kwargs)
        except ProtectedError as error:
            held = self.open_cases_now()
            message = _("%(name)s has worked cases (%(held)d open). Make the handler inactive instead of deleting.")
            raise ProtectedError(message % {"name": self, "held": held}, error.protected_objects) from error


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def covering(self, at: datetime) -> "AbsenceQuerySet":
        return self.filter(starts_at__lte=at, ends_at__gt=at)


class Absence(models.Model):
    """A handler is away from then (inclusive) to then (exclusive) and gets no new cases."""

    handler = models.ForeignKey(Handler, models.CASCADE, related_name="absences", verbose_name=_("handler"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    history = HistoricalRecords()

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        indexes = [models.Index(fields=["handler", "ends_at"], name="absence_handler_ends")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="absence_ends_after_start",
                violation_error_message=_("An absence ends after it starts."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.handler}: {self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"
