"""The page of the trend report: who may open it, what it says, and what it does with a question that makes no sense."""

from datetime import datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from escalations.actions import STAFF_ROLES
from escalations.models import Complaint
from routing.models import Team, User

pytestmark = pytest.mark.django_db

READERS = {"Quality analyst", "Manager", "Compliance officer"}


class Text(HTMLParser):
    """The words of a page, and the texts of one kind of element."""

    def __init__(self, html: str, tag: str = "") -> None:
        super().__init__()
        self.tag, self.inside, self.found, self.words = tag, 0, [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == self.tag:
            self.inside += 1
            self.found.append("")

    def handle_endtag(self, tag):
        self.inside -= tag == self.tag

    def handle_data(self, data):
        self.words.append(data)
        if self.inside:
            self.found[-1] += data


def words(response) -> str:
    return " ".join("".join(Text(response.content.decode()).words).split())


@pytest.fixture
def page(client, house):
    def get(user=None, *, path="analytics:trends", **asked):
        client.force_login(user or house.analyst)
        return client.get(reverse(path), asked)

    return get


@pytest.mark.parametrize("path", ["analytics:trends", "analytics:trends_csv", "analytics:trends_xlsx"])
@pytest.mark.parametrize("role", STAFF_ROLES)
def test_trends_are_for_analysts_managers_and_compliance_officers(role, path, page, house):
    assert page(house.by_role[role], path=path).status_code == (200 if role in READERS else 403)


@pytest.mark.parametrize("path", ["analytics:trends", "analytics:trends_csv", "analytics:trends_xlsx"])
def test_a_stranger_is_asked_to_log_in(path, client, db):
    response = client.get(reverse(path), {"by": "team"})
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))
    assert "by%3Dteam" in response["Location"]


def test_the_role_alone_does_not_let_somebody_in_who_is_no_staff(page, house):
    User.objects.filter(pk=house.analyst.pk).update(is_staff=False)
    assert page(User.objects.get(pk=house.analyst.pk)).status_code == 403


@pytest.mark.parametrize("path", ["analytics:trends", "analytics:trends_csv", "analytics:trends_xlsx"])
def test_nothing_is_taken_by_post(path, client, house):
    client.force_login(house.analyst)
    assert client.post(reverse(path)).status_code == 405


def test_the_page_opens_with_the_sentence_and_proves_it_with_chart_and_table(page, taken_in, house):
    for day in range(1, 5):
        taken_in(f"2026-09-0{day}", 3, "upheld")
    for day in range(1, 8):
        taken_in(f"2026-10-0{day}", product=house.loan)
    html = page().content.decode()
    assert Text(html, "h2").found[-1] == "7 complaints in October, 3 more than in September; the rise is Loan (+7)."
    assert html.count('class="closed" x=') == 12  # a bar a month
    assert html.index("<svg") < html.index('data-kind="group"') < html.index('data-kind="month"')
    assert "The same numbers are in the table by month." in html


def test_the_month_that_is_not_over_is_said_and_not_compared(page, taken_in):
    taken_in("2026-10-03")
    taken_in("2026-11-03")
    said = words(page())
    assert "1 complaint in October, 1 more than in September; the rise is Credit card (+1)." in said
    assert "November 2026 is not over: it has 1 complaint up to 14 November 2026, 12:00" in said
    assert "November 2026 (not over)" in said
    assert "so far" in said


def test_open_unknown_and_undecided_complaints_are_named_and_not_left_out(page, taken_in):
    taken_in("2026-10-01")
    taken_in("2026-10-02", adopted=True, outcome="upheld")
    taken_in("2026-10-03", 5, "not_upheld")
    taken_in("2026-10-04", 5)
    said = words(page())
    assert "1 complaint is still open: it is counted, but has no days to close yet." in said
    assert "Days unknown for 1 closed complaint" in said
    assert "Upheld, in full or in part, are 1 of the 2 decided." in said
    assert "1 adopted without an outcome: closed, and with their days, but not among the decided." in said


def test_an_empty_period_points_to_where_there_are_complaints(page, taken_in):
    taken_in("2026-03-03")
    response = page(since="2020-01", until="2020-12", by="team")
    assert "No complaints were received from January 2020 to December 2020." in words(response)
    assert "of March 2026" in words(response)
    address = "?since=2025-04&amp;until=2026-03&amp;by=team&amp;top=10"
    assert f'href="{address}"' in response.content.decode()


def test_an_empty_installation_says_where_figures_come_from(page):
    assert "as soon as complaints are registered or imported" in words(page())


def test_filters_that_fit_nothing_say_so(page, taken_in):
    taken_in("2026-10-03", channel="phone")
    assert "No complaint that you may see fits these filters" in words(page(channel="letter"))


