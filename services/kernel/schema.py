"""OpenAPI: what is true of every operation of a kind, said once."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from services.kernel import idempotency

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem document",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": True},
        "legal": {"type": "array", "items": {"type": "string"}},
        "state": {"type": "string"},
        "version": {"type": "integer", "description": "the present one, when an older one was given"},
        "seen": {"type": "integer", "description": "the version that was given"},
        "yours": {"type": "object", "additionalProperties": {"type": "string"}},
        "theirs": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
    },
    "required": ["type", "title", "status", "detail"],
}
ANY = {
    "400": "Unreadable or not valid",
    "403": "Not signed in, or not allowed",
    "404": "Not found, or out of your scope",
    "406": "No such representation",
    "503": "Temporarily not available",
}
WRITING = {
    "409": "Collides with the present state or with another request",
    "413": "Too large",
    "415": "Unsupported media type",
}
WITH_TOKEN = {"401": "No token, or an unknown one"}
CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
HOURS = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$"
"""Hours, minutes and, where there are any, seconds on the province's clock."""
REALM = OpenApiParameter(
    "realm",
    {"type": "string", "pattern": "^(live|demo|drill-[0-9a-z-]{1,30})$"},
    description="live, demo or drill-N (default: what this centre shows)",
)
KEY = OpenApiParameter(
    idempotency.HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="a text of the sender's choice: the same request with the same key acts once",
)


class Schema(AutoSchema):
    """Describes a view. ``shows_realm = True`` on it: its answers are of one realm that a parameter names."""

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """Describe hours of the day as they are written: ``time`` of RFC 3339 has an offset, ours has none."""
        found = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if found.get("format") == "time":
            return {**{name: value for name, value in found.items() if name != "format"}, "pattern": HOURS}
        return found

    def get_auth(self) -> list[Any]:
        """Return who may call; what everybody may do needs nobody to sign in."""
        ways: list[Any] = super().get_auth()
        open_to_all = (getattr(permission, "open_to_all", None) for permission in self.view.get_permissions())
        return [*ways, {}] if all(ask is not None and ask(self.view) for ask in open_to_all) else ways

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters that a view has by its kind."""
        parameters = list(super().get_override_parameters())
        if getattr(self.view, "shows_realm", False):
            parameters.append(REALM)
        if self.method == "POST" and isinstance(self.view, idempotency.IdempotentMixin):
            parameters.append(KEY)
        return parameters


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the problem answers that every operation of a kind may give, and say that a CSV is text."""
    del generator, request, public
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for path in result.get("paths", {}).values():
        for method, operation in path.items():
            for answer in operation["responses"].values():
                if "text/csv" in answer.get("content", {}):
                    answer["content"]["text/csv"] = {"schema": {"type": "string"}}
            for status, description in _problems_of(method, operation).items():
                operation["responses"].setdefault(status, {"description": description, "content": CONTENT})
    return result


def _problems_of(method: str, operation: dict[str, Any]) -> dict[str, str]:
    by_token = any("sourceToken" in way for way in operation.get("security", []))
    return ANY | (WRITING if method == "post" else {}) | (WITH_TOKEN if by_token else {})
