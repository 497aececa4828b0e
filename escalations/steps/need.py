"""One sentence that says what a step still needs, and where that is put right."""

from typing import Any, Self
from urllib.parse import urlencode


class Need(str):
    """Reads, compares and travels as the sentence that it is. `action` is the step that puts it right, empty where
    nobody here can (time must pass, somebody else must answer); `query` says of which row."""

    action: str
    query: str

    def __new__(cls, sentence: str, action: str = "", **query: Any) -> Self:
        made = super().__new__(cls, sentence)
        made.action, made.query = action, urlencode(query)
        return made
