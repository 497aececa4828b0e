"""Choices that a file brings: known ones are found, new ones are added with a code of their own."""

import pytest

from escalations.importing import vocabulary
from escalations.importing.vocabulary import Vocabulary
from escalations.models import Point
from routing.models import Choice, Field
from tests.escalations.importing.conftest import rejected, row

pytestmark = pytest.mark.django_db


def choice(code, label, field="product", parent=None):
    return Choice.objects.create(field=Field.objects.built_in(field), code=code, label=label, parent=parent)


@pytest.mark.parametrize("text", ["cc", "Credit card", "credit CARD", "  Credit   card "])
def test_a_known_choice_is_found_by_code_or_name(text):
    known = choice("cc", "Credit card")
    assert Vocabulary().find("product", text) == known


def test_an_unknown_one_is_added_with_its_name_as_slug_and_reported(bring):
    summary = bring([row(product="Crédit & loans", issue="Late fee")])
    assert summary.added == {"product": ["Crédit & loans"], "issue": ["Late fee"]}
    added = Choice.objects.get(field__code="product")
    assert (added.code, added.label, added.field.built_in) == ("credit-loans", "Crédit & loans", True)


def test_the_same_name_in_other_letters_is_one_choice(bring):
    bring([row(product="Consumer Loan"), row(2, product="Consumer loan")])
    assert [c.label for c in Choice.objects.all()] == ["Consumer Loan"]


def test_a_kind_of_product_belongs_to_its_product(bring):
    bring([row(product="Loan", sub_product="Other"), row(2, product="Card", sub_product="Other")])
    kinds = Choice.objects.of("sub_product").order_by("code")
    assert [(kind.code, kind.parent.label) for kind in kinds] == [("card--other", "Card"), ("loan--other", "Loan")]
    assert {p.sub_product.parent_id == p.product_id for p in Point.objects.all()} == {True}


def test_names_that_make_the_same_slug_stay_different_choices(bring):
    bring([row(product="C"), row(2, product="C++"), row(3, product="保险"), row(4, product="贷款")])
    codes = list(Choice.objects.values_list("code", flat=True))
    assert len(set(codes)) == 4
    assert all(code and len(code) <= 120 for code in codes)


def test_long_names_are_cut_to_codes_that_stay_unique_and_the_same_everywhere(bring):
    names = [f"{'A very long name ' * 10}{n}" for n in range(3)]
    bring([row(n, product=name) for n, name in enumerate(names)])
    codes = list(Choice.objects.order_by("pk").values_list("code", flat=True))
    assert len(set(codes)) == 3 and {len(code) for code in codes} == {120}
    elsewhere = Vocabulary()
    elsewhere._codes.clear()
    assert [elsewhere._code("product", name, None) for name in names] == codes


def test_a_choice_that_was_renamed_since_is_found_by_the_name_that_it_had(bring):
    bring([row(product="Credit card", sub_product="Gold")])
    Choice.objects.filter(code="credit-card").update(label="Cards")
    Choice.objects.filter(code="credit-card--gold").update(label="Premium")
    assert bring([row(2, product="Credit card", sub_product="Gold")]).added == {}


def test_an_import_adds_no_choice_twice(bring):
    bring([row()])
    assert bring([row(2)]).added == {}


def test_a_choice_that_another_import_added_meanwhile_is_taken():
    slow, quick = Vocabulary(), Vocabulary()
    mine, theirs = slow.find("product", "Loan"), quick.find("product", "Loan")
    quick.keep([theirs])
    slow.keep([mine])
    assert mine.pk == theirs.pk
    assert not slow.added


def test_a_column_of_free_text_is_not_made_a_list_of_choices(bring, monkeypatch):
    monkeypatch.setattr(vocabulary, "NEW_LIMIT", 3)
    summary = bring([row(n, product=f"My story {n}") for n in range(5)])
    assert (summary.new, summary.rejected) == (3, 2)
    assert "free text" in rejected(summary)[0]["rejected_reason"]


def test_a_retired_choice_still_serves_old_complaints(bring):
    from django.utils import timezone

    known = choice("card", "Credit card")
    Choice.objects.filter(pk=known.pk).update(retired_at=timezone.now())
    bring([row(product="Credit card")])
    assert Point.objects.get().product == known
