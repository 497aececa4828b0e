"""What a client may send: exactly the named fields, as JSON values of the right shape."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions, parsers, serializers


class StrictSerializer(serializers.Serializer):
    """Refuses a field that it does not know by name, so that a slip of the pen is not silently dropped."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            known = ", ".join(self.fields)
            says = _("There is no such field. There are: %(known)s.") % {"known": known}
            raise serializers.ValidationError({str(name)[:60]: [says] for name in unknown})
        return super().to_internal_value(data)


class BoundedJSONParser(parsers.JSONParser):
    """JSON that is nested deeper than Python can follow is a malformed request, not a broken server."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise exceptions.ParseError(_("The JSON is nested too deeply.")) from error


def mapping(data: Any) -> Mapping[str, Any]:
    """The request's body as an object of plain values, for what a Django form checks. Raises a ValidationError."""
    if not isinstance(data, Mapping):
        raise serializers.ValidationError([_("Send a JSON object.")])
    nested = [name for name, value in data.items() if isinstance(value, Mapping | list)]
    if nested:
        raise serializers.ValidationError({name: [_("Send a single value.")] for name in nested})
    return data
