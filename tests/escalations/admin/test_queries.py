"""A list costs the same at any number of rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.actors import Actor
from escalations.admin.showing import BoundedPaginator
from escalations.intake import AttemptDraft, Contact, register_many
from escalations.models import Complaint

from .conftest import address

LISTS = ["complaint", "point", "statement", "attempt", "event", "clock", "party", "person", "trigger", "message"]


@pytest.fixture
def fill(house, draft, criteria):
    def fill(number):
        from django.utils import timezone

        tried = AttemptDraft(what="Called.", result="failed", made_at=timezone.now())
        drafts = [
            draft(contact=Contact(name=f"Person {n}"), attempts=[tried], what_happened="The ombudsman will hear.")
            for n in range(number)
        ]
        return register_many(drafts, actor=Actor.of(house.agent))

    return fill


def test_the_queries_of_each_list_do_not_grow_with_its_rows(house, fill, as_user):
    browser = as_user(house.compliance)
    counts = {}
    for size in (5, 20):
        fill(size)
        for model in LISTS:
            with CaptureQueriesContext(connection) as queries:
                answer = browser.get(address(model))
            assert len(answer.context_data["cl"].result_list) >= min(size, 25) or model == "message", model
            counts.setdefault(model, []).append(len(queries))
    assert {model: (first, second) for model, (first, second) in counts.items() if first != second} == {}


def test_the_page_of_a_case_costs_the_same_with_more_in_it(house, case, as_user):
    from escalations.workflow import perform

    complaint, browser = case("investigating"), as_user(house.coordinator)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            browser.get(address("complaint", "change", complaint.pk))
        return len(captured)

    queries()
    before = queries()
    for number in range(6):
        perform(complaint, "note", actor=Actor.of(house.coordinator), body=f"Note {number}")
        perform(complaint, "record_attempt", actor=Actor.of(house.coordinator), what="Called.", result="failed")
    assert queries() == before


def test_a_list_counts_no_further_than_anybody_turns_pages(house, fill, monkeypatch):
    monkeypatch.setattr(BoundedPaginator, "most", 3)
    fill(5)
    assert BoundedPaginator(Complaint.objects.with_opening(), 2).count == 3


def test_a_list_that_was_cut_says_so(house, fill, as_user, monkeypatch):
    monkeypatch.setattr(BoundedPaginator, "most", 3)
    fill(5)
    assert "These are the first 3." in as_user(house.compliance).get(address("complaint")).content.decode()
