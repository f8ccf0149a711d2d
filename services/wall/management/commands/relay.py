"""``manage.py relay``: numbers what changed on the wall and publishes it, until SIGTERM or Ctrl-C."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from services.wall import beside
from services.wall.relayloop import RelayLoop


class Command(BaseCommand):
    help = "Turns changed tiles into numbered frames. Start as many as you like: one works, the others wait."

    def handle(self, *args: Any, **options: Any) -> None:
        # An interrupt may fall anywhere: whatever wasn't committed is simply found again by the next relay.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        beside.start()
        RelayLoop().run()
