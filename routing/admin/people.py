"""Teams, handlers, skills, clearances and absences."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, ForeignKey, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin

from routing import second_person
from routing.admin.two_people import TwoPeople, WithWhy
from routing.authority import level_of
from routing.history_admin import HistoryPage
from routing.models import AuthorityLevel, CaseWeight, Clearance, Handler, Rule, Skill, Team

MOST_NAMED = 20


class CodeIsForGood(HistoryPage, ModelAdmin):
    """Rules and stored facts name the code: it is given once."""

    code_field = "code"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [self.code_field] if obj else []


@admin.register(Team)
class TeamAdmin(CodeIsForGood):
    list_display = ["name", "code", "is_active", "handler_count", "on_absence"]
    list_filter = ["is_active"]
    search_fields = ["name", "code"]
    ordering = ["name", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        active = Count("handlers", filter=Q(handlers__is_active=True))
        return super().get_queryset(request).annotate(handler_total=active)

    @admin.display(description=gettext_lazy("active handlers"), ordering="handler_total")
    def handler_count(self, team: Any) -> int:
        return team.handler_total


@admin.register(Skill)
class SkillAdmin(CodeIsForGood):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, list[Any]]:
        """Rules that require it stand in the way, in a version of any state."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        requiring = Rule.objects.filter(skills__in=list(objs)).select_related("ruleset").distinct()
        named = [f"{rule.ruleset}: {rule}" for rule in requiring.order_by("-ruleset__number", "position")[:MOST_NAMED]]
        return deleted, counts, perms_needed, [*protected, *named]


@admin.register(Clearance)
class ClearanceAdmin(CodeIsForGood):
    code_field = "kind"
    list_display = ["name", "kind"]
    search_fields = ["name", "kind"]


class HandlerForm(WithWhy):
    """A handler, whose level is raised by two people; nobody puts themselves on the ladder."""

    def takes_second(self, values: dict[str, Any]) -> bool:
        level = values.get("authority")
        return level is not None and level.level > level_at_once(self.instance, level).level

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        user = values.get("user")
        if user is not None and user == self.asked_by and not second_person.setting_up():
            raise ValidationError({"user": _("Nobody puts themselves on the ladder: a colleague does.")})
        return values


def level_at_once(handler: Handler, wanted: AuthorityLevel) -> AuthorityLevel:
    """The level that holds without a second person: less than before, and the lowest of all for who is new or back."""
    if second_person.setting_up():
        return wanted
    before = Handler.objects.filter(pk=handler.pk, is_active=True).select_related("authority").first()
    stands = before.authority if before else AuthorityLevel.objects.order_by("level")[0]
    return min(wanted, stands, key=lambda level: level.level)


@admin.register(Handler)
class HandlerAdmin(TwoPeople):
    form = HandlerForm
    list_display = ["__str__", "team", "authority", "languages", "load_of_capacity", "away", "is_active"]
    list_filter = [
        ("team", admin.RelatedOnlyFieldListFilter),
        ("authority", admin.RelatedOnlyFieldListFilter),
        ("skills", admin.RelatedOnlyFieldListFilter),
        "is_active",
    ]
    search_fields = ["user__first_name", "user__last_name", "user__username", "skills__name"]
    autocomplete_fields = ["user", "team", "skills"]
    fieldsets = [
        (None, {"fields": ["user", "team", "is_active"]}),
        (gettext_lazy("What they can take"), {"fields": ["skills", "languages", "capacity", "authority", "why"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Handler]:
        rows: Any = super().get_queryset(request)
        # Said here, because Django leaves list_select_related out when the manager selects something already.
        return rows.select_related("user", "team", "authority").with_load().with_absence(timezone.now())

    @admin.display(description=gettext_lazy("load of capacity"))
    def load_of_capacity(self, handler: Any) -> str:
        cases = ngettext("%(count)d case", "%(count)d cases", handler.open_cases) % {"count": handler.open_cases}
        return f"{handler.load} / {handler.capacity} ({cases})"

    @admin.display(description=gettext_lazy("away"), boolean=True)
    def away(self, handler: Any) -> bool:
        return handler.is_absent

    def get_readonly_fields(self, request: HttpRequest, obj: Handler | None = None) -> list[str]:
        return ["user"] if obj else []

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "authority" and (own := level_of(request.user)) is not None:
            kwargs["queryset"] = AuthorityLevel.objects.filter(level__lte=own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes their own row, nor that of someone with more authority than their own."""
        if not super().has_change_permission(request, obj) or not isinstance(obj, Handler):
            return super().has_change_permission(request, obj)
        own = level_of(request.user)
        return obj.user_id != request.user.pk and (own is None or obj.authority.level <= own)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Says how much of the record stands in the way. Not which cases: not every case is this person's to know."""
        deleted, count, lacking, protected = super().get_deleted_objects(objs, request)
        if not protected:
            return deleted, count, lacking, protected
        rows = ngettext("%d row of the record", "%d rows of the record", len(protected)) % len(protected)
        return [], {}, set(), [rows]

    def takes_second(self, request: HttpRequest, obj: Any, form: Any = None) -> bool:
        return False  # only the level does, and it is held back below

    def save_model(self, request: HttpRequest, obj: Handler, form: Any, change: bool) -> None:
        wanted = obj.authority
        obj.authority = level_at_once(obj, wanted)
        super().save_model(request, obj, form, change)
        if obj.authority != wanted:
            obj.authority = wanted
            self.propose(request, obj, form.cleaned_data["why"])
        held = 0 if obj.is_active else obj.open_cases_now()
        if held:
            message = _("%(handler)s gets no more cases and still holds %(held)d. Give those to somebody else.")
            messages.warning(request, message % {"handler": obj, "held": held})


@admin.register(CaseWeight)
class CaseWeightAdmin(HistoryPage, ModelAdmin):
    """A line that is missing stands for the usual weight, so none is deleted."""

    list_display = ["severity", "tier", "weight"]
    list_display_links = ["severity", "tier"]
    list_filter = ["severity", "tier"]
    fields = ["severity", "tier", "weight"]

    def get_readonly_fields(self, request: HttpRequest, obj: CaseWeight | None = None) -> list[str]:
        return ["severity", "tier"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AwayFilter(admin.SimpleListFilter):
    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", gettext_lazy("now")), ("later", gettext_lazy("later")), ("over", gettext_lazy("over"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        now: datetime = timezone.now()
        chosen = {
            "now": Q(starts_at__lte=now, ends_at__gt=now),
            "later": Q(starts_at__gt=now),
            "over": Q(ends_at__lte=now),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


class AbsenceAdmin(HistoryPage, ModelAdmin):
    """Registered by the floor that knows the cases: it covers them when an absence begins."""

    list_display = ["handler", "starts_at", "ends_at", "reason"]
    list_filter = [AwayFilter, ("handler__team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["handler__user"]
    search_fields = ["handler__user__first_name", "handler__user__last_name", "reason"]
    autocomplete_fields = ["handler"]
    date_hierarchy = "starts_at"
