"""Which trained version is in use and how, and the version itself, read once a process."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog
from django.utils.translation import gettext as _

from escalations.models import RiskMode, RiskModel, RiskModelFile, RiskPolicy

if TYPE_CHECKING:
    from escalations.detection.risk.model import Model

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Standing:
    """How the score is used now. `sentence` is for the screen; `is_shown` says whether scores may be on it."""

    mode: str
    number: int | None
    sentence: str
    is_shown: bool = False


def standing() -> Standing:
    """One query."""
    policy = RiskPolicy.current()
    row = policy.model
    if row is None:
        return Standing(policy.mode, None, _("There is no risk model yet: the criteria alone flag complaints."))
    if row.problem:
        says = _("%(model)s cannot be read: the criteria alone flag complaints. %(why)s")
        return Standing(policy.mode, None, says % {"model": row, "why": row.problem})
    said = {
        RiskMode.SHADOW: _("%s is on trial: its scores are kept and not shown; the criteria alone flag complaints."),
        RiskMode.SUGGEST: _("%s suggests: the riskiest come first, nothing is flagged by it."),
        RiskMode.ACT: _("%s flags what is above its working point, beside the criteria."),
    }
    return Standing(policy.mode, row.number, said[RiskMode(policy.mode)] % row, policy.is_shown)


def loaded(row: RiskModel) -> "Model | None":
    """The learned part of a version; None when it cannot be used. Then that is logged once and stands on its page, and
    complaints go on being judged by the criteria."""
    try:
        return _read(row.pk, row.digest)
    except Unusable as error:
        _tell(row.pk, row.digest, error.code, str(error))
        return None


class Unusable(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@lru_cache(maxsize=3)
def _read(pk: int, digest: str) -> "Model":
    """By digest: a version whose content is another is another version."""
    from escalations.detection.risk import keeping  # brings scikit-learn with it: a process that never scores has none

    content = RiskModelFile.objects.filter(model=pk).values_list("content", flat=True).first()
    if content is None:
        raise Unusable("missing", _("Its learned part is not there."))
    try:
        if keeping.digest(bytes(content)) != digest:
            raise keeping.ModelUnusable("tampered", _("Its learned part is not as it was trained: the digest differs."))
        return keeping.unpacked(bytes(content))
    except keeping.ModelUnusable as error:
        raise Unusable(error.code, str(error)) from error


@lru_cache(maxsize=64)
def _tell(pk: int, digest: str, code: str, problem: str) -> None:
    log.error("risk_model_unusable", model=pk, code=code)
    RiskModel.objects.filter(pk=pk).update(problem=problem)


def forget() -> None:
    """Read again what is asked for next."""
    _read.cache_clear()
    _tell.cache_clear()
