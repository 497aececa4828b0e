"""One function finds cases by reference, customer and words; both databases find the same."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from escalations import searching
from escalations.actors import Actor
from escalations.intake import Contact
from escalations.models import Complaint, Message, Person, Statement
from escalations.searching.asking import Asked, parse
from escalations.workflow import perform

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def found(asked, *, by_name=True, by_words=True, among=None):
    cases = Complaint.objects.all() if among is None else among
    return list(searching.found(cases, asked, by_name=by_name, by_words=by_words))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Charged TWICE", Asked(("charged", "twice"))),
        ("  café—naïve  ", Asked(("cafe", "naive"))),
        ('"nobody called" back', Asked(("back",), (("nobody", "called"),))),
        ('"alone"', Asked(("alone",))),
        ("ana@example.org", Asked(("ana", "example", "org"))),
        ("O'Neil AND NOT near( * : ^ ' \" & | !", Asked(("o", "neil", "and", "not", "near"))),
        ("***", Asked()),
        (
            "one two three four five six seven eight nine",
            Asked(("one", "two", "three", "four", "five", "six", "seven", "eight")),
        ),
    ],
)
def test_what_is_typed_is_words_and_phrases_never_operators(typed, meant):
    assert parse(typed) == meant


@pytest.fixture
def twice(case):
    return case(what_happened="You charged me twice, and nobody called back. Señor Müller promised it.")


@pytest.fixture
def other(case):
    return case(contact=Contact(name="Bo Nguyễn", email="bo.n@mail.example"), what_happened="The loan came too late.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        "charged",
        "CHARGED twice",
        "charg",
        "twice charged",
        '"nobody called back"',
        "senor muller",
        "Müll",
        "promised it",
    ],
)
def test_words_find_what_was_said_in_any_order_and_as_beginnings(twice, other, asked):
    assert found(asked) == [twice]


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ['"called nobody"', "harged", "charged loan", "", "   ", "***", "\x00", "a" * 500])
def test_what_no_single_text_says_finds_nothing(twice, other, asked):
    assert found(asked) == []


@pytest.mark.django_db
def test_a_customer_is_found_by_name_and_mail_only_where_that_may_be_known(twice, other):
    for asked in ("nguyen", "bo nguy", "bo.n@mail.example", "Nguyễn"):
        assert found(asked) == [other], asked
        assert found(asked, by_name=False) == []
    assert found("charged", by_words=False) == []


@pytest.mark.django_db
def test_a_reference_is_found_whole_begun_or_by_its_number(twice, other):
    year, number = twice.reference.split("-")[1:]
    for asked in (
        twice.reference,
        twice.reference.lower(),
        f"{year}-{number}",
        f"{year}-{int(number)}",
        str(int(number)),
    ):
        assert twice in found(asked, by_name=False, by_words=False), asked
    assert found("R-", by_name=False, by_words=False) == [other, twice]
    assert found("R-1999") == []


@pytest.mark.django_db
def test_only_what_somebody_may_see_is_found(twice, other, house):
    for person, seen in ((house.agent, [twice]), (house.other_agent, []), (house.coordinator, [twice])):
        assert found("charged", among=Complaint.objects.visible_to(person)) == seen


@pytest.mark.django_db
def test_what_is_written_later_is_found_at_once_and_what_is_erased_no_more(twice, house):
    perform(twice, "note", actor=Actor.of(house.agent), body="The branch manager apologised.")
    assert found("apologised") == [twice]
    note = Message.objects.get(body__contains="apologised")
    note.body = "The branch regretted it."
    note.save()
    assert (found("apologised"), found("regretted")) == ([], [twice])
    Statement.objects.filter(complaint=twice)._raw_delete("default")
    assert found("charged") == []
    person = Person.objects.get(parties__complaint=twice)
    Person.objects.filter(pk=person.pk).update(name="", email="")
    assert found("silva") == []


@pytest.mark.django_db
@pytest.mark.on_sqlite
def test_after_forgetting_the_index_holds_no_leavings_of_an_erased_word(twice):
    def leavings():
        with connection.cursor() as cursor:
            # A word is kept without what it shares with the one before it.
            within = (
                "SELECT count(*) FROM redress_words_of_statements_data WHERE instr(block, x'686172676564')"  # harged
            )
            cursor.execute(within)
            return cursor.fetchone()[0]

    assert leavings()
    Statement.objects.filter(complaint=twice)._raw_delete("default")
    searching.forget(connection)
    assert not leavings()


@pytest.mark.django_db
def test_the_index_is_taken_away_and_made_again_with_all_that_there_is(twice):
    connection.check_constraints()  # PostgreSQL changes no table that still has rows to check
    searching.remove(connection)
    twice.statements.create(kind="wanted", text="Restitution.", made_at=NOW)
    connection.check_constraints()
    searching.install(connection)
    searching.install(connection)
    searching.mend(connection)
    assert found("restitution") == found("charged") == [twice]
    twice.statements.create(kind="wanted", text="Compensation.", made_at=NOW)
    assert found("compensation") == [twice]


@pytest.mark.django_db
@pytest.mark.on_sqlite
def test_a_table_that_a_migration_rebuilt_gets_its_triggers_back(twice):
    with connection.cursor() as cursor:
        for event in ("insert", "delete", "update"):
            cursor.execute(f"DROP TRIGGER redress_words_of_statements_{event}")
    twice.statements.create(kind="wanted", text="Restitution.", made_at=NOW)
    assert found("restitution") == []
    searching.mend(connection)
    assert found("restitution") == [twice]


@pytest.mark.django_db
def test_an_index_answers_and_not_a_look_at_every_row(twice):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for way in ("seqscan", "indexscan"):  # a table of two rows is else read whole
                cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = searching.found(Complaint.objects.all(), "charged", by_name=True, by_words=True).explain()
    for table in ("statements", "messages"):
        assert f"redress_words_of_{table}_words" in plan or "VIRTUAL TABLE" in plan


@pytest.mark.django_db
def test_what_is_never_disclosed_is_found_by_nobody(twice, house):
    perform(twice, "note", actor=Actor.of(house.manager), body="Counsel suspects laundering.", sealed=True)
    assert found("laundering") == []
