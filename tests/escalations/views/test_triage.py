"""Triage: what waits for a coordinator, why, and in one sentence."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.actors import Actor
from escalations.detection.risk import past_cases
from escalations.jobs import examine_new, route_accepted
from escalations.models import Complaint, RiskModel, RiskPolicy, RiskScore, TriageAnswer
from escalations.workflow import perform
from routing.models import Choice, Field


@pytest.fixture
def unruly(house):
    """A product that no rule of the house knows."""
    return Choice.objects.create(field=Field.objects.built_in("product"), code="pension", label="Pension")


def page_of(at_desk, user):
    answer = at_desk(user).get("/triage/")
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[1]).split())


@pytest.mark.parametrize("role", ["agent", "handler", "supervisor", "analyst", "compliance", "administrator"])
def test_triage_is_for_who_decides_on_escalations(at_desk, house, role):
    assert at_desk(getattr(house, role)).get("/triage/").status_code == 403


def test_an_escalation_shows_trigger_words_severity_and_what_is_missing(at_desk, house, case, criteria):
    complaint = case(
        "frontline", what_happened="I will report you to the ombudsman.", wanted="", attempts=(), severity=3
    )
    page = page_of(at_desk, house.coordinator)
    for shown in (complaint.reference, "Mentions a regulator", "report you to", "High", "Ana Silva",
                  "what was tried, why that did not work, what the customer wants",
                  "1 to decide; the oldest waits"):  # fmt: skip
        assert shown in page


def test_the_most_severe_comes_first_and_each_can_be_decided(at_desk, house, case):
    low, high = case("triggered", severity=1), case("triggered", severity=3)
    markup = at_desk(house.coordinator).get("/triage/").content.decode()
    assert markup.index(high.reference) < markup.index(low.reference)
    beside = at_desk(house.coordinator).get(f"/triage/?case={low.reference}").content.decode()
    for action in ("accept", "send_back", "put_off", "merge", "set_aside"):
        assert f"/cases/{high.reference}/do/{action}/" in markup, "the first is open without being asked for"
        assert f"/cases/{low.reference}/do/{action}/" in beside and f"{high.reference}/do/" not in beside


def test_a_manager_reads_triage_and_allocates_but_does_not_decide(at_desk, house, case, unruly):
    complaint, waiting = case("triggered"), case("accepted", product=unruly)
    pages = [at_desk(house.manager).get(f"/triage/?case={one.reference}") for one in (complaint, waiting)]
    to_decide, to_place = (page.content.decode() for page in pages)
    assert "Suggested: escalate." in to_decide and "/do/accept/" not in to_decide
    assert f"/cases/{waiting.reference}/do/route/" in to_place and 'data-key="t"' in to_place


def test_what_no_rule_could_place_is_there_with_the_reason(at_desk, house, case, unruly):
    complaint = case("accepted", product=unruly)
    assert "Routing has not looked at it yet" in page_of(at_desk, house.coordinator)
    route_accepted()
    page = page_of(at_desk, house.coordinator)
    assert complaint.reference in page
    assert "No routing rule fits this case." in page
    assert "Nothing waits for your decision; 1 could not be placed: No routing rule fits this case." in page


def test_what_waits_for_a_second_person_is_there_for_the_second_person(at_desk, house, case):
    complaint = case("triggered")
    perform(complaint, "set_aside", actor=Actor.of(house.coordinator), reason="A claim.", kind="not_a_complaint")
    own, other = page_of(at_desk, house.coordinator), page_of(at_desk, house.second_coordinator)
    assert "You asked; a second person confirms." in own
    assert "Cora asks: A claim." in other and "1 waits for a second person" in other


def test_a_restricted_case_waits_only_for_who_has_the_clearance(at_desk, house, case, criteria):
    complaint = case("frontline", restricted_kind="conduct", what_happened="I go to the ombudsman.")
    assert complaint.reference not in page_of(at_desk, house.coordinator)
    perform(complaint, "set_aside", actor=Actor.of(cleared(house)), reason="A claim.", kind="not_a_complaint")
    assert complaint.reference not in page_of(at_desk, house.coordinator)


def cleared(house):
    house.second_coordinator.clearances.add(house.conduct)
    return house.second_coordinator


def test_nothing_to_do_teaches_what_would_appear(at_desk, house):
    page = page_of(at_desk, house.coordinator)
    assert "Nothing waits for your decision." in page
    assert "New escalations come from the criteria" in page


def test_the_number_of_queries_does_not_grow_with_the_cases(at_desk, house, case, unruly, queries):
    def more(times):
        for _number in range(times):
            case("triggered")
            case("accepted", product=unruly)
            asked = case("triggered")
            perform(asked, "set_aside", actor=Actor.of(house.coordinator), reason="A claim.", kind="claim")
        route_accepted()

    more(5)
    client = at_desk(house.second_coordinator)
    few = queries(client, "/triage/")
    more(20)
    assert queries(client, "/triage/") == few
    assert Complaint.objects.count() == 75


def test_the_list_is_paged_and_the_sentence_counts_all(at_desk, house, case):
    for _number in range(27):
        case("triggered")
    assert "27 to decide" in page_of(at_desk, house.coordinator)
    client = at_desk(house.coordinator)
    assert client.get("/triage/").content.decode().count("data-line") == 25
    second = client.get("/triage/?page=2").content.decode()
    assert second.count("data-line") == 2 and "/triage/?page=2&amp;case=" in second


def test_the_address_names_the_case_and_the_right_side_comes_alone_where_it_is_asked_for(at_desk, house, case):
    first, second = case("triggered", severity=3), case("triggered", wanted="My 40.00 back, in writing.")
    client = at_desk(house.coordinator)
    address = f"/triage/?case={second.reference}"
    whole = client.get(address).content.decode()
    assert f'href="{address}"' in whole and "My 40.00 back, in writing." in whole, "the summary is there to read"
    assert f'data-reference="{second.reference}"' in whole and first.reference in whole
    part = client.get(address, headers={"HX-Request": "true"})
    assert part["X-Redress-Part"] == "reading" and "<html" not in part.content.decode()
    again = client.get(address, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in again.content.decode()


def test_after_a_decision_the_next_of_the_list_is_open(at_desk, house, case):
    _first, second, third = (case("triggered", severity=one) for one in (4, 3, 2))
    client = at_desk(house.coordinator)
    page = client.get(f"/triage/?case={second.reference}").content.decode()
    assert f'name="then" value="{third.reference}"' in page
    sent = {"back": "triage", "then": third.reference}
    answer = client.post(f"/cases/{second.reference}/do/accept/", sent, follow=True)
    assert answer.redirect_chain[-1][0] == f"/triage/?case={third.reference}"
    assert f'data-reference="{third.reference}"' in answer.content.decode()
    decided = client.get(f"/triage/?case={second.reference}").content.decode()
    assert "Could not be placed:" in decided and "/do/accept/" not in decided


def test_a_case_that_is_not_mine_to_see_is_not_shown_for_being_named(at_desk, house, case):
    sealed, plain = case("triggered"), case("triggered")
    Complaint.objects.filter(pk=sealed.pk).update(restricted_kind="conduct")
    page = at_desk(house.coordinator).get(f"/triage/?case={sealed.reference}").content.decode()
    assert f'data-reference="{plain.reference}"' in page and "is not here for you" in page
    assert at_desk(house.coordinator).get("/triage/?case=%00").status_code == 200


def test_what_is_put_off_leaves_the_list_until_tomorrow_and_can_be_looked_at(at_desk, house, case):
    complaint = case("triggered")
    client = at_desk(house.coordinator)
    assert client.post(f"/cases/{complaint.reference}/do/put_off/", {"back": "triage"}).status_code == 303
    page = client.get("/triage/").content.decode()
    assert "Nothing waits for your decision; 1 is put off." in page and "/do/accept/" not in page
    assert f"/cases/{complaint.reference}/do/accept/" in client.get("/triage/?show=later").content.decode()
    assert TriageAnswer.objects.get().answer == "later"


def test_every_decision_is_an_answer_and_against_a_suggestion_it_needs_a_reason(at_desk, house, case, criteria):
    agreed, old = case("triggered"), case(severity=1, attempts=())
    examine_new(at=timezone.now() + timedelta(days=5))
    client = at_desk(house.coordinator)
    up, back = (client.get(f"/triage/?case={one.reference}").content.decode() for one in (agreed, old))
    assert "Suggested: escalate." in up and 'data-key="a y"' in up
    assert "Suggested: send back." in back and 'data-key="r y"' in back
    assert client.post(f"/cases/{agreed.reference}/do/accept/").status_code == 303
    refused = client.post(f"/cases/{old.reference}/do/accept/")
    assert refused.status_code == 422 and "against what was suggested" in refused.content.decode()
    assert client.post(f"/cases/{old.reference}/do/accept/", {"reason": "A repeat."}).status_code == 303
    given = {row.complaint_id: (row.suggested, row.answer) for row in TriageAnswer.objects.all()}
    assert given == {agreed.pk: ("escalate", "agree"), old.pk: ("send_back", "disagree")}
    assert old.events.last().reason == "A repeat."


@pytest.fixture
def scored(house):
    """A ready version in that mode; `scored(mode)(case, score)` keeps a score with a fact and a word that moved it."""

    def use(mode):
        model = RiskModel.objects.create(number=7, state=RiskModel.State.READY, outcomes=["escalated"], threshold=0.6)
        RiskPolicy(model=model, mode=mode).save()
        reasons = [
            {"name": "product", "value": "card", "moved": 0.2},
            {"name": "", "value": "disgrace", "moved": 0.1},
        ]

        def keep(case, score):
            told = {"model": model, "score": score, "scored_at": timezone.now(), "reasons": reasons}
            return RiskScore.objects.create(complaint=case, **told)

        return keep

    return use


def test_without_a_model_in_use_triage_says_that_the_criteria_alone_flag(at_desk, house, case):
    case("triggered")
    assert "no risk model yet: the criteria alone" in page_of(at_desk, house.coordinator)


def test_triage_goes_by_learned_risk_then_deadline_and_says_what_moved_it(at_desk, house, case, scored):
    keep = scored("suggest")
    unscored, late, soon, calm = (case("triggered", severity=one) for one in (3, 2, 2, 3))
    for complaint, score in ((late, 0.804), (soon, 0.796), (calm, 0.1)):
        keep(complaint, score)
    Complaint.objects.filter(pk=soon.pk).update(due_at=timezone.now())
    page = page_of(at_desk, house.coordinator)
    assert sorted((soon, late, calm, unscored), key=lambda one: page.index(one.reference)) == [
        soon, late, calm, unscored,
    ]  # fmt: skip
    assert "80 in 100 complaints like this one need escalation." in page
    assert "Product is Credit card: 20 points more likely; Says “disgrace”: 10 points more likely." in page
    assert "Sorted by learned risk, then deadline" in page and "no risk model" not in page
    told = page_of_case(at_desk, house.analyst, late)
    assert "80 in 100" in told and "disgrace" not in told, "no words for whoever may not read them"


def page_of_case(at_desk, user, complaint):
    page = at_desk(user).get(f"/cases/{complaint.reference}/").content.decode()
    brought = f"/cases/{complaint.reference}/panel/risk/"
    return page + (at_desk(user).get(brought).content.decode() if brought in page else "")


def test_a_version_on_trial_is_not_shown_and_sorts_nothing(at_desk, house, case, scored):
    keep = scored("shadow")
    low, high = case("triggered", severity=1), case("triggered", severity=3)
    keep(low, 0.9)
    page = page_of(at_desk, house.coordinator)
    assert page.index(high.reference) < page.index(low.reference)
    assert "on trial" in page and "Learned risk" not in page
    assert "Learned risk" not in page_of_case(at_desk, house.coordinator, low)


def test_somebody_in_danger_stands_before_any_score(at_desk, house, case, scored, criteria):
    keep = scored("act")
    risky, danger = case("triggered"), case("triggered")
    danger.triggers.update(kind="safety")
    keep(risky, 0.9), keep(danger, 0.1)
    page = page_of(at_desk, house.coordinator)
    assert page.index(danger.reference) < page.index(risky.reference)


def test_what_is_suggested_follows_the_score_and_the_answer_is_what_training_reads(
    at_desk, house, case, scored, criteria
):
    keep = scored("suggest")
    old = case(severity=1, attempts=())
    examine_new(at=timezone.now() + timedelta(days=5))
    keep(old, 0.9)
    client = at_desk(house.coordinator)
    assert "The learned risk is above the working point." in client.get("/triage/").content.decode()
    told = {"reason": "She only asks.", "back": "triage"}
    assert client.post(f"/cases/{old.reference}/do/send_back/", told).status_code == 303
    assert TriageAnswer.objects.get().answer == "disagree"
    learned, _days, _groups, _unknown = past_cases.read(["escalated"])
    assert list(learned.outcome) == [False], "an open case says nothing but what was answered"


def test_scores_take_no_more_queries_for_more_cases(at_desk, house, case, scored, queries):
    keep = scored("suggest")

    def more(times):
        for _number in range(times):
            keep(case("triggered"), 0.5)

    more(2)
    client = at_desk(house.coordinator)
    few = queries(client, "/triage/")
    more(8)
    assert queries(client, "/triage/") == few
