"""Tokens of links that let in whoever has one: random, and only their SHA-256 is stored."""

import hashlib
import re
import secrets
from typing import Self

from django.db import models

LETTERS, GROUPS, IN_GROUP = "abcdefghjkmnpqrstuvwxyz23456789", 5, 4
"""Of a token on paper: none that looks like another."""
ON_PAPER = re.compile(f"[{LETTERS}]{{{GROUPS * IN_GROUP}}}")


def new_token() -> str:
    """For a link that is pressed: 256 bits."""
    return secrets.token_urlsafe(32)


def new_token_on_paper() -> str:
    """For a link that somebody types: 99 bits, in groups. Capitals and dashes do not matter."""
    groups = ("".join(secrets.choice(LETTERS) for _letter in range(IN_GROUP)) for _group in range(GROUPS))
    return "-".join(groups)


def digest_of(token: str) -> str:
    typed = token.casefold().replace("-", "")
    return hashlib.sha256((typed if ON_PAPER.fullmatch(typed) else token).encode()).hexdigest()


class TokenQuerySet(models.QuerySet):
    def by_token(self, token: str) -> Self:
        return self.filter(token_digest=digest_of(token))
