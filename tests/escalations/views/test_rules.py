"""Where the rules meet the cases: explanation, trying, simulation and the cases behind it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from escalations.actors import Actor
from escalations.models import Statement
from escalations.placing import simulating
from escalations.placing.facts import facts_of
from escalations.placing.routing_desk import decide_again, place_one
from escalations.workflow import perform
from routing import editing
from routing.explaining import as_data, explain
from routing.models import Assignment, Decision, Rule, Simulation
from routing.plain import PlainCondition
from routing.simulation.past import Past


@pytest.fixture
def routed(case):
    return case("routed")


@pytest.fixture
def turned(house):
    """A draft of the administrator's that sends cards to loans and loans to cards."""
    draft = house.ruleset.copy(house.administrator)
    for rule in draft.rules.all():
        rule.team = house.loans if rule.team == house.cards else house.cards
        rule.save()
    return draft


def simulate(draft, by):
    now = timezone.now()
    asked = simulating.ask(draft, by, since=now - timedelta(days=1), until=now + timedelta(days=1), sample=100)
    assert simulating.run(asked.pk)
    return Simulation.objects.get(pk=asked.pk)


def test_the_explanation_is_the_same_after_new_versions_were_published(routed, house, turned):
    decision = Decision.objects.get(reference=routed.reference)
    before = as_data(decision)
    assert before["rules"] == [{"number": 1, "name": "Cards", "matched": True, "decides": True, "failed_at": ""}]
    turned.publish(house.supervisor)
    Rule.objects.filter(ruleset=house.ruleset.copy(house.administrator)).delete()
    assert as_data(Decision.objects.get(pk=decision.pk)) == before


def test_each_rule_that_was_asked_says_where_it_failed(house, case, draft):
    decision = Decision.objects.get(reference=case("routed", product=house.loan).reference)
    first, second = explain(decision).steps
    assert (first.matched, first.condition, second.decides) == (False, "product is Credit card", True)


def test_decide_again_says_what_todays_rules_would_and_changes_nothing(routed, house, turned, client):
    turned.publish(house.supervisor)
    counted = Decision.objects.count(), Assignment.objects.count(), routed.events.count()
    again = decide_again(routed, timezone.now())
    assert again.team == house.loans and again.pk is None
    client.force_login(house.manager)
    page = client.get(f"/cases/{routed.reference}/routing/?again=1").content.decode()
    assert "What today" in page and "Loans" in page and again.reason in page.replace("&#x27;", "'")
    assert (Decision.objects.count(), Assignment.objects.count(), routed.events.count()) == counted


def test_the_command_and_the_api_tell_the_same(routed, house, client):
    out = StringIO()
    call_command("explain_routing", routed.reference, stdout=out)
    assert "1. Cards: decided" in out.getvalue() and "product Credit card" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("explain_routing", "R-2026-999999")
    client.force_login(house.manager)
    (told,) = client.get(f"/api/v1/complaints/{routed.reference}/routing/").json()
    assert told["rules"][0]["decides"] and told["reason"] in out.getvalue()


def test_the_test_the_simulation_and_live_routing_say_the_same(house, case, turned, client):
    """One function decides; here the three doors to it are held equal."""
    waiting = case("triggered", product=house.loan)
    perform(waiting, "accept", actor=Actor.of(house.coordinator))
    client.force_login(house.supervisor)
    tried = client.get(f"/rules/{turned.number}/try/", {"case": waiting.reference}).context["trial"]
    turned.publish(house.supervisor)
    again = house.ruleset.copy(house.administrator)
    place_one(waiting.pk)
    decision = Decision.objects.filter(reference=waiting.reference).latest("pk")
    assert (tried.match.rule.pk, tried.match.outcome.team) == (decision.rule_id, decision.team_id)
    told = simulate(again, house.supervisor)
    assert told.cases.get(reference=waiting.reference).before_id == decision.team_id


