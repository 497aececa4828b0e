"""Fields of an organisation's own, one of each kind, with a value for each."""

from types import SimpleNamespace

from escalations.models import Complaint, FieldValue
from escalations.models.field_value import values_of
from routing.models import Choice, Field

VALUES = {
    "branch": "leeds", "channels": ["app", "web"], "visits": 3, "loss": "184.20 GBP", "promised": "2026-11-30",
    "recording": False, "remark": "Ask for Ann.",
}  # fmt: skip
KINDS = ("choice", "choices", "number", "amount", "date", "boolean", "text")


def define() -> SimpleNamespace:
    """The fields by their code, and two types of complaint: service and fraud."""
    own = SimpleNamespace()
    for code, kind in zip(VALUES, KINDS, strict=True):
        setattr(own, code, Field.objects.create(code=code, label=code.title(), kind=kind))
    for field, codes in ((own.branch, ("leeds", "york")), (own.channels, ("app", "web", "post"))):
        for position, code in enumerate(codes):
            Choice.objects.create(field=field, code=code, label=code.title(), position=position)
    types = Field.objects.built_in("complaint_type")
    own.service, own.fraud = (Choice.objects.create(field=types, code=c, label=c.title()) for c in ("service", "fraud"))
    return own


def need(field: Field, step: str, *types: Choice) -> None:
    """From this step on it must have a value; of these types only."""
    field.needed = step
    field.save()
    field.complaint_types.set(types)


def values(case: Complaint) -> dict[str, object]:
    """What the case says, by the code of the field."""
    return values_of(FieldValue.objects.filter(complaint=case).select_related("field", "choice"))
