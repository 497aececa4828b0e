"""Pages of what two people change: saving proposes, and the page of the proposal is where the second person answers."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from routing import second_person
from routing.history_admin import HistoryPage
from routing.models import AuthorityChange, User
from routing.own_pages import belongs_to
from routing.signed_in import person

PROPOSED = "authority_change"
"""Under this name a request keeps what it has proposed: Django's steps of saving hand nothing on."""


class WithWhy(forms.ModelForm):
    """Asks why: whoever confirms it reads it, and it stands in the history."""

    asked_by: User | None = None
    reason_in = "why"
    """The field that says why."""
    why: Any = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=500, widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("For whoever confirms it; it stands in the history."),
    )  # fmt: skip

    def takes_second(self, values: dict[str, Any]) -> bool:
        """Whether what is asked for waits for somebody else."""
        return not second_person.setting_up()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors or not self.takes_second(values):
            return values
        if second_person.waiting(self.instance):
            raise ValidationError(second_person.WAITS)
        if not (values.get(self.reason_in) or "").strip():
            self.add_error(self.reason_in, _("Say why, for whoever confirms it."))
        return values


class TwoPeople(HistoryPage, ModelAdmin):
    """A row that one person proposes and another puts in force; while the house is set up, it is saved at once."""

    change_form_before_template = "routing/ladder/notice.html"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"asked_by": request.user})

    def get_actions(self, request: HttpRequest) -> Any:
        """Nothing is deleted from the list: each goes by itself, past a second person."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def takes_second(self, request: HttpRequest, obj: Any, form: Any = None) -> bool:
        return not second_person.setting_up()

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        context = {"setting_up": second_person.setting_up(), **(extra_context or {})}
        if object_id:
            open_change = AuthorityChange.objects.filter(subject=self.opts.model_name, state="proposed")
            context["waiting"] = open_change.filter(row=object_id).first() if object_id.isdecimal() else None
        return self._told(
            request, lambda: super(TwoPeople, self).changeform_view(request, object_id, form_url, context)
        )

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        return self._told(request, lambda: super(TwoPeople, self).delete_view(request, object_id, extra_context))

    def _told(self, request: HttpRequest, work: Callable[[], Any]) -> Any:
        """Somebody proposed another change of the same row in this moment: say so instead of failing."""
        try:
            return work()
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        why = form.cleaned_data.get(form.reason_in, "")
        if self.takes_second(request, obj, form):
            self.propose(request, obj, why)
        else:
            obj._change_reason = why
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if self.takes_second(request, obj):
            self.propose(request, obj, _("Taken away."), removes=True)
        else:
            super().delete_model(request, obj)

    def propose(self, request: HttpRequest, obj: Any, why: str, *, removes: bool = False) -> None:
        made = second_person.propose(obj, by=person(request), why=why, at=timezone.now(), removes=removes)
        setattr(request, PROPOSED, made)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None if hasattr(request, PROPOSED) else super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None if hasattr(request, PROPOSED) else super().log_change(request, obj, message)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._proposed(request) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._proposed(request) or super().response_change(request, obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        return self._proposed(request) or super().response_delete(request, obj_display, obj_id)

    def _proposed(self, request: HttpRequest) -> HttpResponse | None:
        change = getattr(request, PROPOSED, None)
        if change is None:
            return None
        messages.warning(request, _("Nothing has changed yet: a second person confirms it here."))
        return HttpResponseRedirect(reverse("admin:routing_authoritychange_change", args=[change.pk]))


@admin.register(AuthorityChange)
class AuthorityChangeAdmin(HistoryPage, ModelAdmin):
    """What was proposed, what became of it; and the page where a second person answers."""

    when_empty = gettext_lazy(
        "Whoever changes a limit, a level or a delegation proposes it; it waits here for a second person."
    )
    list_display = ["title", "subject", "state", "proposed_by", "proposed_at", "decided_by", "decided_at"]
    list_filter = ["state", "subject"]
    list_select_related = ["proposed_by", "decided_by"]
    search_fields = ["title", "proposed_by__first_name", "proposed_by__last_name"]
    change_form_template = "routing/ladder/change.html"
    date_hierarchy = "proposed_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"routing_authoritychange_{name}")
            for name, view in (("confirm", self.confirm), ("refuse", self.refuse))
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        change = self.found(request, object_id)
        reader: Any = request.user
        belongs_to(request, self.admin_site.name)
        context = {
            **self.admin_site.each_context(request), "title": _("Change of authority"), "opts": self.opts,
            "change": change, "lines": second_person.lines(change), "why_not": second_person.why_not(change, reader),
            "is_own": change.waits and change.proposed_by_id == reader.pk,
            "only_at_console": change.waits and not second_person.who_else(change),
        }  # fmt: skip
        return TemplateResponse(request, self.change_form_template, context)

    def confirm(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._answer(request, object_id, _("It is in force."), second_person.confirm)

    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        why = request.POST.get("why", "").strip()[:500]
        return self._answer(request, object_id, _("It stays as it was."), second_person.refuse, why=why)

    def _answer(
        self, request: HttpRequest, object_id: str, done: str, verb: Callable[..., None], **given: str
    ) -> HttpResponse:
        change = self.found(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            verb(change, by=request.user, at=timezone.now(), **given)
        except (PermissionDenied, ValidationError) as refusal:
            for sentence in getattr(refusal, "messages", None) or [str(refusal)]:
                messages.error(request, sentence)
        else:
            messages.success(request, done)
        return HttpResponseRedirect(reverse("admin:routing_authoritychange_change", args=[object_id]))
