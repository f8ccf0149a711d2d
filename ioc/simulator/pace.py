"""A demonstration's clock: the realm's time runs so many times as fast, and waits for a centre that cannot keep up."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections

from services.intake.models import IntakeChunk
from services.kernel import clock

FASTEST = 3600.0
STEP = timedelta(minutes=30)
"""The realm's clock never leaps further at once: timers fire one after another, and no source seems silent."""
BEHIND = 20
"""So many chunks that wait for their rules hold the clock back to its ordinary pace."""


@dataclass(slots=True)
class FastClock:
    """Moves a realm's clock each time it is asked; ``busy`` tells whether the world has to wait.

    For demo and drills: the database refuses to move ``live``. What was passed is not taken back, since records stand
    in it; ``wipe_realm`` sets the clock right.
    """

    realm: str
    speed: float
    known: datetime
    busy: Callable[[], bool]
    _asked: float = field(default_factory=lambda: time.monotonic())

    def __post_init__(self) -> None:
        """Refuse the live realm before anything asks for the time; ValueError."""
        if self.realm == clock.LIVE:
            message = "the live realm's clock is true, whoever asks"
            raise ValueError(message)

    def now(self) -> datetime:
        """Return the realm's present instant; the last known one while the database is away."""
        asked, self._asked = self._asked, time.monotonic()
        try:
            if not self.busy():
                clock.move(self.realm, min(STEP, timedelta(seconds=self._asked - asked) * (self.speed - 1)))
            self.known = clock.now(self.realm)
        except DatabaseError:
            close_old_connections()
        return self.known


def behind(realm: str) -> bool:
    """Tell whether a realm's records wait for their rules in such numbers that time should wait for them."""
    waiting = IntakeChunk.objects.filter(realm=realm, evaluated_at__isnull=True)
    return len(waiting.values_list("pk", flat=True)[:BEHIND]) == BEHIND
