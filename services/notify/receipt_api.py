"""Where gateways say what became of a message. They prove themselves by a secret or a signature, never by a session."""

import json
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.kernel.idempotency import IdempotentMixin
from services.notify import receipts
from services.notify.channels import SMS, ZALO
from services.notify.config import config

NOT_OURS = OpenApiResponse(OpenApiTypes.OBJECT, "No secret or signature of our gateway")
TAKEN = OpenApiResponse(OpenApiTypes.OBJECT, "how many messages it was about")


class NoSession(BaseAuthentication):
    """Nobody is signed in here, whatever cookies come along: the view asks for the gateway's own proof."""

    def authenticate(self, request: Request) -> None:
        """Return nobody."""
        del request

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in the 401."""
        del request
        return "Bearer"


class GatewayScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it registers itself
    """Describes the gateway's secret in the API's schema."""

    target_class = "services.notify.receipt_api.NoSession"
    name = "gatewaySecret"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return how the secret is sent."""
        del auto_schema
        return {"type": "http", "scheme": "bearer", "description": "the secret that IOC_NOTIFY names"}


class AnyBody(BaseParser):
    """Leaves the body as it is: a signature is over its bytes."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """Parse nothing."""
        del stream, media_type, parser_context
        return {}


class ProvenByGateway(BasePermission):
    """Asks the view whether the request proves itself; 401 when it does not."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True for a request that does."""
        if request.method not in view.allowed_methods or view.is_proven(request):
            return True  # a wrong method is answered as such to anybody
        message = "this is not our gateway"
        raise AuthenticationFailed(message)


class _Receipt(IdempotentMixin, APIView):
    access = "notifications.receipt"
    authentication_classes = (NoSession,)
    permission_classes = (ProvenByGateway,)
    parser_classes = (AnyBody,)
    channel = ""

    def note(self, request: Request, name: str, *, delivered: bool | None, said: str) -> Response:
        """Note a verdict once; one that says nothing final is taken and changes nothing."""
        if delivered is None:
            return self.once(request, lambda: Response({"messages": 0}))
        return self.once(
            request,
            lambda: Response(
                {"messages": receipts.receive(channel=self.channel, name=name, delivered=delivered, said=said)}
            ),
        )


class SmsReceipt(_Receipt):
    """A delivery receipt of the SMS gateway: JSON or a form, fields as configured.

    The secret comes as ``Authorization: Bearer …`` or, for gateways that can't, as ``?token=…``.
    """

    channel = SMS

    def is_proven(self, request: Request) -> bool:
        """Compare the secret."""
        gateway = config().sms
        header = get_authorization_header(request).decode(errors="replace")
        given = header.removeprefix("Bearer ") if header else request.query_params.get("token", "")
        return gateway is not None and receipts.sms_token_fits(gateway, given)

    @extend_schema(request=OpenApiTypes.OBJECT, responses={200: TAKEN, (401, "application/problem+json"): NOT_OURS})
    def post(self, request: Request) -> Response:
        """Note it."""
        gateway = config().sms
        assert gateway is not None  # noqa: S101 - the permission has seen to it
        name, delivered = receipts.sms_verdict(gateway, _fields(request))
        said = f"{gateway.receipt_state}: {_fields(request).get(gateway.receipt_state, '')}"
        return self.note(request, name, delivered=delivered, said=said)


class ZaloReceipt(_Receipt):
    """An event of the Zalo account, signed with the account's secret."""

    channel = ZALO

    def is_proven(self, request: Request) -> bool:
        """Compare the signature."""
        account = config().zalo
        body = bytes(request._request.body)
        try:
            timestamp = str(_json(body).get("timestamp", ""))
        except ValidationError:
            return False
        given = request.headers.get("X-ZEvent-Signature", "")
        return account is not None and receipts.zalo_signature_fits(account, body, timestamp, given)

    @extend_schema(request=OpenApiTypes.OBJECT, responses={200: TAKEN, (401, "application/problem+json"): NOT_OURS})
    def post(self, request: Request) -> Response:
        """Note it; events about other things are taken and change nothing."""
        name, delivered = receipts.zalo_verdict(_json(bytes(request._request.body)))
        return self.note(request, name, delivered=delivered, said="")


def _fields(request: Request) -> dict[str, Any]:
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _json(bytes(request._request.body))
    return {**request.query_params.dict(), **request._request.POST.dict()}


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise ValidationError({"": [str(error)]}) from error
    if not isinstance(found, dict):
        raise ValidationError({"": ["an object"]})
    return found
