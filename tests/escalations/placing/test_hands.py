"""In whose hands a case is: conflicts declared, taken over and handed back; and who looked at what is restricted."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.errors import Invalid, NotAllowed, WrongState
from escalations.models import CaseLink, Complaint, Incident, Look, Notice, SimilarCase
from escalations.models.append_only import WrittenOnce
from escalations.placing.wrong_hands import why_wrong


def now_of(complaint):
    return Complaint.objects.get(pk=complaint.pk)


def client_of(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# --- conflicts ---------------------------------------------------------------------------------------------------


def test_a_declared_conflict_keeps_somebody_and_their_manager_from_the_case(deeds, case, hana_alone, house):
    complaint = case("investigating")
    house.colleague.line_manager = house.manager
    house.colleague.save()
    deeds.do(complaint, "declare_conflict", "colleague", user=None, reason="The customer is my neighbour.")
    for name, why in (("colleague", "declared a conflict"), ("manager", "line manager of somebody who declared")):
        with pytest.raises(Invalid, match=why):
            deeds.do(complaint, "reassign", "coordinator", handler=getattr(house, name).handler)
    deeds._before_approve_remedy(complaint)
    with pytest.raises(NotAllowed, match="You are involved"):
        deeds.do(complaint, "approve_remedy", "colleague", remedy=complaint.remedies.get())


def test_a_handler_declares_their_own_conflict_only_and_a_manager_that_of_anybody(deeds, case, hana_alone, house):
    complaint = case("investigating")
    with pytest.raises(NotAllowed, match="of your own"):
        deeds.do(complaint, "declare_conflict", "colleague", user=house.stranger)
    event = deeds.do(complaint, "declare_conflict", "manager", user=house.handler)
    assert event.data["holder"] == house.handler.handler.pk
    assert (
        why_wrong(now_of(complaint))
        == "Hana holds the case and declared a conflict of interest: it goes to somebody else."
    )
    with pytest.raises(WrongState, match="already"):
        deeds.do(complaint, "declare_conflict", "manager", user=house.handler)


# --- taking over -------------------------------------------------------------------------------------------------


def test_a_manager_takes_a_case_over_and_hands_it_back_to_who_had_it(deeds, case, hana_alone, house):
    complaint = case("investigating")
    hold = Permission.objects.get(codename="hold_cases", content_type__app_label="routing")
    house.manager.user_permissions.add(hold)
    deeds.do(complaint, "take_over", "manager")
    assert (now_of(complaint).handler, now_of(complaint).state) == (house.manager.handler, "investigating")
    deeds.do(complaint, "hand_back", "manager")
    assert now_of(complaint).handler == house.handler.handler


# --- looks -------------------------------------------------------------------------------------------------------


@pytest.fixture
def sealed(case, house):
    """Restricted; the compliance officer and the manager hold the clearance."""
    for user in (house.compliance, house.manager):
        user.clearances.add(house.conduct)
    complaint = case("investigating")
    Complaint.objects.filter(pk=complaint.pk).update(restricted_kind="conduct")
    return now_of(complaint)


def looks():
    return list(Look.objects.order_by("pk").values_list("user__username", "place"))


def test_every_look_at_a_restricted_case_leaves_a_row_once_in_some_minutes(sealed, house):
    client, address = client_of(house.compliance), f"/cases/{sealed.reference}/"
    for page in ("", "", "history/", "routing/", "summary/"):
        assert client.get(address + page).status_code == 200
    assert looks() == [("otto", place) for place in ("page", "history", "routing", "summary")]
    Look.objects.bulk_create(
        [Look(complaint=sealed, user=house.manager, place="page", looked_at=timezone.now() - timedelta(minutes=11))]
    )
    client_of(house.manager).get(address)
    assert looks().count(("mona", "page")) == 2


def test_lists_exports_the_office_and_the_api_are_looks_too(sealed, house):
    client = client_of(house.compliance)
    for address in ("/admin/escalations/complaint/", f"/admin/escalations/complaint/{sealed.pk}/change/"):
        assert client.get(address).status_code == 200
    list(client.get("/admin/escalations/complaint/export/"))
    client.get(f"/api/complaints/{sealed.reference}/")
    client.get("/cases/?tab=all")
    assert {place for _who, place in looks()} >= {"office", "export", "list"}


@pytest.fixture
def beside(sealed, case, house):
    """An open case of the same customer that the sealed one is linked with and like; both in one incident, the sealed
    one set aside, due soon, and noted with the compliance officer's name."""
    open_case, now = case("routed"), timezone.now()
    incident = Incident.objects.create(title="Cards charged twice", opened_by=house.manager)
    closed = {"state": "closed", "closed_as": "set_aside", "set_aside_as": "referred", "closed_at": now}
    Complaint.objects.filter(pk=sealed.pk).update(incident=incident, **closed)
    SimilarCase.objects.create(complaint=open_case, other=sealed, likeness=0.9)
    CaseLink.objects.create(complaint=open_case, other=sealed, kind="same_event", state="agreed", proposed_at=now)
    Notice.objects.create(user=house.compliance, complaint=sealed, kind="mention", told_at=now)
    return SimpleNamespace(sealed=sealed, open=open_case, incident=incident)


