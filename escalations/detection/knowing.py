"""What criteria ask that does not stand on the case itself, read for many cases in a number of queries that does not
grow with them: contacts of the person, complaints like it, facts, what happened before."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, prefetch_related_objects

from escalations.detection.compiled import Compiled
from escalations.models import Complaint, Criterion, Event, Message, Party, Point
from escalations.placing.facts import facts_of
from routing.facts import Facts

Test = Criterion.Test
DISPUTED, REOPENED = "acknowledge_outcome", "reopen"


@dataclass
class Known:
    """By primary key of the case."""

    facts: dict[int, Facts] = field(default_factory=dict)
    contacts: dict[int, list[datetime]] = field(default_factory=dict)
    alike: dict[int, list[datetime]] = field(default_factory=dict)
    events: dict[int, list[Event]] = field(default_factory=dict)


def know(cases: Sequence[Complaint], compiled: Compiled, at: datetime) -> Known:
    """Read what these criteria ask about these cases; what no criterion asks is not read."""
    known = Known()
    if compiled.having(Test.ATTEMPTS, Test.PROMISE):
        prefetch_related_objects(cases, "attempts")
    if periods := [one.period or 0 for one in compiled.having(Test.CONTACTS)]:
        known.contacts = contacts(cases, at - timedelta(days=max(periods)), at)
    if periods := [one.period or 0 for one in compiled.having(Test.CLUSTER)]:
        known.alike = alike(cases, timedelta(hours=max(periods)), at)
    if compiled.having(Test.REOPENED, Test.DISPUTED):
        known.events = _events(cases)
    if compiled.conditional:
        known.facts = {case.pk: told for case, told in zip(cases, facts_of(cases, at=at), strict=True)}
    return known


def contacts(cases: Sequence[Complaint], since: datetime, until: datetime) -> dict[int, list[datetime]]:
    """When the same people came to us about the same product, in order: their complaints as received, and what they
    sent on any of them. What names no product counts for every product."""
    prefetch_related_objects(cases, "points", "parties")
    people: dict[int, set[int]] = defaultdict(set)
    for case in cases:
        for party in case.parties.all():
            people[party.person_id].add(case.pk)
    rows = Party.objects.filter(person__in=people).exclude(complaint__state="closed", complaint__closed_as="adopted")
    theirs: dict[int, set[int]] = defaultdict(set)
    for person, other in rows.values_list("person_id", "complaint_id"):
        theirs[person].add(other)
    moments = _moments({pk for group in theirs.values() for pk in group}, since, until)
    products = dict(Point.objects.filter(complaint__in=moments, position=1).values_list("complaint_id", "product_id"))
    found: dict[int, list[datetime]] = {}
    for case in cases:
        own = case.main_point.product_id if case.main_point else None
        others = {pk for person, group in theirs.items() if case.pk in people[person] for pk in group}
        same = (pk for pk in others if pk in moments and (not own or products.get(pk) in (None, own)))
        found[case.pk] = sorted(moment for pk in same for moment in moments[pk])
    return found


def _moments(complaints: set[int], since: datetime, until: datetime) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    received = Complaint.objects.filter(pk__in=complaints, received_at__gte=since, received_at__lte=until)
    for pk, moment in received.values_list("pk", "received_at"):
        found[pk].append(moment)
    said = Message.objects.filter(
        complaint__in=complaints, direction=Message.Direction.IN, written_at__gte=since, written_at__lte=until
    )
    for pk, moment in said.values_list("complaint_id", "written_at"):
        found[pk].append(moment)
    return found


def alike(cases: Sequence[Complaint], period: timedelta, at: datetime) -> dict[int, list[datetime]]:
    """When complaints on the same product and issue were received, in order. Only cases received within two periods
    are looked at: a cluster is news, not history."""
    prefetch_related_objects(cases, "points")
    recent = {
        case.pk: (point.product_id, point.issue_id)
        for case in cases
        if case.received_at >= at - 2 * period and (point := case.main_point) and point.product_id and point.issue_id
    }
    if not recent:
        return {}
    wanted = Q(pk__in=[])
    for product, issue in set(recent.values()):
        wanted |= Q(product=product, issue=issue)
    rows = Point.objects.filter(wanted, position=1, complaint__received_at__gte=at - 3 * period)
    moments: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    for product_id, issue_id, moment in rows.values_list("product_id", "issue_id", "complaint__received_at"):
        moments[product_id, issue_id].append(moment)
    return {pk: sorted(moments[about]) for pk, about in recent.items()}


def _events(cases: Sequence[Complaint]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = defaultdict(list)
    rows = Event.objects.filter(complaint__in=cases, action__in=(DISPUTED, REOPENED)).order_by("number")
    for event in rows:
        found[event.complaint_id].append(event)
    return found
