"""Files, tasks, checklists and notices of cases."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from escalations.actors import Actor
from escalations.admin.settings import Settings
from escalations.admin.showing import CaseRows, IdentityRows
from escalations.models import Attachment, ChecklistItem, ChecklistTick, FileAccess, Notice, Task, UnsentText
from escalations.permissions import can
from routing.signed_in import person


class Held(admin.SimpleListFilter):
    title = _("held by the virus check")
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state__in=Attachment.HELD) if self.value() else queryset


@admin.register(Attachment)
class AttachmentAdmin(IdentityRows):
    """All files, and those that the virus check holds: why, since when, and the step to release or erase one."""

    list_display = ["complaint", "name", "checked", "size_in_words", "added_by", "added_at", "decide"]
    when_empty = _("Files come with messages of customers and departments, or are added on the page of a case.")
    list_filter = [Held, "state", "kind"]
    list_select_related = ["complaint", "added_by"]
    search_fields = ["=complaint__reference", "name", "=digest", "=original_digest"]
    exclude = ["path"]
    ordering = ["-pk"]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The steps only for whoever has the right to one of them."""
        may = any(can(Actor.of(person(request)), name) for name in ("release_file", "erase_file"))
        return [name for name in super().get_list_display(request) if may or name != "decide"]

    @admin.display(description=_("virus check"), ordering="state")
    def checked(self, file: Attachment) -> str:
        return f"{file.get_state_display()} ({file.found})" if file.found else file.get_state_display()

    @admin.display(description=_("size"), ordering="size")
    def size_in_words(self, file: Attachment) -> str:
        return filesizeformat(file.size)

    @admin.display(description=_("what can be done"))
    def decide(self, file: Attachment) -> SafeString:
        """To the forms of the case; what this person may not is refused there, with who can."""
        if not file.is_held:
            return SafeString("–")
        steps = (("release_file", _("Release")), ("erase_file", _("Erase")))
        return format_html_join(
            " · ", '<a href="{}?file={}" class="underline">{}</a>',
            ((reverse("escalations:act", args=[file.complaint.reference, step]), file.pk, label)
             for step, label in steps),
        )  # fmt: skip


@admin.register(FileAccess)
class FileAccessAdmin(IdentityRows):
    """Who got which file, and when."""

    case = "attachment__complaint"
    list_display = ["case_of", "attachment", "who", "given_at"]
    when_empty = _("Nobody has got a file yet. Each download leaves a row here: who, which file, when.")
    list_display_links = ["attachment"]
    list_filter = ["by"]
    list_select_related = ["attachment__complaint", "user"]
    search_fields = ["=attachment__complaint__reference", "user__username", "=attachment__digest"]
    ordering = ["-pk"]

    @admin.display(description=_("complaint"))
    def case_of(self, access: FileAccess) -> str:
        return access.attachment.complaint.reference

    @admin.display(description=_("who"))
    def who(self, access: FileAccess) -> str:
        return str(access.user or access.get_by_display())


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
