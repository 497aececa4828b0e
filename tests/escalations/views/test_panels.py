"""The panels of the case page: what comes with it, what is brought later, and what all of it costs."""

import pytest

from escalations.actors import Actor
from escalations.models import Complaint
from escalations.views.one_statement import Statement
from escalations.views.reading import WHOLE, beside, find_whole
from escalations.workflow import perform

MOST_QUERIES = 12


def do(complaint, user, action, reason="", **data):
    perform(Complaint.objects.get(pk=complaint.pk), action, actor=Actor.of(user), reason=reason, **data)


@pytest.fixture
def full(case, house, criteria, own):
    """A case to which everything has happened that the page may tell of, many times over."""
    other = case("investigating")
    complaint = case("investigating", fields={"branch": "york"})
    handler = complaint.handler.user
    for number in range(4):
        do(complaint, handler, "note", body=f"Note {number}")
        do(complaint, handler, "receive", body="I wait.", channel="phone")
        do(complaint, handler, "record_attempt", what="Offered 10.00", result="declined")
        do(complaint, handler, "propose_remedy", kind="refund", amount=5000, currency="GBP", point=None)
        do(complaint, handler, "confirm_cause", point=complaint.main_point, cause=house.cause, status="provisional")
    do(complaint, house.coordinator, "link", other=other, kind="same_event")
    do(complaint, house.coordinator, "set_fields", reason="Corrected.", fields={"branch": "leeds"})
    return complaint


def test_the_page_of_a_full_case_takes_at_most_twelve_queries(at_desk, house, full, queries):
    for reader in (full.handler.user, house.coordinator, house.manager):
        assert queries(at_desk(reader), f"/cases/{full.reference}/") <= MOST_QUERIES


@pytest.mark.parametrize(
    ("state", "reader"), [("frontline", "agent"), ("triggered", "coordinator"), ("closed", "manager")]
)
def test_so_does_the_page_in_other_states(at_desk, house, case, queries, state, reader):
    assert queries(at_desk(getattr(house, reader)), f"/cases/{case(state).reference}/") <= MOST_QUERIES


def test_one_statement_reads_what_the_rows_say(full, house):
    """The same rows, with the same values in every column, as each queryset gives by itself."""
    case = find_whole(full.handler.user, full.reference)
    plain = Complaint.objects.get(pk=case.pk)
    for name in ("points", "statements", "messages", "remedies", "clocks", "events", "triggers", "attempts"):
        found, expected = list(getattr(case, name).all()), list(getattr(plain, name).all())
        assert [_values(row) for row in found] == [_values(row) for row in expected], name
        assert expected, name
    assert [str(row) for row in beside(case, "decisions")] and case.parties.all()[0].person.name == "Ana Silva"
    assert {part.name for part in WHOLE} >= {"points", "decisions"}


def _values(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_queryset_that_can_have_no_rows_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Statement({"none": Complaint.objects.filter(pk__in=[])}).read() == {"none": []}


def test_a_panel_that_is_brought_later_is_a_link_and_a_page_of_its_own(at_desk, house, full):
    client = at_desk(full.handler.user)
    page = client.get(f"/cases/{full.reference}/").content.decode()
    for name in ("earlier", "similar", "linked"):
        address = f"/cases/{full.reference}/panel/{name}/"
        assert f'hx-get="{address}"' in page and f'<a href="{address}">' in page
        part, whole = client.get(address, headers={"HX-Request": "true"}), client.get(address)
        assert part.status_code == whole.status_code == 200
        assert "<html" not in part.content.decode() and "<html" in whole.content.decode()


def test_a_panel_that_there_is_not_and_one_of_another_teams_case_are_not_found(at_desk, house, full):
    assert at_desk(full.handler.user).get(f"/cases/{full.reference}/panel/nonsense/").status_code == 404
    assert at_desk(house.stranger).get(f"/cases/{full.reference}/panel/story/").status_code == 404


def test_a_long_story_is_shown_in_pages_the_newest_first(at_desk, house, case, monkeypatch):
    monkeypatch.setattr("escalations.views.story.PAGE_SIZE", 5)
    complaint = case("investigating")
    handler = complaint.handler.user
    for number in range(12):
        do(complaint, handler, "note", body=f"Note number {number};")
    client, address = at_desk(handler), f"/cases/{complaint.reference}/"
    first = client.get(f"{address}?show=notes").content.decode()
    assert "Note number 11;" in first and "Note number 6;" not in first and "Older: 7 more" in first
    last = client.get(f"{address}panel/story/?show=notes&older=2").content.decode()
    assert "Note number 1;" in last and "Note number 2;" not in last and "Newer: 10 more" in last
    assert client.get(f"{address}?older=99999999").status_code == 200
