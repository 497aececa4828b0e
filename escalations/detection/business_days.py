"""Business days as a plain count of weekdays in the site's zone: no holidays, no opening hours."""

from datetime import datetime, timedelta

from django.utils import timezone

SATURDAY = 5


def after(start: datetime, days: int) -> datetime:
    """The moment at which so many whole business days have passed: the same time of day, weekends not counted. What
    starts on a weekend starts on Monday at midnight."""
    moment = timezone.localtime(start)
    if moment.weekday() >= SATURDAY:
        moment = _midnight(moment + timedelta(days=7 - moment.weekday()))
    weeks, rest = divmod(days, 5)
    moment += timedelta(days=7 * weeks)
    for _day in range(rest):
        moment += timedelta(days=3 if moment.weekday() == SATURDAY - 1 else 1)
    return moment


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
