"""The pages of the criteria: a draft is its author's, a second supervisor publishes, nothing published changes."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse

from escalations.detection.exchange import draft, exported, parsed
from escalations.models import CriteriaSet, Criterion, PhraseList
from tests.criteria import publish, worded
from tests.walk_reading import text_of

from .conftest import address

pytestmark = pytest.mark.django_db
LISTS = {"lists-TOTAL_FORMS": 1, "lists-INITIAL_FORMS": 0, "lists-0-language": "en", "lists-0-phrases": "papers"}
NONE = {"conditions-TOTAL_FORMS": 0, "conditions-INITIAL_FORMS": 0}
NEW = {
    "code": "press", "name": "Named the press", "kind": "media", "test": "words", "policy": "triage", "position": 10,
    "negation": "any", "quoted": "skip", "is_enabled": "on", **LISTS, **NONE,
}  # fmt: skip


@pytest.fixture
def own(house):
    return draft([worded("legal", "sue", name="Legal")], house.supervisor)


def test_its_author_adds_a_criterion_and_is_led_back_to_the_version(house, as_user, own):
    answer = as_user(house.supervisor).post(address("criterion", "add"), {**NEW, "criteria_set": own.pk})
    assert answer.status_code == 303, answer.context_data["adminform"].form.errors
    row = Criterion.objects.get(code="press")
    assert answer.url == f"{address('criteriaset', 'change', own.pk)}#criterion-{row.pk}"
    assert (row.criteria_set, row.lists.get().phrases) == (own, "papers")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"lists-0-phrases": "sue\n{broken"}, "Line 2"),
        ({"test": "age", "threshold": ""}, "This test needs it"),
        ({"test": "severity", "threshold": 7}, "Severity goes from 1"),
        ({"test": "amount", "threshold": 5, "currency": "pound"}, "currency"),
        ({"code": "Legal Action"}, "Small letters"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(house, as_user, own, given, says):
    answer = as_user(house.supervisor).post(address("criterion", "add"), {**NEW, "criteria_set": own.pk, **given})
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not Criterion.objects.filter(name="Named the press").exists()


def test_nobody_edits_the_draft_of_another_and_who_may_only_read_adds_nothing(house, as_user, own, staff):
    row = own.criteria.get()
    for person in (staff("sam", "Routing supervisor"), house.administrator, house.agent):
        assert as_user(person).post(address("criterion", "change", row.pk), NEW).status_code == 403
    assert as_user(house.administrator).get(address("criterion", "add")).status_code == 403


def test_the_author_cannot_publish_a_second_supervisor_can_and_then_nothing_changes(house, as_user, own, staff):
    page = reverse("admin:escalations_criteriaset_publish", args=[own.pk])
    assert as_user(house.supervisor).post(page).status_code == 403
    assert as_user(house.administrator).post(page).status_code == 403
    seen = {"seen": CriteriaSet.objects.get(pk=own.pk).edits}
    own.criteria.get().save()
    second = as_user(staff("sam", "Routing supervisor"))
    assert b"edited since you looked" in second.post(page, seen, follow=True).content
    assert second.post(page, {"seen": second.get(page).context["seen"]}).status_code == 303
    own.refresh_from_db()
    assert (own.state, own.published_by.username) == ("published", "sam")
    row = own.criteria.get()
    changes = (row.save, row.delete, own.criteria.all().delete, own.delete,
               lambda: PhraseList.objects.update(phrases=""), lambda: own.criteria.update(name=""))  # fmt: skip
    for change in changes:
        with pytest.raises(ValidationError, match="cannot change"):
            change()


def test_a_draft_with_a_mistake_is_not_published_and_the_criterion_is_named(house, as_user, own, staff):
    PhraseList.objects.update(phrases="# nothing")
    seen = {"seen": CriteriaSet.objects.get(pk=own.pk).edits}
    page = reverse("admin:escalations_criteriaset_publish", args=[own.pk])
    as_user(staff("sam", "Routing supervisor")).post(page, seen)
    own.refresh_from_db()
    assert (own.state, own.problems()) == ("draft", ["“Legal”: It has no phrase."])


def test_a_version_reads_as_sentences_says_what_differs_and_whether_it_was_judged(house, as_user):
    base = publish([worded("legal", "sue", name="Legal"), worded("media", "papers", name="Press")],
                   house.administrator, house.supervisor)  # fmt: skip
    copied = base.copy(house.supervisor)
    PhraseList.objects.filter(criterion__criteria_set=copied, criterion__code="legal").update(phrases="sue\ncourt")
    Criterion.objects.get(criteria_set=copied, code="media").delete()
    page = text_of(as_user(house.supervisor).get(address("criteriaset", "change", copied.pk)))
    assert "2 criteria differ from version 1, which is in force." in page
    assert "When what was said has one of 2 phrases (English): escalate; a coordinator decides." in page
    assert "In version 1, not here" in page and "Press" in page
    assert "It was not judged by past complaints yet." in page


def test_the_page_of_a_version_takes_as_many_queries_for_many_criteria(house, as_user, django_assert_max_num_queries):
    many = draft([worded("legal", "sue", code=f"c{n}", name=f"C {n}") for n in range(30)], house.supervisor)
    publish([worded("legal", "sue")], house.administrator, house.supervisor)
    browser = as_user(house.compliance)
    with django_assert_max_num_queries(45):
        assert browser.get(address("criteriaset", "change", many.pk)).status_code == 200


def test_a_version_is_exported_as_the_file_that_is_read_back(house, as_user, own):
    answer = as_user(house.compliance).get(reverse("admin:escalations_criteriaset_export", args=[own.pk]))
    assert json.loads(answer.content) == exported(parsed(answer.content))
    assert f'filename="criteria-{own.number}.json"' in answer["Content-Disposition"]


def test_a_copy_is_the_copier_s_own(house, as_user, staff):
    base = publish([worded("legal", "sue")], house.administrator, house.supervisor)
    sam = staff("sam", "Routing supervisor")
    as_user(sam).post(reverse("admin:escalations_criteriaset_copy", args=[base.pk]))
    copied = CriteriaSet.objects.get(state="draft")
    assert (copied.author, copied.origin, copied.criteria.get().code) == (sam, base, "legal")


def test_a_file_is_taken_in_criterion_by_criterion_and_what_was_rejected_is_mended_and_joins(house, as_user):
    good = exported([worded("legal", "sue", name="Legal")])["criteria"][0]
    told = {
        "format": "redress-criteria",
        "version": 1,
        "criteria": [good, {**good, "code": "press", "kind": "tabloid"}, 7],
    }
    page, client = reverse("admin:escalations_criteriaset_upload"), as_user(house.supervisor)
    answer = client.post(page, {"file": ContentFile(json.dumps(told).encode(), "set.json")}, follow=True)
    version = CriteriaSet.objects.get(state="draft")
    assert [row.code for row in version.criteria.all()] == ["legal"] and version.author == house.supervisor
    assert [(one["number"], one["code"]) for one in version.rejected] == [(2, "press"), (3, "?")]
    shown = answer.content.decode()
    assert "Rejected from a file" in shown and "“tabloid” is no kind." in shown
    kept = client.get(reverse("admin:escalations_criteriaset_rejected", args=[version.pk])).json()
    assert "tabloid" in kept["criteria"][0]["rejected"]
    kept["criteria"] = [{**kept["criteria"][0], "kind": "media"}]
    client.post(f"{page}?into={version.pk}", {"file": ContentFile(json.dumps(kept).encode(), "set.json")})
    version.refresh_from_db()
    assert {row.code for row in version.criteria.all()} == {"legal", "press"}
    assert [one["code"] for one in version.rejected] == ["?"]


def test_no_file_of_criteria_changes_nothing_and_nobody_adds_to_the_draft_of_another(house, as_user, own, staff):
    page = reverse("admin:escalations_criteriaset_upload")
    for content in (b"\xff", b"[1]", b"{", b""):
        answer = as_user(house.supervisor).post(page, {"file": ContentFile(content, "set.json")})
        assert answer.status_code == 200 and b"Nothing was taken in" in answer.content
    assert CriteriaSet.objects.filter(state="draft").count() == 1
    assert as_user(staff("sam", "Routing supervisor")).post(f"{page}?into={own.pk}").status_code == 403
    assert as_user(house.administrator).get(page).status_code == 403
