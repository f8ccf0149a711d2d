"""Is the process alive, and can it do its work?"""

from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse

from services.directory.access import access
from services.kernel import clock, nudge
from services.kernel.models import LIVE, ClockTick, Lease
from services.tickets.lateness import oldest_due


@access("health.read")
def live(request: HttpRequest) -> JsonResponse:
    """Answer that the process lives; asks nobody."""
    del request
    return JsonResponse({"status": "ok"})


@access("health.read")
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, Redis and relay work and no timer is late, else 503 with what does not."""
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


def _work() -> dict[str, Any]:
    relay = Lease.objects.filter(name="relay", until__gt=clock.now(LIVE)).exists()
    return {"relay": "ok" if relay else "nobody holds the lease", "timers": _timers()}


def _timers() -> str:
    """Say which timers of the live realm and the one on show nobody fires."""
    waiting = [one for one in oldest_due() if one.realm in {LIVE, settings.IOC_REALM}]
    late = [one for one in waiting if one.age > settings.IOC_LATE_SECONDS]
    if not late:
        return "ok"
    worst = max(late, key=lambda one: one.age)
    paused = ClockTick.objects.filter(paused_at__isnull=False).exists()
    why = "; the machine's clock has leapt: look at it, then run manage.py resume_clock" if paused else ""
    return f"late: {worst.kind} of {worst.realm} due for {worst.age:.0f} s{why}"
