"""Intake over HTTP: send, ask how a batch fared, correct what was refused."""

from typing import Any
from uuid import UUID

import django_filters
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotFound, Throttled, UnsupportedMediaType, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services import registry
from services.directory.access import AccessPermission, user_of
from services.intake import bodies, corrections, large
from services.intake.models import IntakeBatch, IntakeChunk, Quarantined, SourceToken
from services.intake.receiving import Receipt, receive
from services.intake.tokens import TokenAuthentication
from services.kernel.api import ListView
from services.kernel.filters import RealmFilter
from services.kernel.idempotency import IdempotentMixin
from services.kernel.problems import TooLargeError

SLOW_DOWN = OpenApiResponse(OpenApiTypes.OBJECT, "Too much is waiting; Retry-After says when to come back")
BACKLOG_LIMIT = 5_000
"""Waiting chunks at which senders are asked to slow down."""


class RejectionSerializer(serializers.Serializer[Any]):
    """One refused item."""

    index = serializers.IntegerField()
    errors = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]


class ReceiptSerializer(serializers.Serializer[Any]):
    """What became of a batch."""

    batch = serializers.CharField()
    accepted = serializers.IntegerField()
    updated = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    rejected = RejectionSerializer(many=True)


class ReceivedSerializer(ReceiptSerializer):
    """The answer to a POST; for a large body the counts follow at ``location``."""

    location = serializers.CharField(required=False)


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as the API answers it."""
    return {
        "batch": receipt.batch,
        "accepted": receipt.accepted,
        "updated": receipt.updated,
        "duplicate": receipt.duplicate,
        "rejected": [{"index": r.index, "errors": dict(r.errors)} for r in receipt.rejected],
    }


class AnyBody(BaseParser):
    """Leaves the body as it is: ``bodies`` reads it."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """Parse nothing."""
        del stream, media_type, parser_context
        return {}


class SendsForThisSource(BasePermission):
    """A token speaks for its own source alone: another one's address is 403."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Compare the token with the address."""
        if not isinstance(request.auth, SourceToken):
            return False
        return request.auth.source == f"{view.kwargs['monitor']}/{view.kwargs['source']}"


class Intake(IdempotentMixin, APIView):
    """Receive events or states of one source."""

    access = "intake.send"
    authentication_classes = (TokenAuthentication,)
    permission_classes = (SendsForThisSource,)
    parser_classes = (AnyBody,)

    @extend_schema(
        operation_id="intake_send",
        parameters=[
            OpenApiParameter("historical", OpenApiTypes.BOOL, description="a backfill: no ladder, no notification"),
        ],
        request={
            "application/json": {"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]},
            "application/x-ndjson": {"type": "string"},
            "text/csv": {"type": "string"},
            bodies.XLSX: OpenApiTypes.BINARY,
            "multipart/form-data": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
                "required": ["file"],
            },
        },
        responses={202: ReceivedSerializer, (429, "application/problem+json"): SLOW_DOWN},
    )
    def post(self, request: Request, monitor: str, source: str) -> Response:
        """Store one object, an array, NDJSON, CSV or XLSX; bad items are kept in quarantine with their reasons."""
        name = f"{monitor}/{source}"
        try:
            registry.source(name)
        except registry.UnknownNameError as error:
            raise NotFound(str(error)) from error
        historical = self._historical(request)
        body, content_type = self._body(request)
        if IntakeChunk.objects.filter(evaluated_at__isnull=True)[:BACKLOG_LIMIT].count() >= BACKLOG_LIMIT:
            raise Throttled(wait=5)
        token = request.auth
        assert isinstance(token, SourceToken)  # noqa: S101 - the permission has seen to it
        realm = token.realm
        return self.once(request, lambda: self._receive(name, realm, body, content_type, historical=historical))

    def _historical(self, request: Request) -> bool:
        """Read the flag strictly: a misspelt one would wake people for last year's events."""
        value = request.query_params.get("historical", "0").lower()
        if value not in {"0", "1", "false", "true"}:
            raise ValidationError({"historical": [_("true or false")]})
        return value in {"1", "true"}

    def _body(self, request: Request) -> tuple[bytes, str]:
        limit = settings.IOC_INTAKE_MAX_BYTES
        if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
            raise TooLargeError
        content_type = (request.content_type or "application/json").partition(";")[0].strip().lower()
        if content_type == "multipart/form-data":
            return self._uploaded(request)
        body = request._request.body
        if len(body) > limit:
            raise TooLargeError
        if content_type not in bodies.READERS:
            raise UnsupportedMediaType(content_type)
        return self._inflated(request, body), content_type

    def _uploaded(self, request: Request) -> tuple[bytes, str]:
        file = next(iter(request._request.FILES.values()), None)
        if not isinstance(file, UploadedFile):
            raise ValidationError({"file": ["send one file"]})
        content_type = str(file.content_type)
        if content_type not in bodies.READERS:
            raise UnsupportedMediaType(content_type)
        return file.read(), content_type

    def _inflated(self, request: Request, body: bytes) -> bytes:
        try:
            return bodies.inflate(body, request.headers.get("Content-Encoding", ""), 4 * settings.IOC_INTAKE_MAX_BYTES)
        except bodies.UnreadableError as error:
            raise ValidationError({"": [str(error)]}) from error

    def _receive(self, name: str, realm: str, body: bytes, content_type: str, *, historical: bool) -> Response:
        try:
            items = bodies.read(body, content_type)
        except bodies.UnreadableError as error:
            raise ValidationError({"": [str(error)]}) from error
        if len(items) <= settings.IOC_INTAKE_MAX_ITEMS:
            receipt = receive(source=name, realm=realm, items=items, historical=historical)
            return Response(receipt_data(receipt), status=202)
        batch = large.keep(
            source=name, realm=realm, body=body, content_type=content_type, total=len(items), historical=historical
        )
        location = f"/api/intake/batches/{batch.public_id}/"
        counts = receipt_data(Receipt(str(batch.public_id)))
        return Response({**counts, "location": location}, status=202, headers={"Location": location})


