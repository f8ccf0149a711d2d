"""Tokens of sources: made once, shown once, kept as a hash."""

import hashlib
import secrets

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from services import registry
from services.audit.actions import record
from services.intake.models import SourceToken
from services.kernel import clock

PREFIX = "ioc_"


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def make(source: str, realm: str, *, note: str = "") -> str:
    """Make a token for ``<monitor>/<source>`` in a realm; UnknownNameError when there is no such source."""
    registry.source(source)
    clock.ensure_realm(realm)
    token = PREFIX + secrets.token_urlsafe(32)
    row = SourceToken.objects.create(
        realm=realm, source=source, digest=_digest(token), hint=token[-4:], note=note, created_at=clock.now()
    )
    record(verb="token.make", target=row, realm=realm, acting_user=None, detail={"source": source})
    return token


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Token …``: whoever sends is a source, not a person; 401 for an unknown or revoked token."""

    keyword = b"token"

    def authenticate(self, request: Request) -> tuple[SourceToken, SourceToken] | None:
        """Return the token as user and as credentials; None without the header."""
        parts = get_authorization_header(request).split()
        if len(parts) != 2 or parts[0].lower() != self.keyword:
            return None
        digest = hashlib.sha256(parts[1]).digest()
        token = SourceToken.objects.filter(digest=digest, revoked_at__isnull=True).first()
        if token is None:
            message = "unknown or revoked token"
            raise AuthenticationFailed(message)
        return token, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in the 401."""
        del request
        return "Token"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it registers itself
    """Describes the token in the API's schema."""

    target_class = TokenAuthentication
    name = "sourceToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return the OpenAPI security scheme."""
        del auto_schema
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <token>`, as printed by `manage.py source_token <monitor>/<source>`",
        }
