"""When Northmere escalates by itself: words, phrases in which they mean something else, and known facts.

Criteria that count over time (three contacts in thirty days, five on one issue in a day) are not among them:
a criterion looks at one text or one case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from escalations.detection import find_words
from escalations.models import Criterion
from escalations.states import TriggerKind as Kind


@dataclass(frozen=True)
class Line:
    """One criterion: words and where they are silent (commas between), or a test with a threshold."""

    name: str
    kind: str
    words: str = ""
    silent: str = ""
    test: str = "words"
    threshold: int | None = None
    at_once: bool = False


LINES = (
    Line("Repeated contact", Kind.REPEATED_CONTACT,
         "third time, fourth time, fifth time, keep calling, keep ringing, keep writing, told your colleague*, "
         "how many more times",
         "third year with you, third time lucky"),
    Line("Two failed attempts", Kind.FAILED_ATTEMPTS, test="attempts", threshold=2),
    Line("A promised date was missed", Kind.FAILED_ATTEMPTS,
         "was told five days, were told five days, five more days, promised a call, promised me a call, "
         "promised to call, nobody called back, nobody rang back, never called back, never rang back"),
    Line("Unsettled after three days", Kind.AGE, test="age", threshold=3),
    Line("Asks for a manager", Kind.MANAGER,
         "someone in charge, somebody in charge, your supervisor, escalate this, your manager, speak to a manager, "
         "somebody's name",
         "my manager at work, my manager says, my manager said"),
    Line("Names a regulator", Kind.REGULATOR,
         "ombudsman*, FCA, Financial Conduct Authority, my MP, report you to, provedor, Banco de Portugal",
         "ombudsman leaflet"),
    Line("Mentions legal action", Kind.LEGAL,
         "solicitor*, letter before action, small claims, sue, take you to court, advogado, tribunal",
         "do not want to sue, don't want to sue, daughter is a solicitor, son is a solicitor, am a solicitor, "
         "employment tribunal"),
    Line("Mentions the media", Kind.MEDIA,
         "go to the papers, going to the papers, journalist*, make it viral, make this viral, the local paper, "
         "jornais, jornalista*",
         "saw it in the papers, read it in the papers, read about it in the local paper"),
    Line("Safety", Kind.SAFETY,
         "end it all, cannot go on, can't go on, do not know what I will do, don't know what I will do, "
         "no heating, he will find me, not worth living",
         at_once=True),
    Line("Vulnerability", Kind.VULNERABILITY,
         "since my husband died, since my wife died, my mother died, my father died, my husband died, my wife died, "
         "my carer, lost my job, cannot read the letters, can't read the letters, chemotherapy, made redundant"),
    Line("Conduct or discrimination", Kind.CONDUCT,
         "my accent, laughed at, because I am, because I'm, refused to serve, wheelchair*",
         "because I am not, because I am sure, because I am tired, because I am away, because I'm away"),
    Line("Fraud or data", Kind.FRAUD,
         "did not make this payment, didn't make this payment, did not make these payments, scam, scammed, "
         "said he was from the bank, said she was from the bank, said he was your fraud team, "
         "someone else's letters, somebody else's statement*, sent my details to"),
    Line("A thousand or more at stake", Kind.AMOUNT, test="amount", threshold=1000),
    Line("Severity high", Kind.SEVERITY, test="severity", threshold=3),
    Line("Severity critical", Kind.SEVERITY, test="severity", threshold=4, at_once=True),
)  # fmt: skip


def rows() -> Iterator[Criterion]:
    """The criteria, unsaved."""
    for line in LINES:
        yield Criterion(
            name=line.name,
            kind=line.kind,
            test=line.test,
            words=_lines(line.words),
            silent=_lines(line.silent),
            threshold=line.threshold,
            policy=Criterion.Policy.AT_ONCE if line.at_once else Criterion.Policy.TRIAGE,
        )


def fires(text: str, amount: Decimal | None, severity: int) -> bool:
    """Whether any criterion holds for a new complaint with these words, whatever was tried before."""
    known: dict[str, Any] = {Criterion.Test.AMOUNT: amount or 0, Criterion.Test.SEVERITY: severity}
    return any(
        find_words(row, text) if row.test == Criterion.Test.WORDS else known.get(row.test, -1) >= (row.threshold or 0)
        for row in ROWS
    )


def make() -> None:
    for row in rows():
        row.full_clean(validate_unique=False)
        row.save()


def _lines(phrases: str) -> str:
    return "\n".join(phrase.strip() for phrase in phrases.split(",") if phrase.strip())


ROWS = tuple(rows())
