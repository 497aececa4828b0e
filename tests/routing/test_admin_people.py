from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.urls import reverse

from routing.assignment import begin
from routing.models import AuthorityLevel, AuthorityLimit, CaseWeight, Choice, Clearance, Field, Handler, User
from tests.routing.conftest import role


@pytest.fixture
def administrator(db):
    user = User.objects.create_user("ada", password="pass word for tests", is_staff=True)
    user.groups.add(role("Administrator"))
    return user


@pytest.fixture
def root(db):
    return User.objects.create_superuser("root", password="pass word for tests")


@pytest.fixture
def as_(client):
    def log_in(user):
        client.force_login(user)
        return client

    return log_in


def url(name, *args):
    return reverse(f"admin:routing_{name}", args=args)


def account(user, **values):
    return {
        "username": user.username,
        "zone": "Europe/London",
        "language": "en",
        "is_active": "on",
        "is_staff": "on",
        "first_name": "",
        "last_name": "",
        "email": "",
    } | values


@pytest.mark.parametrize(
    "name",
    ["user", "team", "handler", "skill", "clearance", "absence", "authoritylevel", "authoritylimit", "field", "choice"],
)
def test_an_administrator_has_a_list_and_a_form_of_each_setting(as_, administrator, products, make_handler, name):
    make_handler("Ana")
    client = as_(administrator)
    assert client.get(url(f"{name}_changelist"), {"q": "a"}).status_code == 200
    assert client.get(url(f"{name}_add")).status_code == 200


def test_an_administrator_makes_an_account_and_gives_a_role(as_, administrator):
    client = as_(administrator)
    new = {
        "username": "nina",
        "password1": "Long-enough 4 us",
        "password2": "Long-enough 4 us",
        "usable_password": "true",
    }
    client.post(url("user_add"), new)
    nina = User.objects.get(username="nina")
    handlers = role("Handler")
    client.post(url("user_change", nina.pk), account(nina, groups=[handlers.pk]))
    assert list(nina.groups.all()) == [handlers]


def test_an_administrator_makes_nobody_a_superuser_and_gives_no_single_permissions(as_, administrator):
    nina = User.objects.create_user("nina")
    powers = {"is_superuser": "on", "user_permissions": [Permission.objects.first().pk]}
    assert as_(administrator).post(url("user_change", nina.pk), account(nina, **powers)).status_code == 302
    nina.refresh_from_db()
    assert not nina.is_superuser and not nina.user_permissions.exists()


def test_an_administrator_gives_no_role_that_is_not_a_staff_role(as_, administrator):
    nina, almighty = User.objects.create_user("nina"), Group.objects.create(name="Almighty")
    answer = as_(administrator).post(url("user_change", nina.pk), account(nina, groups=[almighty.pk]))
    assert "Select a valid choice" in answer.content.decode()
    assert not nina.groups.exists()


def test_nobody_changes_their_own_roles_clearances_or_powers(as_, administrator, root):
    conduct = Clearance.objects.create(kind="conduct", name="Conduct")
    more = {"groups": [role("Compliance officer").pk], "clearances": [conduct.pk], "is_superuser": "on"}
    as_(administrator).post(url("user_change", administrator.pk), account(administrator, **more, language="pt"))
    administrator.refresh_from_db()
    assert administrator.language == "pt"
    assert [group.name for group in administrator.groups.all()] == ["Administrator"]
    assert not administrator.clearances.exists() and not administrator.is_superuser
    as_(root).post(url("user_change", root.pk), account(root, clearances=[conduct.pk]))
    assert not root.clearances.exists()


def test_an_administrator_cannot_take_over_a_superuser(as_, administrator, root):
    client = as_(administrator)
    new = {"password1": "Taken-over 4 ever", "password2": "Taken-over 4 ever", "usable_password": "true"}
    assert client.post(url("user_change", root.pk), account(root, is_active="")).status_code == 403
    assert client.post(reverse("admin:auth_user_password_change", args=[root.pk]), new).status_code == 403
    root.refresh_from_db()
    assert root.is_active and root.check_password("pass word for tests")


def test_roles_are_changed_by_no_administrator(as_, administrator):
    group = role("Handler")
    administrator.user_permissions.add(*Permission.objects.filter(content_type__model="group"))
    client = as_(User.objects.get(pk=administrator.pk))
    answer = client.post(reverse("admin:auth_group_change", args=[group.pk]), {"name": "Handler"})
    assert answer.status_code == 403


