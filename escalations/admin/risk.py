"""The learned risk score in the back office: versions and their cards, training, which is in use, what it may do."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from escalations.admin.settings import Settings, WithReason
from escalations.admin.showing import CaseRows, ReadOnly
from escalations.detection.risk import runs, standing, telling
from escalations.detection.risk.explaining import fact_names
from escalations.models import RiskMode, RiskModel, RiskModelFile, RiskOutcome, RiskPolicy, RiskScore
from escalations.models.risk import SILENT
from escalations.states import State
from routing.own_pages import belongs_to
from routing.signed_in import person


class WhyForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Stands in the history beside what changed."),
    )


class ModeForm(WhyForm):
    mode = forms.ChoiceField(label=gettext_lazy("Mode"), choices=RiskMode.choices, widget=UnfoldAdminSelectWidget)
    field_order = ["mode", "why"]


@admin.register(RiskModel)
class RiskModelAdmin(ReadOnly):
    list_display = ["number", "state", "quality", "asked_by", "asked_at", "is_used"]
    list_filter = ["state"]
    list_select_related = ["asked_by"]
    search_fields = ["=number"]
    ordering = ["-number"]
    fields = ["number"]
    change_list_template = "escalations/risk/models.html"
    change_form_template = "escalations/risk/model.html"

    @admin.display(description=gettext_lazy("how good it is"))
    def quality(self, row: RiskModel) -> str:
        return telling.summary(row.card) if row.card else row.problem

    @admin.display(description=gettext_lazy("in use"), boolean=True)
    def is_used(self, row: RiskModel) -> bool:
        return RiskPolicy.current().model_id == row.pk

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("train/", guarded(self.train), name="escalations_riskmodel_train"),
            path("mode/", guarded(self.mode), name="escalations_riskmodel_mode"),
            path("<path:object_id>/use/", guarded(self.use), name="escalations_riskmodel_use"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"standing": standing(), "training": RiskModel.objects.unfinished().first(), **self._rights(request)}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.found(request, object_id)
        silent = row.state == RiskModel.State.RUNNING and row.heard_at and row.heard_at < timezone.now() - SILENT
        context = {
            "row": row,
            "is_used": self.is_used(row),
            "is_open": row.state in (RiskModel.State.WAITING, RiskModel.State.RUNNING),
            "is_silent": bool(silent),
            "sections": _sections(row) if row.card else [],
            "libraries": row.card.get("libraries", {}),
            **self._rights(request),
        }
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def train(self, request: HttpRequest) -> HttpResponse:
        """Asks, then has a new version trained; a worker does it, and the page can be left."""
        if not person(request).has_perm(runs.TRAIN):
            raise PermissionDenied
        if request.method != "POST":
            outcomes = ", ".join(str(RiskOutcome(code).label) for code in RiskPolicy.current().outcomes)
            says = _("Learn from all cases that are over: %s. It takes a worker some minutes, and changes nothing yet.")
            return self._ask(request, _("Train a new version?"), [says % outcomes], _("Train"))
        row = runs.ask(person(request))
        messages.success(request, _("%s is being trained. You can leave this page.") % row)
        return _see_other("admin:escalations_riskmodel_change", row.pk)

    def use(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Puts a version in use, a new one or an older one again, after a second look at how good it is."""
        row = self.found(request, object_id)
        if not person(request).has_perm(runs.USE):
            raise PermissionDenied
        form = WhyForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            sentences = [telling.summary(row.card)] if row.card else []
            policy = RiskPolicy.current()
            if row.card and policy.model is not None and policy.model.card:
                sentences += filter(None, [telling.against(row.card, policy.model.card)])
            may = _("What scores may do now: %s.") % RiskMode(policy.mode).label
            sentences += [_("Every open case is scored anew by it."), may]
            question = _("Put version %d in use?") % row.number
            return self._ask(request, question, sentences, _("Put in use"), form)
        try:
            runs.use(row, person(request), form.cleaned_data["why"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("%s is in use.") % row)
        return _see_other("admin:escalations_riskmodel_change", row.pk)

    def mode(self, request: HttpRequest) -> HttpResponse:
        """What scores may do from now on; it says what acting would do at once."""
        if not person(request).has_perm(runs.USE):
            raise PermissionDenied
        form = ModeForm(request.POST or None, initial={"mode": RiskPolicy.current().mode})
        if request.method != "POST" or not form.is_valid():
            return self._ask(request, _("What may the risk score do?"), [_acting()], _("Set the mode"), form)
        runs.switch(form.cleaned_data["mode"], person(request), form.cleaned_data["why"])
        messages.success(request, standing().sentence)
        return _see_other("admin:escalations_riskmodel_changelist")

    def _ask(
        self, request: HttpRequest, question: str, sentences: list[str], button: str, form: forms.Form | None = None
    ) -> HttpResponse:
        belongs_to(request, self.admin_site.name)
        context = {"title": question, "sentences": sentences, "button": button, "form": form, "opts": self.opts}
        return TemplateResponse(
            request, "escalations/risk/ask.html", {**self.admin_site.each_context(request), **context}
        )

    def _rights(self, request: HttpRequest) -> dict[str, bool]:
        user: Any = request.user
        return {"may_train": user.has_perm(runs.TRAIN), "may_use": user.has_perm(runs.USE)}


def _sections(row: RiskModel) -> list[telling.Section]:
    facts = [*(one["name"] for one in row.card.get("facts", ())), *row.card.get("left_out", ())]
    return telling.sections(row.card, fact_names(facts))


def _acting() -> str:
    """What the mode “act” would do with the cases that are scored already."""
    row = RiskPolicy.current().model
    if row is None or row.threshold is None:
        return _("No version is in use: no mode does anything yet.")
    above = RiskScore.objects.filter(model=row, score__gte=row.threshold, complaint__state=State.FRONTLINE).count()
    says = ngettext(
        "%d case that the frontline holds is above the working point: acting escalates it to triage.",
        "%d cases that the frontline holds are above the working point: acting escalates them to triage.",
        above,
    )
    return says % above


def _see_other(name: str, *args: Any) -> HttpResponse:
    response = HttpResponseRedirect(reverse(name, args=args))
    response.status_code = 303
    return response


class RiskPolicyForm(WithReason):
    outcomes = forms.MultipleChoiceField(
        label=gettext_lazy("What is foretold"),
        choices=RiskOutcome.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("Any of these counts. The next version learns it."),
    )


@admin.register(RiskPolicy)
class RiskPolicyAdmin(Settings):
    """One row. Version and mode are changed on the pages of the versions, which ask a second time."""

    form = RiskPolicyForm
    list_display = ["__str__", "mode", "model", "flagged", "retrain_days"]
    list_select_related = ["model"]
    readonly_fields = ["model", "mode"]
    fieldsets = [(None, {"fields": ["model", "mode", "outcomes", "flagged", "retrain_days", "why"]})]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if self.has_view_or_change_permission(request):
            RiskPolicy.objects.get_or_create(pk=1)
            return HttpResponseRedirect(reverse("admin:escalations_riskpolicy_change", args=[1]))
        return super().changelist_view(request, extra_context)


@admin.register(RiskScore)
class RiskScoreAdmin(CaseRows):
    identity_fields = ["reasons"]
    list_display = ["complaint", "score", "model", "scored_at"]
    list_select_related = ["complaint", "model"]
    search_fields = ["=complaint__reference"]
    fields = ["complaint", "score", "model", "scored_at", "reasons"]
    ordering = ["-pk"]


@admin.register(RiskModelFile)
class RiskModelFileAdmin(ReadOnly):
    """That it is there; what it holds is for no page."""

    list_display = ["model"]
    fields = ["model"]
    search_fields = ["=model__number"]
    ordering = ["-pk"]
