"""Who may decide what is changed by two people: every door, who may confirm what, and what was changed meanwhile."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from routing import matrix, second_person
from routing.assignment import begin
from routing.models import ApprovalStep, AuthorityChange, AuthorityLevel, AuthorityLimit, Delegation, Handler, User
from tests.routing.conftest import role


@pytest.fixture
def ladder(db):
    levels = [AuthorityLevel.objects.create(level=number, name=f"rung {number}") for number in range(6)]
    for number, amount in ((2, "1000"), (3, "10000"), (4, "50000")):
        AuthorityLimit.objects.create(level=levels[number], kind="redress", amount=Decimal(amount), currency="GBP")
    return levels


@pytest.fixture
def people(ladder, make_handler):
    """Two administrators beside the ladder; managers of level 3 and 4; a handler of level 2 with an open case."""
    found = {}
    for name in ("ada", "abe"):
        found[name] = User.objects.create_user(name, first_name=name.title(), is_staff=True)
        found[name].groups.add(role("Administrator"))
    for name, level in (("Mia", 3), ("Max", 4), ("Ana", 2)):
        found[name.lower()] = make_handler(name, level=level).user
        found[name.lower()].is_staff = True
        found[name.lower()].save()
    for name in ("mia", "max"):
        found[name].groups.add(role("Manager"))
    begin("R-1", found["ana"].handler, weight=1, at=timezone.now())
    return found


def url(name, *args):
    return reverse(f"admin:routing_{name}", args=args)


@pytest.fixture
def send(client, people):
    def send(by, address, **form):
        client.force_login(User.objects.get(pk=people[by].pk))
        return client.post(address, form, follow=True)

    return send


def limit_form(level, amount="1500", **values):
    return {
        "level": level.pk, "kind": "redress", "amount": amount, "currency": "GBP", "per": "case",
        "why": "Asked for by the board.",
    } | values  # fmt: skip


def stored():
    """All that says who may decide what."""
    return (
        set(AuthorityLimit.objects.values_list("level__level", "kind", "amount")),
        set(ApprovalStep.objects.values_list("level__level", "kind")),
        set(Handler.objects.values_list("user__username", "authority__level")),
        set(Delegation.objects.values_list("giver__username", "taker__username")),
    )


# --- every door --------------------------------------------------------------------------------------------------


def doors(people, ladder):
    """By name: where an administrator without a place on the ladder could widen what somebody may do."""
    limit, ana = AuthorityLimit.objects.get(level=ladder[2]), people["ana"].handler
    step = ApprovalStep.objects.create(level=ladder[3], kind="redress", above=500, currency="GBP")
    handler = {"user": ana.user_id, "team": ana.team_id, "languages": "en", "is_active": "on", "capacity": 20}
    newcomer = User.objects.create_user("new", is_staff=True)
    days = {"starts_at_0": "2026-01-01", "starts_at_1": "00:00", "ends_at_0": "2036-01-01", "ends_at_1": "00:00"}
    higher = {"authority": ladder[5].pk, "why": "Promoted."}
    return {
        "a new limit": (url("authoritylimit_add"), limit_form(ladder[1])),
        "a limit": (url("authoritylimit_change", limit.pk), limit_form(ladder[2])),
        "a limit that goes": (url("authoritylimit_delete", limit.pk), {"post": "yes"}),
        "limits of the list": (
            url("authoritylimit_changelist"),
            {"action": "delete_selected", "_selected_action": limit.pk, "post": "yes"},
        ),
        "the limits on the page of a level": (
            url("authoritylevel_change", ladder[2].pk),
            {"name": "rung", "limits-TOTAL_FORMS": 1, "limits-INITIAL_FORMS": 1, "limits-0-id": limit.pk}
            | {"limits-0-amount": "9"},
        ),
        "a step that goes": (url("approvalstep_delete", step.pk), {"post": "yes"}),
        "a level": (url("handler_change", ana.pk), handler | higher),
        "a new handler": (url("handler_add"), handler | higher | {"user": newcomer.pk}),
        "oneself": (url("handler_add"), handler | higher | {"user": people["ada"].pk}),
        "a delegation": (
            url("delegation_add"), {"giver": people["max"].pk, "taker": people["ana"].pk, "reason": "Ill.", **days},
        ),
    }  # fmt: skip


def test_no_door_lets_one_person_alone_widen_what_anybody_may_do(send, people, ladder):
    allowed = doors(people, ladder)
    before = stored()
    for name, (address, form) in allowed.items():
        send("ada", address, **form)
        limits, steps, handlers, lent = stored()
        assert (limits, steps, lent) == (before[0], before[1], before[3]), name
        assert handlers - {("new", 0)} == before[2], name
    assert AuthorityChange.objects.count() == 6, "the list deletes nothing, a page of a level changes nothing"


def test_what_two_people_agree_on_is_in_force_with_its_history(send, people, ladder):
    limit = AuthorityLimit.objects.get(level=ladder[2])
    page = send("ada", url("authoritylimit_change", limit.pk), **limit_form(ladder[2]))
    assert "a second person confirms" in page.content.decode()
    change = AuthorityChange.objects.get()
    page = send("max", url("authoritychange_confirm", change.pk))
    assert "It is in force." in page.content.decode() and "1,500.00" in page.content.decode()
    limit.refresh_from_db()
    change.refresh_from_db()
    newest = limit.history.first()
    assert (limit.amount, change.state, change.decided_by) == (1500, "confirmed", people["max"])
    assert (newest.history_user, newest.history_change_reason) == (
        people["max"], "Proposed by Ada: Asked for by the board.",
    )  # fmt: skip
    send("max", url("authoritychange_confirm", change.pk))
    assert limit.history.count() == 2, "pressed twice it holds once"


def test_while_the_house_is_set_up_one_person_sets_everything_and_the_page_says_so(send, people, ladder, client):
    from routing.models import Assignment

    Assignment.objects.all().delete()
    page = send("ada", url("authoritylimit_add"), **limit_form(ladder[1], why=""))
    assert "The house is being set up" in page.content.decode()
    listed = " ".join(client.get(url("authoritylimit_changelist")).content.decode().split())
    assert "Nobody needs authority for what no limit speaks of: <b>Reject a complaint, Sign a final response" in listed
    assert AuthorityLimit.objects.filter(level=ladder[1]).exists() and not AuthorityChange.objects.exists()


def test_a_new_handler_stands_on_the_lowest_rung_until_somebody_confirms_more(send, people, ladder):
    address, form = doors(people, ladder)["a new handler"]
    send("ada", address, **form | {"authority": ladder[3].pk})
    new = Handler.objects.get(user__username="new")
    assert new.authority.level == 0
    send("mia", url("authoritychange_confirm", AuthorityChange.objects.get().pk))
    new.refresh_from_db()
    assert new.authority.level == 3
    Handler.objects.filter(pk=new.pk).update(is_active=False)
    send("ada", url("handler_change", new.pk), **form | {"authority": ladder[3].pk})
    new.refresh_from_db()
    assert (new.is_active, new.authority.level) == (True, 0), "who comes back is confirmed anew"


# --- who confirms ------------------------------------------------------------------------------------------------


def proposed(row, by, removes=False):
    return second_person.propose(row, by=by, why="Because.", at=timezone.now(), removes=removes)


def reasons(change, people):
    return {name: second_person.why_not(change, User.objects.get(pk=user.pk)) for name, user in people.items()}


def test_whoever_confirms_has_it_themselves_and_is_not_who_proposed_it(people, ladder):
    limit = AuthorityLimit.objects.get(level=ladder[2])
    limit.amount = Decimal(20_000)
    found = reasons(proposed(limit, people["ada"]), people)
    assert found.pop("max") == ""
    assert found == {
        "ada": "You proposed this yourself: a second person confirms it.",
        "abe": "Somebody who has this authority confirms it: Max.",
        "mia": "That is more than you may do yourself, or not below you. Ask someone with more authority.",
        "ana": "A manager or an administrator confirms it.",
    }


def test_what_nobody_on_the_ladder_has_is_confirmed_by_a_second_person_beside_it(people, ladder):
    limit = AuthorityLimit(level=ladder[5], kind="redress", amount=Decimal(90_000), currency="GBP")
    found = reasons(proposed(limit, people["ada"]), people)
    assert [name for name, why in found.items() if not why] == ["abe"]


def test_nobody_raises_their_own_level_and_nobody_above_their_own(people, ladder):
    mia = people["mia"].handler
    mia.authority = ladder[4]
    found = reasons(proposed(mia, people["ada"]), people)
    assert found["mia"] == "Nobody changes what they may do themselves." and found["max"] == ""
    other = Handler.objects.get(user=people["ana"])
    other.authority = ladder[5]
    assert [name for name, why in reasons(proposed(other, people["ada"]), people).items() if not why] == ["abe"]


def test_who_stands_on_the_ladder_proposes_nothing_at_or_above_themselves(people, ladder):
    limit = AuthorityLimit(level=ladder[3], kind="redress", amount=Decimal(5), currency="GBP")
    with pytest.raises(PermissionDenied, match="not below you"):
        proposed(limit, people["mia"])
    assert proposed(limit, people["max"]).waits


def test_a_delegation_is_confirmed_by_whoever_lends(people, ladder):
    now = timezone.now()
    lent = Delegation(giver=people["max"], taker=people["ana"], starts_at=now, ends_at=now + timedelta(days=3))
    found = reasons(proposed(lent, people["ada"]), people)
    assert [name for name, why in found.items() if not why] == ["max"]
    second_person.confirm(AuthorityChange.objects.get(), by=people["max"], at=now)
    assert Delegation.objects.get().taker == people["ana"]


# --- meanwhile ---------------------------------------------------------------------------------------------------


def test_what_changed_meanwhile_is_not_put_in_force(people, ladder):
    limit = AuthorityLimit.objects.get(level=ladder[2])
    limit.amount = Decimal(1500)
    change = proposed(limit, people["ada"])
    with pytest.raises(ValidationError, match="waits already"):
        proposed(limit, people["abe"])
    AuthorityLimit.objects.filter(pk=limit.pk).update(amount=900)
    with pytest.raises(ValidationError, match="changed meanwhile"):
        second_person.confirm(change, by=people["max"], at=timezone.now())
    second_person.refuse(change, by=people["ada"], why="", at=timezone.now())
    assert AuthorityChange.objects.get().state == "withdrawn"


def test_what_was_refused_with_its_reason_stays_refused(people, ladder):
    change = proposed(AuthorityLimit.objects.get(level=ladder[2]), people["ada"], removes=True)
    with pytest.raises(ValidationError, match="Say why"):
        second_person.refuse(change, by=people["max"], why=" ", at=timezone.now())
    second_person.refuse(change, by=people["max"], why="They need it.", at=timezone.now())
    for again in (second_person.confirm, second_person.refuse):
        more = {"why": "Now."} if again is second_person.refuse else {}
        with pytest.raises(ValidationError, match="refused"):
            again(change, by=people["max"], at=timezone.now(), **more)
    assert AuthorityLimit.objects.count() == 3


def test_who_proposed_it_and_lost_the_authority_stands_behind_it_no_more(people, ladder):
    limit = AuthorityLimit.objects.get(level=ladder[2])
    limit.amount = Decimal(1500)
    change = proposed(limit, people["mia"])
    Handler.objects.filter(user=people["mia"]).update(authority=ladder[1])
    with pytest.raises(ValidationError, match="not stand behind"):
        second_person.confirm(change, by=people["max"], at=timezone.now())


# --- the matrix --------------------------------------------------------------------------------------------------


def test_the_matrix_says_what_each_level_may_and_what_nobody_needs_authority_for(ladder, django_assert_num_queries):
    AuthorityLimit.objects.create(level=ladder[2], kind="reject")
    with django_assert_num_queries(2):
        found = matrix.of_today()
    rows = {row.label: row for row in found.rows}
    assert [cell.text for cell in rows["Refund, loss, interest and costs"].cells] == [
        "–", "–", "1,000.00 GBP", "10,000.00 GBP", "50,000.00 GBP", "50,000.00 GBP",
    ]  # fmt: skip
    assert [cell.own for cell in rows["Refund, loss, interest and costs"].cells][-2:] == [True, False]
    assert [cell.text for cell in rows["Reject a complaint"].cells] == ["–", "–", "may", "may", "may", "may"]
    assert found.open_acts == ["Sign a final response", "Open a closed case again"]
    assert rows["Write off a debt"].note == "Nobody may: no limit allows it."


# --- a house in which nobody else could ----------------------------------------------------------------------------


def test_the_console_confirms_only_what_nobody_else_could_and_the_record_says_so(send, people, ladder, capsys):
    limit = AuthorityLimit(level=ladder[5], kind="redress", amount=Decimal(90_000), currency="GBP")
    change = proposed(limit, people["ada"])
    with pytest.raises(CommandError, match="Abe can confirm it"):
        call_command("confirm_change", change.pk, why="He is away.")
    User.objects.filter(username="abe").update(is_active=False)
    page = send("ada", url("authoritychange_change", change.pk)).content.decode()
    assert f"manage.py confirm_change {change.pk}" in page
    call_command("confirm_change")
    listed = capsys.readouterr().out
    assert "Amount: – -> 90,000.00" in listed and "nobody else could confirm it" in listed
    with pytest.raises(CommandError, match="Say why"):
        call_command("confirm_change", change.pk)
    call_command("confirm_change", change.pk, why="We are two people in all.")
    change.refresh_from_db()
    made = AuthorityLimit.objects.get(level=ladder[5])
    assert (change.state, change.decided_by) == ("confirmed", None)
    assert "because nobody else could: We are two people in all." in change.answer
    assert "At the server's console" in made.history.get().history_change_reason
    assert "put in force at the server" in send("ada", url("authoritychange_change", change.pk)).content.decode()
    with pytest.raises(CommandError, match="already"):
        call_command("confirm_change", change.pk, why="Once more.")
