"""JSON whose objects know the line on which they begin, for errors that people can find."""

import json
import re
from bisect import bisect_right
from decimal import Decimal
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from routing.rule_file.errors import Problem, RuleFileError

SPACE = re.compile(r"[ \t\r\n]*")
DEEPEST = 8


class Located(dict[str, Any]):
    """A JSON object, and its line."""

    line = 1


def parse(text: str) -> Any:
    """The value that the text is. RuleFileError has the line where it is no JSON, or where a name comes twice, a number
    is none, or objects lie within objects without end.
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.ends = [match.start() for match in re.finditer("\n", text)]
        self.scalars = json.JSONDecoder(parse_float=Decimal, parse_constant=self._no_number)

    def whole(self) -> Any:
        value, end = self._value(0, 0)
        if self._skip(end) != len(self.text):
            self._refuse(end, _("after the end of the JSON something follows."))
        return value

    def _value(self, start: int, depth: int) -> tuple[Any, int]:
        start = self._skip(start)
        opening = self.text[start : start + 1]
        if depth > DEEPEST:
            self._refuse(start, _("this is nested too deeply."))
        if opening == "{":
            return self._object(start, depth)
        if opening == "[":
            return self._array(start, depth)
        try:
            return self.scalars.raw_decode(self.text, start)
        except (json.JSONDecodeError, ValueError) as error:
            self._refuse(getattr(error, "pos", start), _("this is not JSON: %(why)s.") % {"why": error})

    def _object(self, start: int, depth: int) -> tuple[Located, int]:
        found, place = Located(), self._skip(start + 1)
        found.line = self._line(start)
        while self.text[place : place + 1] != "}":
            begin = place
            key, place = self._value(place, depth + 1)
            if not isinstance(key, str):
                self._refuse(begin, _("the name before the colon must stand in double quotes."))
            if key in found:
                self._refuse(begin, _("“%(key)s” comes twice.") % {"key": key})
            place = self._expect(place, ":")
            found[key], place = self._value(place, depth + 1)
            place = self._next(place, "}")
        return found, place + 1

    def _array(self, start: int, depth: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        place = self._skip(start + 1)
        while self.text[place : place + 1] != "]":
            value, place = self._value(place, depth + 1)
            found.append(value)
            place = self._next(place, "]")
        return found, place + 1

    def _next(self, place: int, closing: str) -> int:
        """Behind a comma, or at what closes."""
        place = self._skip(place)
        if self.text[place : place + 1] == closing:
            return place
        after = self._skip(self._expect(place, ","))
        if self.text[after : after + 1] == closing:
            self._refuse(place, _("a comma stands behind the last one."))
        return after

    def _expect(self, place: int, sign: str) -> int:
        place = self._skip(place)
        if self.text[place : place + 1] != sign:
            self._refuse(place, _("“%(sign)s” is missing here.") % {"sign": sign})
        return place + 1

    def _skip(self, place: int) -> int:
        match = SPACE.match(self.text, place)
        return match.end() if match else place

    def _line(self, place: int) -> int:
        return bisect_right(self.ends, place - 1) + 1 if place else 1

    def _refuse(self, place: int, message: str) -> NoReturn:
        raise RuleFileError([Problem(self._line(place), "", message)])

    def _no_number(self, word: str) -> NoReturn:
        raise ValueError(word)
