"""What customers said and who they are is on no page of somebody who may not see it."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.urls import reverse

from escalations.models import Attempt, Message, Need, Party, Person, Statement, Trigger

from .conftest import MAIL, NAME, WORDS, address

MODELS = [
    "complaint", "point", "statement", "attempt", "trigger", "triggerevidence", "message", "event", "clock", "remedy",
    "confirmation", "party", "person", "personidentifier", "need", "decision", "assignment",
]  # fmt: skip
SECRETS = (NAME, MAIL, WORDS, "Offered 20.00", "My money back", "We uphold your complaint", "I accept", "report you to")


def rows(model):
    app = "routing" if model in ("decision", "assignment") else "escalations"
    return apps.get_model(app, model)._default_manager.all()


def pages(model):
    yield address(model)
    yield f"{address(model)}?q=Silva"
    for row in rows(model).order_by("-pk")[:2]:
        for page in ("change", "history"):
            yield address(model, page, row.pk)


@pytest.fixture
def told(house, cases, criteria, case):
    """A case with a trigger that quotes words, a need, and an e-mail."""
    case(what_happened="You charged me twice. I will report you to the press.")
    Need.objects.create(person=Person.objects.first(), driver="health", adjustment="Ana Silva reads slowly")


def test_an_analyst_sees_no_identity_on_any_page(house, told, as_user):
    browser, opened = as_user(house.analyst), 0
    for model in MODELS:
        for path in pages(model):
            answer = browser.get(path)
            opened += answer.status_code == 200
            shown = answer.content.decode()
            assert [secret for secret in SECRETS if secret in shown] == [], path
    assert opened > 25


def test_what_is_hidden_from_an_analyst_is_there_for_a_handler(house, told, as_user):
    browser = as_user(house.manager)
    shown = "".join(browser.get(path).content.decode() for model in MODELS for path in pages(model))
    assert [secret for secret in SECRETS if secret not in shown] == []


def test_view_permissions_alone_show_no_identity(house, told, as_user):
    """Whoever was given every "view" of the app, but not the right to see identity, sees none."""
    views = Permission.objects.filter(content_type__app_label="escalations", codename__startswith="view_")
    house.analyst.user_permissions.set(views.exclude(codename="view_identity"))
    browser = as_user(house.analyst)
    for model in MODELS:
        for path in pages(model):
            shown = browser.get(path).content.decode()
            assert [secret for secret in (NAME, MAIL, "Offered 20.00", "We uphold") if secret in shown] == [], path


def test_a_filter_in_the_address_does_not_tell_what_the_list_hides(house, told, as_user):
    browser = as_user(house.analyst)
    for path in (
        f"{address('attempt')}?what__icontains=Offered",
        f"{address('trigger')}?explanation__contains=report",
        f"{address('complaint')}?parties__person__name__startswith=Ana",
        f"{address('complaint')}?statements__text__contains=twice",
        f"{address('complaint')}?messages__body__contains=uphold",
    ):
        assert browser.get(path).status_code in (302, 400), path


def test_a_search_does_not_tell_what_the_list_hides(house, told, as_user):
    browser = as_user(house.analyst)
    for model, words in (("complaint", "Silva"), ("attempt", "Offered"), ("trigger", "report")):
        answer = browser.get(address(model), {"q": words})
        shown = answer.context_data["cl"].result_count
        assert shown in (0, rows(model).count()), model
        assert shown == browser.get(address(model), {"q": "zzzz"}).context_data["cl"].result_count, model


def test_choices_to_complete_show_only_what_may_be_seen(house, told, cases, as_user):
    path = reverse("admin:autocomplete")
    for person in ("analyst", "administrator", "supervisor", "agent"):
        for model, field in (("party", "person"), ("party", "complaint"), ("trigger", "complaint"), ("need", "person")):
            asked = {"app_label": "escalations", "model_name": model, "field_name": field, "term": ""}
            answer = as_user(getattr(house, person)).get(path, asked)
            found = [row["text"] for row in answer.json()["results"]] if answer.status_code == 200 else []
            assert cases.conduct.reference not in found
            if person != "agent":
                assert NAME not in found, person


def test_identity_is_seen_only_with_a_case_of_theirs(house, draft, as_user):
    """A handler of loans does not find the customers of cards."""
    from escalations.actors import Actor
    from escalations.intake import Contact, register

    register(draft(contact=Contact(name="Only Cards", email="cards@example.org")), actor=Actor.of(house.agent))
    person = Person.objects.get(name="Only Cards")
    browser = as_user(house.stranger)
    assert "Only Cards" not in browser.get(address("person")).content.decode()
    assert browser.get(address("person", "change", person.pk)).status_code == 404
    assert browser.get(address("party", "change", Party.objects.get(person=person).pk)).status_code == 404


def test_the_page_of_a_customer_lists_only_the_cases_that_may_be_seen(house, cases, as_user):
    page = as_user(house.stranger).get(address("person", "change", Person.objects.get().pk)).content.decode()
    assert cases.loans.reference in page
    for other in (cases.frontline, cases.cards, cases.conduct, cases.closed):
        assert other.reference not in page


def test_rows_of_another_team_are_not_found(house, cases, as_user):
    browser = as_user(house.stranger)
    for model in (Statement, Attempt, Trigger, Message):
        row = model.objects.filter(complaint=cases.closed).first()
        name = model._meta.model_name
        assert browser.get(address(name, "change", row.pk)).status_code == 404
        listed = browser.get(address(name)).context_data["cl"].result_list
        assert {shown.complaint_id for shown in listed} == {cases.loans.pk} - (
            {cases.loans.pk} if not listed else set()
        )
