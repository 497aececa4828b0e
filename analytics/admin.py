"""The log of downloads, for whoever must know what left the house. It only shows."""

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from analytics.models import Download


@admin.register(Download)
class DownloadAdmin(ModelAdmin):
    list_display = ("at", "user", "report", "format", "complaints", "question")
    list_display_links = ("at",)
    list_filter = ("format", "at")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__first_name", "user__last_name", "question")
    fields = list_display
    readonly_fields = list_display

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Download | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Download | None = None) -> bool:
        return False