OUTLETS = {
    "the page of its incident": ("/incidents/{incident.pk}/", "incident"),
    "the first page": ("/admin/", "front"),
    "other complaints of the customer": ("/cases/{open.reference}/panel/earlier/", "beside"),
    "what is like it": ("/cases/{open.reference}/panel/similar/", "beside"),
    "what is linked with it": ("/cases/{open.reference}/panel/linked/", "beside"),
    "notices": ("/notices/", "notices"),
    "the sample of what was set aside": ("/set-aside/", "list"),
    "a step on several": ("/cases/several/?do=note&case={sealed.reference}", "step"),
    "why it was allocated": ("/admin/routing/decision/", "office"),
    "who had it": ("/admin/routing/assignment/", "office"),
    "search": ("/admin/search/?s={sealed.reference}", "search"),
}


def test_every_outlet_that_shows_what_is_in_it_leaves_its_row(beside, house):
    client = client_of(house.compliance)
    for name, (address, place) in OUTLETS.items():
        Complaint.objects.filter(pk=beside.sealed.pk).update(**STANDING.get(name, STANDING[""]))
        assert client.get(address.format(**vars(beside))).status_code == 200, name
        assert looks() == [("otto", place)], name
        Look.objects.all()._raw_delete("default")


STANDING = {
    "": {"state": "closed", "closed_as": "set_aside"},
    "the first page": {"state": "investigating", "closed_as": "", "due_at": timezone.now() - timedelta(hours=1)},
    "what is like it": {"state": "closed", "closed_as": "upheld"},
}


def test_looks_cost_two_queries_for_any_number_of_cases(beside, case, house):
    client = client_of(house.compliance)
    address = f"/incidents/{beside.incident.pk}/"

    def again():
        Look.objects.all()._raw_delete("default")
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    again()

    few = again()
    more = [case("triggered").pk for _number in range(3)]
    Complaint.objects.filter(pk__in=more).update(restricted_kind="conduct", incident=beside.incident)
    assert again() == few and Look.objects.count() == 4


def test_a_look_at_any_other_case_costs_nothing_and_who_has_no_clearance_sees_none(case, sealed, house):
    open_case = case("investigating")
    assert client_of(house.compliance).get(f"/cases/{open_case.reference}/").status_code == 200
    assert client_of(house.coordinator).get(f"/cases/{sealed.reference}/").status_code == 404
    assert looks() == []


def test_looks_are_shown_to_compliance_and_never_changed(sealed, house):
    client_of(house.manager).get(f"/cases/{sealed.reference}/")
    panel = client_of(house.compliance).get(f"/cases/{sealed.reference}/panel/looks/")
    assert panel.status_code == 200 and "Mona" in panel.content.decode()
    assert "Mona" in client_of(house.compliance).get("/admin/escalations/look/").content.decode()
    with pytest.raises(WrittenOnce):
        Look.objects.get(user=house.manager).delete()
