"""The menu: each role sees what it may use, and every entry leads somewhere that answers."""

import pytest
from django.test import Client

from config.menu import MENU, allowed_entries

MENUS = {
    "Frontline agent": "Today, My work, Waits and holds, Notices, New complaint, Complaints, Customers",
    "Escalation coordinator": (
        "Today, My work, Waits and holds, Notices, Triage, Incidents, New complaint, Complaints, Customers, Deadlines, "
        "Allocation decisions, Handlers, Absences, Events, Files"
    ),
    "Handler": (
        "Today, My work, Waits and holds, Notices, Incidents, Approvals, Complaints, Customers, Handlers, Delegations"
    ),
    "Manager": (
        "Today, My work, Waits and holds, Notices, Incidents, Management, Approvals, New complaint, Complaints, "
        "Customers, Deadlines, Allocation decisions, Trends, Flagged in time, Redress, Authority limits, "
        "Changes of authority, Handlers, Absences, Delegations, Events, Files"
    ),
    "Routing supervisor": (
        "Today, Allocation decisions, Routing rules, Simulations, Escalation criteria, Steps to take at once, "
        "Risk models, Handlers, Absences, Case weights"
    ),
    "Quality analyst": (
        "Today, Complaints, Deadlines, Allocation decisions, Trends, Flagged in time, Redress, Set aside, "
        "Root causes, Finding codes, Controls, Risk models, Events"
    ),
    "Compliance officer": (
        "Today, My work, Waits and holds, Notices, Complaints, Customers, Deadlines, Allocation decisions, Trends, "
        "Flagged in time, Redress, Set aside, Root causes, Finding codes, Controls, Routing rules, "
        "Escalation criteria, Steps to take at once, Checklists, Risk models, Risk policy, Deadline policies, "
        "House policy, Authority limits, Approval steps, Changes of authority, Interest rates, "
        "Fields, Products and issues, Teams, Handlers, Absences, Delegations, Case weights, Users, "
        "Events, Who looked, Files, Who got files, Downloads"
    ),
    "Administrator": (
        "Today, Root causes, Finding codes, Controls, Routing rules, Escalation criteria, Steps to take at once, "
        "Checklists, Risk models, Risk policy, Deadline policies, House policy, Authority limits, "
        "Approval steps, Changes of authority, Interest rates, Fields, Products and issues, Teams, Handlers, "
        "Absences, Delegations, Case weights, Users, API description"
    ),
}
"""By hand."""


@pytest.fixture
def entries(rf):
    def of(user):
        request = rf.get("/admin/")
        request.user = user
        return [entry for _title, entries in allowed_entries(request) for entry in entries]

    return of


@pytest.mark.parametrize("role", MENUS)
def test_each_role_sees_its_menu(role, house, entries):
    assert ", ".join(str(entry.title) for entry in entries(house.by_role[role])) == MENUS[role]


@pytest.mark.parametrize("role", MENUS)
def test_every_entry_of_a_role_opens(role, house, entries):
    browser = Client()
    browser.force_login(house.by_role[role])
    for entry in entries(house.by_role[role]):
        assert browser.get(entry.link, follow=True).status_code == 200, entry.title


def test_what_is_not_in_somebodys_menu_as_work_is_refused_to_them(house, entries):
    """The menu only hides; the pages themselves refuse."""
    browser = Client()
    browser.force_login(house.administrator)
    shown = {entry.address for entry in entries(house.administrator)}
    for _title, lines in MENU:
        for entry in lines:
            if entry.address not in shown:
                assert browser.get(entry.link).status_code == 403, entry.title


def test_the_page_one_is_on_is_marked(house):
    browser = Client()
    browser.force_login(house.manager)
    for path, title in (("/admin/", "Today"), ("/cases/", "My work"), ("/cases/new/", "New complaint")):
        groups = browser.get(path).context_data["sidebar_navigation"]
        assert [str(item["title"]) for group in groups for item in group["items"] if item["active"]] == [title]


def test_a_stranger_sees_no_menu(client):
    page = client.get("/admin/login/").content.decode()
    assert "New complaint" not in page


def test_the_list_of_all_tables_is_for_administrators(house, client):
    for user, is_there in ((house.manager, False), (house.administrator, True)):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert ("All applications" in client.get("/admin/").content.decode()) == is_there
