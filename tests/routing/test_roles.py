import pytest
from django.contrib.auth.models import Permission

from routing.roles import NEEDS

STAFF_ROLES = {
    "Frontline agent",
    "Escalation coordinator",
    "Handler",
    "Manager",
    "Routing supervisor",
    "Quality analyst",
    "Compliance officer",
    "Administrator",
}


@pytest.mark.django_db
def test_every_need_is_a_permission_that_exists():
    there = {
        f"{app}.{codename}" for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    assert {need for needs in NEEDS.values() for need in needs} <= there


def test_every_staff_role_is_listed():
    assert set(NEEDS) == STAFF_ROLES


def test_only_the_supervisor_writes_and_publishes_rules():
    for role, needs in NEEDS.items():
        powers = {need for need in needs if "ruleset" in need and not need.startswith("routing.view_")}
        assert bool(powers) == (role == "Routing supervisor"), role


def test_nobody_is_given_the_right_to_change_decisions_or_assignments():
    acts = ("add", "change", "delete")
    forbidden = {f"routing.{act}_{model}" for act in acts for model in ("decision", "assignment")}
    assert not forbidden & {need for needs in NEEDS.values() for need in needs}


def test_the_compliance_officer_reads_and_changes_nothing():
    assert all(need.startswith("routing.view_") for need in NEEDS["Compliance officer"])
