"""What is answered when no view can: a problem document below ``/api/``, a page elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from services.kernel import problems


def _problem(status: int, detail: str) -> HttpResponse:
    return JsonResponse(problems.document(status, detail), status=status, content_type=problems.MEDIA_TYPE)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    if _is_api(request):
        return _problem(400, "The request cannot be read.")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    if _is_api(request):
        return _problem(403, "You may not do this.")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    if _is_api(request):
        return _problem(404, "There is nothing here, or nothing that you may see.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Answer 500; what went wrong is in the log."""
    del args
    if _is_api(request):
        return _problem(500, "Something went wrong here; it is in our log.")
    return defaults.server_error(request)
