"""Authority lent for a while: by whoever has it, or somebody above them; anybody else proposes it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from routing import second_person
from routing.admin.two_people import TwoPeople, WithWhy
from routing.authority import level_of
from routing.models import Delegation, User


def _takes_second(by: Any, giver: User | None) -> bool:
    """Whether this person lends what is neither theirs nor below them: an administrator beside the ladder."""
    return giver is not None and giver.pk != by.pk and level_of(by) is None and not second_person.setting_up()


class DelegationForm(WithWhy):
    """Who lends, held against who asks: one's own authority, or that of somebody below."""

    why = None  # its own reason says it
    reason_in = "reason"

    def takes_second(self, values: dict[str, Any]) -> bool:
        return self.asked_by is not None and _takes_second(self.asked_by, values.get("giver"))

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
class DelegationAdmin(TwoPeople):
    form = DelegationForm
    list_display = ["giver", "taker", "level", "starts_at", "ends_at", "reason"]
    list_display_links = ["giver", "taker"]
    list_filter = ["ends_at"]
    list_select_related = ["giver", "taker", "level"]
    search_fields = ["giver__first_name", "giver__last_name", "taker__first_name", "taker__last_name"]
    date_hierarchy = "starts_at"
    fieldsets = [(None, {"fields": ["giver", "taker", "level", "starts_at", "ends_at", "reason"]})]

    def takes_second(self, request: HttpRequest, obj: Any, form: Any = None) -> bool:
        return _takes_second(request.user, obj.giver)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """What was lent is taken back at once: that gives nobody more."""
        obj.delete()

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
