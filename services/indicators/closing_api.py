"""Closing over HTTP: from then on a change of the period is a revision that needs a reason."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import user_of
from services.indicators import periods
from services.indicators.access import reach_of
from services.indicators.actions import close_period
from services.indicators.catalogue import catalogue
from services.indicators.delivery import answers_for
from services.kernel.idempotency import IdempotentMixin

MOST_CODES = 500


class CloseSerializer(serializers.Serializer[Any]):
    """Which period of which indicators is final, and why."""

    codes = serializers.ListField(child=serializers.CharField(max_length=60), min_length=1, max_length=MOST_CODES)
    period = serializers.CharField(max_length=10)
    reason = serializers.CharField(max_length=500)

    def validate_period(self, value: str) -> str:
        """Refuse what names no period."""
        try:
            return periods.parse(value).text
        except periods.PeriodError as error:
            raise serializers.ValidationError(_("a period: 2026, 2026-Q3, 2026-09 or 2026-09-30")) from error


class ClosedSerializer(serializers.Serializer[Any]):
    """How many of the indicators were open before."""

    period = serializers.CharField()
    closed = serializers.IntegerField()


class ClosePeriod(IdempotentMixin, APIView):
    """Close a period of indicators. Closing it again changes nothing; it is not opened again."""

    access = "indicators.close"

    @extend_schema(request=CloseSerializer, responses={200: ClosedSerializer})
    def post(self, request: Request) -> Response:
        """Close it; 404 for an indicator that is not the reader's own, 400 for a period that has not ended."""
        user = user_of(request)
        given = CloseSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        known, reach = catalogue().by_code, reach_of(user, self.access)
        codes, period = given.validated_data["codes"], periods.parse(given.validated_data["period"])
        if not all(code in known and answers_for(reach, known[code]) for code in codes):
            raise Http404

        def act() -> Response:
            closed = close_period(
                realm=settings.IOC_REALM, codes=codes, period=period, reason=given.validated_data["reason"],
                acting_user=user,
            )  # fmt: skip
            return Response({"period": period.text, "closed": closed})

        return self.once(request, act)
