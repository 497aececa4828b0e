"""One criterion as detection uses it: read from its row or from a file, and then without a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from escalations.models import Criterion
from escalations.phrases import Negation, Phrases, Quoted
from routing.plain import PlainCondition


class Flag(Protocol):
    """What raises a trigger: a criterion, or another part of the system that proposes one."""

    @property
    def pk(self) -> int | None: ...
    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def policy(self) -> str: ...


@dataclass(frozen=True)
class Proposer:
    """A part of the system that proposes triggers by itself, without a criterion: `code` says what it found, so that
    the same is proposed once for a case."""

    code: str
    kind: str
    policy: str = Criterion.Policy.TRIAGE
    pk: None = None


@dataclass(frozen=True)
class WordList:
    """The phrases of a criterion in one language."""

    language: str
    phrases: Sequence[str]
    silent: Sequence[str] = ()


@dataclass(frozen=True)
class Definition:
    """A criterion. Two that differ only in their rows (`pk`) or names are the same."""

    code: str
    name: str = field(compare=False)
    kind: str
    test: str
    policy: str = Criterion.Policy.TRIAGE
    threshold: Decimal | None = None
    currency: str = ""
    period: int | None = None
    negation: str = Criterion.Negation.ANY
    quoted: str = Criterion.Quoted.SKIP
    lists: tuple[WordList, ...] = ()
    conditions: tuple[PlainCondition, ...] = ()
    pk: int | None = field(default=None, compare=False)
    is_enabled: bool = field(default=True, compare=False)
    note: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.name

    @property
    def reads_words(self) -> bool:
        return self.test == Criterion.Test.WORDS

    @property
    def number(self) -> int:
        """The threshold of a test that counts."""
        return int(self.threshold or 0)

    def phrases(self) -> list[Phrases]:
        return [
            Phrases(one.language, one.phrases, one.silent, Negation(self.negation), Quoted(self.quoted))
            for one in self.lists
        ]

    @classmethod
    def of(cls, row: Any) -> "Definition":
        """The definition of a row, whose lists and conditions are prefetched."""
        return cls(
            code=row.code, name=row.name, kind=row.kind, test=row.test, policy=row.policy, threshold=row.threshold,
            currency=row.currency, period=row.period, negation=row.negation, quoted=row.quoted,
            lists=tuple(
                WordList(one.language, tuple(one.phrases.splitlines()), tuple(one.silent.splitlines()))
                for one in row.lists.all()
            ),
            conditions=tuple(
                PlainCondition(one.fact, one.operator, one.value, one.group) for one in row.conditions.all()
            ),
            pk=row.pk, is_enabled=row.is_enabled, note=row.note,
        )  # fmt: skip
