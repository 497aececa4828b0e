"""The back office of the case. It shows; what changes a case goes through `escalations.workflow` from here too."""

from . import (
    absences,
    case_rows,
    complaint,
    criteria,
    customers_page,
    desk,
    evidence,
    handover,
    ledger,
    likeness,
    links,
    machinery,
    money,
    people,
    risk,
    settings,
)

__all__ = [
    "absences",
    "case_rows",
    "complaint",
    "criteria",
    "customers_page",
    "desk",
    "evidence",
    "handover",
    "ledger",
    "likeness",
    "links",
    "machinery",
    "money",
    "people",
    "risk",
    "settings",
]
