"""Erasing what people said in a closed case: what would go, and what stays."""

from collections import Counter

from django.utils.translation import gettext as _

from escalations.forms.action import ActionForm
from escalations.models import Attachment, Complaint


class EraseWordsForm(ActionForm):
    """Nothing to fill in but the reason; it says what pressing the button does."""

    def prepare(self) -> None:
        told = _(
            "Goes for good: %s. Stays: who the customer is, and the record with its events, dates, amounts, codes and "
            "digests. Redress knows no period for which words must be kept: look at the rule of your house first."
        )
        self.about = told % counted(self.complaint)


def counted(case: Complaint) -> str:
    """By the names that the tables have."""
    files = case.attachments.exclude(state=Attachment.State.ERASED)
    rows = Counter((row._meta.verbose_name, row._meta.verbose_name_plural) for row in [*case.without_words(), *files])
    named = [f"{count} {one if count == 1 else many}" for (one, many), count in rows.items()]
    size = sum(file.size for file in files)
    return ", ".join(named) + (_(" (%d bytes)") % size if size else "") if named else _("nothing")
