"""Files, tasks, checklists and notices of cases."""

from django.contrib import admin

from escalations.admin.settings import Settings
from escalations.admin.showing import CaseRows, IdentityRows
from escalations.models import Attachment, ChecklistItem, ChecklistTick, Notice, Task, UnsentText


@admin.register(Attachment)
class AttachmentAdmin(IdentityRows):
    list_display = ["complaint", "name", "kind", "size", "state", "added_by", "added_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["complaint", "added_by"]
    search_fields = ["=complaint__reference", "name", "=digest"]
    ordering = ["-pk"]


@admin.register(Task)
class TaskAdmin(IdentityRows):
    list_display = ["complaint", "department", "due_on", "asked_by", "answered_at", "withdrawn_at", "told_at"]
    list_filter = [("answered_at", admin.EmptyFieldListFilter), ("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["complaint", "asked_by"]
    search_fields = ["=complaint__reference", "department"]
    ordering = ["-pk"]


@admin.register(ChecklistTick)
class ChecklistTickAdmin(CaseRows):
    list_display = ["complaint", "item", "done_by", "done_at"]
    list_select_related = ["complaint", "item", "done_by"]
    search_fields = ["=complaint__reference", "item__text"]
    ordering = ["-pk"]


@admin.register(Notice)
class NoticeAdmin(CaseRows):
    list_display = ["complaint", "user", "kind", "told_at", "seen_at", "mailed_at"]
    list_filter = ["kind", ("seen_at", admin.EmptyFieldListFilter)]
    list_select_related = ["complaint", "user"]
    search_fields = ["=complaint__reference", "user__username"]
    ordering = ["-pk"]


@admin.register(UnsentText)
class UnsentTextAdmin(IdentityRows):
    """No role is given the right to look: what somebody has not sent is theirs."""

    list_display = ["complaint", "user", "box", "saved_at"]
    list_select_related = ["complaint", "user"]
    ordering = ["-pk"]


@admin.register(ChecklistItem)
class ChecklistItemAdmin(Settings):
    list_display = ["text", "complaint_type", "step", "required", "position", "is_active"]
    search_fields = ["text"]
    list_filter = ["step", "required", "is_active"]
    list_select_related = ["complaint_type"]
    fieldsets = [
        (None, {"fields": ["text", "complaint_type", "step", "required", "position", "is_active", "why"]}),
    ]