class BatchSerializer(serializers.ModelSerializer[IntakeBatch]):
    """A batch's progress and counts; ``rejected`` lists the first thousand refusals."""

    batch = serializers.UUIDField(source="public_id")
    rejected = RejectionSerializer(many=True, source="rejections")
    rejected_count = serializers.IntegerField(source="rejected")

    class Meta:
        model = IntakeBatch
        fields = (
            "batch",
            "realm",
            "source",
            "received_at",
            "state",
            "total",
            "position",
            "accepted",
            "updated",
            "duplicate",
            "rejected_count",
            "rejected",
        )


class ReadsBatches(AccessPermission):
    """Whoever sent a batch may ask for it with the same token; staff may by their role."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Let tokens pass to the source check and ask the access table about people."""
        return isinstance(request.auth, SourceToken) or super().has_permission(request, view)


class BatchDetail(APIView):
    """How a batch fared."""

    access = "intake.batches.read"
    authentication_classes = (TokenAuthentication, SessionAuthentication)
    permission_classes = (ReadsBatches,)

    @extend_schema(responses=BatchSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return progress and counts; 404 for another source's batch."""
        batch = IntakeBatch.objects.defer("body").filter(public_id=public_id).first()
        token = request.auth
        if batch is None or (isinstance(token, SourceToken) and token.source != batch.source):
            raise NotFound
        return Response(BatchSerializer(batch).data)


class QuarantinedSerializer(serializers.ModelSerializer[Quarantined]):
    """A refused item with its reasons."""

    id = serializers.UUIDField(source="public_id")
    errors = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]

    class Meta:
        model = Quarantined
        fields = ("id", "realm", "source", "index", "raw", "errors", "state", "count", "received_at", "settled_at")


class QuarantineFilter(django_filters.FilterSet):
    """By realm, source and state."""

    realm = RealmFilter()

    class Meta:
        model = Quarantined
        fields = ("source", "state")


class QuarantineList(ListView):
    """What was refused, newest first."""

    access = "intake.quarantine.read"
    serializer_class = QuarantinedSerializer
    filterset_class = QuarantineFilter
    export_name = "quarantine"
    queryset = Quarantined.objects.all()

    def get_queryset(self) -> QuerySet[Any]:
        """Return every refused item: whoever may read quarantine reads all of it."""
        return Quarantined.objects.all()


class CorrectionSerializer(serializers.Serializer[Any]):
    """The corrected form of a refused item."""

    item = serializers.DictField()


class Correct(IdempotentMixin, APIView):
    """Send a corrected item again."""

    access = "intake.quarantine.correct"

    @extend_schema(request=CorrectionSerializer, responses={200: ReceiptSerializer})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Store it; when it is still wrong it stays held and the receipt says why."""
        given = CorrectionSerializer(data=request.data)
        given.is_valid(raise_exception=True)

        def act() -> Response:
            receipt = corrections.correct(
                public_id=public_id, item=given.validated_data["item"], acting_user=user_of(request)
            )
            return Response(receipt_data(receipt))

        return self.once(request, act)


class Discard(IdempotentMixin, APIView):
    """Set a refused item aside."""

    access = "intake.quarantine.correct"

    @extend_schema(request=None, responses={200: QuarantinedSerializer})
    def post(self, request: Request, public_id: UUID) -> Response:
        """Discard it; 409 when it was settled before."""

        def act() -> Response:
            row = corrections.discard(public_id=public_id, acting_user=user_of(request))
            return Response(QuarantinedSerializer(row).data)

        return self.once(request, act)
