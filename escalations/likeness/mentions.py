"""Who or what is named by a number or an address: accounts, phones, mailboxes, sites. Kept as salted digests only."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings

MOST = 50
"""Of one complaint; a pasted bank statement names hundreds and says nothing by it."""
LONGEST = 100_000

IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b")
SITE = re.compile(r"\b(?:https?://|www\.)([\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.,])\+?\d(?:[ -]?\d){7,18}(?![\w]|[.,]\d)")
"""Eight digits or more, with spaces and hyphens: a sort code with an account, a phone, a card, a customer number. A
sum of money has a point or commas and is none."""
DATE = re.compile(r"(?:19|20)\d\d[ -]?\d\d[ -]?\d\d|\d\d[ -]?\d\d[ -]?(?:19|20)\d\d")


def digest(kind: str, value: str) -> str:
    """The same for every way of writing it; without the site's key nobody can try values out."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"mention:{kind}:{plain(kind, value)}".encode(), hashlib.sha256).hexdigest()[:32]


def plain(kind: str, value: str) -> str:
    """Without the marks that people put between the digits, and a phone number as it is dialled at home."""
    if kind in ("email", "site"):
        return value.casefold()
    bare = re.sub(r"[\s-]", "", value).upper()
    return re.sub(r"^(?:\+|00)44", "0", bare).lstrip("+")


@dataclass(frozen=True)
class Named:
    """One number or address as it stands in a text. Only the digest is ever stored."""

    kind: str
    value: str
    digest: str


def found_in(texts: Iterable[str]) -> list[Named]:
    """All that these texts name, each once."""
    found: dict[str, Named] = {}
    for text in texts:
        for kind, value in _named(text[:LONGEST]):
            if len(found) < MOST:
                key = digest(kind, value)
                found.setdefault(key, Named(kind, value, key))
    return list(found.values())


def _named(text: str) -> Iterator[tuple[str, str]]:
    for match in EMAIL.finditer(text):
        yield "email", match[0]
    for match in SITE.finditer(text):
        yield "site", match[1].removeprefix("www.")
    for match in IBAN.finditer(text):
        yield "number", match[0]
    for match in NUMBER.finditer(text):
        if not DATE.fullmatch(match[0]):
            yield "number", match[0]
