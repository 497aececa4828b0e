"""Threads with connections of their own, against the real database: nobody gets too much, nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from routing.assignment import PlacementRefused, begin, end, place
from routing.locking import lock
from routing.models import Assignment, Decision, Handler, Rule, Ruleset

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, arguments, threads=4):
    def in_a_thread(argument):
        try:
            return work(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(in_a_thread, arguments))


def test_placements_at_the_same_time_never_exceed_a_capacity(rules_in_force, make_handler, facts, noon):
    handlers = [make_handler(name, capacity=6) for name in ("Ana", "Ben", "Cy")]

    def route(number):
        with transaction.atomic():
            decision = place(f"R-{number}", replace(facts, severity=2), at=noon)
            if decision.handler:
                begin(decision.reference, decision.handler, weight=2, at=noon)
            return decision.placed

    placed = at_once(route, range(16))
    assert sum(placed) == 9
    assert [row.load for row in Handler.objects.with_load()] == [6, 6, 6]
    assert (
        Decision.objects.filter(placed=False, reason__startswith="Lending: 3 handlers, all at capacity; the").count()
        == 7
    )
    assert len(handlers) == 3


def test_one_case_taken_by_many_at_once_is_held_by_one(make_handler, noon):
    handlers = [make_handler(f"Number{number}") for number in range(8)]

    def take(handler):
        try:
            with transaction.atomic():
                begin("R-1", handler, weight=1, at=noon)
        except PlacementRefused:
            return False
        return True

    assert sum(at_once(take, handlers)) == 1
    assert Assignment.objects.open().count() == 1


def test_locks_taken_in_any_order_do_not_deadlock(make_handler, noon):
    ids = [make_handler(f"Number{number}").pk for number in range(6)]

    def reload(turn):
        with transaction.atomic():
            wanted = ids[turn % 3 :] if turn % 2 else ids[::-1]
            rows = lock(Handler.objects.filter(pk__in=wanted).order_by("-pk"))
            end(["R-0"], at=noon)
            return [row.pk for row in rows] == sorted(wanted)

    assert all(at_once(reload, range(24)))


def test_two_publications_at_once_leave_one_published(draft, to_lending, author, publisher, lending):
    other = Ruleset.objects.create(author=author)
    Rule.objects.create(ruleset=other, name="Other", team=lending)

    def publish(version):
        Ruleset.objects.get(pk=version).publish(publisher)

    at_once(publish, [draft.pk, other.pk])
    states = sorted(Ruleset.objects.values_list("state", flat=True))
    assert states == ["published", "retired"]


def test_a_rule_saved_while_its_draft_is_published_is_in_or_refused(draft, to_lending, publisher, lending):
    def publish_what_stands_still():
        """A draft that is edited while it is checked is not published: then it is looked at again."""
        while Ruleset.objects.get(pk=draft.pk).is_draft:
            with suppress(ValidationError):
                Ruleset.objects.get(pk=draft.pk).publish(publisher)

    def work(job):
        try:
            if job == "publish":
                publish_what_stands_still()
            else:
                Rule.objects.create(ruleset_id=draft.pk, name=str(job), team=lending)
        except ValidationError:
            return "refused"
        return "in"

    results = at_once(work, [0, 1, "publish", 2, 3])
    assert results.count("in") - 1 == draft.rules.count() - 1
    draft.refresh_from_db()
    assert draft.state == "published"


def test_drafts_begun_at_once_have_numbers_of_their_own(draft, author):
    at_once(lambda _: Ruleset.objects.create(author=author), range(6))
    assert sorted(Ruleset.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
