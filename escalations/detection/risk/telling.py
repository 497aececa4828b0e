"""A model card as a person reads it: the same on a terminal and on a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FEWEST_FLAGGED = 30
"""Cases flagged in the future below which the sentence on top speaks of all unseen rows instead."""
FEW = 1_000
"""Cases below which the card says how much chance there is in its figures."""
TOO_GOOD = 0.95
WIDE = 4
"""Columns beyond which a table does not fit on a phone."""
WHY: dict[str, str | Promise] = {
    "date": gettext_lazy("a date: the past does not come back"),
    "each its own": gettext_lazy("every row has its own"),
    "always the same": gettext_lazy("the same in every row"),
}
"""Why a column is not read (learning.Learner.left_out)."""


@dataclass
class Section:
    """A heading with sentences, and a table where there is one (the first row names the columns)."""

    title: str
    sentences: list[str] = field(default_factory=list)
    table: list[list[str]] = field(default_factory=list)

    @property
    def rows(self) -> list[list[tuple[str, str]]]:
        """Each cell with the name of its column, for a screen too narrow for a head above them."""
        head, *rows = self.table or [[]]
        return [list(zip(head, row, strict=True)) for row in rows]

    @property
    def is_wide(self) -> bool:
        return bool(self.table) and len(self.table[0]) > WIDE


def sections(card: Mapping[str, Any], names: Mapping[str, str] | None = None) -> list[Section]:
    """The whole card; `names` are those of facts, in words."""
    named = names or {}
    return [
        section
        for section in (
            _what(card),
            _how_good(card),
            _honest(card),
            _groups(card),
            _facts(card, named),
            _words(card),
            _care(card),
        )
        if section.sentences or section.table
    ]


def summary(card: Mapping[str, Any]) -> str:
    """One sentence: how good it is."""
    future = card.get("future")
    enough = future is not None and future["rows"] * future["flagged"] >= FEWEST_FLAGGED
    good: Mapping[str, Any] = future if future is not None and enough else card["random"]
    says = _("Of the %(share)s with the highest risk, %(precision)s had the outcome (%(base)s of all did).")
    return says % {
        "share": percent(good["flagged"]), "precision": percent(good["precision"]), "base": percent(good["base_rate"]),
    }  # fmt: skip


def against(card: Mapping[str, Any], used: Mapping[str, Any]) -> str:
    """How it ranks beside the version in use, each on rows that it had not seen; empty where one does not say."""
    own, other = (one.get("random", {}).get("auc") for one in (card, used))
    if own is None or other is None:
        return ""
    said = {"own": f"{own:.3f}", "other": f"{other:.3f}"}
    if own < other:
        return _("It ranks worse than the version in use: AUC %(own)s against %(other)s.") % said
    return _("It ranks no worse than the version in use: AUC %(own)s against %(other)s.") % said


def _what(card: Mapping[str, Any]) -> Section:
    values = ", ".join(f"“{value}”" for value in card["positive"])
    told = _("It foretells “%(outcome)s”: %(values)s.") if values else _("It foretells: %(outcome)s.")
    sentences = [told % {"outcome": card["outcome"], "values": values}]
    sentences.append(
        _("Learned from %(rows)s rows with a known outcome, %(text)s of them with text.")
        % {"rows": f"{card['rows']:,}", "text": f"{card['with_text']:,}"}
    )
    if card.get("unknown"):
        sentences.append(_("%s rows without a known outcome were left out.") % f"{card['unknown']:,}")
    if card.get("period"):
        start, end = (day_in_words(day) for day in card["period"])
        sentences.append(_("From %(start)s to %(end)s.") % {"start": start, "end": end})
    return Section(_("What it is"), sentences)


def _how_good(card: Mapping[str, Any]) -> Section:
    head = [
        "",
        _("rows"),
        _("base rate"),
        _("AUC"),
        _("flagged"),
        _("right of them"),
        _("of all outcomes"),
        _("off by"),
    ]
    table = [head, [_("unseen rows at random"), *_measured(card["random"])]]
    if heard := card.get("with_words"):
        table.append([_("those of them with text"), *_measured(heard)])
    if future := card.get("future"):
        table.append([_("the future, from %s on") % day_in_words(future["since"]), *_measured(future)])
    says = _("Of 100 samples of this size, the figures of 95 lie within what stands behind ±.")
    return Section(_("How good it is"), [summary(card), *_doubts(card["random"]), says], table)


def _doubts(one: Mapping[str, Any]) -> Iterator[str]:
    """What makes the figures less than they seem."""
    if one["auc"] is None:
        return
    if one["rows"] < FEW:
        says = _("Learned from %(rows)s cases only: with others the AUC might be up to %(by).2f more or less.")
        yield says % {"rows": one["rows"], "by": spread(one["auc"], one["positives"], one["rows"] - one["positives"])}
    if one["auc"] > TOO_GOOD:
        says = _(
            "Real outcomes are seldom so plain (AUC %.2f): were facts set after the outcome, or are the cases made up?"
        )
        yield says % one["auc"]


def spread(auc: float, positives: int, negatives: int) -> float:
    """Half of the interval that holds the AUC in 95 of 100 samples of this size.

    J. Hanley, B. McNeil, The meaning and use of the area under a ROC curve, Radiology 143, 1982.
    """
    square = auc * auc
    above, below = auc / (2 - auc), 2 * square / (1 + auc)
    both = auc * (1 - auc) + (positives - 1) * (above - square) + (negatives - 1) * (below - square)
    return float(1.96 * (both / (positives * negatives)) ** 0.5)


def share_spread(share: float, rows: float) -> float:
    """Half of the interval that holds a share in 95 of 100 samples of so many rows.

    E. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22, 1927.
    """
    rows, z = max(1.0, rows), 1.96
    return z * ((share * (1 - share) + z * z / (4 * rows)) / rows) ** 0.5 / (1 + z * z / rows)


def _measured(one: Mapping[str, Any]) -> list[str]:
    rows, positives = one["rows"], one["positives"]
    auc = "–" if one["auc"] is None else f"{one['auc']:.3f} ± {spread(one['auc'], positives, rows - positives):.3f}"
    right = f"{percent(one['precision'])} ± {share_spread(one['precision'], rows * one['flagged']) * 100:.0f}"
    error = percent(one["calibration_error"], 1)
    return [f"{rows:,}", percent(one["base_rate"]), auc, percent(one["flagged"]), right, percent(one["caught"]), error]


def _honest(card: Mapping[str, Any]) -> Section:
    table = [[_("rows"), _("foretold"), _("came")]]
    table += [[f"{rows:,}", percent(told, 1), percent(came, 1)] for rows, told, came in card["reliability"]]
    return Section(_("Whether its probabilities mean what they say (tenths, the lowest first)"), [], table)


def _groups(card: Mapping[str, Any]) -> Section:
    if not card.get("groups"):
        return Section(_("Differences between groups"), [_("No group was named, or none has fifty rows.")])
    head = ["", _("rows"), _("foretold"), _("came"), _("flagged"), _("right of them"), _("missed"), _("AUC")]
    table = [head]
    for one in card["groups"]:
        auc = "–" if one["auc"] is None else f"{one['auc']:.3f}"
        shares = [percent(one[name]) for name in ("told", "came", "flagged", "precision", "missed")]
        table.append([f"{one['group']}: {one['value'] or '–'}", f"{one['rows']:,}", *shares, auc])
    return Section(_("Differences between groups"), [], table)


def _facts(card: Mapping[str, Any], names: Mapping[str, str]) -> Section:
    table = [[_("fact"), _("values"), _("moves by")]]
    table += [
        [
            names.get(one["name"], one["name"]),
            f"{one['values']:,}" if one["values"] else _("a number"),
            percent(one["moved"], 1),
        ]
        for one in card["facts"]
    ]
    left_out = [f"{names.get(name, name)} ({WHY.get(why, why)})" for name, why in card["left_out"].items()]
    sentences = [_("Left out: %s.") % ", ".join(left_out)] if left_out else []
    return Section(_("What it reads"), sentences, table)


def _words(card: Mapping[str, Any]) -> Section:
    words = card.get("words") or {}
    said = ((_("Words that make it likelier: %s."), "for"), (_("Words that make it less likely: %s."), "against"))
    return Section(_("What it hears"), [says % ", ".join(words[side]) for says, side in said if words.get(side)])


def _care(card: Mapping[str, Any]) -> Section:
    return Section(_("To be looked at"), list(card.get("warnings", ())))


def day_in_words(day: str) -> str:
    """Of an ISO day, as a person reads it: 6 Dec 2025."""
    return date_format(date.fromisoformat(day[:10]), "j M Y")


def percent(share: float | None, digits: int = 0) -> str:
    return "–" if share is None else f"{share * 100:.{digits}f} %"


def as_text(card: Mapping[str, Any]) -> Iterator[str]:
    """Lines for a terminal."""
    for section in sections(card):
        yield ""
        yield section.title
        yield from (f"  {sentence}" for sentence in section.sentences)
        widths = [max(map(len, column)) for column in zip(*section.table, strict=True)]
        for row in section.table:
            first, *rest = row
            cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
            yield "  " + "  ".join(cells).rstrip()
