"""What the API's own description (OpenAPI) says beyond what it finds by itself."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from escalations.api.authentication import Token


class TokenScheme(OpenApiAuthenticationExtension):
    """How a token is shown."""

    target_class = Token
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token rdr_…"}
