"""The customer's own page: the links that lead to it, the codes that open it, and who tried."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.append_only import AppendOnly
from escalations.models.token import TokenQuerySet


class CustomerLinkQuerySet(TokenQuerySet):
    def standing(self, at: datetime) -> Self:
        return self.filter(withdrawn_at=None, expires_at__gt=at)


class CustomerLink(models.Model):
    """A link for one party of one case, made in the moment in which the letter with it leaves: no letter that waits,
    and no row, ever holds the token. Each letter has a link of its own; all lead to the same page."""

    complaint = models.ForeignKey(
        "escalations.Complaint", models.PROTECT, related_name="customer_links", verbose_name=_("complaint")
    )
    party = models.ForeignKey("escalations.Party", models.PROTECT, related_name="+", verbose_name=_("for"))
    message = models.ForeignKey(
        "escalations.Message", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("came with"),
        help_text=_("Empty for a link that was made by a command."),
    )  # fmt: skip
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("works until"))
    opened_at = models.DateTimeField(_("last opened at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = CustomerLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to a customer's page")
        verbose_name_plural = _("links to customers' pages")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.complaint} ({self.party.get_role_display()})"

    def stands(self, at: datetime) -> bool:
        return self.withdrawn_at is None and at < self.expires_at


class LinkOpening(AppendOnly):
    """Somebody tried to open a link: an access row, no event, for nothing happens to the case. Of an unknown link as
    well, so that guessing has an end. Where from is a salted digest, which tells the same place again and no more."""

    link = models.ForeignKey(
        CustomerLink, models.PROTECT, null=True, blank=True, related_name="openings", verbose_name=_("link")
    )
    token_digest = models.CharField(max_length=64, editable=False)
    place_digest = models.CharField(max_length=64, editable=False)
    tried_at = models.DateTimeField(_("when"))
    opened = models.BooleanField(_("opened"))

    class Meta:
        verbose_name = _("opening of a customer's page")
        verbose_name_plural = _("openings of customers' pages")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["token_digest", "tried_at"], name="opening_of_link"),
            models.Index(fields=["place_digest", "tried_at"], name="opening_from_place"),
        ]

    def __str__(self) -> str:
        return f"{self.link or _('unknown link')}, {self.tried_at:%Y-%m-%d %H:%M}"


class LinkCode(models.Model):
    """A one-time code that somebody with a link has asked for, whose postcode we do not have. It is made when the mail
    with it leaves, and works once, for some minutes."""

    link = models.ForeignKey(CustomerLink, models.CASCADE, related_name="codes", verbose_name=_("link"))
    asked_at = models.DateTimeField(_("asked at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    code_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("code for a customer's page")
        verbose_name_plural = _("codes for customers' pages")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["asked_at"], name="code_to_send", condition=models.Q(sent_at=None))]

    def __str__(self) -> str:
        return f"{self.link}, {self.asked_at:%Y-%m-%d %H:%M}"
