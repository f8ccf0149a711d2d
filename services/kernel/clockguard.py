"""A wall clock that leaps must not fire a night's worth of escalations: live timers pause until a person looks."""

import time
from pathlib import Path

from django.db import transaction

from services.kernel import clock
from services.kernel.models import LIVE, ClockTick

LIMIT = 300.0
"""Seconds the database's clock may leap against the uptime clock between two looks."""


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


@transaction.atomic
def look(*, boot: str | None = None, uptime: float | None = None) -> bool:
    """Compare the clocks with the last look and return whether live timers may fire.

    ``uptime`` counts suspended time too, so a machine that slept is no leap. The first look on a machine only notes.
    """
    boot = boot or _boot()
    uptime = time.clock_gettime(time.CLOCK_BOOTTIME) if uptime is None else uptime
    wall = clock.now(LIVE)
    tick, new = ClockTick.objects.select_for_update().get_or_create(
        boot=boot, defaults={"uptime": uptime, "wall": wall}
    )
    if not new:
        leap = (wall - tick.wall).total_seconds() - (uptime - tick.uptime)
        tick.uptime, tick.wall = uptime, wall
        if abs(leap) > LIMIT and tick.paused_at is None:
            tick.paused_at, tick.leap = wall, leap
        tick.save()
    return not ClockTick.objects.filter(paused_at__isnull=False).exists()


def resume() -> int:
    """Let live timers fire again after a person has checked the clock; return how many pauses were lifted."""
    return ClockTick.objects.filter(paused_at__isnull=False).update(paused_at=None, leap=0)
