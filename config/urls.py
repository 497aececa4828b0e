from importlib.util import find_spec

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, include, path

from config import health


@login_required
def start(_request: HttpRequest) -> HttpResponse:
    """The first page of whoever is logged in."""
    return redirect("admin:index")


def included(prefix: str, module: str) -> list[URLResolver]:
    return [path(prefix, include(module))] if find_spec(module) else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="start"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    *included("api/v1/", "escalations.api.urls"),
    *included("", "escalations.urls"),
    *included("", "analytics.urls"),
]
