"""The panels of the case page, in the order in which they stand there. This is the one place to add one.

What matters now comes with the page; what is looked at less is brought `later` (see `Panel`). The page may take twelve
queries in all (tests/escalations/views/test_panels.py counts them): what a panel needs of a table is one more line of
WHOLE in views/reading.py, which costs none.
"""

from django.utils.translation import gettext_lazy as _

from escalations.views.panels import desk, inquiry, page, told
from escalations.views.panels.parties import parties
from escalations.views.panels.shown import ASIDE, STORY, Panel, Shown, shown
from escalations.views.panels.viewer import Viewer

PANELS: tuple[Panel, ...] = (
    Panel("brief", _("Case summary"), "case/brief.html", told.brief, STORY),
    Panel("story", _("Story"), "case/story.html", told.story, STORY),
    Panel("write", _("Write"), "case/compose.html", told.compose, STORY),
    Panel("checklist", _("Checklist"), "case/checklist.html", desk.checklist),
    Panel("waiting", _("Waiting and holds"), "case/waiting.html", inquiry.waiting),
    Panel("points", _("What is alleged"), "case/points.html", inquiry.points),
    Panel("money", _("Remedies and authority"), "case/money.html", told.money),
    Panel("parties", _("Customer"), "case/parties.html", parties),
    Panel("triggers", _("Why it was escalated"), "case/triggers.html", told.triggers),
    Panel("evidence", _("Evidence"), "case/evidence.html", inquiry.evidence),
    Panel("page", _("Customer's page"), "case/customers_page.html", page.customers_page),
    Panel("tasks", _("Tasks for others"), "case/tasks.html", desk.tasks),
    Panel("files", _("Files"), "case/files.html", desk.files),
    Panel("fields", _("Details"), "case/fields.html", told.fields),
    Panel("sealed", _("Never-disclose notes"), "case/sealed.html", inquiry.sealed, later=True,
          is_there=inquiry.may_read_sealed),
    Panel("earlier", _("Other complaints of the same customer"), "case/earlier.html", told.earlier, later=True,
          is_there=told.names_somebody),
    Panel("similar", _("Similar cases and what settled them"), "case/similar.html", told.similar, later=True),
    Panel("linked", _("Linked and merged"), "case/linked.html", told.linked, later=True),
    Panel("looks", _("Who looked"), "case/looks.html", told.looks, later=True, is_there=told.may_see_looks),
    Panel("risk", _("Learned risk"), "case/risk.html", told.risk, later=True, is_there=told.may_show_risk),
)  # fmt: skip

BY_NAME = {panel.name: panel for panel in PANELS}

__all__ = ["ASIDE", "BY_NAME", "PANELS", "STORY", "Panel", "Shown", "Viewer", "shown"]
