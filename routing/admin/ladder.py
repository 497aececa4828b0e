"""Authority levels, limits and steps. Nobody widens what they may do themselves, nor what those above them may do; and
whatever changes takes a second person."""

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, TabularInline

from routing import matrix, second_person
from routing.admin.two_people import TwoPeople, WithWhy
from routing.authority import level_of, may
from routing.history_admin import HistoryPage
from routing.models import ApprovalStep, AuthorityChange, AuthorityLevel, AuthorityLimit


def money(amount: Decimal | None) -> str | None:
    """As figures of a list are read: thousands marked, two places; nothing where no amount is set."""
    return None if amount is None else number_format(amount, 2, force_grouping=True)


class LimitForm(WithWhy):
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


class BelowOwn(TwoPeople):
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
    list_display = ["level", "kind", "product", "per", "amount_in_figures", "currency", "valid_from", "valid_until"]
    list_display_links = ["level", "kind"]
    list_filter = [("level", admin.RelatedOnlyFieldListFilter), "kind", "per", "currency"]
    list_select_related = ["level", "product"]
    search_fields = ["level__name", "product__label"]
    autocomplete_fields = ["level", "product"]
    list_before_template = "routing/ladder/matrix.html"

    class Media:
        css: ClassVar = {"all": ["routing/rules.css"]}

    fieldsets = [
        (
            None,
            {
                "fields": [
                    "level",
                    "kind",
                    "product",
                    ("amount", "currency"),
                    "per",
                    ("valid_from", "valid_until"),
                    "why",
                ]
            },
        )
    ]

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def amount_in_figures(self, limit: AuthorityLimit) -> str | None:
        return money(limit.amount)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"own_level": level_of(request.user)})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Above the list: what each level may today, and what nobody needs authority for."""
        told = {
            "matrix": matrix.of_today(),
            "setting_up": second_person.setting_up(),
            "waiting": AuthorityChange.objects.filter(state=AuthorityChange.State.PROPOSED).count(),
        }
        return super().changelist_view(request, {**told, **(extra_context or {})})


class StepForm(WithWhy):
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
    list_display = ["kind", "product", "above_in_figures", "currency", "level", "valid_from", "valid_until"]
    list_display_links = ["kind", "product"]
    list_filter = ["kind", ("level", admin.RelatedOnlyFieldListFilter), "currency"]
    list_select_related = ["level", "product"]
    autocomplete_fields = ["level", "product"]
    fieldsets = [
        (None, {"fields": ["kind", "product", ("above", "currency"), "level", ("valid_from", "valid_until"), "why"]})
    ]

    @admin.display(description=gettext_lazy("above"), ordering="above")
    def above_in_figures(self, step: ApprovalStep) -> str | None:
        return money(step.above)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"own_level": level_of(request.user)})
