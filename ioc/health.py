"""Is the process alive, and can it do its work?"""

from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse

from services.directory.access import access
from services.kernel import clock, nudge
from services.kernel.models import LIVE, Lease
from services.tickets.models import Ticket

LATE = timedelta(minutes=2)
"""An escalation waiting longer than this means that nobody fires timers."""


@access("health.read")
def live(request: HttpRequest) -> JsonResponse:
    """Answer that the process lives; asks nobody."""
    del request
    return JsonResponse({"status": "ok"})


@access("health.read")
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, Redis and relay work and no escalation is late, else 503 with what does not."""
    del request
    checks = {name: check() for name, check in (("database", _database), ("redis", _redis))}
    checks |= _work() if checks["database"] == "ok" else {}
    healthy = all(value == "ok" for value in checks.values())
    body: dict[str, Any] = {"status": "ok" if healthy else "degraded", "checks": checks, "nudges_lost": nudge.lost}
    return JsonResponse(body, status=200 if healthy else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:
        return type(error).__name__
    return "ok"


def _redis() -> str:
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)
        client.ping()
    except redis.RedisError as error:
        return type(error).__name__
    return "ok"


def _work() -> dict[str, str]:
    now = clock.now(LIVE)
    relay = Lease.objects.filter(name="relay", until__gt=now).exists()
    oldest = Ticket.objects.filter(escalate_at__isnull=False, realm=LIVE).order_by("escalate_at").first()
    late = oldest is not None and oldest.escalate_at is not None and oldest.escalate_at < now - LATE
    return {"relay": "ok" if relay else "nobody holds the lease", "timers": "late" if late else "ok"}