def test_a_supervisor_sees_the_cases_behind_the_sums_without_identity_and_none_that_is_restricted(
    house, case, turned, client
):
    shown, sealed = case("routed"), case("routed")
    simulation = simulate(turned, house.supervisor)
    type(sealed).objects.filter(pk=sealed.pk).update(restricted_kind="conduct")
    client.force_login(house.supervisor)
    address = f"/rules/simulations/{simulation.pk}/"
    page = client.get(f"{address}cases/", {"before": house.cards.pk}).content.decode()
    assert shown.reference in page and sealed.reference not in page and "1 more is restricted" in page
    assert "Ana Silva" not in page
    file = b"".join(client.get(f"{address}cases.csv").streaming_content).decode()
    assert shown.reference in file and sealed.reference not in file
    assert client.get(f"{address}cases/", {"rule": "nonsense"}).context["part"].paginator.count == 0
    decision = Decision.objects.get(reference=sealed.reference)
    assert client.get(f"/rules/{turned.number}/try/", {"decision": decision.pk}).context["trial"] is None
    assert client.get(f"/rules/{turned.number}/try/", {"case": sealed.reference}).context["is_missing"]


def test_a_text_is_given_as_it_was_and_an_erased_one_not_at_all(routed, house):
    decision = Decision.objects.get(reference=routed.reference)
    past = Past(decision.pk, decision.reference, decision.decided_at, decision.ruleset_id, decision.facts)
    said = facts_of([routed])[0].text
    Statement.objects.create(complaint=routed, kind="what_happened", text="And another thing.", made_at=timezone.now())
    assert simulating.texts_of([past])[0]["text"] == said
    Statement.objects.filter(complaint=routed)._raw_delete("default")
    assert simulating.texts_of([past])[0]["text"] == ""


def test_typed_facts_are_tried_and_what_cannot_be_read_is_told(house, client):
    client.force_login(house.supervisor)
    address = f"/rules/{house.ruleset.number}/try/"
    answer = client.get(address, {"fact-product": "loan", "fact-amount": "many", "fact-amount_currency": "GBP"})
    assert answer.context["trial"].match.rule.name == "Loans"
    assert "write the amount with its currency" in answer.content.decode()


def test_the_editor_says_whether_the_draft_was_simulated_since_its_last_edit(house, routed, turned, client):
    client.force_login(house.supervisor)
    address = f"/admin/routing/ruleset/{turned.pk}/change/"
    assert "It was not simulated yet" in client.get(address).content.decode()
    simulate(turned, house.supervisor)
    assert "1 (100.0 %) would go elsewhere" in client.get(address).content.decode()
    rule = turned.rules.first()
    house.administrator.user_permissions.add(*house.supervisor.groups.get().permissions.all())
    author = type(house.administrator).objects.get(pk=house.administrator.pk)
    editing.write(turned, rule, [], [PlainCondition("product", "is", "loan")], by=author)
    page = client.get(f"/admin/routing/ruleset/{turned.pk}/publish/").content.decode()
    assert "It was not simulated since its last edit" in page


def test_a_run_is_asked_for_on_the_page_cancelled_and_started_again(house, routed, turned, client):
    client.force_login(house.supervisor)
    today = timezone.localdate()
    address = f"/rules/{turned.number}/simulate/"
    wrong = client.post(address, {"since": today, "until": today - timedelta(days=1), "sample": 0})
    assert "ends before it begins" in wrong.content.decode() and not Simulation.objects.exists()
    assert client.post(address, {"since": today, "until": today, "sample": 10}).status_code == 303
    asked = Simulation.objects.get()
    page = f"/rules/simulations/{asked.pk}/"
    assert "waits for a worker" in client.get(page).content.decode()
    client.post(f"{page}cancel/")
    assert not simulating.run(asked.pk)
    client.post(f"{page}again/")
    assert simulating.run(asked.pk)
    assert "would go elsewhere" in client.get(page).content.decode()


def test_the_sweep_takes_up_a_run_whose_worker_is_gone(house, routed, turned):
    now = timezone.now()
    asked = simulating.ask(turned, house.supervisor, since=now - timedelta(days=1), until=now, sample=10)
    assert simulating.take_up_simulations(at=now) == 0
    assert simulating.take_up_simulations(at=now + timedelta(minutes=3)) == 1
    Simulation.objects.filter(pk=asked.pk).update(state="running", heard_at=now - timedelta(minutes=2))
    assert simulating.take_up_simulations(at=now) == 1
