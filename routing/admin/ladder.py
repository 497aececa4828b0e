"""Authority levels and limits. Nobody widens what they may do themselves, nor what those above them may do."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline

from routing.authority import level_of, may
from routing.history_admin import HistoryPage
from routing.models import AuthorityLevel, AuthorityLimit


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
        fields = ["kind", "product", "per", "amount", "currency"]
        extra = 0
        can_delete = False

        def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
            return False

        def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
            return False

    inlines = [LimitInline]

    def get_readonly_fields(self, request: HttpRequest, obj: AuthorityLevel | None = None) -> list[str]:
        return ["level"] if obj else []


@admin.register(AuthorityLimit)
class AuthorityLimitAdmin(HistoryPage, ModelAdmin):
    form = LimitForm
    list_display = ["level", "kind", "product", "per", "amount", "currency"]
    list_display_links = ["level", "kind"]
    list_filter = [("level", admin.RelatedOnlyFieldListFilter), "kind", "per", "currency"]
    list_select_related = ["level", "product"]
    search_fields = ["level__name", "product__label"]
    autocomplete_fields = ["level", "product"]
    fieldsets = [(None, {"fields": ["level", "kind", "product", ("amount", "currency"), "per"]})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"own_level": level_of(request.user)})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_below(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_below(request, obj)

    def _is_below(self, request: HttpRequest, limit: AuthorityLimit | None) -> bool:
        if limit is None:
            return True
        own = level_of(request.user)
        return own is None or limit.level.level < own
