"""Who sends a request: a token, checked so that guessing is slow and nonsense is no failure of ours.

REST framework loads this while it is loaded itself: so nothing here imports its views.
"""

from typing import Any

from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class WrongTokens(SimpleRateThrottle):
    """How often one address may show a token that is not known; each server process counts for itself."""

    scope = "wrong_token"

    def get_rate(self) -> str | None:
        return self.THROTTLE_RATES.get(self.scope)

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class Token(TokenAuthentication):
    """`Authorization: Token …`, as knox checks it."""

    def authenticate(self, request: Request) -> Any:
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            wrong = WrongTokens()
            if not wrong.allow_request(request, request.parser_context["view"]):
                raise Throttled(wrong.wait(), _("Too many wrong tokens from this address.")) from None
            raise

    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():
            raise AuthenticationFailed(_("Invalid token."))
        return super().authenticate_credentials(token)
