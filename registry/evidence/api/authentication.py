"""Recognising a supplier's token, and keeping it from being used too often."""

from django.conf import settings
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from registry.tokens import services as tokens

_REFUSED = "This token is unknown, has run out or was revoked. Ask an owner of the supplier for one"


class SupplierToken(BaseAuthentication):
    """`Authorization: Bearer pcr_…`: acts for its maker, for one supplier."""

    def authenticate(self, request: Request):
        """The maker and the token; `None` where no bearer token was sent."""
        scheme, _, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = tokens.recognise(text=text.strip().decode("latin-1"), now=timezone.now())
        if token is None:
            raise AuthenticationFailed(_REFUSED)
        return token.created_by, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="registry"'


class SupplierTokenScheme(OpenApiAuthenticationExtension):
    """Tokens in the OpenAPI document."""

    target_class = SupplierToken
    name = "supplierToken"

    def get_security_definition(self, auto_schema) -> dict:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "A supplier's token"}


class ReportThrottle(SimpleRateThrottle):
    """So many reports an hour with a token, or of a person."""

    scope = "machine_reports"

    def get_rate(self) -> str:
        return f"{settings.MACHINE_REPORTS_AN_HOUR}/hour"

    def get_cache_key(self, request: Request, view) -> str | None:
        """Only what is sent counts."""
        if request.method != "POST" or not request.user.is_authenticated:
            return None
        who = f"token-{request.auth.pk}" if request.auth else f"person-{request.user.pk}"
        return self.cache_format % {"scope": self.scope, "ident": who}
