"""Messages over HTTP: one's own with their words, one's wishes and browsers, and the outbox without words."""

from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import user_of
from services.directory.models import Person
from services.kernel import clock
from services.kernel.api import ListView, asked_realm
from services.kernel.filters import BooleanFilter, InstantFilter
from services.kernel.idempotency import IdempotentMixin
from services.kernel.problems import InvalidInputError
from services.notify import actions, selectors, wishing
from services.notify.channels import CHANNEL_CHOICES, OUTWARD, OUTWARD_CHOICES
from services.notify.models import Message
from services.notify.serializers import (
    DeviceSerializer,
    EndSubscriptionSerializer,
    GatewaySerializer,
    OutboxSerializer,
    OwnMessageSerializer,
    SubscriptionSerializer,
    TestSerializer,
    WishSerializer,
    wish_data,
)
from services.notify.vapid import public_key
from services.notify.wishing import Wish


def person_of(request: Request) -> Person:
    """Return the person behind the request; InvalidInputError for an account that is nobody's."""
    found = selectors.person_of(user_of(request))
    if found is None:
        raise InvalidInputError({"": [gettext("This account stands for no person.")]})
    return found


class OwnFilter(django_filters.FilterSet):
    """By channel, state and time; ``unread=true`` for what was not opened yet."""

    channel = django_filters.MultipleChoiceFilter(choices=CHANNEL_CHOICES)
    state = django_filters.MultipleChoiceFilter(choices=Message.STATES)
    unread = BooleanFilter("read_at", "isnull")
    created_from = InstantFilter("created_at", "gte")
    created_to = InstantFilter("created_at", "lt")

    class Meta:
        model = Message
        fields: ClassVar[tuple[str, ...]] = ()


class OwnMessages(ListView):
    """The reader's own messages by every channel, newest first."""

    access = "notifications.use"
    shows_realm = True
    serializer_class = OwnMessageSerializer
    filterset_class = OwnFilter
    export_name = "notifications"
    queryset = Message.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Return them."""
        return selectors.with_companions(selectors.own(user_of(self.request), asked_realm(self.request)))


class OwnMessage(APIView):
    """One message to the reader."""

    access = "notifications.use"

    @extend_schema(responses=OwnMessageSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Return it; 404 for another one's."""
        return Response(OwnMessageSerializer(_own(request, public_id)).data)


