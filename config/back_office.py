"""How the back office looks: Unfold's settings. What stands in its menu is in `config/menu.py`."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


def stylesheet(_request: HttpRequest) -> str:
    return static("config/back-office.css")


def ground(_request: HttpRequest) -> str:
    """The look of our own pages, which stand in the same layout: cards, chips, buttons."""
    return static("escalations/look/ground.css")


def lists(_request: HttpRequest) -> str:
    return static("escalations/look/lists.css")


def forms(_request: HttpRequest) -> str:
    return static("escalations/look/forms.css")


def keys(_request: HttpRequest) -> str:
    return static("escalations/keys.js")


def intake(_request: HttpRequest) -> str:
    """Keeps a complaint that is being written down, and forgets it on whatever page it was registered or left from."""
    return static("escalations/intake.js")


def reachable(_request: HttpRequest) -> str:
    """Mends what the theme leaves to the mouse or without a name."""
    return static("config/reachable.js")


def favicon(_request: HttpRequest) -> str:
    return static("config/favicon.svg")


def lists_everything(request: HttpRequest) -> bool:
    """Whether the menu ends with the list of all tables: for administrators. Working it out asks of each of a hundred
    models what this person may do with it, on every page; everybody else has what they need in the menu."""
    from escalations.actions import ADMINISTRATOR
    from escalations.permissions import Scope

    user: Any = request.user
    return bool(user.is_superuser or ADMINISTRATOR in Scope.of(user).roles)


# One accent on calm greys. 600 carries white text and is a link's colour on white: both above 4.5 to 1.
ACCENT = {
    "50": "#f0fdfa", "100": "#ccfbf1", "200": "#99f6e4", "300": "#5eead4", "400": "#2dd4bf", "500": "#14b8a6",
    "600": "#0f766e", "700": "#115e59", "800": "#134e4a", "900": "#0c3b38", "950": "#042f2e",
}  # fmt: skip

UNFOLD = {
    "SITE_TITLE": "Redress",
    "SITE_HEADER": "Redress",
    "SITE_SUBHEADER": _("Complaints and their escalation"),
    "SITE_SYMBOL": "balance",
    "SITE_URL": None,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "COLORS": {"primary": ACCENT},
    "STYLES": [stylesheet, ground, lists, forms],
    "SCRIPTS": [keys, intake, reachable],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": favicon}],
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": lists_everything,
        "navigation": "config.menu.navigation",
    },
}
