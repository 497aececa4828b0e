"""The e-mail that tells somebody of a row: the row is claimed, mailed outside of any lock, and tried again later."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from routing.locking import lock

log = structlog.get_logger(__name__)
BATCH, MOST_TRIES, LONGEST_SENDING = 200, 12, timedelta(minutes=10)


def tell(
    rows: "QuerySet[Any]", mail: Callable[[Any], EmailMessage], *, reads: tuple[str, ...], now: datetime | None = None,
    still: Callable[[Any], bool] = lambda row: True, told: str = "told_at",
) -> int:  # fmt: skip
    """Send the e-mails that are due; returns how many went out. `rows` have `tries` and `next_try_at` (empty: nothing
    to do), `reads` is what the mail is written from, `still` whether there is anything to tell, `told` when it was."""
    now = now or timezone.now()
    due = rows.filter(next_try_at__lte=now)
    sent = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        row = _claimed(due.filter(pk=pk), reads, still, now)
        sent += row is not None and _sent(row, mail, told, now)
    return sent


def _claimed(due: "QuerySet[Any]", reads: tuple[str, ...], still: Callable[[Any], bool], now: datetime) -> Any:
    """So that no second worker sends it; None when one has, or when there is nothing to tell any more."""
    with transaction.atomic():
        for locked in lock(due):
            row = type(locked)._base_manager.select_related(*reads).get(pk=locked.pk)
            tells = still(row)
            row.tries, row.next_try_at = row.tries + 1, now + LONGEST_SENDING if tells else None
            row.save(update_fields=["tries", "next_try_at"])
            return row if tells else None
    return None


def _sent(row: Any, mail: Callable[[Any], EmailMessage], told: str, now: datetime) -> bool:
    same = type(row)._base_manager.filter(pk=row.pk)
    try:
        mail(row).send()
    except Exception as error:  # any failure of any mail backend: tried again later
        log.warning("not_told", of=row._meta.model_name, pk=row.pk, tries=row.tries, error=type(error).__name__)
        later = None if row.tries >= MOST_TRIES else now + timedelta(minutes=2 ** min(row.tries, 8))
        same.update(next_try_at=later)
        return False
    same.update(**{told: now, "next_try_at": None})
    return True
