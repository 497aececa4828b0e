"""A file of criteria taken in one by one: what is right joins a draft, what is wrong is kept with its reason,
to be mended and taken in again.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from escalations.detection.exchange import FORMAT, LARGEST_FILE, VERSION, FileError, added, criteria_in, definition_of
from escalations.models import CriteriaSet

REASON = "rejected"
"""The field that a downloaded rejected criterion carries its reason in; reading leaves it out."""


@transaction.atomic
def take_in(content: bytes, author: Any, into: CriteriaSet | None = None) -> tuple[CriteriaSet, int]:
    """The criteria of the file in a new draft, or in this one, and how many were taken in. Raises FileError when it is
    no file of criteria. What could not be taken in stands in the draft's `rejected`, until it is taken in after all."""
    rows = criteria_in(content)
    version = into or CriteriaSet.objects.create(author=author)
    known = set(version.criteria.values_list("code", flat=True))
    start, taken, rejected = len(known), [], []
    for number, row in enumerate(rows, start=1):
        plain = {name: value for name, value in row.items() if name != REASON} if isinstance(row, dict) else row
        try:
            code = _take(version, plain, known, start + number)
        except (FileError, ValidationError) as error:
            reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            code = str((plain.get("code") if isinstance(plain, dict) else None) or "?")[:60]
            rejected.append({"number": number, "code": code, "reason": reason, "criterion": plain})
        else:
            taken.append(code)
            known.add(code)
    now = {one["code"] for one in rejected} | set(taken)
    version.rejected = [one for one in version.rejected if one["code"] not in now] + rejected
    version.save(update_fields=["rejected"])
    return version, len(taken)


def _take(version: CriteriaSet, row: Any, known: set[str], position: int) -> str:
    definition = definition_of(row)
    if definition.code in known:
        raise FileError(_("There is a criterion with this code already."))
    with transaction.atomic():
        if problems := added(version, definition, position):
            raise ValidationError(problems)
    return definition.code


def rejected_file(version: CriteriaSet) -> dict[str, Any]:
    """What was rejected, in the form of an exported set, each with its reason."""
    rows = []
    for one in version.rejected:
        row = one["criterion"] if isinstance(one["criterion"], dict) else {"note": str(one["criterion"])}
        rows.append({**row, REASON: one["reason"]})
    return {"format": FORMAT, "version": VERSION, "criteria": rows}


def content_of(file: Any) -> bytes:
    """Of an uploaded file. Raises FileError when there is none, or too much of it."""
    if file is None:
        raise FileError(_("Choose a file."))
    if file.size > LARGEST_FILE:
        raise FileError(_("The file is larger than %d MB.") % (LARGEST_FILE // 2**20))
    content: bytes = file.read()
    return content
