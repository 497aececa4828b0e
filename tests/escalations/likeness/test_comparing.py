"""The job that compares what is new: what it proposes for linking, and the past cases it finds."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from escalations.actors import Actor
from escalations.intake import Adoption, Contact, register_many
from escalations.likeness import kept
from escalations.likeness.comparing import compare_new
from escalations.models import CaseLink, CaseVector, Complaint, Mention, SimilarCase
from escalations.views.rows import Sight
from escalations.views.similar import similar_cases

BO = Contact(name="Bo Berg", email="bo@example.org", phone="07700 900123")
LOCKED_OUT = "Your app locked me out on payday and my rent bounced. For nine hours the chat said try later."


@pytest.fixture
def take_in(house, draft):
    """Registers complaints given by what differs, and compares them."""

    def take(*given: dict, compare: bool = True) -> list[Complaint]:
        results = register_many([draft(**one) for one in given], actor=Actor.of(house.agent))
        assert not [result.problems for result in results if result.problems]
        if compare:
            compare_new()
        return [result.complaint for result in results]

    return take


def proposed() -> dict[tuple[str, str], tuple[str, list[str]]]:
    rows = CaseLink.objects.filter(state="proposed").select_related("complaint", "other")
    return {(row.complaint.reference, row.other.reference): (row.kind, row.why) for row in rows}


def test_each_complaint_is_compared_once_and_again_when_something_is_added(take_in, deeds):
    first, _second = take_in({}, {})
    assert compare_new() == 0 and CaseVector.objects.count() == 2
    before = bytes(first.vector.words)
    deeds.do(first, "add_statement", "agent", text="The cash machine swallowed it.")
    assert compare_new() == 1
    assert bytes(CaseVector.objects.get(complaint=first).words) != before


def test_with_nothing_new_the_job_asks_one_question(take_in, django_assert_num_queries):
    take_in({}, {})
    with django_assert_num_queries(1):
        assert compare_new() == 0


def test_the_same_customer_saying_much_the_same_is_a_duplicate(take_in):
    first, second = take_in({"contact": BO}, {"contact": BO, "what_happened": "You charged me twice! Nobody called."})
    kind, why = proposed()[second.reference, first.reference]
    assert kind == "duplicate" and {"same_person", "same_words", "same_issue", "same_days"} <= set(why)


def test_who_asks_again_about_what_is_open_is_found_months_later_and_before_anybody_named_the_issue(take_in, house):
    told = "The sofa came broken and the shop will not collect it. I paid by card because you advertise protection."
    again = "The sofa came broken and the shop will not collect it. I asked you to take the payment back."
    long_ago = timezone.now() - timedelta(days=66)
    first, *_others = take_in({"contact": BO, "what_happened": told, "received_at": long_ago}, {}, {})
    (second,) = take_in({"contact": BO, "what_happened": again, "product": None, "issue": None})
    kind, why = proposed()[second.reference, first.reference]
    assert kind == "duplicate" and "same_person" in why and "same_days" not in why


def test_a_joint_holder_with_the_same_mailbox_is_the_same_customer(take_in):
    first, second = take_in({"contact": BO}, {"contact": replace(BO, name="Ida Berg", phone="")})
    assert proposed()[second.reference, first.reference][0] == "duplicate"


def test_another_matter_of_the_same_customer_is_no_duplicate(take_in, house):
    take_in({"contact": BO}, {"contact": BO, "product": house.loan, "what_happened": "The letters are too small."})
    assert proposed() == {}


def test_different_customers_on_the_same_day_about_the_same_are_one_event(take_in):
    day = timezone.localdate() - timedelta(days=2)
    one, two, three = take_in(
        {"contact": BO, "what_happened": LOCKED_OUT, "happened_on": day},
        {"what_happened": "Locked out of your app on payday, my rent bounced.", "happened_on": day},
        {"contact": Contact(name="Cy"), "what_happened": "Interest was added twice.", "happened_on": day},
    )
    assert set(proposed()) == {(two.reference, one.reference)}
    assert proposed()[two.reference, one.reference][0] == "same_event" and three


def test_a_closed_case_of_the_same_customer_is_an_earlier_case(take_in, deeds, case):
    closed = case("closed", contact=BO)
    (fresh,) = take_in({"contact": BO, "what_happened": "It happened once more."})
    assert proposed()[fresh.reference, closed.reference][0] == "earlier_case"


def test_two_customers_who_paid_the_same_account_are_linked_by_payee(take_in):
    one, two = take_in(
        {"what_happened": "I was told to pay 30-90-17 40118826, and it was a trick."},
        {"contact": BO, "what_happened": "The landlord wanted it to account 309017 40118826.", "product": None},
    )
    assert proposed()[two.reference, one.reference][0] == "same_payee"


def test_an_account_that_everybody_names_links_nobody(take_in):
    given = [{"contact": Contact(name=f"N {n}"), "what_happened": f"Paid 30-90-17 40118826 {n}"} for n in range(25)]
    take_in(*given)
    assert "same_payee" not in {kind for kind, _why in proposed().values()}


def test_the_customers_own_number_is_not_kept_and_naming_another_customer_is_a_counter_complaint(take_in):
    own, other = take_in(
        {"contact": BO, "what_happened": "Ring me on 07700 900123."},
        {"contact": Contact(name="Cy"), "what_happened": "The man on +44 7700 900123 owes me.", "product": None},
    )
    assert Mention.objects.get().complaint == other
    assert proposed()[other.reference, own.reference][0] == "counter_complaint"


def test_what_was_said_about_a_pair_is_not_proposed_again(take_in, deeds):
    first, second = take_in({"contact": BO}, {"contact": BO})
    deeds.do(first, "unlink", "coordinator", link=CaseLink.objects.get())
    deeds.do(second, "add_statement", "agent")
    compare_new()
    assert proposed() == {} and CaseLink.objects.count() == 1


def test_what_happened_meanwhile_is_compared_again(take_in, monkeypatch, deeds):
    (first,) = take_in({}, compare=False)
    monkeypatch.setattr(
        "escalations.likeness.proposing.propose",
        lambda *args: deeds.do(first, "add_statement", "agent", text="More."),
    )
    monkeypatch.setattr("escalations.likeness.comparing.SECONDS", 0)
    assert compare_new() == 1
    assert Complaint.objects.get().compared_at is None


def test_comparing_takes_as_many_queries_for_many(take_in, django_assert_max_num_queries):
    take_in(*[{"contact": Contact(name=f"N {n}", email=f"n{n}@example.org")} for n in range(30)], compare=False)
    with django_assert_max_num_queries(45):
        assert compare_new() == 30


# --- similar past cases ------------------------------------------------------------------------------------------


def closed(draft, *texts: str, **given) -> list:
    at = timezone.now() - timedelta(days=90)
    adopted = Adoption(outcome_there="explained", outcome="upheld", closed_at=at + timedelta(days=9))
    return [draft(what_happened=text, received_at=at, adopted=adopted, **given) for text in texts]


def test_past_cases_are_found_with_how_they_ended_and_what_was_given(take_in, case, house):
    past = case("closed", what_happened=LOCKED_OUT)
    case("investigating", what_happened=LOCKED_OUT)
    (fresh,) = take_in({"what_happened": "The app locked me out, the rent bounced and the chat was useless."})
    (found,) = similar_cases(fresh, house.coordinator, Sight.of(house.coordinator))
    assert found.case == past and found.is_quoted and found.percent > 50
    assert found.ended == "upheld" and "50.00" in found.remedies[0] and found.cause == "No chaser"


def test_only_cases_that_the_reader_may_see_are_shown_and_no_words_to_whom_they_are_closed(take_in, case, house):
    case("closed", what_happened=LOCKED_OUT)
    hidden = case("closed", what_happened=LOCKED_OUT)
    Complaint.objects.filter(pk=hidden.pk).update(restricted_kind="conduct")
    (fresh,) = take_in({"what_happened": LOCKED_OUT})
    assert SimilarCase.objects.count() == 2
    for user in (house.coordinator, house.analyst):
        (found,) = similar_cases(fresh, user, Sight.of(user))
        assert found.is_quoted == (user == house.coordinator) and (user == house.coordinator or not found.words)
    assert similar_cases(fresh, house.stranger, Sight.of(house.stranger)) == []


def test_cases_taken_over_from_another_system_are_past_cases_too(draft, take_in, house):
    register_many(closed(draft, *["The overdraft fee was wrong."] * 5), actor=Actor.system("import"))
    (fresh,) = take_in({"what_happened": "A wrong overdraft fee again."})
    found = similar_cases(fresh, house.coordinator, Sight.of(house.coordinator))
    assert len(found) == 5 and found[0].ended == "explained" and "overdraft" in found[0].words


def test_what_is_erased_is_forgotten_by_the_process_that_kept_it(take_in, case):
    case("closed", what_happened=LOCKED_OUT)
    take_in({"what_happened": LOCKED_OUT})
    assert len(kept.corpus()) == 2
    CaseVector.objects.all().delete()
    assert len(kept.corpus()) == 0


def test_whoever_takes_a_case_over_finds_it_compared_anew(case, deeds):
    complaint = case("accepted")
    compare_new()
    deeds.do(complaint, "route", "coordinator")
    assert Complaint.objects.get(pk=complaint.pk).compared_at is None
