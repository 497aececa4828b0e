"""The list of complaints as CSV: the rows of the list, without anything that says who a customer is."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import structlog
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.cells import csv_lines
from escalations.fields.showing import told
from escalations.looking import looked
from escalations.models import Complaint, Look, Point
from escalations.models.complaint_queryset import ComplaintQuerySet
from escalations.models.field_value import FIELD_VALUES
from routing.definitions import Definitions
from routing.signed_in import person

log = structlog.get_logger(__name__)
ROWS_AT_ONCE = 500


def _moment(value: datetime | None) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def _main(name: str) -> Callable[[Complaint], Any]:
    """A value of the main point; the words for a code where there are some."""

    def read(case: Complaint) -> Any:
        point: Point | None = case.main_point
        value = getattr(point, f"get_{name}_display", None)
        return value() if value else getattr(point, name, None)

    return read


COLUMNS: list[tuple[Any, Callable[[Complaint], Any]]] = [
    (gettext_lazy("reference"), lambda case: case.reference),
    (gettext_lazy("state"), lambda case: case.get_state_display()),
    (gettext_lazy("closed as"), lambda case: case.get_closed_as_display()),
    (gettext_lazy("severity"), lambda case: case.get_severity_display()),
    (gettext_lazy("tier"), lambda case: case.get_tier_display()),
    (gettext_lazy("channel"), lambda case: case.get_channel_display()),
    (gettext_lazy("complaint type"), lambda case: case.complaint_type),
    (gettext_lazy("product"), _main("product")),
    (gettext_lazy("issue"), _main("issue")),
    (gettext_lazy("outcome"), _main("outcome")),
    (gettext_lazy("root cause"), _main("cause")),
    (gettext_lazy("team"), lambda case: case.team),
    (gettext_lazy("handler"), lambda case: case.handler),
    (gettext_lazy("amount in dispute"), lambda case: case.amount),
    (gettext_lazy("currency"), lambda case: case.currency),
    (gettext_lazy("region"), lambda case: case.region),
    (gettext_lazy("language"), lambda case: case.language),
    (gettext_lazy("restricted"), lambda case: case.get_restricted_kind_display()),
    (gettext_lazy("received at"), lambda case: _moment(case.received_at)),
    (gettext_lazy("registered at"), lambda case: _moment(case.registered_at)),
    (gettext_lazy("next deadline"), lambda case: _moment(case.due_at)),
    (gettext_lazy("outcome given at"), lambda case: _moment(case.resolved_at)),
    (gettext_lazy("closed at"), lambda case: _moment(case.closed_at)),
    (gettext_lazy("from the system"), lambda case: case.external_system),
    (gettext_lazy("its number there"), lambda case: case.external_id),
]


def as_csv(request: HttpRequest, rows: ComplaintQuerySet) -> StreamingHttpResponse:
    """A download of these rows, which the caller has narrowed to what may be seen. Each export is logged."""
    name = f"{_('complaints')}-{timezone.localdate():%Y-%m-%d}.csv"
    answer = StreamingHttpResponse(csv_lines(_rows(request, rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _rows(request: HttpRequest, rows: ComplaintQuerySet) -> Iterator[list[str]]:
    own = [one for one in Definitions.load() if not one.is_private]
    yield [*(str(title) for title, _read in COLUMNS), *(_cell(one.label) for one in own)]
    cases = rows.select_related("team", "handler__user", "complaint_type").prefetch_related(
        "points__product", "points__issue", "points__cause__parent", *([FIELD_VALUES] if own else [])
    )
    count, user = 0, person(request)
    for case in cases.iterator(chunk_size=ROWS_AT_ONCE):
        count += 1
        looked(user, [case], Look.Place.EXPORT)
        says = told(case.field_values.all()) if own else {}
        cells = (*(read(case) for _title, read in COLUMNS), *(says.get(one.pk) for one in own))
        yield [_cell(cell) for cell in cells]
    # The names of the filters only: what was searched for may be a customer's name.
    log.info("complaints_exported", user=request.user.pk, rows=count, filters=sorted(request.GET))


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
