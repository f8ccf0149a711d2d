"""What every template may use: the province's own names and the realm shown."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from services.directory.pack import pack


def province(request: HttpRequest) -> dict[str, Any]:
    """Return the province pack and whether what is shown is simulated."""
    del request
    return {"province": pack(), "realm": settings.IOC_REALM, "simulated": settings.IOC_REALM != "live"}
