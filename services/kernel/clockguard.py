"""A wall clock that leaps must not fire a night's worth of escalations: live timers pause until a person looks."""

import time
from pathlib import Path

from django.db import connection

from services.kernel.models import ClockTick

LIMIT = 300.0
"""Seconds the database's clock may leap against the uptime clock between two looks."""


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


_LOOK = """
INSERT INTO kernel_clocktick AS t (boot, uptime, wall, leap) VALUES (%(boot)s, %(uptime)s, ioc_now('live'), 0)
    ON CONFLICT (boot) DO UPDATE
   SET uptime = EXCLUDED.uptime,
       wall = EXCLUDED.wall,
       leap = CASE WHEN t.paused_at IS NOT NULL OR {leap} BETWEEN -%(limit)s AND %(limit)s THEN t.leap ELSE {leap} END,
       paused_at = CASE WHEN t.paused_at IS NOT NULL OR {leap} BETWEEN -%(limit)s AND %(limit)s
                        THEN t.paused_at ELSE EXCLUDED.wall END
RETURNING t.paused_at IS NULL
      AND NOT EXISTS (SELECT FROM kernel_clocktick other WHERE other.boot <> t.boot AND other.paused_at IS NOT NULL)
""".format(leap="(extract(epoch FROM EXCLUDED.wall - t.wall)::float8 - (EXCLUDED.uptime - t.uptime))")


def look(*, boot: str | None = None, uptime: float | None = None) -> bool:
    """Compare the clocks with the last look and return whether live timers may fire: 1 statement, for every sweep.

    ``uptime`` counts suspended time too, so a machine that slept is no leap. The first look on a machine only notes.
    """
    uptime = time.clock_gettime(time.CLOCK_BOOTTIME) if uptime is None else uptime
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, {"boot": boot or _boot(), "uptime": uptime, "limit": LIMIT})
        return bool(cursor.fetchone()[0])


def resume() -> int:
    """Let live timers fire again after a person has checked the clock; return how many pauses were lifted."""
    return ClockTick.objects.filter(paused_at__isnull=False).update(paused_at=None, leap=0)
