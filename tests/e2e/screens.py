"""Every screen, by somebody who uses it: read from the resolver and from the table of who may open what, so that no new
page is left out."""

from datetime import timedelta
from types import SimpleNamespace
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from escalations.actors import Actor
from escalations.forms.steps import FORMS
from escalations.models import ChecklistItem, Complaint, Incident, SavedView, Task
from escalations.views.panels import PANELS
from escalations.workflow import offers, perform
from tests.test_walk import Visit, visits
from tests.walk_expected import ADMIN, OK, PAGES, ROLES
from tests.walk_world import World, account, build

NO_SCREEN = {"start", "healthz", "readyz", "admin:jsi18n", "admin:autocomplete", "admin:search", "api:docs"}
NO_SCREEN |= {"escalations:colleagues"}
"""What leads on, or is a file. The description of the API has a test of its own."""
FILES = (".csv", ".xlsx", "export/", "download/", "rejected/")
SEEN_BY = {"admin:index": ROLES, "escalations:queue": "FCHM", "escalations:case": "FCHMQO", "analytics:trends": "MQ"}
"""The pages that look different to each role. Of any other, the first role that may open it is asked."""
ONE_LOOK = ("history", "delete")
"""The admin's pages that are the same for every model: looked at once."""


class Screen(NamedTuple):
    """An address, and the name of who opens it; nobody's for whoever has a link and no account."""

    path: str
    username: str = ""


def prepare(house: SimpleNamespace) -> World:
    """The world of the walk, and in it what else has a page: a checklist, a task, an incident, a list that is kept."""
    ChecklistItem.objects.create(text="Ask for the statement", step="communicate", required=True)
    world = build(house)
    case, handler = world.cases["cards"], house.handler
    due = timezone.localdate() + timedelta(days=3)
    question = {"department": "Payments", "question": "Was it paid twice?", "due_on": due}
    perform(case, "ask_department", actor=Actor.of(handler), **question)
    incident = Incident.objects.create(title="The app was down", opened_by=house.manager)
    Complaint.objects.filter(pk=case.pk).update(incident=incident)
    SavedView.objects.create(user=handler, name="Usual", address="tab=mine&severity=2")
    return world


def own_screens(world: World) -> list[Screen]:
    """Every page of ours, those of single rows, the form of every step that is open on a case, every panel."""
    found = [screen for visit in visits(world) if not visit.address.model for screen in _screens(world, visit)]
    return list(dict.fromkeys([*found, *_of_rows(world), *_of_steps(world)]))


def back_office_screens(world: World) -> list[Screen]:
    """The admin's list, form to add and form to change of every model that a role may open."""
    looked_at: set[str] = set()
    found = []
    for visit in visits(world):
        verb = visit.address.verb
        if visit.address.model and verb not in looked_at and (screens := _screens(world, visit)):
            found += screens
            looked_at |= {verb} & set(ONE_LOOK)
    return list(dict.fromkeys(found))


def _screens(world: World, visit: Visit) -> list[Screen]:
    key = visit.address.key
    if key in NO_SCREEN or key.startswith("api:") or visit.path.endswith(FILES):
        return []
    letters = SEEN_BY.get(key) or _letters(visit)
    able = [who for who in letters if who in ROLES and visit.expected(who) == OK]
    chosen = able if key in SEEN_BY else able[:1]
    return [Screen(visit.path, account(world, who).username) for who in chosen]


def _letters(visit: Visit) -> str:
    """Who may open it; of a row's form, those first who may change it."""
    pages = ADMIN.get(visit.address.model)
    if pages and visit.address.key not in PAGES:
        return (pages.change if visit.address.verb == "change" else "") + pages.expected(visit.address.verb)[0]
    return PAGES[visit.address.key][0] if visit.address.key in PAGES else ""


def _of_rows(world: World) -> list[Screen]:
    """What the walk opens by an unknown number only."""
    case, handler = world.cases["cards"].reference, world.house.handler
    # Who looked is told of restricted cases only, and nobody here sees one.
    later = [panel.name for panel in PANELS if panel.later and panel.name != "looks"]
    rows = [
        reverse("escalations:incident", args=[Incident.objects.get().pk]),
        reverse("escalations:view", args=[SavedView.objects.get().pk]),
        *(reverse("escalations:panel", args=[case, name]) for name in later),
    ]
    answer = reverse("escalations:answer", args=[Task.objects.get().token])
    return [*(Screen(path, handler.username) for path in rows), Screen(answer)]


def _of_steps(world: World) -> list[Screen]:
    """The form of every step that is open to somebody on some case, once."""
    house, found = world.house, {}
    for name, user in (("fresh", house.coordinator), ("cards", house.handler), ("cards", house.manager)):
        case = Complaint.objects.get(pk=world.cases[name].pk)
        for action in [offer.action for offer in offers(case, Actor.of(user)) if offer.action in FORMS]:
            path = reverse("escalations:act", args=[case.reference, action])
            found[action] = Screen(path, user.username)
    return list(found.values())