def limit_form(level, amount="100", **values):
    return {"level": level.pk, "kind": "redress", "amount": amount, "currency": "GBP", "per": "case"} | values


@pytest.fixture
def ladder(db):
    levels = [AuthorityLevel.objects.create(level=number, name=f"rung {number}") for number in range(6)]
    for number, amount in ((2, "1000"), (3, "10000"), (4, "50000")):
        AuthorityLimit.objects.create(level=levels[number], kind="redress", amount=Decimal(amount), currency="GBP")
    return levels


def test_an_administrator_sets_limits(as_, administrator, ladder):
    as_(administrator).post(url("authoritylimit_add"), limit_form(ladder[1], "250"))
    assert AuthorityLimit.objects.get(level=ladder[1]).amount == 250


@pytest.mark.parametrize("number", [3, 4])
def test_nobody_edits_a_limit_of_their_own_level_or_above(as_, administrator, ladder, lending, number):
    Handler.objects.create(user=administrator, team=lending, authority=ladder[3])
    client, limit = as_(administrator), AuthorityLimit.objects.get(level=ladder[number])
    assert client.post(url("authoritylimit_change", limit.pk), limit_form(ladder[number], "99999")).status_code == 403
    assert client.post(url("authoritylimit_delete", limit.pk), {"post": "yes"}).status_code == 403
    answer = client.post(url("authoritylimit_add"), limit_form(ladder[number], "99999", kind="distress"))
    assert "below your own only" in answer.content.decode()
    assert AuthorityLimit.objects.count() == 3


def test_nobody_lends_a_lower_level_more_than_they_may_themselves(as_, administrator, ladder, lending):
    Handler.objects.create(user=administrator, team=lending, authority=ladder[3])
    client, limit = as_(administrator), AuthorityLimit.objects.get(level=ladder[2])
    answer = client.post(url("authoritylimit_change", limit.pk), limit_form(ladder[2], "10001"))
    assert "more than you may do yourself" in answer.content.decode()
    assert client.post(url("authoritylimit_change", limit.pk), limit_form(ladder[2], "9000")).status_code == 302
    limit.refresh_from_db()
    assert limit.amount == 9000


def test_a_level_keeps_its_number(as_, administrator, ladder):
    form = {"level": 5, "name": "renamed", "limits-TOTAL_FORMS": 0, "limits-INITIAL_FORMS": 0}
    as_(administrator).post(url("authoritylevel_change", ladder[1].pk), form)
    ladder[1].refresh_from_db()
    assert (ladder[1].level, ladder[1].name) == (1, "renamed")


def handler_form(handler, **values):
    form = {"user": handler.user_id, "team": handler.team_id, "languages": handler.languages, "is_active": "on"}
    return form | {"capacity": handler.capacity, "authority": handler.authority_id} | values


def test_nobody_changes_their_own_handler_row_or_grants_more_authority_than_they_have(
    as_, administrator, ladder, lending, make_handler
):
    own = Handler.objects.create(user=administrator, team=lending, authority=ladder[2])
    other, senior = make_handler("Ana", level=1), make_handler("Sue", level=4)
    client = as_(administrator)
    assert client.post(url("handler_change", own.pk), handler_form(own, capacity=900)).status_code == 403
    assert client.post(url("handler_change", senior.pk), handler_form(senior, is_active="")).status_code == 403
    answer = client.post(url("handler_change", other.pk), handler_form(other, authority=ladder[5].pk))
    assert "Select a valid choice" in answer.content.decode()
    other.refresh_from_db()
    assert other.authority.level == 1


def test_a_handler_made_inactive_with_open_cases_is_pointed_out(as_, administrator, make_handler, noon):
    ana = make_handler("Ana")
    begin("R-1", ana, weight=1, at=noon)
    answer = as_(administrator).post(url("handler_change", ana.pk), handler_form(ana, is_active=""), follow=True)
    assert "gets no more cases and still holds 1" in answer.content.decode()
    ana.refresh_from_db()
    assert not ana.is_active


def test_deleting_a_handler_with_cases_shows_why_not(as_, administrator, make_handler, noon):
    ana = make_handler("Ana")
    begin("R-1", ana, weight=1, at=noon)
    answer = as_(administrator).post(url("handler_delete", ana.pk), {"post": "yes"})
    assert "protected" in answer.content.decode()
    assert Handler.objects.filter(pk=ana.pk).exists()


