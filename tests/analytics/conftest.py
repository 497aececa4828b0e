"""Complaints of the past, taken in as an import would, and a clock that stands still on 14 November 2026."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analytics import trends
from analytics.forms import QuestionForm
from analytics.trends import Report
from escalations.actors import Actor
from escalations.intake import Adoption, PointDraft, register
from escalations.models import Complaint

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 14, 12, 0, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return NOW


@pytest.fixture
def taken_in(house, draft) -> Callable[..., Complaint]:
    """One complaint received at noon of a day ("2026-10-03"); open, or adopted as closed after so many days."""

    def make(day: str, days: float | None = None, outcome: str = "", *, adopted: bool = False, **given) -> Complaint:
        received = given.pop("received_at", None) or datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=LONDON)
        closed = None if days is None else received + timedelta(days=days)
        adoption = Adoption(outcome=outcome, closed_at=closed) if adopted or days is not None else None
        product, issue = given.pop("product", house.card), given.pop("issue", house.fees)
        draft_of_it = draft(
            received_at=received, adopted=adoption, points=(PointDraft(product=product, issue=issue),), **given
        )
        return register(draft_of_it, actor=Actor.system("import"))

    return make


@pytest.fixture
def report(house) -> Callable[..., Report]:
    """The report that the quality analyst (or somebody else) gets: `report(by="team", since="2026-01")`."""

    def ask(user=None, **asked: str) -> Report:
        form = QuestionForm(asked)
        assert form.is_valid(), form.errors
        return trends.report(form.question, user or house.analyst)

    return ask
