"""Makes the demo, all of it or nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ

from config.demo import authority, causes, criteria, fields, inquiry, limits, people, rules
from config.demo.bank import Bank
from config.demo.drive import play
from config.demo.neighbours import NUMBER, beside
from config.demo.office import midnight
from config.demo.plan import Planner
from config.demo.plots import FATES
from config.demo.signing_in import PASSWORD
from config.demo.ten import ten_cases
from escalations.handing_over import asking
from escalations.models import Complaint, CriteriaSet, HandoverRequest
from routing.models import Ruleset, Team, User

Advance = Callable[[float], object]


WHOLE = 10 + len(FATES) + NUMBER
"""From so many complaints on, the neighbours of the ten cases are made too, and every fate occurs."""


class Refused(Exception):
    """This database is somebody's: the demo would mix its people and rules with theirs."""


def exists() -> bool:
    """Whether the demo is here already."""
    return User.objects.filter(email__in=[f"{member.login}@{people.DOMAIN}" for member in people.STAFF]).exists()


def make(
    seed: int = 1, complaints: int = 300, *, password: str = PASSWORD, now: datetime | None = None,
    advance: Advance = lambda done: None,
) -> int:  # fmt: skip
    """Make the bank and so many complaints; returns how many. Raises Refused where the database is in use.

    One transaction: a demo that was interrupted leaves nothing behind. What is made depends on the seed and on the
    day only, never on the hour.
    """
    _refuse_what_is_not_empty()
    until = midnight(now or timezone.now())
    call_command("roles", stdout=StringIO())
    with transaction.atomic():
        queued = OrmQ.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        _organisation(until, password)
        bank = Bank()
        planned = list(ten_cases(seed, bank, until))[:complaints]
        if complaints >= WHOLE:
            planned += beside(seed, bank, until, planned)
        planned += Planner(seed, bank, until).plan(complaints - len(planned))
        play(planned, bank, until, advance)
        _ask_agents(until)
        authority.make(bank, until)
        # Every step has queued a nudge to look; the worker's next sweep looks at everything anyway.
        OrmQ.objects.filter(pk__gt=queued).delete()
    return len(planned)


def _ask_agents(until: datetime) -> None:
    """What went up with gaps is asked of its agent, as the sweep does: on the page, and without a mail."""
    while asking.ask_for_gaps(at=until):
        HandoverRequest.objects.filter(told_at=None).update(told_at=until, next_try_at=None)


def _organisation(until: datetime, password: str) -> None:
    limits.make()
    people.make(until, password)
    fields.make()
    limits.make_steps()
    causes.make()
    inquiry.make()
    criteria.make(until - timedelta(days=400))
    rules.make(until - timedelta(days=400))


def _refuse_what_is_not_empty() -> None:
    for model in (Complaint, Team, Ruleset, CriteriaSet):
        if model._default_manager.exists():
            raise Refused(
                f"This database holds {model._meta.verbose_name_plural} that are not the demo's. "
                "The demo wants a database of its own: set REDRESS_DATA_DIR or DATABASE_URL."
            )
