"""A score in plain language: how likely, and which facts and words moved it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from escalations.models import Complaint, RiskScore
from escalations.states import Channel, Severity
from routing.facts import OWN
from routing.models import Choice, Field

LABELS: dict[str, str | Promise] = {
    "product": gettext_lazy("product"),
    "sub_product": gettext_lazy("sub-product"),
    "issue": gettext_lazy("issue"),
    "sub_issue": gettext_lazy("sub-issue"),
    "complaint_type": gettext_lazy("complaint type"),
    "channel": gettext_lazy("channel"),
    "severity": gettext_lazy("severity"),
    "region": gettext_lazy("region"),
    "jurisdiction": gettext_lazy("jurisdiction"),
    "language": gettext_lazy("language"),
    "amount": gettext_lazy("amount in dispute"),
    "currency": gettext_lazy("currency"),
    "points": gettext_lazy("points alleged"),
    "attempts": gettext_lazy("earlier attempts"),
    "failed_attempts": gettext_lazy("failed attempts"),
    "prior_complaints": gettext_lazy("earlier complaints of the customer"),
    "prior_escalations": gettext_lazy("earlier escalations of the customer"),
    "days_since": gettext_lazy("days since it happened"),
}
COUNTED = frozenset(
    ("amount", "points", "attempts", "failed_attempts", "prior_complaints", "prior_escalations", "days_since")
)
"""Facts that are numbers: “Earlier attempts: 0” reads better than “Earlier attempts is 0”."""
CODED = ("product", "sub_product", "issue", "sub_issue", "complaint_type")


@dataclass(frozen=True)
class Because:
    """One thing that moved the score. `quotes` what the customer said: only for those who may read it."""

    sentence: str
    raises: bool
    quotes: bool


@dataclass(frozen=True)
class Explained:
    """`score` from 0 to 1, and why; the strongest first. By which version, as registered."""

    score: float
    version: int
    reasons: tuple[Because, ...]

    @property
    def sentence(self) -> str:
        """Never 0 and never 100: nobody is sure."""
        percent = min(99, max(1, round(self.score * 100)))
        return _("%(percent)d in 100 complaints like this one need escalation.") % {"percent": percent}


def explained(complaint: Complaint) -> Explained | None:
    """Of one complaint; None when it has no score (yet)."""
    return explained_many([complaint]).get(complaint.pk)


def explained_many(complaints: Iterable[Complaint]) -> dict[int, Explained]:
    """By the key of the complaint, in three queries for any number; those without a score are left out. Whether scores
    may be shown at all, `standing()` says."""
    rows = RiskScore.objects.filter(complaint__in=[case.pk for case in complaints]).select_related("model")
    scores = list(rows.only("score", "reasons", "complaint_id", "model__number"))
    names = _names([reason for score in scores for reason in score.reasons])
    return {
        score.complaint_id: Explained(
            score.score, score.model.number, tuple(_because(reason, names) for reason in score.reasons)
        )
        for score in scores
    }


def _because(reason: Mapping[str, Any], names: Mapping[tuple[str, str], str]) -> Because:
    raises = reason.get("strength", reason["moved"]) > 0
    much = _much(round(abs(reason["moved"]) * 100), raises)
    if not reason["name"]:
        return Because(_("Says “%(word)s”: %(much)s") % {"word": reason["value"], "much": much}, raises, quotes=True)
    name, value = reason["name"], reason["value"]
    label = names.get((name, ""), LABELS.get(name, name))
    shown = names.get((name, value), value)
    told = {"fact": str(label)[:1].upper() + str(label)[1:], "value": shown, "much": much}
    says = _("%(fact)s: %(value)s, %(much)s") if name in COUNTED else _("%(fact)s is %(value)s: %(much)s")
    return Because(says % told, raises, quotes=False)


def _much(points: int, raises: bool) -> str:
    """In points; near certainty nothing moves by a whole one, and still speaks for it or against it."""
    if not points:
        return _("speaks for it") if raises else _("speaks against it")
    if raises:
        return ngettext("%d point more likely", "%d points more likely", points) % points
    return ngettext("%d point less likely", "%d points less likely", points) % points


def fact_names(facts: Iterable[str]) -> dict[str, str]:
    """The names of facts as a model has them, in words."""
    own = {name.removeprefix(OWN) for name in facts if name.startswith(OWN)}
    labels = Field.objects.filter(code__in=own).values_list("code", "label") if own else ()
    return {name: str(label) for name, label in LABELS.items()} | {f"{OWN}{code}": label for code, label in labels}


def _names(reasons: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """The labels of fields (value “”) and of the values that these reasons name."""
    found: dict[tuple[str, str], str] = {}
    found |= {("channel", code): str(label) for code, label in Channel.choices}
    found |= {("severity", str(code)): str(label) for code, label in Severity.choices}
    codes = {reason["name"].removeprefix(OWN) for reason in reasons if reason["name"].startswith(OWN)}
    codes |= {reason["name"] for reason in reasons if reason["name"] in CODED}
    if codes:
        values = {reason["value"] for reason in reasons}
        for field, code, label in Choice.objects.filter(field__code__in=codes, code__in=values).values_list(
            "field__code", "code", "label"
        ):
            found[field if field in CODED else f"{OWN}{field}", code] = label
        own = Field.objects.filter(code__in=codes).values_list("code", "label")
        found |= {(f"{OWN}{code}", ""): label for code, label in own}
    return found
