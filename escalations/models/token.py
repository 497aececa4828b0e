"""Tokens of links that let in whoever has one: 256 random bits, of which only the SHA-256 is stored."""

import hashlib
import secrets
from typing import Self

from django.db import models


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class TokenQuerySet(models.QuerySet):
    def by_token(self, token: str) -> Self:
        return self.filter(token_digest=digest_of(token))
