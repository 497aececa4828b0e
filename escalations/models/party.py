from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

SHORTEST_POSTCODE = 3
"""Letters and digits. Less is a dash, or a “n/a”, where a system insisted on something."""


def bare(text: str) -> str:
    """Without what people leave out or put in: spaces, dashes, capitals."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


class Person(models.Model):
    """Who somebody is, over all complaints. The only home of identity."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True, db_index=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.TextField(_("address"), max_length=1000, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    region = models.CharField(_("region"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    segment = models.CharField(_("segment"), max_length=40, blank=True)
    since = models.DateField(_("customer since"), null=True, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        permissions = [("view_identity", _("Can see who a customer is"))]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or str(_("name not known"))

    @property
    def known_postcode(self) -> str:
        """To be asked for as a proof; empty where we have none that deserves the name."""
        return self.postcode if len(bare(self.postcode)) >= SHORTEST_POSTCODE else ""


class PersonIdentifier(models.Model):
    """The number by which another system knows this person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="identifiers", verbose_name=_("person"))
    system = models.CharField(_("system"), max_length=40)
    value = models.CharField(_("value"), max_length=100)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [models.UniqueConstraint(fields=["system", "value"], name="identifier_once")]

    def __str__(self) -> str:
        return f"{self.system} {self.value}"


class NeedQuerySet(models.QuerySet):
    def current(self) -> Self:
        return self.filter(ended_on=None)


class Need(models.Model):
    """A vulnerability is a need, not a label: what makes it harder, and what we do about it."""

    class Driver(models.TextChoices):
        HEALTH = "health", _("health")
        BEREAVEMENT = "bereavement", _("bereavement")
        HARDSHIP = "hardship", _("money worries")
        ACCESS = "access", _("sight, hearing or reading")
        CARE = "care", _("cares for someone or is cared for")
        SAFETY = "safety", _("safety")

    person = models.ForeignKey(Person, models.CASCADE, related_name="needs", verbose_name=_("person"))
    driver = models.CharField(_("driver"), max_length=20, choices=Driver)
    adjustment = models.CharField(_("what we do about it"), max_length=200, blank=True)
    review_on = models.DateField(_("review on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")

    def __str__(self) -> str:
        return self.adjustment or self.get_driver_display()


class Party(models.Model):
    """A person's role in one complaint."""

    class Role(models.TextChoices):
        COMPLAINANT = "complainant", _("complainant")
        CUSTOMER = "customer", _("customer")
        REPRESENTATIVE = "representative", _("representative")

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="parties", verbose_name=_("complaint")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="parties", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.COMPLAINANT)
    authority_document = models.CharField(_("authority: document"), max_length=200, blank=True)
    authority_scope = models.CharField(_("authority: scope"), max_length=200, blank=True)
    authority_until = models.DateField(_("authority: valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["complaint", "person", "role"], name="party_once_in_a_role")]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"

    @property
    def is_representative(self) -> bool:
        return self.role == self.Role.REPRESENTATIVE

    def may_speak(self, on: date) -> bool:
        """Whoever complained may; who speaks for somebody, once we have seen by what authority, and while it lasts."""
        return not self.is_representative or (bool(self.authority_document) and not self.authority_is_over(on))

    def authority_is_over(self, on: date) -> bool:
        """It counts on its last day."""
        return self.authority_until is not None and on > self.authority_until
