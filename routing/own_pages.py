"""Pages of our own inside the back office."""

from django.http import HttpRequest


def belongs_to(request: HttpRequest, site: str) -> None:
    """Says to which admin site the page belongs. Unfold's layout, as Django's `render`, looks for it on the request,
    whose type declares no such attribute."""
    vars(request)["current_app"] = site
