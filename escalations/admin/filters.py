"""Filters of the list of complaints. Each asks a small table or none, never the complaints for their values."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from escalations.actors import CUSTOMER, PERSON, SYSTEM
from escalations.admin.showing import scope_of
from escalations.models.complaint_queryset import ComplaintQuerySet
from routing.models import Choice, Team

MOST_CHOICES = 60


class DeadlineFilter(admin.SimpleListFilter):
    title = _("next deadline")
    parameter_name = "due"
    meanings: dict[str, Callable[[ComplaintQuerySet], ComplaintQuerySet]] = {
        "late": lambda rows: rows.open().late(),
        "day": lambda rows: rows.open().due_within(hours=24),
        "week": lambda rows: rows.open().due_within(hours=7 * 24),
        "none": lambda rows: rows.filter(due_at=None),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("late", _("late")),
            ("day", _("late or due within a day")),
            ("week", _("late or due within a week")),
            ("none", _("none runs")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.meanings.get(self.value() or "")
        return chosen(queryset) if chosen else queryset


class HolderFilter(admin.SimpleListFilter):
    title = _("who holds it")
    parameter_name = "holder"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        mine = [("me", _("I do"))] if scope_of(request).handler_id else []
        return [*mine, ("nobody", _("nobody, a team has it"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "me":
            return queryset.filter(handler=scope_of(request).handler_id or 0)
        return queryset.unheld() if self.value() == "nobody" else queryset


class TeamFilter(admin.SimpleListFilter):
    title = _("team")
    parameter_name = "team"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [(team.pk, team.name) for team in Team.objects.all()[:MOST_CHOICES]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.value() or ""
        return queryset.filter(team=int(chosen)) if chosen.isdecimal() else queryset


class ProductFilter(admin.SimpleListFilter):
    title = _("product")
    parameter_name = "product"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [(choice.pk, choice.label) for choice in Choice.objects.of("product")[:MOST_CHOICES]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.value() or ""
        return queryset.filter(points__position=1, points__product=int(chosen)) if chosen.isdecimal() else queryset


class ActorFilter(admin.SimpleListFilter):
    """Who did it. Django's own filter would read every event to find the three kinds there are."""

    title = _("who did it")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(PERSON, _("a member of staff")), (CUSTOMER, _("the customer")), (SYSTEM, _("Redress"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(actor_kind=self.value()) if self.value() else queryset