def test_each_filter_is_a_chip_that_takes_it_away(page, taken_in):
    taken_in("2026-10-03", channel="email")
    html = page(channel="email", product="card", since="2026-09", until="2026-10").content.decode()
    assert 'href="?since=2026-09&amp;until=2026-10&amp;by=product&amp;top=10&amp;product=card"' in html
    assert 'href="?since=2026-09&amp;until=2026-10&amp;by=product&amp;top=10&amp;channel=email"' in html


def test_the_downloads_ask_what_the_page_asked(page, taken_in):
    taken_in("2026-10-03", channel="email")
    html = page(channel="email", by="cause", until="2026-10").content.decode()
    asked = "since=2025-11&amp;until=2026-10&amp;by=cause&amp;top=10&amp;channel=email"
    assert f'href="/trends/complaints.csv?{asked}"' in html
    assert f'href="/trends/complaints.xlsx?{asked}"' in html


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"by": "colour"}, "Complaints cannot be grouped by “colour”."),
        ({"since": "2026-13"}, "“2026-13” is no month. Write it like 2026-10."),
        ({"until": "October"}, "“October” is no month."),
        ({"since": "2026-00"}, "“2026-00” is no month."),
        ({"since": "٢٠٢٦-٠١"}, "is no month."),
        ({"since": "0001-01"}, "is no month."),
        ({"since": "2026-10-01"}, "is no month."),
        ({"since": "2026-10", "until": "2026-09"}, "The period ends before it begins."),
        ({"until": "2026-12"}, "This month has not come yet."),
        ({"since": "2011-01", "until": "2026-01"}, "Ask for at most 60 months at once."),
        ({"top": "1000"}, "Choose how many groups are named"),
        ({"top": "ten"}, "Choose how many groups are named"),
        ({"product": "nothing"}, "There is no such product."),
        ({"team": "1 OR 1=1"}, "There is no such team."),
        ({"channel": "pigeon"}, "There is no such channel."),
        ({"product": "a\x00b"}, "Null characters are not allowed."),
        ({"since": "2026-1\x00"}, "is no month."),
    ],
)
@pytest.mark.parametrize("path", ["analytics:trends", "analytics:trends_csv", "analytics:trends_xlsx"])
def test_a_question_that_makes_no_sense_is_refused_in_words(path, asked, says, page, taken_in):
    taken_in("2026-10-03")
    response = page(path=path, **asked)
    assert response.status_code == 400
    assert says in words(response)
    assert "1 complaint" not in words(response)


def test_what_was_typed_comes_back_as_text_and_not_as_markup(page):
    html = page(by="<script>alert(1)</script>").content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;" in html


def test_names_of_the_organisation_are_text_and_not_markup(page, taken_in, house):
    house.card.label = "<b>Card</b>"
    house.card.save()
    taken_in("2026-10-03")
    assert "<b>Card" not in page().content.decode()


def test_unknown_parameters_do_not_matter(page):
    assert page(utm_source="mail").status_code == 200


def test_a_month_alone_brings_the_year_that_it_begins_or_ends(page, taken_in):
    assert "from January 2024 to December 2024" in words(page(since="2024-01"))
    assert "from February 2023 to January 2024" in words(page(until="2024-01"))
    assert "from June 2026 to November 2026" in words(page(since="2026-06"))


def test_only_what_its_reader_may_see_is_counted_on_the_page(page, taken_in, house):
    taken_in("2026-10-03", restricted_kind="conduct")
    assert "No complaints were received" in words(page())
    house.manager.clearances.add(house.conduct)
    assert "1 complaint in October" in words(page(User.objects.get(pk=house.manager.pk)))


def test_the_page_names_no_customer(page, taken_in, case):
    case("closed")
    html = page(by="cause").content.decode()
    assert "Ana" not in html
    assert "charged me twice" not in html
    assert Complaint.objects.get().reference not in html


def test_months_follow_the_readers_own_zone(page, taken_in, house):
    taken_in("", received_at=datetime(2026, 10, 1, 0, 30, tzinfo=ZoneInfo("Europe/London")))
    assert "1 complaint in October" in words(page(since="2026-10"))
    User.objects.filter(pk=house.analyst.pk).update(zone="America/New_York")
    reader = User.objects.get(pk=house.analyst.pk)
    assert "No complaints were received" in words(page(reader, since="2026-10"))
    assert "America/New_York" in words(page(reader))


def test_the_number_of_statements_of_the_page_does_not_grow(page, client, taken_in):
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("analytics:trends"), {"by": "team"})
        return len(seen)

    taken_in("2026-10-03")
    page()
    few = statements()
    for day in range(1, 9):
        Team.objects.create(code=f"team-{day}", name=f"Team {day}")
        taken_in(f"2026-10-0{day}", 4, "upheld")
    assert statements() == few
