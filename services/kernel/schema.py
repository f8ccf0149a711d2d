"""OpenAPI: the problem documents that every operation may answer with, said once."""

from typing import Any

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
    },
    "required": ["type", "title", "status", "detail"],
}
COMMON = {
    "400": "Unreadable or not valid",
    "401": "Not signed in, or an unknown token",
    "403": "Not allowed",
    "404": "Not found, or out of your scope",
    "405": "Method not allowed",
    "406": "No such representation",
    "409": "Collides with the present state",
    "413": "Too large",
    "415": "Unsupported media type",
    "429": "Too many requests",
    "503": "Temporarily not available",
}


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the common problem answers to every operation."""
    del generator, request, public
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in result.get("paths", {}).values():
        for operation in path.values():
            for status, description in COMMON.items():
                operation["responses"].setdefault(status, {"description": description, "content": content})
    return result
