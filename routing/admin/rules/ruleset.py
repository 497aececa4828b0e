"""The versions of the rules: their list, the page of one with its rules, and the steps that change it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing import editing
from routing.admin.drafts import DraftsOnly, see_other, seen
from routing.admin.rules.page import page_of
from routing.admin.rules.versions import LARGEST_FILE, differing, taken_in
from routing.confirmation import ask
from routing.models import Ruleset
from routing.own_pages import belongs_to
from routing.rule_file import dump_csv, dump_json
from routing.signed_in import person


@admin.register(Ruleset)
class RulesetAdmin(DraftsOnly):
    list_display = ["number", "state", "author", "published_by", "published_at", "rule_count", "note"]
    list_filter = ["state", ("author", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["author", "published_by"]
    search_fields = ["note", "number"]
    ordering = ["-number"]
    fields = ["note"]
    change_form_template = "routing/ruleset/page.html"
    add_form_template = "admin/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ruleset]:
        return super().get_queryset(request).annotate(rule_total=Count("rules"))

    @admin.display(description=gettext_lazy("rules"), ordering="rule_total")
    def rule_count(self, ruleset: Any) -> int:
        return ruleset.rule_total

    def get_urls(self) -> list[URLPattern]:
        steps = {
            "do": self.do,
            "publish": self.publish,
            "copy": self.copy,
            "differences": self.differences,
            "download": self.download,
        }
        own = [path("upload/", self.admin_site.admin_view(self.upload), name="routing_ruleset_upload")]
        own += [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"routing_ruleset_{name}")
            for name, view in steps.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        ruleset = self.found(request, object_id)
        context = {"page": page_of(ruleset, request.user), "ruleset": ruleset, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: Ruleset, form: Any, change: bool) -> None:
        if not change:
            obj.author_id = person(request).pk
        super().save_model(request, obj, form, change)

    def do(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One step on one rule of a draft, as the pressed button says: `move:<rule>:<number>`, `duplicate:<rule>`."""
        ruleset = self.found(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            rule = step(ruleset, request.POST.get("step", ""), by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return see_other(ruleset)
        return see_other(ruleset, f"#rule-{rule}")

    def differences(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What this version has that another has not, and the other way round, rule by rule."""
        ruleset = self.found(request, object_id)
        context = {"differing": differing(ruleset, request.GET.get("with", ""))}
        return self._own_page(request, ruleset, "differences", _("Differences"), context)

    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Shows what is put in force, then puts it in force: exactly the rules that were shown."""
        ruleset = self.found(request, object_id)
        if not request.user.has_perm("routing.publish_ruleset"):
            raise PermissionDenied
        if request.method != "POST":
            page = page_of(ruleset, request.user)
            context = {"page": page, "problems": ruleset.problems()}
            return self._own_page(request, ruleset, "publish", _("Publish"), context)
        try:
            ruleset.publish(request.user, seen=seen(request))
        except ValidationError as error:
            for message in error.messages:
                messages.error(request, message)
        else:
            self.log_change(request, ruleset, "Published.")
            messages.success(request, _("%(ruleset)s is in force.") % {"ruleset": ruleset})
        return see_other(ruleset)

    def download(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The version as one file, JSON or CSV."""
        ruleset = self.found(request, object_id)
        form = "csv" if request.GET.get("format") == "csv" else "json"
        content = dump_csv(ruleset) if form == "csv" else dump_json(ruleset)
        kind = "text/csv" if form == "csv" else "application/json"
        answer = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="rules-{ruleset.number}.{form}"'
        answer["Cache-Control"] = "no-store"
        return answer

    def upload(self, request: HttpRequest) -> HttpResponse:
        """A file becomes a new draft of whoever brings it, whole or not at all."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Take in a file"),
            "opts": self.opts,
        }
        context["most"] = LARGEST_FILE // 1024
        if request.method == "POST":
            try:
                draft = taken_in(request.FILES.get("file"), request.user)
            except ValidationError as error:
                context["problems"] = error.messages
            else:
                self.log_addition(request, draft, "Taken in from a file.")
                return see_other(draft)
        belongs_to(request, self.admin_site.name)
        return TemplateResponse(request, "routing/ruleset/upload.html", context)

    def _own_page(
        self, request: HttpRequest, ruleset: Ruleset, name: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        belongs_to(request, self.admin_site.name)
        whole = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "ruleset": ruleset}
        return TemplateResponse(request, f"routing/ruleset/{name}.html", {**whole, **context})

    def copy(self, request: HttpRequest, object_id: str) -> HttpResponse:
        ruleset = self.found(request, object_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            question = _("Make a new draft of yours with the rules of %(ruleset)s?") % {"ruleset": ruleset}
            return ask(self, request, ruleset, question=question, button=_("Copy to a new draft"))
        draft = ruleset.copy(request.user)
        self.log_addition(request, draft, f"Copied from {ruleset.number}.")
        messages.success(request, _("%(ruleset)s is yours to change.") % {"ruleset": draft})
        return see_other(draft)


def step(ruleset: Ruleset, said: str, *, by: Any) -> int:
    """Do what a button says, and return the id of the rule to look at then."""
    verb, _colon, rest = said.partition(":")
    rule, _colon, to = rest.partition(":")
    if not rule.isascii() or not rule.isdecimal() or (verb == "move") != to.isdecimal():
        raise ValidationError(_("That button is not known here. Load the page again."))
    if verb == "move":
        editing.move(ruleset, int(rule), int(to), by=by)
    elif verb == "duplicate":
        return editing.duplicate(ruleset, int(rule), by=by).pk
    elif verb in ("enable", "disable"):
        editing.switch(ruleset, int(rule), on=verb == "enable", by=by)
    else:
        raise ValidationError(_("That button is not known here. Load the page again."))
    return int(rule)
