"""What every deed of duty over HTTP has in common: it is posted once, and its body is valid."""

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from services.duty import serializers
from services.kernel.idempotency import IdempotentMixin


class Deed(IdempotentMixin, APIView):
    """One deed by POST; ``given`` reads the body."""

    given: type[Any] = serializers.Nothing

    def read(self, request: Request) -> Any:
        """Return the valid body; 400 by field."""
        body = self.given(data=request.data)
        body.is_valid(raise_exception=True)
        return body
