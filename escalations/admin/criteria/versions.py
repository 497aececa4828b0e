"""The versions of the criteria: their list, the page of one with its criteria, and the steps that change it."""

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.admin.criteria.page import page_of
from escalations.detection import Definition
from escalations.detection.exchange import exported
from escalations.models import CriteriaSet
from routing.admin.drafts import DraftsOnly, see_other, seen
from routing.confirmation import ask


@admin.register(CriteriaSet)
class CriteriaSetAdmin(DraftsOnly):
    list_display = ["number", "state", "author", "published_by", "published_at", "criterion_count", "note"]
    list_filter = ["state", ("author", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["author", "published_by"]
    search_fields = ["note", "number"]
    ordering = ["-number"]
    fields = ["note"]
    change_form_template = "escalations/criteria/page.html"
    add_form_template = "admin/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[CriteriaSet]:
        return super().get_queryset(request).annotate(criterion_total=Count("criteria"))

    @admin.display(description=gettext_lazy("criteria"), ordering="criterion_total")
    def criterion_count(self, version: Any) -> int:
        return version.criterion_total

    def get_urls(self) -> list[URLPattern]:
        steps = {"publish": self.publish, "copy": self.copy, "export": self.export}
        own = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"escalations_criteriaset_{name}")
            for name, view in steps.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        version = self.found(request, object_id)
        context = {"page": page_of(version, request.user), "version": version, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: CriteriaSet, form: Any, change: bool) -> None:
        if not change:
            obj.author_id = request.user.pk  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.found(request, object_id)
        if not request.user.has_perm("escalations.publish_criteriaset"):
            raise PermissionDenied
        if request.method != "POST":
            question = _("Put %(version)s in force for every complaint from now on?") % {"version": version}
            told = page_of(version, request.user)
            sentences = [*([told.judged] if told.judged else []), *(line.sentence for line in told.lines)]
            return ask(
                self, request, version, question=question, button=_("Publish"), sentences=sentences, seen=version.edits
            )
        try:
            version.publish(request.user, seen=seen(request))
        except ValidationError as error:
            for message in error.messages:
                messages.error(request, message)
        else:
            self.log_change(request, version, "Published.")
            messages.success(request, _("%(version)s is in force.") % {"version": version})
        return see_other(version)

    def export(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The set as a file that `flag_texts` and another installation read."""
        version = self.found(request, object_id)
        told = exported(Definition.of(row) for row in version.whole())
        answer = HttpResponse(json.dumps(told, ensure_ascii=False, indent=1), content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="criteria-{version.number}.json"'
        return answer

    def copy(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.found(request, object_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            question = _("Make a new draft of yours with the criteria of %(version)s?") % {"version": version}
            return ask(self, request, version, question=question, button=_("Copy to a new draft"))
        draft = version.copy(request.user)
        self.log_addition(request, draft, f"Copied from {version.number}.")
        messages.success(request, _("%(version)s is yours to change.") % {"version": draft})
        return see_other(draft)
