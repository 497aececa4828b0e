"""Settings that the busiest ways ask for at every turn, read again when they are a moment old."""

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

from django.conf import settings

T = TypeVar("T")


class Kept(Generic[T]):
    """What `read` found at most `settings.HOUSE_KEPT_SECONDS` ago, in this process.

    For settings of which a change may be noticed that much later: a complaint that comes in within a second of a
    change is treated as one that came just before it. Never for what somebody may do or see.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._found: tuple[float, T] | None = None

    def __call__(self) -> T:
        found, now = self._found, monotonic()
        if found is None or now - found[0] >= settings.HOUSE_KEPT_SECONDS:
            found = self._found = (now, self._read())
        return found[1]
