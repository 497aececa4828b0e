"""Every address of the project, read from the URL resolver: what is not in the expected table cannot hide."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver

PARAMETER = re.compile(r"\^?\(\?P<(\w+)>[^)]*\)\$?|<(?:\w+:)?(\w+)>")
MODEL_PAGE = re.compile(r"admin/(\w+)/(\w+)/(.*)")
VERBS = {
    "": "list",
    "add/": "add",
    "<path:object_id>/history/": "history",
    "<path:object_id>/delete/": "delete",
    "<path:object_id>/change/": "change",
    "<path:object_id>/": "redirect",
}


@dataclass(frozen=True)
class Address:
    """One URL pattern. `key` is what the expected table calls it; `model` is set for the admin's pages of a model."""

    key: str
    route: str
    model: str = ""
    verb: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(found[1] or found[2] for found in PARAMETER.finditer(self.route))

    def path(self, values: dict[str, object]) -> str:
        """The address with these values for its parameters."""
        filled = PARAMETER.sub(lambda found: str(values[found[1] or found[2]]), self.route)
        return "/" + filled.replace("^", "").rstrip("$")


@cache
def addresses() -> tuple[Address, ...]:
    return tuple(_address(*found) for found in _patterns(get_resolver().url_patterns))


def _patterns(patterns: list, spaces: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces
            yield from _patterns(pattern.url_patterns, inner, route)
        elif isinstance(pattern, URLPattern):
            yield f"{spaces}{pattern.name or ''}", route


def _address(name: str, route: str) -> Address:
    page = MODEL_PAGE.fullmatch(route)
    if not page or route.startswith("admin/r/") or page[1] == "password_change":
        return Address(name, route)
    model = f"{page[1]}.{page[2]}"
    verb = VERBS.get(page[3], page[3])
    return Address(f"{model} {verb}", route, model, verb)