class ReadMessage(IdempotentMixin, APIView):
    """Note that a message was opened."""

    access = "notifications.use"

    @extend_schema(request=None, responses=OwnMessageSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Note it; the first time counts."""
        found = _own(request, public_id)

        def act() -> Response:
            actions.mark_read(messages=[found.pk], now=clock.now(found.realm))
            return Response(OwnMessageSerializer(_own(request, public_id)).data)

        return self.once(request, act)


class ReadAll(IdempotentMixin, APIView):
    """Note that all messages in the application were opened."""

    access = "notifications.use"

    @extend_schema(
        operation_id="notifications_read_all",
        request=None,
        responses=OpenApiResponse(OpenApiTypes.OBJECT, "how many were new"),
    )
    def post(self, request: Request) -> Response:
        """Note it."""
        realm = settings.IOC_REALM
        rows = selectors.inbox(user_of(request), realm).filter(read_at=None).values_list("pk", flat=True)
        return self.once(
            request, lambda: Response({"read": actions.mark_read(messages=list(rows), now=clock.now(realm))})
        )


class Wishes(APIView):
    """What the reader wishes."""

    access = "notifications.use"

    @extend_schema(responses=WishSerializer)
    def get(self, request: Request) -> Response:
        """Return what is in force, the defaults filled in."""
        found = selectors.person_of(user_of(request))
        return Response(wish_data(selectors.preference_of(found) if found else None))

    @extend_schema(request=WishSerializer, responses=WishSerializer)
    def put(self, request: Request) -> Response:
        """Replace it; what is left out has its default."""
        person = person_of(request)
        given = WishSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = {"channels": {}, **given.validated_data}
        fields["digest_minutes"] = int(fields.get("digest_minutes", 0))
        stored = wishing.set_wishes(
            person=person,
            wish=Wish(**fields),
            realm=settings.IOC_REALM,
            acting_user=user_of(request),
            now=clock.now(settings.IOC_REALM),
        )
        return Response(wish_data(stored))


class Devices(IdempotentMixin, APIView):
    """The reader's browsers and webhooks."""

    access = "notifications.use"

    @extend_schema(responses=DeviceSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return them, without secrets."""
        found = selectors.person_of(user_of(request))
        return Response(DeviceSerializer(selectors.endpoints_of(found) if found else [], many=True).data)

    @extend_schema(request=SubscriptionSerializer, responses={201: DeviceSerializer})
    def post(self, request: Request) -> Response:
        """Let this browser take notifications."""
        person = person_of(request)
        given = SubscriptionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = given.validated_data

        def act() -> Response:
            kept = wishing.subscribe(
                person=person,
                url=fields["endpoint"],
                p256dh=fields["keys"]["p256dh"],
                auth=fields["keys"]["auth"],
                name=fields["name"],
                now=clock.now(settings.IOC_REALM),
            )
            return Response(DeviceSerializer(kept).data, status=status.HTTP_201_CREATED)

        return self.once(request, act)


class EndDevice(IdempotentMixin, APIView):
    """Forget a browser."""

    access = "notifications.use"

    @extend_schema(request=EndSubscriptionSerializer, responses=OpenApiResponse(OpenApiTypes.OBJECT, "was it known"))
    def post(self, request: Request) -> Response:
        """Forget it."""
        person = person_of(request)
        given = EndSubscriptionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        url = given.validated_data["endpoint"]
        return self.once(request, lambda: Response({"forgotten": wishing.unsubscribe(person=person, url=url)}))


class PushKey(APIView):
    """The key that a browser subscribes to."""

    access = "notifications.use"

    @extend_schema(responses=OpenApiResponse(OpenApiTypes.OBJECT, "the centre's public key, base64url"))
    def get(self, request: Request) -> Response:
        """Return it."""
        del request
        return Response({"key": public_key()})


class TestMessage(IdempotentMixin, APIView):
    """Send oneself a message."""

    access = "notifications.use"

    @extend_schema(request=TestSerializer, responses={202: OwnMessageSerializer})
    def post(self, request: Request) -> Response:
        """Write it; quiet hours and limits hold it as any other."""
        person = person_of(request)
        given = TestSerializer(data=request.data)
        given.is_valid(raise_exception=True)

        def act() -> Response:
            made = actions.send_test(
                person=person,
                channel=given.validated_data["channel"],
                realm=settings.IOC_REALM,
                acting_user=user_of(request),
            )
            return Response(OwnMessageSerializer(made).data, status=status.HTTP_202_ACCEPTED)

        return self.once(request, act)


class OutboxFilter(django_filters.FilterSet):
    """By channel, state, template, subject and time."""

    channel = django_filters.MultipleChoiceFilter(choices=OUTWARD_CHOICES)
    state = django_filters.MultipleChoiceFilter(choices=Message.STATES)
    created_from = InstantFilter("created_at", "gte")
    created_to = InstantFilter("created_at", "lt")

    class Meta:
        model = Message
        fields = ("template", "subject")


class Outbox(ListView):
    """What went out to anybody and what waits, without the words, newest first."""

    access = "notifications.outbox"
    shows_realm = True
    serializer_class = OutboxSerializer
    filterset_class = OutboxFilter
    export_name = "outbox"
    queryset = Message.objects.none()

    def get_queryset(self) -> QuerySet[Any]:
        """Return it."""
        return selectors.with_companions(selectors.outbox(asked_realm(self.request)))


class Resend(IdempotentMixin, APIView):
    """Send a message again by hand."""

    access = "notifications.resend"

    @extend_schema(request=None, responses=OutboxSerializer)
    def post(self, request: Request, public_id: UUID) -> Response:
        """Do it; 409 unless it failed, is unknown, or is a webhook."""
        found = get_object_or_404(Message, public_id=public_id, channel__in=OUTWARD)
        return self.once(
            request,
            lambda: Response(OutboxSerializer(actions.resend(message=found, acting_user=user_of(request))).data),
        )


class Gateways(APIView):
    """How each channel fares."""

    access = "notifications.outbox"
    shows_realm = True

    @extend_schema(responses=GatewaySerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return it."""
        rows: serializers.BaseSerializer[Any] = GatewaySerializer(selectors.gateways(asked_realm(request)), many=True)
        return Response(rows.data)


def _own(request: Request, public_id: UUID) -> Message:
    rows = Message.objects.filter(person__user=user_of(request)).select_related("person__user")
    return get_object_or_404(rows, public_id=public_id)
