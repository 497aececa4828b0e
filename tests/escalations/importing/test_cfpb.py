"""The public complaint database of the CFPB, as it is published."""

import csv
from datetime import UTC, datetime

import pytest

from escalations.importing import FORMATS, take_in
from escalations.models import Clock, Complaint, Person, PersonIdentifier, Statement
from routing.models import Choice

COLUMNS = [
    "Date received", "Product", "Sub-product", "Issue", "Sub-issue", "Consumer complaint narrative",
    "Company public response", "Company", "State", "ZIP code", "Tags", "Consumer consent provided?", "Submitted via",
    "Date sent to company", "Company response to consumer", "Timely response?", "Consumer disputed?", "Complaint ID",
]  # fmt: skip
ROW = {
    "Date received": "2023-08-25", "Product": "Debt collection", "Sub-product": "Medical debt",
    "Issue": "False statements", "Sub-issue": "Attempted to collect wrong amount",
    "Consumer complaint narrative": "They called XXXX XXXX on XX/XX/2023.", "Company public response": "None",
    "Company": "BANK", "State": "FL", "ZIP code": "331XX", "Tags": "Older American, Servicemember",
    "Consumer consent provided?": "Consent provided", "Submitted via": "Web", "Date sent to company": "2023-08-26",
    "Company response to consumer": "Closed with explanation", "Timely response?": "Yes",
    "Consumer disputed?": "N/A", "Complaint ID": "7523056",
}  # fmt: skip


@pytest.fixture
def cfpb(tmp_path, db):
    def run(*changes, **options):
        path = tmp_path / "cfpb.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows({**ROW, **change} for change in changes or [{}])
        return take_in(path, FORMATS["cfpb"](), **options)

    return run


def test_every_column_is_mapped_or_dropped_on_purpose(cfpb):
    assert list(FORMATS["cfpb"]().columns) == COLUMNS


def test_a_row_arrives_as_a_complaint_of_somebody_without_a_name(cfpb):
    cfpb()
    case = Complaint.objects.get()
    assert (case.external_system, case.external_id) == ("cfpb", "7523056")
    assert (case.channel, case.region, case.language) == ("web", "FL", "en")
    assert Statement.objects.get().text == ROW["Consumer complaint narrative"]
    person = Person.objects.get()
    assert (person.name, person.region, person.postcode) == ("", "FL", "331XX")
    assert person.segment == "Older American, Servicemember"
    assert PersonIdentifier.objects.get().value == "7523056"
    point = case.main_point
    assert (point.sub_product.parent, point.sub_issue.parent) == (point.product, point.issue)


def test_a_day_begins_in_washington(cfpb):
    cfpb()
    assert Complaint.objects.get().received_at == datetime(2023, 8, 25, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        ("Closed with monetary relief", "upheld"),
        ("Closed with non-monetary relief", "upheld"),
        ("Closed with relief", "upheld"),
        ("Closed with explanation", "not_upheld"),
        ("Closed without relief", "not_upheld"),
        ("Closed", ""),
        ("Untimely response", ""),
    ],
)
def test_an_answered_row_is_adopted_as_closed_and_its_date_is_not_guessed(cfpb, response, outcome):
    cfpb({"Company response to consumer": response})
    case = Complaint.objects.get()
    assert (case.state, case.closed_as, case.external_outcome) == ("closed", "adopted", response)
    assert (case.closed_at, case.main_point.outcome) == (None, outcome)


@pytest.mark.parametrize("response", ["In progress", ""])
def test_a_row_not_answered_yet_is_registered_open_and_its_clocks_run(cfpb, response):
    cfpb({"Company response to consumer": response})
    case = Complaint.objects.get()
    assert (case.state, case.external_outcome) == ("frontline", "")
    assert {clock.started_at for clock in Clock.objects.all()} == {case.received_at}


def test_a_response_never_seen_before_is_not_guessed(cfpb):
    summary = cfpb({"Company response to consumer": "Closed with cake"})
    assert (summary.new, summary.rejected) == (0, 1)


def test_as_open_registers_all_as_new_and_examines_them(cfpb, criteria):
    cfpb({"Consumer complaint narrative": "I shall go to the ombudsman."}, as_open=True)
    case = Complaint.objects.get()
    assert (case.state, case.closed_as) == ("triggered", "")
    assert "regulator" in {trigger.kind for trigger in case.triggers.all()}


def test_adopted_rows_are_not_examined(cfpb, criteria):
    cfpb({"Consumer complaint narrative": "I shall go to the ombudsman."})
    assert not Complaint.objects.get().triggers.exists()


@pytest.mark.parametrize(
    ("told", "channel"),
    [("Phone", "phone"), ("Postal mail", "letter"), ("Web Referral", "referral"), ("Fax", "other"), ("", "other")],
)
def test_the_channel_is_how_it_was_submitted(cfpb, told, channel):
    cfpb({"Submitted via": told})
    assert Complaint.objects.get().channel == channel


def test_the_published_sample_goes_in_whole(db, shared):
    path = shared("cfpb-complaints-sample.csv")
    summary = take_in(path, FORMATS["cfpb"]())
    assert (summary.new, summary.known, summary.rejected) == (2067, 0, 0)
    assert Statement.objects.count() == 389
    assert Complaint.objects.filter(state="closed").count() == 2067 - 616
    assert not Complaint.objects.exclude(closed_at=None).exists()
    again = take_in(path, FORMATS["cfpb"]())
    assert (again.new, again.known, again.added) == (0, 2067, {})
    assert Choice.objects.of("product").count() == 13


def test_every_text_of_the_sample_is_kept_verbatim(db, shared):
    path = shared("cfpb-complaints-sample.csv")
    take_in(path, FORMATS["cfpb"]())
    with path.open(encoding="utf-8", newline="") as file:
        said = {row["Complaint ID"]: row["Consumer complaint narrative"].strip() for row in csv.DictReader(file)}
    kept = dict(Statement.objects.values_list("complaint__external_id", "text"))
    assert kept == {number: text for number, text in said.items() if text}
