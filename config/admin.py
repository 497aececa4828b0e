from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite


class Site(UnfoldAdminSite):
    """The back office: its titles, menu and dashboard."""

    site_title = _("Redress")
    site_header = _("Redress")
    index_title = _("Today")
    index_template = "config/dashboard.html"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        # Read late: this site is made before the models are.
        from config.dashboard import dashboard
        from routing.signed_in import person

        shown = dashboard(person(request))
        return super().index(request, {"dashboard": shown, **(extra_context or {})})

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from config.search import search

        return search(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Every page is handed this list and hardly any shows it: it is worked out when somebody reads it."""
        return SimpleLazyObject(lambda: super(Site, self).get_app_list(request, app_label))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from escalations.permissions import Scope

        roles = ", ".join(sorted(Scope.of(request.user).roles))
        return {**super().each_context(request), "roles_of_user": roles}
