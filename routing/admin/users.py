"""Users and roles. An Administrator makes accounts and gives roles, but gets no more power by it."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from django.db.models import ManyToManyField, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from routing.history_admin import HistoryPage
from routing.models import User
from routing.roles import NEEDS

# Only a superuser gives these, and none to themself by way of a form that was tampered with.
POWERS = ["is_superuser", "user_permissions"]
OWN = ["is_active", "is_staff", "groups", "clearances", "line_manager"]


class AccountForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User


class NewAccountForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User


@admin.register(User)
class UserAdmin(HistoryPage, BaseUserAdmin, ModelAdmin):
    form = AccountForm
    add_form = NewAccountForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "display_name", "roles", "is_staff", "is_active", "last_login"]
    list_filter = ["is_active", "is_staff", ("groups", admin.RelatedOnlyFieldListFilter), "clearances"]
    search_fields = ["username", "first_name", "last_name", "email"]
    autocomplete_fields = ["clearances", "line_manager"]
    filter_horizontal = []
    ordering = ["username"]
    readonly_fields = ["last_login", "date_joined"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("name"), ordering="first_name")
    def display_name(self, user: User) -> str:
        return user.display_name

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        powers = POWERS if request.user.is_superuser else []
        return [
            (None, {"fields": ["username", "password"]}),
            (_("Person"), {"fields": ["first_name", "last_name", "email", "zone", "language"]}),
            (_("What they may do"), {"fields": [*OWN, *powers]}),
            (_("Dates"), {"fields": ["last_login", "date_joined"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Nobody changes their own roles, clearances or powers: another does."""
        own = [*OWN, *POWERS] if obj and obj.pk == request.user.pk else []
        powers = [] if request.user.is_superuser else POWERS
        return [*self.readonly_fields, *own, *powers]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever changes a superuser's password is one: only superusers do. Own passwords are changed elsewhere."""
        protected = isinstance(obj, User) and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not protected

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        protected = isinstance(obj, User) and (obj.is_superuser or obj.pk == request.user.pk)
        return super().has_delete_permission(request, obj) and not protected

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups" and not request.user.is_superuser:
            match = request.resolver_match
            holder = match.kwargs.get("object_id") if match else None
            kept = Q(user=holder) if str(holder).isdigit() else Q()
            kwargs["queryset"] = Group.objects.filter(Q(name__in=NEEDS) | kept).distinct()
        return super().formfield_for_manytomany(db_field, request, **kwargs)


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(BaseGroupAdmin, ModelAdmin):
    """What a role may do is code; this page shows it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser
