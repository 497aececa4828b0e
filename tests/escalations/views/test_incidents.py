"""One cause, many complaints: found once, written to together, still one record each; with the asker's authority."""

import pytest
from django.core.exceptions import ValidationError

from escalations import incidents
from escalations.errors import WrongState
from escalations.forms.incidents import JoinForm
from escalations.incidents import run_waiting
from escalations.jobs import send_queued
from escalations.models import Complaint, Incident, IncidentLine, Message, Waiting
from escalations.placing.facts import facts_of
from routing.conditions import check
from routing.facts import Facts
from routing.vocabulary import Vocabulary


@pytest.fixture
def outage(house, case, deeds, hana_alone):
    """Three of Hana's cases and one restricted one that she may not see, in one incident."""
    incident = Incident.objects.create(title="App down", opened_by=house.manager)
    for complaint in [case("investigating") for _number in range(3)] + [case(restricted_kind="conduct")]:
        Complaint.objects.filter(pk=complaint.pk).update(incident=incident)
    return incident


def post(client, incident, **data):
    return client.post(f"/incidents/{incident.pk}/run/", data)


def test_a_finding_is_written_once_and_recorded_on_each(at_desk, house, outage):
    client = at_desk(house.handler)
    refused = post(client, outage, action="record_finding")
    assert refused.status_code == 422 and "Write down first" in refused.content.decode()
    found = {"finding": "happened", "outcome": "upheld", "fault": "ours", "cause": house.cause.pk, "text": "A release."}
    assert client.post(f"/incidents/{outage.pk}/find/", found).status_code == 303
    for action in ("record_finding", "confirm_cause"):
        assert post(client, outage, action=action).status_code == 303
    assert post(client, outage, action="write", kind="update", body="We found it.").status_code == 303
    assert run_waiting() == 9 and run_waiting() == 0
    cases = Complaint.objects.filter(incident=outage, restricted_kind="")
    assert {(c.main_point.outcome, c.main_point.cause_status) for c in cases} == {("upheld", "confirmed")}
    assert Message.objects.filter(kind="update").count() == 3
    assert all(list(c.events.values_list("action", flat=True)).count("record_finding") == 1 for c in cases)
    page = client.get(f"/incidents/{outage.pk}/").content.decode()
    assert "3 of 3 done" in page and "3 complaints of one cause; 3 are open." in page


def test_what_the_asker_may_not_do_is_refused_for_each_with_the_reason(at_desk, house, outage):
    client = at_desk(house.manager)
    post(client, outage, action="investigate")
    run_waiting()
    assert set(IncidentLine.objects.values_list("state", flat=True)) == {"refused"}
    page = client.get(f"/incidents/{outage.pk}/").content.decode()
    assert "0 of 3 done" in page and "is not possible" in page


def test_an_incident_is_shown_to_whoever_may_see_one_of_its_complaints(at_desk, house, outage):
    hidden = Complaint.objects.get(restricted_kind="conduct").reference
    assert hidden not in at_desk(house.coordinator).get(f"/incidents/{outage.pk}/").content.decode()
    assert at_desk(house.stranger).get(f"/incidents/{outage.pk}/").status_code == 404
    assert "App down" not in at_desk(house.stranger).get("/incidents/").content.decode()
    assert at_desk(house.analyst).get("/incidents/").status_code == 403


def test_a_case_joins_and_leaves_by_a_step(case, deeds, outage, house):
    complaint = case()
    deeds.do(complaint, "join_incident", "agent", incident=outage)
    assert Complaint.objects.get(pk=complaint.pk).incident == outage
    with pytest.raises(WrongState, match="this incident already"):
        deeds.do(complaint, "join_incident", "agent", incident=outage)
    deeds.do(complaint, "leave_incident", "agent")
    incidents.close(outage, house.manager)
    with pytest.raises(WrongState, match="was closed"):
        deeds.do(complaint, "join_incident", "agent", incident=outage)
    assert [event.data["incident"] for event in complaint.events.all()[1:]] == [outage.pk, outage.pk]


def test_the_outcome_is_given_to_all_at_once_each_with_its_own_record(at_desk, house, outage, deeds):
    """Found, written to, resolved: what one still lacks is refused for that one alone."""
    client = at_desk(house.handler)
    found = {"finding": "happened", "outcome": "upheld", "fault": "ours", "cause": house.cause.pk, "text": "A release."}
    client.post(f"/incidents/{outage.pk}/find/", found)
    for action in ("record_finding", "confirm_cause", "communicate"):
        post(client, outage, action=action)
    post(client, outage, action="write", kind="final_response", body="It was our release. We are sorry.")
    run_waiting()
    send_queued()
    lagging = Complaint.objects.filter(incident=outage, restricted_kind="").earliest("pk")
    deeds.do(lagging, "reinvestigate", "handler")
    post(client, outage, action="resolve")
    run_waiting()
    states = (
        Complaint.objects.filter(incident=outage, restricted_kind="").order_by("pk").values_list("state", flat=True)
    )
    assert list(states) == ["investigating", "resolved", "resolved"]
    for case in Complaint.objects.filter(incident=outage, state="resolved"):
        assert list(case.events.values_list("action", flat=True)).count("resolve") == 1
    page = client.get(f"/incidents/{outage.pk}/").content.decode()
    assert "2 of 3 done" in page and f"{lagging.reference}:" in page


def test_a_closed_incident_takes_no_more_complaints_and_can_be_opened_again(at_desk, house, outage, case, deeds):
    client, address = at_desk(house.handler), f"/incidents/{outage.pk}/close/"
    post(client, outage, action="investigate")
    assert "still being taken" in client.post(address, follow=True).content.decode()
    run_waiting()
    assert "Closed by Hana" in client.post(address, follow=True).content.decode()
    assert outage not in JoinForm(complaint=case()).fields["incident"].queryset
    assert at_desk(house.stranger).post(address).status_code == 404
    client.post(address, {"open": "1"})
    outage.refresh_from_db()
    assert not outage.is_closed and outage.closed_by is None
    Complaint.objects.filter(incident=outage).update(state="closed", closed_as="upheld")
    assert (
        "nothing to take a step on"
        in client.post(f"/incidents/{outage.pk}/run/", {"action": "investigate"}, follow=True).content.decode()
    )
    assert outage.runs.count() == 1


def test_all_are_put_on_hold_and_it_is_lifted_each_with_its_own_record(at_desk, house, outage, deeds):
    client, seen = at_desk(house.handler), Complaint.objects.filter(incident=outage, restricted_kind="")
    refused = post(client, outage, action="hold", until="2020-01-01")
    assert refused.status_code == 422 and {*refused.context_data["step_form"].errors} == {"ground", "reason", "until"}
    post(client, outage, action="hold", ground="regulator", until="2999-12-31", reason="A class of cases is paused.")
    assert run_waiting() == 3 and run_waiting() == 0
    holds = Waiting.objects.open().holds().filter(complaint__in=seen)
    assert {(one.on, str(one.until)) for one in holds} == {("regulator", "2999-12-31")} and holds.count() == 3
    page = client.get(f"/incidents/{outage.pk}/").content.decode()
    assert "3 are open, 3 on hold." in page and page.count("On hold: a pause by the regulator") == 3
    first = seen.earliest("pk")
    deeds.do(first, "lift_hold", "handler")
    post(client, outage, action="lift_hold", reason="It is over.")
    run_waiting()
    assert not Waiting.objects.open().exists()
    page = client.get(f"/incidents/{outage.pk}/").content.decode()
    assert "2 of 3 done" in page and f"{first.reference}:" in page and "3 are open." in page
    assert list(first.events.values_list("action", flat=True)).count("lift_hold") == 1


def test_the_incident_is_a_fact_for_rules_and_criteria_and_a_filter_of_lists(at_desk, house, outage, case):
    number, alone = f"I-{outage.pk:05d}", case("investigating")
    inside = Complaint.objects.filter(incident=outage, restricted_kind="")
    told = facts_of([*inside, alone])
    assert [one.incident for one in told] == [number] * 3 + [""]
    assert Facts.from_stored(told[0].stored()).incident == number
    assert check("incident", "is", number, Vocabulary.load()) == number
    with pytest.raises(ValidationError, match="such as I-00007"):
        check("incident", "is", "the outage", Vocabulary.load())
    client, all_of_them = at_desk(house.handler), {case.reference for case in inside}
    for asked, expected in (
        ("any", all_of_them), (number, all_of_them), ("none", {alone.reference}), ("I-99999", set()),
    ):  # fmt: skip
        rows = client.get(f"/cases/?tab=mine&incident={asked}").context_data["rows"]
        assert {row.case.reference for row in rows} == expected, asked
    assert "there is no choice" in client.get("/cases/?tab=mine&incident=outage").content.decode()
    assert f"?incident={number}" in client.get(f"/incidents/{outage.pk}/").content.decode()


def test_what_is_pressed_twice_is_asked_for_once(at_desk, house, outage):
    """The same letter to all, from two windows that showed the same page: the second is told, and keeps its words."""
    client = at_desk(house.handler)
    asked = {"action": "write", "kind": "update", "body": "We found it.", "seen": 0}
    assert post(client, outage, **asked).status_code == 303
    second = post(client, outage, **asked)
    page = second.content.decode()
    assert second.status_code == 409 and "Meanwhile Hana asked for a step" in page and "We found it." in page
    run_waiting()
    assert Message.objects.filter(kind="update").count() == 3
    assert f'name="seen" value="{outage.runs.get().pk}"' in page, "who has looked can ask again"


def test_a_step_whose_handler_is_gone_is_refused_and_keeps_no_other_waiting(at_desk, house, outage):
    run = incidents.ask(outage, "reassign", house.manager, reason="One team.", handler=0)
    incidents.ask(outage, "write", house.manager, kind="update", body="We found it.")
    run_waiting()
    assert set(run.lines.values_list("state", "why")) == {("refused", "What this step named is not there any more.")}
    assert Message.objects.filter(kind="update").count() == 3
