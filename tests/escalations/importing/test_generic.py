"""Our own format, and files of others read by a mapping."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from escalations.importing import HeaderError
from escalations.models import Complaint, Event, Party, Person, Point, Statement
from routing.models import Choice
from tests.escalations.importing.conftest import as_csv, rejected, row


def counts():
    return [model.objects.count() for model in (Complaint, Point, Person, Statement, Event, Choice)]


def test_every_column_arrives_where_it_belongs(bring):
    bring(
        [
            row(
                external_system="crm", happened_on="2026-02-27", channel="email", severity="high", language="pt",
                region="Leeds", email="ana@example.org", phone="0113", address="1 High St", postcode="LS1 4DY",
                segment="personal", customer_since="2020-05-01", customer_number="77", representative_name="Bo Law",
                representative_email="bo@example.org", wanted="My money.", sub_product="Gold card", issue="Fees",
                sub_issue="Late fee", complaint_type="Service", amount="184.20", currency="GBP",
                restricted_kind="conduct", status="open",
            )
        ]
    )  # fmt: skip
    case = Complaint.objects.get()
    assert case.received_at == datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
    assert (case.external_system, case.external_id, case.state) == ("crm", "C-1", "frontline")
    assert (case.channel, case.severity, case.language, case.region) == ("email", 3, "pt", "Leeds")
    assert (case.amount, case.currency, case.happened_on) == (Decimal("184.20"), "GBP", date(2026, 2, 27))
    assert (case.restricted_kind, case.complaint_type.label) == ("conduct", "Service")
    point = case.main_point
    assert [str(c) for c in (point.product, point.sub_product, point.issue, point.sub_issue)] == [
        "Credit card", "Gold card", "Fees", "Late fee",
    ]  # fmt: skip
    assert {s.kind: s.text for s in case.statements.all()} == {
        "what_happened": "You charged me twice.",
        "wanted": "My money.",
    }
    parties = {party.role: party.person for party in case.parties.all()}
    ana = parties["complainant"]
    assert (ana.name, ana.email, ana.phone, ana.address) == ("Ana Silva", "ana@example.org", "0113", "1 High St")
    assert (ana.postcode, ana.segment, ana.since, ana.region) == ("LS1 4DY", "personal", date(2020, 5, 1), "Leeds")
    assert [(number.system, number.value) for number in ana.identifiers.all()] == [("crm", "77")]
    assert parties["representative"].name == "Bo Law"


def test_a_closed_one_is_adopted_with_its_outcome_and_dates(bring):
    summary = bring(
        [
            row(status="closed", outcome_there="Refunded", outcome="upheld", closed_at="2026-03-20"),
            row(2, status="closed"),
        ]
    )
    dated, undated = Complaint.objects.order_by("external_id")
    assert (dated.state, dated.closed_as, dated.external_outcome) == ("closed", "adopted", "Refunded")
    assert dated.closed_at == datetime(2026, 3, 20, tzinfo=UTC)
    assert dated.main_point.outcome == "upheld"
    assert undated.closed_at is None and undated.main_point.outcome == ""
    assert not dated.clocks.exists()
    assert (summary.adopted, summary.undated) == (2, 1)


def test_each_complaint_has_one_event_and_one_history_row_of_the_import(bring):
    bring([row(), row(2, status="closed")])
    for case in Complaint.objects.all():
        (event,) = case.events.all()
        (history,) = case.history.all()
        assert (event.actor_name, event.history_id) == ("import", history.history_id)
        assert (history.history_change_reason, history.history_user) == ("imported", None)


def test_one_customer_number_is_one_person_over_several_complaints(bring):
    bring([row(customer_number="77"), row(2, customer_number="77")])
    assert Party.objects.values("person").distinct().count() == 1


BAD = [
    ({"external_id": ""}, "external_id: This is needed."),
    ({"external_id": "x" * 101}, "external_id"),
    ({"external_system": "x" * 41}, "external_system"),
    ({"received_at": ""}, "received_at: This is needed."),
    ({"received_at": "2026-02-30"}, "received_at: “2026-02-30” is no date that exists"),
    ({"received_at": "31/12/2026"}, "received_at: “31/12/2026” is no date"),
    ({"received_at": "0001-01-01"}, "before 1900"),
    ({"received_at": "9999-12-31"}, "in the future"),
    ({"happened_on": "2026-13-01"}, "happened_on"),
    ({"happened_on": "2026-03-09"}, "happened after it was received"),
    ({"customer_since": "never"}, "customer_since"),
    ({"channel": "smoke"}, "channel: “smoke” is not one of"),
    ({"severity": "9"}, "severity: “9” is no severity"),
    ({"amount": "12.345", "currency": "GBP"}, "amount"),
    ({"amount": "-5", "currency": "GBP"}, "amount"),
    ({"amount": "1e9", "currency": "GBP"}, "amount"),
    ({"amount": "NaN", "currency": "GBP"}, "amount"),
    ({"amount": "5"}, "needs its currency"),
    ({"currency": "gbp", "amount": "5"}, "needs its currency"),
    ({"restricted_kind": "secret"}, "restricted_kind"),
    ({"status": "done"}, "status: “done” is neither open nor closed"),
    ({"closed_at": "2026-03-20"}, "closed_at: Only a closed complaint has this"),
    ({"status": "closed", "closed_at": "2026-01-01"}, "closed before it was received"),
    ({"status": "closed", "outcome": "won"}, "outcome"),
    ({"status": "closed", "outcome_there": "x" * 101}, "outcome_there: At most 100"),
    ({"name": ""}, "contact: Say who complains"),
    ({"email": "ana at example"}, "no e-mail address"),
    ({"name": "Ana\nBcc: x@y"}, "one line each"),
    ({"representative_email": "bo"}, "representative: “bo” is no e-mail"),
    ({"postcode": "x" * 21}, "“postcode” has at most 20"),
    ({"segment": "x" * 41}, "“segment” has at most 40"),
    ({"region": "x" * 81}, "region"),
    ({"language": "x" * 11}, "language"),
    ({"product": "x" * 256}, "product: A choice has at most 255"),
    ({"what_happened": "x" * 2_000_000}, "The text has 2000000 letters; 100000 are allowed"),
]


@pytest.mark.parametrize(("given", "reason"), BAD, ids=[f"{next(iter(g))}-{n}" for n, (g, _r) in enumerate(BAD)])
def test_a_bad_line_is_rejected_with_its_reason_and_the_others_stay(bring, given, reason):
    summary = bring([row(1), row(2, **given), row(3)])
    assert (summary.new, summary.rejected) == (2, 1)
    (line,) = rejected(summary)
    assert reason in line["rejected_reason"]
    assert int(line["rejected_line"]) >= 3
    assert counts()[:5] == [2, 2, 2, 2, 2]


def test_all_that_is_wrong_with_a_line_is_said_at_once(bring):
    (line,) = rejected(bring([row(received_at="x", severity="y", amount="z")]))
    assert all(name in line["rejected_reason"] for name in ("received_at:", "severity:", "amount:"))


def test_html_and_formulas_in_a_text_are_kept_verbatim(bring):
    text = "<script>alert(1)</script> =cmd|'/c calc'!A1"
    bring([row(what_happened=text)])
    assert Statement.objects.get().text == text


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("external_id,received_at,what_happend", "“what_happend” is not known. Did you mean “what_happened”?"),
        ("external_id,what_happened", "“received_at” is missing"),
        ("external_id,received_at,name,name", "“name” is there twice"),
        ("a;b;c", "“a;b;c” is not known"),
    ],
)
def test_a_header_that_does_not_fit_is_refused_before_anything_is_read(bring, header, wanted):
    with pytest.raises(HeaderError, match=wanted.replace("?", r"\?")):
        bring(f"{header}\n1,2,3,4\n")
    assert counts() == [0] * 6


def test_a_rejected_line_adds_no_choice(bring):
    bring([row(product="Never kept", severity="x"), row(2, issue="Not kept either", email="nobody")])
    assert not Choice.objects.exists()


# --- mappings ----------------------------------------------------------------------------------------------------

MAPPING = {
    "system": "old",
    "separator": ";",
    "columns": {
        "No": ["external_id", "customer_number"],
        "Day": "received_at",
        "Head": "what_happened",
        "Body": "what_happened",
        "State": ["status", "outcome_there"],
        "Tags": ["product", "issue"],
        "Sum": "amount",
        "Junk": None,
    },
    "dates": ["%d.%m.%Y", "%m/%d/%Y"],
    "decimal": ",",
    "zone": "America/Sao_Paulo",
    "replace": {"Body": [["<br>", "\n"], ["&amp;", "&"]]},
    "pieces": {"product": "|", "issue": "|"},
    "values": {
        "status": {"done": "closed", "*": "open"},
        "product": {"Card": "Credit card", "*": "Other"},
        "issue": {"Late": "Delay", "Fee": "Fees"},
    },
    "constants": {"currency": "EUR", "channel": "letter"},
}


def old(**given):
    base = {
        "No": "1",
        "Day": "03.04.2025",
        "Head": "H",
        "Body": "B",
        "State": "done",
        "Tags": "Fee|Card",
        "Sum": "1,50",
    }
    return {**base, "Junk": "x", **given}


def brought(bring, *rows, **changes):
    summary = bring(as_csv(rows, ";"), mapping={**MAPPING, **changes})
    return summary, list(Complaint.objects.order_by("external_id"))


def test_a_file_of_another_system_goes_in_with_a_mapping_only(bring):
    _summary, (case,) = brought(bring, old())
    assert (case.external_system, case.external_id, case.channel) == ("old", "1", "letter")
    assert (case.amount, case.currency) == (Decimal("1.50"), "EUR")
    assert (case.closed_as, case.external_outcome) == ("adopted", "done")
    assert (case.main_point.product.label, case.main_point.issue.label) == ("Credit card", "Fees")


def test_a_date_is_the_beginning_of_the_day_in_the_zone_of_the_mapping(bring):
    _summary, (case,) = brought(bring, old())
    assert case.received_at == datetime(2025, 4, 3, 3, 0, tzinfo=UTC)


def test_date_formats_are_tried_in_order(bring):
    _summary, cases = brought(bring, old(No="1", Day="03.04.2025"), old(No="2", Day="04/05/2025"))
    assert [case.received_at.date().isoformat() for case in cases] == ["2025-04-03", "2025-04-05"]


def test_columns_are_joined_and_replacements_made_in_order(bring):
    brought(bring, old(Head="Head", Body="a<br>b &amp; c"))
    assert Statement.objects.get().text == "Head\n\na\nb & c"


def test_the_first_row_of_the_table_that_is_among_the_pieces_decides(bring):
    _summary, cases = brought(bring, old(Tags="Fee|Late|Card"), old(No="2", Tags="Phone|Late"))
    assert [case.main_point.issue.label for case in cases] == ["Delay", "Delay"]
    assert [case.main_point.product.label for case in cases] == ["Credit card", "Other"]


def test_a_value_that_no_table_knows_rejects_the_line(bring):
    summary, cases = brought(bring, old(), old(No="2", Tags="Card"))
    assert len(cases) == 1
    with summary.rejected_path.open(encoding="utf-8-sig") as file:
        assert "issue: “Card” is not in the mapping's table of values." in file.read()


def test_a_column_that_the_mapping_does_not_name_is_refused(bring):
    with pytest.raises(HeaderError, match="“Extra” is not known"):
        brought(bring, old(Extra="1"))


def test_a_column_that_the_mapping_names_and_the_file_lacks_is_refused(bring):
    rows = old()
    del rows["Head"]
    with pytest.raises(HeaderError, match="“Head” is missing"):
        brought(bring, rows)


def test_the_mapping_names_the_encoding(bring):
    text = as_csv([old(Body="café")], ";").encode("latin-1")
    bring(text, mapping={**MAPPING, "encoding": "latin-1"})
    assert "café" in Statement.objects.get().text
