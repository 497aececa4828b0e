"""The one door: what is refused and in which words, what is kept whole, and who is known already."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from escalations.actors import Actor
from escalations.errors import Invalid, NotAllowed
from escalations.intake import Adoption, AttemptDraft, Contact, NoteDraft, PointDraft, problems, register, register_many
from escalations.models import Attempt, Complaint, Event, Party, Person, Point, Policy, Statement
from escalations.models.statement import LIMIT
from tests.escalations.test_matrix import written

NOW = timezone.now()
ANA = {"name": "Ana Silva", "email": "ana@example.org"}
ONE, TWO = ({"external_system": "crm", "external_id": number} for number in "12")


@pytest.fixture
def take_in(house, draft):
    def take_in(by=None, **given):
        return register(draft(**given), actor=by or Actor.of(house.agent))

    return take_in


# --- refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"contact": Contact()}, "contact", "Say who complains"),
        ({"contact": Contact(postcode="N1", region="Wales")}, "contact", "Say who complains"),
        ({"contact": Contact(name="x" * 201)}, "contact", "at most 200"),
        ({"contact": Contact(name="Ana", postcode="x" * 21)}, "contact", "at most 20"),
        ({"contact": Contact(email="ana@example")}, "contact", "no e-mail address"),
        ({"contact": Contact(email="a" * 250 + "@example.org")}, "contact", "at most 254"),
        ({"contact": Contact(name="Ana\r\nBcc: all@example.org")}, "contact", "one line each"),
        ({"contact": Contact(email="ana@example.org\n")}, "contact", "one line each"),
        ({"contact": Contact(phone="1\n2")}, "contact", "one line each"),
        ({"contact": Contact(name="A\x00na")}, "contact", "null characters"),
        ({"representative": Contact(name="Lea\nLaw")}, "representative", "one line each"),
        ({"representative": Contact(email="lea")}, "representative", "no e-mail address"),
        ({"what_happened": " \n ", "points": ()}, "what_happened", "Say what happened"),
        ({"what_happened": "", "issue": None}, "what_happened", "Say what happened"),
        ({"what_happened": "x" * (LIMIT + 1)}, "what_happened", "100000 are allowed"),
        ({"what_happened": "é" * 2_000_000}, "what_happened", "2000000 letters"),
        ({"wanted": "x" * (LIMIT + 1)}, "what_happened", "100000 are allowed"),
        ({"what_happened": "nul \x00"}, "what_happened", "null characters"),
        ({"received_at": NOW + timedelta(days=1)}, "received_at", "in the future"),
        ({"received_at": datetime(2026, 1, 1)}, "received_at", "needs its zone"),
        ({"received_at": datetime(26, 1, 1, tzinfo=UTC)}, "received_at", "slip of the pen"),
        ({"happened_on": date.today() + timedelta(days=2)}, "received_at", "after it was received"),
        ({"amount": Decimal("-0.01")}, "amount", "between 0 and"),
        ({"amount": Decimal("1e10")}, "amount", "between 0 and"),
        ({"amount": Decimal("NaN")}, "amount", "between 0 and"),
        ({"amount": Decimal("Infinity")}, "amount", "between 0 and"),
        ({"amount": Decimal("1.005")}, "amount", "two decimals"),
        ({"amount": Decimal(1), "currency": ""}, "amount", "needs its currency"),
        ({"amount": Decimal(1), "currency": "gbp"}, "amount", "needs its currency"),
        ({"currency": "POUND"}, "currency", "at most 3"),
        ({"channel": "pigeon"}, "channel", "“pigeon” is not one of: phone"),
        ({"severity": 5}, "severity", "is not one of"),
        ({"severity": "high"}, "severity", "is not one of"),
        ({"restricted_kind": "secret"}, "restricted_kind", "is not one of"),
        ({"language": "x" * 11}, "language", "at most 10"),
        ({"region": "x" * 81}, "region", "at most 80"),
        ({"region": "\x00"}, "external_id", "null characters"),
        ({"external_id": "x" * 101}, "external_id", "at most 100"),
        ({"external_system": "x" * 41}, "external_system", "at most 40"),
        ({"attempts": (AttemptDraft("", "failed", NOW),)}, "attempts", "what was tried"),
        ({"attempts": (AttemptDraft("Called.", "perhaps", NOW),)}, "attempts", "what was tried"),
        ({"attempts": (AttemptDraft("x" * 5001, "failed", NOW),)}, "attempts", "at most 5000"),
        ({"attempts": (AttemptDraft("Called.", "failed", NOW + timedelta(days=1)),)}, "attempts", "in the future"),
        ({"attempts": (AttemptDraft("Called.", "failed", datetime(2026, 1, 1)),)}, "attempts", "needs its zone"),
        ({"adopted": Adoption(outcome="maybe")}, "outcome", "“maybe” is no outcome"),
        ({"adopted": Adoption(closed_at=NOW - timedelta(days=1))}, "received_at", "closed before"),
        ({"adopted": Adoption(closed_at=NOW + timedelta(days=1))}, "received_at", "closed in the future"),
        ({"adopted": Adoption(closed_at=datetime(2026, 1, 1))}, "received_at", "zone"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field_in_words(draft, given, field, words):
    found = problems(draft(**given), NOW)
    assert words in " ".join(found[field])


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(take_in):
    before = written()
    with pytest.raises(Invalid) as refused:
        take_in(contact=Contact(), what_happened="", issue=None, channel="pigeon", severity=9)
    assert set(refused.value.errors) == {"contact", "what_happened", "channel", "severity"}
    assert written() == before
    assert not Person.objects.exists()


@pytest.mark.parametrize("role", ["handler", "analyst", "supervisor", "compliance", "administrator"])
def test_who_may_not_register_is_refused(house, draft, role):
    with pytest.raises(NotAllowed):
        register(draft(), actor=Actor.of(getattr(house, role)))


@pytest.mark.parametrize("role", ["agent", "coordinator", "manager"])
def test_who_may_register_is_named_on_the_case(house, take_in, role):
    user = getattr(house, role)
    assert take_in(by=Actor.of(user)).registered_by == user


def test_only_an_import_adopts(house, take_in):
    with pytest.raises(NotAllowed):
        take_in(adopted=Adoption(outcome_there="Closed"))
    with pytest.raises(NotAllowed):
        take_in(by=Actor.customer(), adopted=Adoption(outcome_there="Closed"))


# --- kept whole --------------------------------------------------------------------------------------------------


def test_what_is_taken_in_is_kept_whole_with_one_event_and_one_history_row(take_in, house):
    made = NOW - timedelta(hours=3)
    complaint = take_in(
        attempts=(AttemptDraft("Offered 20.00", "declined", made),),
        representative=Contact(name="Lea Law"),
        amount=Decimal("184.20"), received_at=NOW - timedelta(days=1), happened_on=date(2026, 1, 2),
    )  # fmt: skip
    kept = Complaint.objects.get(pk=complaint.pk)
    assert (kept.state, kept.amount, kept.currency, kept.registered_by) == (
        "frontline",
        Decimal("184.20"),
        "GBP",
        house.agent,
    )
    assert kept.received_at == NOW - timedelta(days=1)
    assert [(party.role, party.person.name) for party in kept.parties.all()] == [
        ("complainant", "Ana Silva"), ("representative", "Lea Law"),
    ]  # fmt: skip
    assert [said.kind for said in Statement.objects.all()] == ["what_happened", "wanted"]
    assert (kept.attempts.get().made_by, kept.attempts.get().made_at) == (house.agent, made)
    event, history = kept.events.get(), kept.history.get()
    assert (event.number, event.action, event.from_state, event.to_state) == (1, "register", "", "frontline")
    assert (event.history_id, history.history_user, history.history_type) == (history.pk, house.agent, "+")
    assert kept.points.get().history.get().history_user == house.agent


def test_a_complaint_without_points_gets_one_made_from_it(take_in):
    complaint = take_in(points=())
    assert [(point.position, point.product, point.issue) for point in complaint.points.all()] == [(1, None, None)]


def test_several_points_keep_their_order_and_the_first_stands_for_the_complaint(take_in, house):
    complaint = take_in(points=(PointDraft(house.loan), PointDraft(house.card, issue=house.fees)))
    assert [point.position for point in complaint.points.all()] == [1, 2]
    assert complaint.main_point.product == house.loan


def test_what_may_hold_anything_holds_anything(take_in):
    text = "<script>alert(1)</script> =cmd|' /C calc'!A0 \u202e ’ 漢字 🎉\r\n" * 20
    complaint = take_in(what_happened=text)
    assert complaint.statements.said_first().get().text == text.strip()


def test_the_longest_text_that_is_allowed_is_kept(take_in):
    assert len(take_in(what_happened="é" * LIMIT).statements.said_first().get().text) == LIMIT


def test_a_moment_that_is_given_dates_what_is_made(take_in, draft, house):
    at = NOW - timedelta(days=40)
    complaint = register(draft(), actor=Actor.of(house.agent), at=at)
    assert {complaint.received_at, complaint.registered_at, complaint.events.get().at} == {at}
    assert complaint.history.get().history_date == at
    assert set(complaint.clocks.values_list("started_at", flat=True)) == {at}


def test_the_case_that_is_returned_is_as_it_now_stands(take_in, criteria):
    complaint = take_in(what_happened="I want to end it all.")
    assert (complaint.state, complaint.latest_event) == ("triggered", 3)
    assert [trigger.state for trigger in complaint.triggers.all()] == ["accepted"]


def test_nothing_is_half_written_when_the_last_thing_fails(draft, house, monkeypatch):
    before = written(), Person.objects.count()

    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("escalations.detection.examine_new", fail)
    with pytest.raises(ZeroDivisionError):
        register_many([draft(), draft()], actor=Actor.of(house.agent))
    assert (written(), Person.objects.count()) == before
    assert not Point.objects.exists() and not Attempt.objects.exists()


# --- adopted -----------------------------------------------------------------------------------------------------


def test_what_another_system_answered_is_adopted_as_closed_and_nothing_is_guessed(take_in, criteria):
    adoption = Adoption(outcome_there="Closed with monetary relief", outcome="upheld")
    complaint = take_in(
        by=Actor.system("import"), adopted=adoption, what_happened="The ombudsman.", received_at=NOW - timedelta(days=9)
    )
    kept = Complaint.objects.get(pk=complaint.pk)
    assert (kept.state, kept.closed_as, kept.closed_at, kept.due_at) == ("closed", "adopted", None, None)
    assert (kept.external_outcome, kept.main_point.outcome) == ("Closed with monetary relief", "upheld")
    assert [(event.action, event.reason) for event in kept.events.all()] == [("adopt", "imported")]
    assert (kept.history.get().history_change_reason, kept.history.get().history_user) == ("imported", None)
    assert not (kept.triggers.exists() or kept.clocks.exists() or kept.messages.exists())


# --- known already -----------------------------------------------------------------------------------------------


def test_the_same_number_of_another_system_is_taken_in_once(take_in):
    first = take_in(external_system="crm", external_id="7")
    with pytest.raises(Invalid, match=first.reference):
        take_in(external_system="crm", external_id="7", what_happened="Something else.")
    take_in(external_system="erp", external_id="7")
    assert Complaint.objects.count() == 2


def test_the_same_number_twice_in_one_batch_is_taken_in_once(draft, house):
    drafts = [draft(external_system="crm", external_id="7"), draft(), draft(external_system="crm", external_id="7")]
    first, other, second = register_many(drafts, actor=Actor.system("import"))
    assert (first.is_new, other.is_new, second.is_new) == (True, True, False)
    assert first.complaint == second.complaint
    assert Complaint.objects.count() == 2


def test_bad_drafts_of_a_batch_are_refused_by_themselves(draft):
    results = register_many([draft(), draft(severity=9), draft()], actor=Actor.system("import"))
    assert [bool(result.complaint) for result in results] == [True, False, True]
    assert list(results[1].problems) == ["severity"]


def test_many_leave_the_same_rows_as_one_by_one_and_take_no_more_queries(draft, django_assert_max_num_queries):
    contacts = [
        Contact(name=f"N{n}", email=f"n{n}@example.org", external_system="c", external_id=str(n)) for n in range(9)
    ]
    alone = [register(draft(contact=contact), actor=Actor.system("import"), at=NOW) for contact in contacts[:3]]
    with django_assert_max_num_queries(25):
        results = register_many([draft(contact=c) for c in contacts[3:]], actor=Actor.system("import"), at=NOW)

    def shape(complaint):
        rows = Complaint.objects.filter(pk=complaint.pk).values()[0]
        own = {name: value for name, value in rows.items() if name not in ("id", "reference")}
        events = list(Event.objects.filter(complaint=complaint).values("number", "at", "action", "data", "reason"))
        counts = [
            complaint.points.count(),
            complaint.statements.count(),
            complaint.clocks.count(),
            complaint.parties.count(),
        ]
        return own, events, counts, complaint.history.count()

    shapes = [shape(complaint) for complaint in [*alone, *(result.complaint for result in results)]]
    assert all(one == shapes[0] for one in shapes)


# --- who they are ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "people"),
    [
        (ANA, ANA, 1),
        (ANA, {**ANA, "phone": "0123"}, 1),
        (ANA, {"name": "ana SILVA", "email": "Ana@Example.org"}, 1),
        ({"name": "ANA Silva", "email": "ANA@example.org"}, ANA, 1),
        (ANA, {**ANA, "name": "Ben Silva"}, 2),
        (ANA, {**ANA, "email": "a.silva@example.org"}, 2),
        ({"name": "Ana Silva"}, {"name": "Ana Silva"}, 2),
        ({"name": "Ana", **ONE}, {"name": "A. S.", **ONE}, 1),
        ({"name": "Ana", **ONE}, {"name": "Ana", **TWO}, 2),
        ({**ANA, **ONE}, ANA, 1),
        (ANA, {**ANA, **ONE}, 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("together", [False, True])
def test_one_human_being_is_one_person_over_all_complaints(draft, first, second, people, together):
    drafts = [draft(contact=Contact(**contact)) for contact in (first, second)]
    for batch in [drafts] if together else [[one] for one in drafts]:
        register_many(batch, actor=Actor.system("import"))
    assert Person.objects.count() == people
    assert Party.objects.count() == 2


def test_a_registration_inside_a_transaction_that_fails_leaves_nothing(take_in):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        take_in()
        raise ZeroDivisionError
    assert not Complaint.objects.exists() and not Person.objects.exists()


def test_what_is_escalated_as_it_comes_in_is_returned_as_it_stands(draft, house, criteria):
    complaint = register(draft(what_happened="I shall end it all."), actor=Actor.of(house.agent))
    assert complaint.state == "triggered"
    assert [(trigger.kind, trigger.state) for trigger in complaint.triggers.all()] == [("safety", "accepted")]
    assert [event.action for event in complaint.events.all()] == ["register", "trigger", "accept"]
    assert complaint.latest_event == Complaint.objects.get().latest_event == 3


def test_a_complaint_whose_language_nobody_names_is_in_that_of_the_house(draft, house):
    policy = Policy.current()
    policy.language = "pt"
    policy.save()
    plain, named = draft(), draft(language="cy")
    assert [register(one, actor=Actor.of(house.agent)).language for one in (plain, named)] == ["pt", "cy"]


def test_notes_of_another_system_come_along_and_stand_in_the_brief_and_the_timeline(draft, house, client):
    at = timezone.now() - timedelta(days=3)
    case = register(draft(notes=(NoteDraft("Rang twice, no answer.", at, "crm", "Bea"),)), actor=Actor.of(house.agent))
    pages = {}
    for who in (house.agent, house.analyst):
        client.force_login(who)
        pages[who] = client.get(f"/cases/{case.reference}/summary/").content.decode()
    page = pages[house.agent]
    assert page.count("Rang twice, no answer.") == 2 and "noted in crm" in page and "Bea" in page
    assert "Rang twice" not in pages[house.analyst]


@pytest.mark.parametrize("given", [{"text": " "}, {"system": ""}, {"made_at": timezone.now() + timedelta(days=1)}])
def test_a_note_says_what_when_and_where(draft, house, given):
    note = NoteDraft(**{"text": "Rang.", "made_at": timezone.now(), "system": "crm", **given})
    with pytest.raises(Invalid) as refused:
        register(draft(notes=(note,)), actor=Actor.of(house.agent))
    assert "notes" in refused.value.errors
