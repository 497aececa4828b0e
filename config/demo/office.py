"""When people work: from eight to six on working days, counted in office minutes so that time only ever goes on."""

from bisect import bisect_left
from datetime import date, datetime, time, timedelta

from django.utils import timezone

OPENS, CLOSES = 8, 18
DAY = (CLOSES - OPENS) * 60
"""Office minutes of one working day."""
CLOSED = {(12, 25), (12, 26), (1, 1)}


class Office:
    """Translates moments to office minutes and back, over the two years before a day."""

    def __init__(self, until: datetime) -> None:
        last = timezone.localdate(until)
        days = (last - timedelta(days=back) for back in range(730, -10, -1))
        self.days = [day for day in days if day.weekday() < 5 and (day.month, day.day) not in CLOSED]

    def minutes(self, at: datetime) -> int:
        """Office minutes up to that moment; outside hours those of the next opening."""
        local = timezone.localtime(at)
        index = bisect_left(self.days, local.date())
        if local.date() not in self.days[index : index + 1]:
            return index * DAY
        return index * DAY + min(max((local.hour - OPENS) * 60 + local.minute, 0), DAY)

    def moment(self, minutes: float) -> datetime:
        """The moment, to the minute, after so many office minutes; at most the end of the last day that is known."""
        index, rest = divmod(min(int(minutes), len(self.days) * DAY - 1), DAY)
        return at_time(self.days[index], OPENS + rest // 60, rest % 60)


def at_time(day: date, hour: int, minute: int = 0) -> datetime:
    """That time of the day where the bank is."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)), timezone.get_default_timezone())


def midnight(now: datetime) -> datetime:
    """The beginning of today where the bank is: what the demo knows ends there, whenever on that day it is made."""
    return at_time(timezone.localdate(now, timezone.get_default_timezone()), 0)
