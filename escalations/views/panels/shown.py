"""What a panel of the case page is, and which ones a person gets to see."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from escalations.models import Complaint
from escalations.views.panels.viewer import Viewer

STORY, ASIDE = "story", "aside"
Context = dict[str, Any]


@dataclass(frozen=True)
class Panel:
    """One part of the case page.

    `told` says what its template (below templates/escalations/) shows, or None where there is nothing to show this
    person. A panel that is brought `later` costs the page nothing: it has an address of its own, from where it is
    fetched when it comes into sight, and without JavaScript its title is a link there. Whether there is one at all
    must then be answered by `is_there` without a query.
    """

    name: str
    title: str | Promise
    template: str
    told: Callable[[Complaint, Viewer], Context | None]
    place: str = ASIDE
    later: bool = False
    is_there: Callable[[Complaint, Viewer], bool] = lambda case, viewer: True


@dataclass(frozen=True)
class Shown:
    """A panel as it goes to the page."""

    panel: Panel
    context: Context = field(default_factory=dict)
    is_later: bool = False


def shown(panel: Panel, case: Complaint, viewer: Viewer, *, whole: bool = False) -> Shown | None:
    """None where it has nothing for this person. `whole`: with all that it shows, even if it is brought later."""
    if not panel.is_there(case, viewer):
        return None
    if panel.later and not whole:
        return Shown(panel, is_later=True)
    context = panel.told(case, viewer)
    return None if context is None else Shown(panel, context)
