"""The ten cases that exercise everything, as far as today's rooms can state them, in the words of those who wrote."""

from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from typing import Any

from config.demo import ten_open, ten_told
from config.demo.bank import Bank, Case
from config.demo.office import Office
from config.demo.plan import Planned
from config.demo.script import Script
from config.demo.steps import come_in
from escalations.intake import Draft

Tell = Callable[[Script], tuple[Draft, str, dict[str, Any]]]
CASES: tuple[Tell, ...] = (
    ten_told.charged_twice,
    ten_told.what_the_adviser_said,
    ten_told.letters_to_the_dead,
    ten_open.the_fraud_team,
    ten_open.laughed_at,
    ten_told.locked_out_on_payday,
    ten_told.ten_weeks_for_an_isa,
    ten_open.not_complaining,
    ten_open.nine_calls_a_day,
    ten_open.sem_aviso,
)


def ten_cases(seed: int, bank: Bank, until: datetime) -> Iterator[Planned]:
    office = Office(until)
    for number, tell in enumerate(CASES, start=1):
        script = Script(bank, office, until)
        draft, agent, notes = tell(script)
        case = Case(draft, agent, Random(f"{seed} case {number}"), notes=notes)
        yield Planned(tell.__name__.replace("_", " "), case, [(draft.received_at or until, come_in), *script.moments])
