"""The demo organisation without its complaints: people, limits, rules, logins."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils import timezone

from config import demo
from config.demo.bank import Bank
from config.demo.drive import play
from config.demo.office import midnight
from config.demo.people import SHOWN
from config.demo.ten import ten_cases
from escalations.actions import STAFF_ROLES
from escalations.models import Cause, Complaint, CriteriaSet, Criterion, DeadlinePolicy
from routing import checks, engine
from routing.authority import may
from routing.engine import decide, published
from routing.facts import Facts
from routing.models import Absence, Choice, Field, Handler, Ruleset, Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def bank(django_db_setup, django_db_blocker):
    """Made once for all tests here; what a test changes is rolled back to this."""
    engine.compiling.compiled_once.cache_clear()
    with django_db_blocker.unblock(), transaction.atomic():
        demo.make(complaints=0)
        yield
        transaction.set_rollback(True)


def test_the_bank_is_staffed_as_the_practice_says(bank):
    assert Team.objects.count() == 9
    assert Handler.objects.count() == 34
    usual = {"everyday": 24, "cards": 24, "lending": 20, "savings": 24, "fraud": 16, "care": 14, "digital": 28}
    for code, capacity in {**usual, "executive": 12, "ombudsman": 16}.items():
        assert capacity in set(Handler.objects.filter(team__code=code).values_list("capacity", flat=True))
    spoken = {language for handler in Handler.objects.all() for language in handler.spoken}
    assert spoken == {"en", "pt", "pl", "cy"}
    assert set(Handler.objects.values_list("authority__level", flat=True)) == {1, 2, 3, 4, 5}


def test_somebody_is_away_today_and_back_on_a_monday(bank):
    away = {row.handler.user.username: row for row in Absence.objects.covering(timezone.now())}
    assert away.keys() == {"ruth", "imani"}
    absence = away["ruth"]
    assert timezone.localtime(absence.ends_at).strftime("%a %H:%M") == "Mon 09:00"


def test_causes_criteria_deadlines_and_choices_are_there(bank):
    assert Cause.objects.filter(parent=None).count() == 6
    assert str(Cause.objects.get(code="no-chaser")) == "Process › No chaser"
    assert Criterion.objects.in_force().count() == 23
    assert CriteriaSet.objects.published().published_by.username == "babak"
    assert DeadlinePolicy.objects.count() == 8
    assert {"system-fault", "branch"} <= set(Field.objects.filter(built_in=False).values_list("code", flat=True))
    assert {"mortgage", "app", "card"} <= set(Choice.objects.of("product").values_list("code", flat=True))


def test_a_second_supervisor_has_published_the_rules(bank):
    ruleset = Ruleset.objects.get()
    assert (ruleset.author.username, ruleset.published_by.username) == ("helen", "babak")
    assert [str(finding) for finding in checks.of(ruleset)] == []
    assert ruleset.published_at < timezone.now()


def sent(**facts):
    """Team, skills, lowest authority, languages and priority that the rules ask for."""
    outcome = decide(published(), Facts(**{"language": "en", "severity": 2, **facts})).outcome
    team = Team.objects.get(pk=outcome.team).code
    return team, set(outcome.skills), outcome.minimum_authority, outcome.languages, outcome.priority


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"product": "current-account"}, ("everyday", set(), 1, (), 0)),
        ({"product": "current-account", "language": "pl"}, ("everyday", set(), 1, ("pl",), 0)),
        ({"product": "card", "vulnerabilities": {"health"}}, ("cards", {"chargeback", "vulnerable"}, 2, (), 1)),
        ({"product": "savings", "prior_escalations": 1}, ("savings", set(), 3, (), 0)),
        ({"trigger_kinds": {"safety"}}, ("care", {"safeguarding"}, 3, (), 2)),
        ({"trigger_kinds": {"safety"}, "issue": "arrears"}, ("care", {"arrears", "safeguarding"}, 3, (), 2)),
        ({"restricted_kind": "discrimination", "product": "branch"}, ("executive", {"conduct"}, 4, (), 0)),
        ({"trigger_kinds": {"fraud"}, "amount": Decimal(10_000), "currency": "GBP"}, ("fraud", {"scams"}, 3, (), 0)),
        ({"trigger_kinds": {"fraud"}, "amount": Decimal(9_999), "currency": "GBP"}, ("fraud", {"scams"}, 2, (), 0)),
        ({"trigger_kinds": {"regulator"}, "product": "mortgage"}, ("executive", set(), 3, (), 0)),
        ({"trigger_kinds": {"media"}}, ("executive", set(), 3, (), 0)),
        ({"tier": 3, "product": "card"}, ("executive", set(), 3, (), 0)),
        ({"issue": "collections", "product": "loan"}, ("care", {"arrears"}, 2, (), 0)),
        ({"issue": "bereavement"}, ("care", set(), 2, (), 0)),
        ({"product": "mortgage"}, ("lending", {"mortgages"}, 2, (), 0)),
        ({"product": "loan", "severity": 3}, ("lending", {"mortgages"}, 3, (), 0)),
        ({"product": "loan", "amount": Decimal(5_000), "currency": "GBP"}, ("lending", {"mortgages"}, 3, (), 0)),
        ({"product": "app"}, ("digital", set(), 1, (), 0)),
        ({"product": "card", "fields": {"system-fault": "payday-lock-out"}}, ("digital", set(), 1, (), 0)),
        ({"product": "payments"}, ("cards", {"chargeback"}, 2, (), 0)),
        ({"product": "business", "issue": "disputed-transaction"}, ("cards", {"chargeback"}, 2, (), 0)),
        ({"product": "isa"}, ("savings", set(), 2, (), 0)),
    ],
)
def test_the_rules_send_a_case_where_the_practice_says(bank, facts, expected):
    sets = {name: frozenset(value) if isinstance(value, set) else value for name, value in facts.items()}
    assert sent(**sets) == expected


@pytest.mark.parametrize(
    ("level", "kind", "amount", "allowed"),
    [
        (0, "redress", 50, True),
        (0, "distress", 1, False),
        (0, "goodwill", 26, False),
        (0, "total", 101, False),
        (1, "redress", 251, False),
        (2, "redress", 1_000, True),
        (2, "distress", 300, False),
        (3, "distress", 300, True),
        (3, "redress", 18_400, False),
        (4, "redress", 18_400, True),
        (4, "total", 60_001, False),
        (5, "total", 1_000_000, True),
    ],
)
def test_each_level_may_grant_what_the_practice_says(bank, level, kind, amount, allowed):
    assert may(level, kind, Decimal(amount), "GBP").allowed is allowed


def test_a_trainee_may_not_reject_and_only_a_head_reverses_a_closure(bank):
    assert [may(level, "reject").allowed for level in (1, 2)] == [False, True]
    assert [may(level, "reverse_closure").allowed for level in (3, 4)] == [False, True]
    assert [may(level, "credit_file").allowed for level in (1, 2)] == [False, True]
    assert [may(level, "write_off").allowed for level in (2, 3)] == [False, True]


def test_there_is_a_login_for_each_role_and_a_second_person_where_one_is_needed(bank):
    logins = demo.logins()
    assert {login.role for login in logins} == set(STAFF_ROLES)
    for role in ("Escalation coordinator", "Routing supervisor", "Handler", "Manager"):
        assert sum(login.role == role for login in logins) == 2
    for login in logins:
        user = User.objects.get(username=login.username)
        assert check_password(login.password, user.password)
        assert user.is_staff
        assert user.groups.filter(name=login.role).exists()


def test_the_printed_logins_do_not_lie_about_a_changed_password(bank):
    user = User.objects.get(username=SHOWN[0][1])
    user.set_password("something else entirely")
    user.save()
    passwords = {login.username: login.password for login in demo.logins()}
    assert passwords[user.username] == "(changed)"
    assert passwords["naomi"] == demo.PASSWORD


def test_on_whatever_day_of_the_week_it_is_made_the_case_that_is_due_today_is_not_too_old_before_it_is_sent_back(bank):
    for back in range(1, 8):
        until = midnight(timezone.now()) - timedelta(days=back)
        with transaction.atomic():
            people = Bank()
            told = [one for one in ten_cases(1, people, until) if one.case.draft.contact.name == "Gladys Umney"]
            play(told, people, until, lambda done: None)
            case = Complaint.objects.get()
            actions = list(case.events.filter(action__in=("trigger", "send_back")).values_list("action", flat=True))
            assert actions[:2] == ["trigger", "send_back"], f"{until:%A}"
            transaction.set_rollback(True)
