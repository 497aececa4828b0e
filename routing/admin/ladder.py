"""Authority levels, limits, steps and delegations. Nobody widens what they may do themselves, nor what those above
them may do."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline

from routing.authority import level_of, may
from routing.history_admin import HistoryPage
from routing.models import ApprovalStep, AuthorityLevel, AuthorityLimit, Delegation, User


class LimitForm(forms.ModelForm):
    """A limit, held against what the person who sets it may do."""

    own_level: int | None = None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        level = values.get("level") or (self.instance.level if self.instance.level_id else None)
        if self.own_level is not None and level and not self.errors:
            self._refuse_more_than_own(level.level, values)
        return values

    def _refuse_more_than_own(self, level: int, values: dict[str, Any]) -> None:
        if level >= (self.own_level or 0):
            raise ValidationError(_("You set limits of levels below your own only."))
        product = values["product"].code if values.get("product") else None
        request = (values["kind"], values.get("amount"), values.get("currency"), product, values["per"])
        if not may(self.own_level or 0, *request):
            raise ValidationError(_("That is more than you may do yourself. Ask someone with more authority."))


@admin.register(AuthorityLevel)
class AuthorityLevelAdmin(HistoryPage, ModelAdmin):
    list_display = ["level", "name"]
    list_display_links = ["level", "name"]
    search_fields = ["name", "level"]

    class LimitInline(TabularInline):
        """What the level may do, to read; limits are set one by one, each with its checks."""

        model = AuthorityLimit
        fields = ["kind", "product", "per", "amount", "currency", "valid_from", "valid_until"]
        extra = 0
        can_delete = False

        def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
            return False

        def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
            return False

    inlines = [LimitInline]

    def get_readonly_fields(self, request: HttpRequest, obj: AuthorityLevel | None = None) -> list[str]:
        return ["level"] if obj else []


class BelowOwn(HistoryPage, ModelAdmin):
    """Rows of the ladder: whoever stands on it changes those below them only."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_below(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_below(request, obj)

    def _is_below(self, request: HttpRequest, row: Any) -> bool:
        if row is None:
            return True
        own = level_of(request.user)
        return own is None or row.level.level < own


@admin.register(AuthorityLimit)
class AuthorityLimitAdmin(BelowOwn):
    form = LimitForm
    list_display = ["level", "kind", "product", "per", "amount", "currency", "valid_from", "valid_until"]
    list_display_links = ["level", "kind"]
    list_filter = [("level", admin.RelatedOnlyFieldListFilter), "kind", "per", "currency"]
    list_select_related = ["level", "product"]
    search_fields = ["level__name", "product__label"]
    autocomplete_fields = ["level", "product"]
    fieldsets = [
        (None, {"fields": ["level", "kind", "product", ("amount", "currency"), "per", ("valid_from", "valid_until")]})
    ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"own_level": level_of(request.user)})


class StepForm(forms.ModelForm):
    """A step, set by whoever stands above it or not on the ladder at all: nobody takes away who checks them."""

    own_level: int | None = None

    def clean_level(self) -> AuthorityLevel:
        level: AuthorityLevel = self.cleaned_data["level"]
        if self.own_level is not None and level.level >= self.own_level:
            raise ValidationError(_("You set steps of levels below your own only."))
        return level


@admin.register(ApprovalStep)
class ApprovalStepAdmin(BelowOwn):
    form = StepForm
    list_display = ["kind", "product", "above", "currency", "level", "valid_from", "valid_until"]
    list_display_links = ["kind", "product"]
    list_filter = ["kind", ("level", admin.RelatedOnlyFieldListFilter), "currency"]
    list_select_related = ["level", "product"]
    autocomplete_fields = ["level", "product"]
    fieldsets = [(None, {"fields": ["kind", "product", ("above", "currency"), "level", ("valid_from", "valid_until")]})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"own_level": level_of(request.user)})


class DelegationForm(forms.ModelForm):
    """Who lends, held against who asks: one's own authority, or that of somebody below."""

    asked_by: User | None = None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        giver, taker, by = values.get("giver"), values.get("taker"), self.asked_by
        if giver is None or by is None or giver == by:
            return values
        own, lent = level_of(by), level_of(giver)
        if taker == by:
            raise ValidationError(_("Nobody takes the authority of somebody else: they lend it, or somebody above."))
        if own is not None and (lent or 0) >= own:
            raise ValidationError(_("You lend your own authority, or that of somebody below you."))
        return values


@admin.register(Delegation)
class DelegationAdmin(HistoryPage, ModelAdmin):
    form = DelegationForm
    list_display = ["giver", "taker", "level", "starts_at", "ends_at", "reason"]
    list_display_links = ["giver", "taker"]
    list_filter = ["ends_at"]
    list_select_related = ["giver", "taker", "level"]
    search_fields = ["giver__first_name", "giver__last_name", "taker__first_name", "taker__last_name"]
    date_hierarchy = "starts_at"
    fieldsets = [(None, {"fields": ["giver", "taker", "level", "starts_at", "ends_at", "reason"]})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"asked_by": request.user})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"giver": request.user.pk, **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        staff = User.objects.filter(is_active=True, is_staff=True).order_by("first_name", "last_name")
        if db_field.name == "giver":
            kwargs["queryset"] = staff.filter(handler__is_active=True)
        if db_field.name == "taker":
            kwargs["queryset"] = staff
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever lent it, or stands above them. Not whoever got it."""
        if not super().has_change_permission(request, obj) or obj is None:
            return super().has_change_permission(request, obj)
        own, lent = level_of(request.user), level_of(obj.giver)
        return request.user.pk == obj.giver_id or (
            obj.taker_id != request.user.pk and (own is None or (lent or 0) < own)
        )
