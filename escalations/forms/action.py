"""What the forms of all actions share: each is bound to its case."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import QuerySet

from escalations.forms.fields import field_of

if TYPE_CHECKING:
    from escalations.models import Complaint
    from routing.models import User

LONG = forms.Textarea(attrs={"rows": 4})
LETTER = forms.Textarea(attrs={"rows": 8})
BODY_LIMIT = 100_000


class ActionForm(forms.Form):
    """A form that knows its case, and who reads what it shows (nobody: then it shows nothing personal).

    `nested` names data that a program sends as a JSON object, which a page has as several inputs.
    """

    nested: ClassVar[tuple[str, ...]] = ()
    about: str = ""
    """What it is about, where there is only one such thing and so nothing to choose; may be somebody's words."""

    def __init__(self, *args: Any, complaint: "Complaint", reader: "User | None" = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.complaint, self.reader = complaint, reader
        self.prepare()

    def prepare(self) -> None:
        """Narrow choices to the case."""

    def offer(self, name: str, rows: QuerySet[Any]) -> None:
        """Only these rows can be chosen; any other, of another case for one, is an invalid choice."""
        field_of(self, name, forms.ModelChoiceField).queryset = rows


class NoData(ActionForm):
    pass
