"""Decisions and assignments name a case: they are seen with it."""

from routing.models import Decision

from .conftest import address


def references(answer):
    return {row.reference for row in answer.context_data["cl"].result_list}


def test_decisions_are_seen_with_their_case(house, cases, as_user):
    assert references(as_user(house.manager).get(address("decision"))) == {
        cases.cards.reference, cases.loans.reference, cases.closed.reference,
    }  # fmt: skip
    assert references(as_user(house.stranger).get(address("decision"))) == {cases.loans.reference}
    foreign = Decision.objects.get(reference=cases.cards.reference)
    assert as_user(house.stranger).get(address("decision", "change", foreign.pk)).status_code == 404


def test_assignments_are_seen_with_their_case(house, cases, as_user):
    assert references(as_user(house.stranger).get(address("assignment"))) == {cases.loans.reference}
    for name in ("agent", "coordinator", "manager", "compliance", "supervisor"):
        assert cases.loans.reference in references(as_user(getattr(house, name)).get(address("assignment"))), name
    for name in ("analyst", "administrator"):
        assert as_user(getattr(house, name)).get(address("assignment")).status_code == 403, name


def test_a_supervisor_reads_decisions_of_cases_that_are_not_restricted(house, case, as_user):
    from escalations.actors import Actor
    from escalations.workflow import perform

    open_case, secret = case("routed"), case("routed")
    perform(secret, "restrict", actor=Actor.of(house.coordinator), reason="Staff.", kind="conduct")
    browser = as_user(house.supervisor)
    assert references(browser.get(address("decision"))) == {open_case.reference}
    hidden = Decision.objects.get(reference=secret.reference)
    assert browser.get(address("decision", "change", hidden.pk)).status_code == 404
    house.supervisor.clearances.add(house.conduct)
    assert secret.reference in references(as_user(house.supervisor).get(address("decision")))


def test_a_decision_explains_itself_in_words(house, cases, as_user):
    decision = Decision.objects.get(reference=cases.cards.reference)
    page = as_user(house.supervisor).get(address("decision", "change", decision.pk)).content.decode()
    assert decision.reason in page
    assert "product: Credit card" in page
    assert "digest" not in page
