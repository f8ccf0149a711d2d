"""The citizens' home page: what monitors offer, and a way to follow what was sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from services.directory.access import access


@access("portal.use")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page; its parts come from the registry and the province pack."""
    return render(request, "portal/home.html")
