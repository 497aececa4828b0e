"""The pages of a rule: its form, and the list of rules of all versions."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from routing import editing
from routing.admin.drafts import DraftsOnly, see_other
from routing.admin.rules.rule_form import Conditions, RuleForm, reading
from routing.confirmation import ask
from routing.models import Rule, Ruleset
from routing.own_pages import belongs_to
from routing.signed_in import person
from routing.vocabulary import Vocabulary
from routing.wording import marked, sentence


@admin.register(Rule)
class RuleAdmin(DraftsOnly):
    list_filter = [
        ("ruleset", admin.RelatedOnlyFieldListFilter),
        "ruleset__state",
        ("team", admin.RelatedOnlyFieldListFilter),
        "is_enabled",
        "go_on",
    ]
    list_select_related = ["ruleset", "team"]
    search_fields = ["name", "note", "team__name"]
    ordering = ["-ruleset__number", "position", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rule]:
        return super().get_queryset(request).prefetch_related("conditions", "skills")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        known: Any = SimpleLazyObject(Vocabulary.load)

        @admin.display(description=_("in plain language"))
        def reads(rule: Rule) -> str:
            return sentence(rule, known)

        return ["name", "position", "ruleset", reads, "team", "is_enabled"]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form of a rule; a rule of a draft of somebody else, or of a version that was published, is only read."""
        rule = self._rule(request, object_id)
        if rule is None:
            messages.info(request, _("A rule stands in a draft. Begin one, or copy a version to a new draft."))
            return redirect("admin:routing_ruleset_changelist")
        if request.method != "POST" and not rule.ruleset.may_be_edited_by(request.user):
            return self._read(request, rule)
        if not rule.ruleset.is_written_by(request.user):
            raise PermissionDenied
        vocabulary = Vocabulary.load()
        others = None if rule.pk else list(rule.ruleset.rules.order_by("position", "pk"))
        if request.method != "POST":
            initial = {} if others is None else {"place": editing.place_for_new(others)}
            form = RuleForm(instance=rule, others=others, initial=initial)
            return self._form(request, rule, form, Conditions.of(rule, vocabulary))
        form = RuleForm(request.POST, instance=rule, others=others)
        conditions = Conditions.typed(request.POST, vocabulary)
        if "do" in request.POST:
            conditions.change(request.POST["do"])
            form = RuleForm(request.POST, instance=rule, others=others)
            return self._form(request, rule, form, conditions, asked=False)
        if conditions.check() & form.is_valid():
            try:
                return self._saved(request, rule.ruleset, form, conditions)
            except ValidationError as error:
                form.add_error(None, error)
        return self._form(request, rule, form, conditions)

    def _rule(self, request: HttpRequest, object_id: str | None) -> Rule | None:
        """The rule that is asked for, or a new one in the draft that is; None when there is no such draft."""
        if object_id is not None:
            return self.found(request, object_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        asked = request.GET.get("ruleset", "")
        mine = Ruleset.objects.filter(state=Ruleset.State.DRAFT, author=request.user.pk)
        wanted = mine.filter(pk=int(asked)) if asked.isascii() and asked.isdecimal() else mine
        ruleset = wanted.order_by("-number").first()
        return Rule(ruleset=ruleset, position=0) if ruleset else None

    def _saved(self, request: HttpRequest, ruleset: Ruleset, form: RuleForm, conditions: Conditions) -> HttpResponse:
        cleaned, is_new = form.cleaned_data, not form.instance.pk
        rule = editing.write(
            ruleset,
            form.save(commit=False),
            cleaned["skills"],
            conditions.plain(),
            by=person(request),
            place=cleaned["place"] if is_new else None,
        )
        if is_new:
            self.log_addition(request, rule, "Added.")
        else:
            self.log_change(request, rule, "Changed.")
        return see_other(ruleset, f"#rule-{rule.pk}")

    def _form(
        self, request: HttpRequest, rule: Rule, form: RuleForm, conditions: Conditions, *, asked: bool = True
    ) -> HttpResponse:
        """`asked`: what is missing is told; while somebody still edits, nothing is."""
        context = {
            **self.admin_site.each_context(request),
            "title": rule.name if rule.pk else _("New rule"),
            "opts": self.opts,
            "ruleset": rule.ruleset,
            "rule": rule,
            "form": form,
            "conditions": conditions,
            "reading": reading(form, conditions),
            "tells_errors": asked and form.is_bound,
        }
        part = "form" if request.headers.get("HX-Request") else "page"
        belongs_to(request, self.admin_site.name)
        return TemplateResponse(request, f"routing/rule/{part}.html", context)

    def _read(self, request: HttpRequest, rule: Rule) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": rule.name,
            "opts": self.opts,
            "ruleset": rule.ruleset,
            "rule": rule,
            "reading": marked(rule, Vocabulary.load()),
        }
        belongs_to(request, self.admin_site.name)
        return TemplateResponse(request, "routing/rule/read.html", context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Taking a rule out of a draft asks first."""
        rule = self.found(request, object_id)
        if not self.has_delete_permission(request, rule):
            raise PermissionDenied
        if request.method != "POST":
            question = _("Take rule “%(rule)s” out of draft %(number)d? Other versions keep it.")
            said = question % {"rule": rule, "number": rule.ruleset.number}
            sentences = [sentence(rule, Vocabulary.load())]
            return ask(self, request, rule, question=said, button=_("Take it out"), sentences=sentences)
        return self._told(request, lambda: self._removed(request, rule))

    def _removed(self, request: HttpRequest, rule: Rule) -> HttpResponse:
        editing.remove(rule.ruleset, rule.pk, by=person(request))
        messages.success(request, _("“%(rule)s” is taken out of the draft.") % {"rule": rule.name})
        return see_other(rule.ruleset)
