"""`{% panel one %}`: a panel of the case page with its own names, which no other panel sees."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from escalations.files import KINDS
from escalations.views.panels.shown import Shown
from escalations.views.ways import way_to

register = template.Library()


@register.filter
def way(need: str, case: Any) -> str:
    """Where this sentence is put right: `{{ sentence|way:case }}`; empty where nobody here can."""
    return way_to(case, need)


@register.simple_tag
def file_kinds() -> str:
    """What a file chooser offers. A telephone sends its pictures as JPEG where it is told so."""
    return ",".join(f".{ending}" for ending in KINDS)


@register.simple_tag(takes_context=True)
def panel(context: Any, shown: Shown) -> SafeString:
    """The panel itself; of one that is brought later, a place for it with the link to its page."""
    name = "case/panel_later.html" if shown.is_later else shown.panel.template
    with context.push(**shown.context, shown=shown):
        return context.template.engine.get_template(f"escalations/{name}").render(context)
