"""What a client may send: exactly the named fields, as JSON values of the right shape."""

import json
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import IO, Any, cast

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework import exceptions, parsers, serializers


class StrictSerializer(serializers.Serializer):
    """Refuses a field that it does not know by name, so that a slip of the pen is not silently dropped."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({str(name)[:60]: [no_such(str(name), self.fields)] for name in unknown})
        return super().to_internal_value(data)


def no_such(name: str, known: Mapping[str, Any]) -> str:
    """Says that a field does not exist, and which one comes near, or which there are."""
    near = get_close_matches(name, known, n=1)
    if near:
        return _("There is no such field. Did you mean “%s”?") % near[0]
    return _("There is no such field. There are: %(known)s.") % {"known": ", ".join(known)}


class BoundedJSONParser(parsers.JSONParser):
    """JSON and nothing that only looks like it: what cannot be kept is a malformed request, not a broken server.

    Refused are nesting deeper than Python can follow, NaN and Infinity, a key given twice, half a character, and
    bytes that are not UTF-8.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            text = stream.read().decode("utf-8")
            found = json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
            if "\\ud" in text.lower():
                json.dumps(found, ensure_ascii=False).encode("utf-8")
        except RecursionError as error:
            raise exceptions.ParseError(_("The JSON is nested too deeply.")) from error
        except UnicodeError as error:
            raise exceptions.ParseError(_("The JSON is not UTF-8, or holds half a character.")) from error
        except ValueError as error:
            raise exceptions.ParseError(_("This is no JSON: %s") % error) from error
        return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise ValueError(_("“%s” is given twice.") % next(name for name in names if names.count(name) > 1)[:60])
    return found


def _refused(constant: str) -> None:
    raise ValueError(_("%s is no number.") % constant)


def mapping(data: Any, besides: Collection[str] = ()) -> Mapping[str, Any]:
    """The request's body as an object of plain values, for what a Django form checks; only those in `besides` may be
    nested. Raises a ValidationError."""
    if not isinstance(data, Mapping):
        raise serializers.ValidationError([_("Send a JSON object.")])
    nested = [name for name, value in data.items() if isinstance(value, Mapping | list) and name not in besides]
    if nested:
        raise serializers.ValidationError({name: [_("Send a single value.")] for name in nested})
    return data


def as_typed(
    given: Mapping[str, Any], fields: Mapping[str, forms.Field], besides: Collection[str] = ()
) -> dict[str, Any]:
    """The values of a JSON object as somebody would have typed them into these fields of a form. A row may be named
    by its code, a person by the user name; those in `besides` stay as they are. Raises a ValidationError for what is
    no field, or no value for it."""
    typed = {name: value for name, value in given.items() if name not in besides}
    errors = {name: [says] for name, value in typed.items() if (says := _misfit(name, value, fields))}
    if errors:
        raise serializers.ValidationError(errors)
    as_they_are = {name: value for name, value in given.items() if name in besides}
    return as_they_are | {name: _typed(fields[name], value) for name, value in typed.items() if value is not None}


def _misfit(name: str, value: Any, fields: Mapping[str, forms.Field]) -> str:
    field = fields.get(name)
    if field is None:
        return no_such(name, fields)
    wants_truth = isinstance(field, forms.BooleanField)
    if value is None or isinstance(value, bool) == wants_truth:
        return ""
    return _("Send true or false.") if wants_truth else _("Send a text or a number.")


def _typed(field: forms.Field, value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(field, forms.ModelChoiceField) and isinstance(value, str) and not value.isdigit():
        row = _named(cast("QuerySet[Any]", field.queryset), value)
        return str(row.pk) if row else value
    return str(value)


NAMED_BY = ("code", "username", "user__username")


def _named(rows: "QuerySet[Any]", name: str) -> Model | None:
    columns = {field.name for field in rows.model._meta.concrete_fields}
    key = next((key for key in NAMED_BY if key.partition("__")[0] in columns), None)
    return rows.filter(**{key: name}).first() if key and "\x00" not in name else None
