"""The versions of the criteria: their list, the page of one with its criteria, and the steps that change it."""

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.admin.criteria.page import page_of
from escalations.detection import Definition
from escalations.detection.exchange import LARGEST_FILE, FileError, exported
from escalations.detection.taking_in import content_of, rejected_file, take_in
from escalations.models import CriteriaSet
from routing.admin.drafts import DraftsOnly, see_other, seen
from routing.confirmation import ask
from routing.own_pages import belongs_to
from routing.signed_in import person


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
        steps = {"publish": self.publish, "copy": self.copy, "export": self.export, "rejected": self.rejected}
        own = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"escalations_criteriaset_{name}")
            for name, view in steps.items()
        ]
        own.append(path("upload/", self.admin_site.admin_view(self.upload), name="escalations_criteriaset_upload"))
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        version = self.found(request, object_id)
        context = {"page": page_of(version, request.user), "version": version, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: CriteriaSet, form: Any, change: bool) -> None:
        if not change:
            obj.author_id = person(request).pk
        super().save_model(request, obj, form, change)

    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.found(request, object_id)
        if not request.user.has_perm("escalations.publish_criteriaset"):
            raise PermissionDenied
        if request.method != "POST":
            question = _("Put %(version)s in force for every complaint from now on?") % {"version": version}
            told = page_of(version, request.user)
            left_out = _("%(code)s is not part of it, it was rejected: %(reason)s")
            sentences = [*([told.judged] if told.judged else []), *(left_out % one for one in version.rejected)]
            sentences += [line.sentence for line in told.lines]
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
        return _as_file(told, f"criteria-{version.number}.json")

    def rejected(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What an uploaded file held that was not taken in, as a file to mend: each criterion with its reason."""
        version = self.found(request, object_id)
        return _as_file(rejected_file(version), f"criteria-{version.number}.rejected.json")

    def upload(self, request: HttpRequest) -> HttpResponse:
        """A file becomes a draft of whoever brings it, or joins the draft that `into` names."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        into = self._draft_of(request)
        context = {**self.admin_site.each_context(request), "title": _("Take in a file"), "opts": self.opts}
        context |= {"into": into, "most": LARGEST_FILE // 2**20}
        if request.method == "POST":
            try:
                version, count = take_in(content_of(request.FILES.get("file")), request.user, into)
            except FileError as error:
                context["problem"] = str(error)
            else:
                self.log_addition(request, version, f"{count} criteria taken in from a file.")
                told = {"count": count, "rejected": len(version.rejected)}
                messages.success(request, _("%(count)d criteria were taken in, %(rejected)d rejected.") % told)
                return see_other(version)
        belongs_to(request, self.admin_site.name)
        return TemplateResponse(request, "escalations/criteria/upload.html", context)

    def _draft_of(self, request: HttpRequest) -> CriteriaSet | None:
        """The draft that the criteria of a file shall join; it must be one that this person may edit."""
        asked = request.GET.get("into", "")
        if not asked:
            return None
        version = self.found(request, asked)
        if not version.may_be_edited_by(request.user):
            raise PermissionDenied
        return version

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


def _as_file(told: dict[str, Any], name: str) -> HttpResponse:
    answer = HttpResponse(json.dumps(told, ensure_ascii=False, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