def test_the_list_of_handlers_takes_as_many_queries_for_many(
    as_, administrator, make_handler, django_assert_max_num_queries
):
    for number in range(30):
        make_handler(f"Number{number}")
    client = as_(administrator)
    with django_assert_max_num_queries(14):
        assert client.get(url("handler_changelist")).status_code == 200


def test_codes_and_built_in_fields_are_for_good(as_, administrator, products, lending):
    client = as_(administrator)
    client.post(url("team_change", lending.pk), {"name": "Loans", "code": "other", "is_active": "on"})
    client.post(url("field_change", products.pk), {"label": "Our product", "code": "x", "kind": "text"})
    choice = Choice.objects.get(code="mortgage")
    client.post(url("choice_change", choice.pk), {"label": "Home loan", "code": "x", "position": 0})
    lending.refresh_from_db()
    products.refresh_from_db()
    choice.refresh_from_db()
    assert (lending.name, lending.code) == ("Loans", "lending")
    assert (products.label, products.code, products.kind, products.is_active) == (
        "Our product",
        "product",
        "choice",
        True,
    )
    assert (choice.label, choice.code) == ("Home loan", "mortgage")
    assert Field.objects.get(pk=products.pk).built_in


def test_a_role_without_the_right_gets_neither_list_nor_row(as_, make_handler, lending):
    agent = User.objects.create_user("ed", is_staff=True)
    agent.groups.add(role("Frontline agent"))
    client = as_(agent)
    assert client.get(url("user_changelist")).status_code == 403
    assert client.get(url("handler_changelist")).status_code == 403
    assert client.post(url("team_change", lending.pk), {"name": "Mine"}).status_code == 403


def test_a_line_manager_is_set_in_the_admin_and_the_history_tells(as_, administrator, make_handler):
    ana, ben = make_handler("Ana").user, make_handler("Ben").user
    as_(administrator).post(url("user_change", ana.pk), account(ana, line_manager=ben.pk))
    ana.refresh_from_db()
    assert ana.line_manager == ben
    page = as_(administrator).get(url("user_history", ana.pk)).content.decode()
    assert "Line manager" in page and "Ben" in page
    assert not hasattr(ana.history.first(), "password")


def test_nobody_manages_themselves_not_even_through_others(as_, administrator, make_handler):
    ana, ben, cy = (make_handler(name).user for name in ("Ana", "Ben", "Cy"))
    User.objects.filter(pk=ana.pk).update(line_manager=ben)
    User.objects.filter(pk=ben.pk).update(line_manager=cy)
    answer = as_(administrator).post(url("user_change", cy.pk), account(cy, line_manager=ana.pk))
    assert "Ana works for cy already, directly or through others." in answer.content.decode()
    answer = as_(administrator).post(url("user_change", cy.pk), account(cy, line_manager=cy.pk))
    assert answer.status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=cy.pk).update(line_manager=cy)


def test_logging_in_leaves_no_history(administrator, client):
    before = administrator.history.count()
    client.force_login(administrator)
    assert administrator.history.count() == before


def test_case_weights_are_a_table_of_twelve_lines_that_supervisors_edit_with_history(as_, make_supervisor):
    rosa = make_supervisor("Rosa")
    line = CaseWeight.objects.get(severity=4, tier=3)
    assert (CaseWeight.objects.count(), line.weight) == (12, 6)
    as_(rosa).post(url("caseweight_change", line.pk), {"weight": 9})
    line.refresh_from_db()
    assert (line.weight, line.history.first().history_user) == (9, rosa)
    assert as_(rosa).post(url("caseweight_change", line.pk), {"weight": 0}).status_code == 200
    assert as_(rosa).post(url("caseweight_delete", line.pk), {"post": "yes"}).status_code == 403


def test_a_skill_that_a_rule_requires_is_not_deleted_and_the_page_names_the_rule(as_, root, to_lending, mortgages):
    to_lending.skills.add(mortgages)
    client = as_(root)
    page = client.post(url("skill_delete", mortgages.pk), {"post": "yes"})
    assert "100. Lending" in page.content.decode()
    client.post(url("skill_changelist"), {"action": "delete_selected", "_selected_action": mortgages.pk, "post": "yes"})
    assert list(to_lending.skills.all()) == [mortgages]
