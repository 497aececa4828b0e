"""What a case says in the fields that the organisation defines."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from escalations.errors import Invalid
from escalations.models.field_value import FIELD_VALUES, FieldValue, values_of
from routing.definitions import Definition, Definitions, Value
from routing.models import Field

if TYPE_CHECKING:
    from escalations.fields import Read
    from escalations.models.complaint import Complaint
    from escalations.steps.step import Rows, Step


class CaseFields:
    """The part of Complaint that holds them. What it uses of Complaint is declared for the type checker."""

    if TYPE_CHECKING:
        complaint_type_id: Any
        definitions: Any
        field_values: Any
        peers: Any

    @property
    def own_values(self) -> list[FieldValue]:
        """The rows as they stand, read for all cases that are handled together."""
        prefetch_related_objects(self.peers, FIELD_VALUES)
        return list(self.field_values.all())

    def set_fields(self, step: "Step", *, fields: Mapping[str, Any]) -> "Rows":
        """Fill in or correct some fields; None or an empty text clears one. What said something needs a reason."""
        from escalations.fields import Given, read, replaced

        known: Definitions = self.definitions
        before = values_of(held := self.own_values)
        (found,) = read(known, [Given(fields, self.complaint_type_id, before)])
        self._keep_needed(found)
        if found.problems:
            raise Invalid(found.problems)
        new, gone = replaced(cast("Complaint", self), found, held)
        changed = [one for one in known if one.pk in {row.field_id for row in (*new, *gone)}]
        if not changed:
            raise Invalid({"fields": [_("Nothing differs from what the case says.")]})
        if any(one.code in before for one in changed) and not step.reason.strip():
            raise Invalid({"reason": [_("Say why: this changes what the case said before.")]})
        step.gone += gone
        step.note(changed=sorted(one.code for one in changed), fields=_compared(changed, before, found))
        return [*new]

    def _keep_needed(self, found: "Read") -> None:
        for definition, value in found.values.items():
            if value is None and definition.is_needed_for(Field.Needed.REGISTER, self.complaint_type_id):
                found.refuse(definition.code, _("“%s” is needed.") % definition.label)

    def lacking(self, step: str) -> list[Definition]:
        """The fields that must be filled in before that step and are not."""
        needed = self.definitions.needed_for(step, self.complaint_type_id)
        has = {row.field_id for row in self.own_values} if needed else set()
        return [one for one in needed if one.pk not in has]


def _compared(changed: Sequence[Definition], before: Mapping[str, Value], found: "Read") -> dict[str, list[Any]]:
    """Before and after, for the record: of whatever may say who somebody is, only that it changed."""
    from escalations.fields.record import plain

    open_ones = (one for one in changed if not one.is_private)
    return {one.code: [plain(before.get(one.code)), plain(found.values[one])] for one in open_ones}
