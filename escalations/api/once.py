"""A request that may be repeated: the `Idempotency-Key` header makes a repeat return the first answer."""

import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework import serializers

from escalations.models import IdempotencyKey
from routing.models import User

Answer = tuple[int, dict[str, Any]]
LONGEST = 200


def once(user: User, key: str, body: Any, do: Callable[[], Answer]) -> Answer:
    """Do it, unless this user has sent this key before: then the answer of that time.

    The key is written in the transaction of the work, so that there is never the one without the other; of two at the
    same time the second waits and gets the first one's answer. A refusal keeps no key. Raises a ValidationError when
    the same key comes with another body.
    """
    if not key:
        return do()
    _check(key)
    digest = _digest(body)
    if (kept := _kept(user, key, digest)) is not None:
        return kept
    try:
        return _first(user, key, digest, do)
    except IntegrityError:
        # Somebody sent the same key in this very moment, and was quicker.
        if (kept := _kept(user, key, digest)) is not None:
            return kept
        raise


def _first(user: User, key: str, digest: str, do: Callable[[], Answer]) -> Answer:
    with transaction.atomic():
        row = IdempotencyKey.objects.create(user=user, key=key, request_digest=digest, status=0, answer={})
        row.status, row.answer = do()
        row.save(update_fields=["status", "answer"])
    return row.status, row.answer


def _kept(user: User, key: str, digest: str) -> Answer | None:
    row = IdempotencyKey.objects.filter(user=user, key=key).first()
    if row is None:
        return None
    if row.request_digest != digest:
        raise serializers.ValidationError(
            {"Idempotency-Key": [_("This key came with another request before. Use a new key for a new request.")]}
        )
    return row.status, row.answer


def _digest(body: Any) -> str:
    """Of what is asked, whatever the order of its fields. Salted, because it names people."""
    asked = json.dumps(body, sort_keys=True, default=str)
    return salted_hmac("escalations.api.once", asked, algorithm="sha256").hexdigest()


def _check(key: str) -> None:
    if len(key) > LONGEST or not key.isprintable():
        says = _("A key has at most %d printable letters.") % LONGEST
        raise serializers.ValidationError({"Idempotency-Key": [says]})
