"""Simulations are asked for and run here, because this floor has the texts that the rules may ask about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from escalations.models import FieldValue, Statement
from routing.facts import OWN, digest
from routing.models import Field, Ruleset, Simulation, User
from routing.simulation import run as runs
from routing.simulation.past import Past
from routing.simulation.texts import stored_digest

TASK = f"{__name__}.run"


def ask(ruleset: Ruleset, by: User, *, since: datetime, until: datetime, sample: int) -> Simulation:
    """Ask for a run; a worker takes it up in a moment."""
    with transaction.atomic():
        asked = runs.ask(ruleset, by, since=since, until=until, sample=sample)
        async_task(TASK, asked.pk)
    return asked


def start_again(simulation: Simulation) -> bool:
    """The same run once more; False when it still runs, or is done."""
    with transaction.atomic():
        is_waiting = runs.start_again(simulation.pk)
        if is_waiting:
            async_task(TASK, simulation.pk)
    return is_waiting


def run(pk: int) -> bool:
    """What the worker does. Doubled or late it finds nothing to do."""
    return runs.run(pk, texts_of)


def take_up_simulations(*, at: datetime | None = None) -> int:
    """Give a task to the runs that lost theirs. Returns how many there are."""
    left = list(Simulation.objects.left(at or timezone.now()).values_list("pk", flat=True))
    for pk in left:
        async_task(TASK, pk)
    return len(left)


def texts_of(batch: Sequence[Past]) -> list[Mapping[str, str]]:
    """The texts of past cases as they were when they were decided; what was erased or changed since is not there."""
    references = {past.reference for past in batch}
    said = _gathered(
        Statement.objects.filter(complaint__reference__in=references).said_first()
        .values_list("complaint__reference", "text")
    )  # fmt: skip
    own = _gathered(
        FieldValue.objects.filter(complaint__reference__in=references, field__kind=Field.Kind.TEXT)
        .values_list("complaint__reference", "field__code", "text")
    )  # fmt: skip
    return [
        {"text": _as_it_was(said[past.reference], past), **{OWN + code: text for code, text in own[past.reference]}}
        for past in batch
    ]


def _gathered(rows: Iterable[tuple]) -> dict:
    found = defaultdict(list)
    for reference, *rest in rows:
        found[reference].append(rest[0] if len(rest) == 1 else tuple(rest))
    return found


def _as_it_was(said: Sequence[str], past: Past) -> str:
    """What was said up to then: statements are only ever added, so it is the beginning that has the digest."""
    wanted = stored_digest(past.facts, "text")
    beginnings = ("\n".join(said[:count]) for count in range(len(said), 0, -1))
    return next((text for text in beginnings if digest(text) == wanted), "")
