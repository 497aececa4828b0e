"""What a case says in the fields of the organisation's own: kept as rows, needed for steps, changed for the record."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.actors import Actor
from escalations.errors import Incomplete, Invalid
from escalations.fields import having, showing
from escalations.intake import Adoption, register, register_many
from escalations.models import Complaint, FieldValue
from escalations.placing.facts import facts_of
from escalations.steps.needs import needs
from escalations.workflow import perform
from routing.definitions import Definitions
from routing.facts import FreeText
from routing.models import Choice, Condition, Field, Rule, Ruleset
from tests.escalations.own_fields import VALUES, need, values


def refused(draft, house, **given):
    with pytest.raises(Invalid) as error:
        register(draft(**given), actor=Actor.of(house.agent))
    return error.value.errors


# --- registering -------------------------------------------------------------------------------------------------


def test_values_are_kept_as_typed_rows_and_read_back_as_given(own, house, draft):
    case = register(draft(fields=VALUES), actor=Actor.of(house.agent))
    assert values(case) == {
        "branch": "leeds", "channels": {"app", "web"}, "visits": Decimal(3), "loss": (Decimal("184.20"), "GBP"),
        "promised": date(2026, 11, 30), "recording": False, "remark": "Ask for Ann.",
    }  # fmt: skip
    assert FieldValue.objects.filter(complaint=case).count() == 8, "many choices are several rows"
    event = case.events.get(action="register")
    assert "remark" not in event.data["fields"] and event.data["fields"]["loss"] == "184.20 GBP"


@pytest.mark.parametrize(
    ("fields", "name", "says"),
    [
        ({"brunch": "leeds"}, "field:brunch", "Did you mean “branch”?"),
        ({"branch": "Leeds"}, "field:branch", "Near it: leeds"),
        ({"channels": ["app", "fax"]}, "field:channels", "There is no choice “fax”"),
        ({"promised": "2026-02-30"}, "field:promised", "no date that exists"),
        ({"loss": "184.20"}, "field:loss", "needs its currency"),
        ({"visits": "often"}, "field:visits", "no number"),
        ({"recording": "yes"}, "field:recording", "true or false"),
    ],
)
def test_a_bad_value_refuses_the_complaint_and_says_which_field(own, house, draft, fields, name, says):
    errors = refused(draft, house, fields=fields)
    assert [*errors] == [name] and says in errors[name][0]
    assert not Complaint.objects.exists()


def test_a_retired_choice_or_field_is_offered_no_more_but_a_past_case_may_have_it(own, house, draft):
    Choice.objects.filter(code="york").update(retired_at=timezone.now())
    own.visits.is_active = False
    own.visits.save()
    errors = refused(draft, house, fields={"branch": "york", "visits": 2})
    assert errors == {"field:branch": ["“york” is offered no more."],
                      "field:visits": ["“Visits” is retired: it is asked no more."]}  # fmt: skip
    past = draft(fields={"branch": "york", "visits": 2}, adopted=Adoption("Closed"), external_id="1")
    (result,) = register_many([past], actor=Actor.system("import"))
    assert values(result.complaint) == {"branch": "york", "visits": Decimal(2)}


def test_a_field_is_asked_of_the_types_it_is_for_and_needed_only_there(own, house, draft):
    need(own.branch, "register", own.service)
    assert refused(draft, house, complaint_type=own.service) == {"field:branch": ["“Branch” is needed."]}
    assert "not asked of complaints of this type" in str(refused(draft, house, fields={"branch": "york"}))
    assert register(draft(complaint_type=own.fraud), actor=Actor.of(house.agent)).pk


def test_a_customer_is_never_turned_away_for_a_field_of_ours_nor_is_a_past_case(own, house, draft):
    need(own.visits, "register")
    case = register(draft(), actor=Actor.customer())
    (past,) = register_many([draft(adopted=Adoption("Closed"), external_id="1")], actor=Actor.system("import"))
    (opened,) = register_many([draft(external_id="2")], actor=Actor.system("import"))
    assert case.pk and past.complaint and opened.problems == {"field:visits": ["“Visits” is needed."]}


def test_unknown_names_by_the_thousand_are_answered_shortly(own, house, draft):
    errors = refused(draft, house, fields={f"no{n}": 1 for n in range(5000)})
    assert len(errors) == 20


def test_registering_asks_for_definitions_once_and_writes_all_values_with_one_statement(own, house, draft):
    def statements(fields):
        register(draft(fields=fields), actor=Actor.of(house.agent))
        with CaptureQueriesContext(connection) as queries:
            register(draft(fields=fields), actor=Actor.of(house.agent))
        return len(queries)

    plain = statements({})
    assert statements({"visits": 1}) == plain + 2
    assert statements(VALUES) == plain + 3, "choices are looked up together"
    with CaptureQueriesContext(connection) as queries:
        register_many([draft(fields=VALUES) for _n in range(20)], actor=Actor.of(house.agent))
    assert len(queries) <= plain + 4, "SQLite takes 999 values a statement"


def test_ten_thousand_choices_are_no_burden(own, house, draft):
    Choice.objects.bulk_create(
        Choice(field=own.branch, code=f"b{n}", label=f"Branch {n}") for n in range(10_000)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        case = register(draft(fields={"branch": "b9999"}), actor=Actor.of(house.agent))
    assert values(case)["branch"] == "b9999"
    assert "There is no choice “b99999”" in str(refused(draft, house, fields={"branch": "b99999"}))
    assert max(float(query["time"]) for query in queries) < 1


# --- changing ----------------------------------------------------------------------------------------------------


def test_a_change_leaves_one_event_with_codes_and_one_history_row_and_no_text(own, house, case):
    complaint = case("frontline", fields=VALUES)
    rows = complaint.history.count()
    by = Actor.of(house.agent)
    new = {"branch": "york", "channels": ["web", "post"], "remark": "Ask for Bo.", "visits": None, "recording": True}
    event = perform(complaint, "set_fields", actor=by, reason="The customer corrected it.", fields=new)
    assert values(complaint) == {
        "branch": "york", "channels": {"web", "post"}, "loss": (Decimal("184.20"), "GBP"),
        "promised": date(2026, 11, 30), "recording": True, "remark": "Ask for Bo.",
    }  # fmt: skip
    assert event.data["changed"] == ["branch", "channels", "recording", "remark", "visits"]
    assert event.data["fields"] == {
        "branch": ["leeds", "york"], "channels": [["app", "web"], ["post", "web"]], "recording": [False, True],
        "visits": ["3", None],
    }  # fmt: skip
    assert "Ann" not in str(event.data) and "Bo" not in str(event.data)
    assert complaint.history.count() == rows + 1


def test_filling_in_needs_no_reason_and_changing_what_was_said_does(own, house, case):
    complaint, by = case("frontline"), Actor.of(house.agent)
    perform(complaint, "set_fields", actor=by, fields={"visits": 1})
    with pytest.raises(Invalid) as error:
        perform(complaint, "set_fields", actor=by, fields={"visits": 2})
    assert [*error.value.errors] == ["reason"]
    with pytest.raises(Invalid, match="Nothing differs"):
        perform(complaint, "set_fields", actor=by, reason="So.", fields={"visits": "1.0"})


def test_what_is_needed_to_register_cannot_be_emptied_again(own, house, case):
    complaint = case("frontline", fields={"visits": 1})
    need(own.visits, "register")
    with pytest.raises(Invalid, match="“Visits” is needed"):
        perform(complaint, "set_fields", actor=Actor.of(house.agent), reason="So.", fields={"visits": ""})


def test_a_case_keeps_its_retired_choice_while_others_are_added(own, house, case):
    complaint = case("frontline", fields={"channels": ["app", "web"], "branch": "york"})
    Choice.objects.filter(code__in=("app", "york")).update(retired_at=timezone.now())
    by = Actor.of(house.agent)
    perform(complaint, "set_fields", actor=by, reason="So.", fields={"channels": ["app", "post"], "branch": "york"})
    assert values(complaint) == {"channels": {"app", "post"}, "branch": "york"}
    with pytest.raises(Invalid, match="“app” is offered no more"):
        perform(case("frontline"), "set_fields", actor=by, fields={"channels": ["app"]})


# --- needed for steps --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "action", "by", "step"),
    [("frontline", "trigger", "agent", "trigger"), ("investigating", "communicate", "handler", "communicate"),
     ("frontline", "settle", "agent", "communicate"), ("frontline", "trigger", "agent", "register")],
)  # fmt: skip
def test_a_step_says_which_field_it_still_needs(own, case, deeds, hana_alone, state, action, by, step):
    complaint = case(state)
    deeds.prepare(complaint, action)
    need(own.visits, step)
    with pytest.raises(Incomplete) as error:
        deeds.do(complaint, action, by)
    assert error.value.sentences == ["“Visits”: fill it in."]
    deeds.do(complaint, "set_fields", by, fields={"visits": 0})
    deeds.do(complaint, action, by)


def test_a_criterion_does_not_wait_for_a_field_and_settling_not_for_one_of_escalations(own, case, deeds):
    complaint = case("frontline")
    need(own.visits, "trigger")
    for name, by in (("trigger", Actor.system("detector")), ("settle", deeds.actor("agent"))):
        assert not [says for says in needs(complaint, name, by, timezone.now()) if "Visits" in says]


# --- facts, names, filters ---------------------------------------------------------------------------------------


def test_rules_are_told_all_but_what_says_who_somebody_is(own, house, draft):
    Field.objects.filter(code="visits").update(personal=True)
    case = register(draft(fields=VALUES), actor=Actor.of(house.agent))
    (facts,) = facts_of([Complaint.objects.get(pk=case.pk)])
    assert facts.fields == {
        "branch": "leeds", "channels": {"app", "web"}, "loss": (Decimal("184.20"), "GBP"),
        "promised": date(2026, 11, 30), "recording": False, "remark": "Ask for Ann.",
    }  # fmt: skip
    assert isinstance(facts.fields["remark"], FreeText), "searched, never stored"
    assert "Ann" not in str(facts.stored())


def test_a_rule_places_a_case_by_a_field(own, house, case, deeds):
    copy = Ruleset.objects.create(author=house.administrator)
    rule = Rule.objects.create(ruleset=copy, position=1, name="Leeds", team=house.loans)
    Condition.objects.create(rule=rule, fact="field:branch", operator="is", value="leeds")
    copy.publish(house.supervisor)
    complaint = case("triggered", fields={"branch": "leeds"})
    deeds.do(complaint, "accept", "coordinator")
    deeds.do(complaint, "route", "routing")
    complaint.refresh_from_db()
    assert complaint.team == house.loans


def test_facts_of_many_cases_are_read_with_the_queries_of_one(own, house, draft):
    cases = [r.complaint for r in register_many([draft(fields=VALUES)] * 6, actor=Actor.of(house.agent))]
    counts = []
    for some in (cases[:1], cases):
        fresh = [*Complaint.objects.filter(pk__in=[case.pk for case in some])]
        with CaptureQueriesContext(connection) as queries:
            facts_of(fresh)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_renamed_choice_is_read_by_its_new_name_on_old_cases(own, house, case):
    complaint = case("frontline", fields={"branch": "york", "recording": True, "visits": 1200})
    Choice.objects.filter(code="york").update(label="York, Parliament Street", retired_at=timezone.now())
    sight = showing.Reader(words=False, identity=False)
    lines = {line.code: line.text for line in showing.lines(complaint, Definitions.load(), sight)}
    assert lines["branch"] == "York, Parliament Street"
    assert (lines["recording"], lines["visits"], lines["loss"]) == ("yes", "1,200", "")


def test_words_and_personal_values_are_for_who_may_know_them(own, house, case):
    Field.objects.filter(code="visits").update(personal=True)
    complaint = case("frontline", fields=VALUES)
    known = Definitions.load()
    seen = {
        (words, identity): {
            line.code for line in showing.lines(complaint, known, showing.Reader(words, identity)) if line.is_hidden
        }
        for words in (False, True)
        for identity in (False, True)
    }
    both = {"visits", "remark"}
    assert seen == {(False, False): both, (True, False): both, (False, True): {"remark"}, (True, True): set()}


def test_cases_are_found_by_value_range_or_having_any(own, house, draft):
    actor = Actor.of(house.agent)
    few, many, none = (
        register(draft(fields=fields), actor=actor)
        for fields in ({"visits": 2, "loss": "10 GBP"}, {"visits": 10, "loss": "10 EUR"}, {})
    )
    known = Definitions.load()
    visits, loss = known.by_code["visits"], known.by_code["loss"]

    def found(**wanted):
        return {*Complaint.objects.filter(pk__in=having(visits, **wanted))}

    assert (found(low=3), found(high=Decimal("2.0")), found()) == ({many}, {few}, {few, many})
    assert {*Complaint.objects.filter(pk__in=having(loss, low=5, currency="GBP"))} == {few}
    assert none not in found(low=0)


# --- what stands in the way --------------------------------------------------------------------------------------


def test_code_and_kind_stay_and_nothing_is_deleted_once_cases_hold_values(own, case):
    case("frontline", fields={"branch": "leeds"})
    own.branch.kind = "choices"
    with pytest.raises(ValidationError, match="Cases hold values of this field"):
        own.branch.full_clean()
    own.visits.kind = "text"
    own.visits.full_clean()
    for row in (own.branch, Choice.objects.get(code="leeds")):
        with pytest.raises(ProtectedError):
            row.delete()
