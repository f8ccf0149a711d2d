"""``manage.py mqtt_listener``: takes messages of the broker in, until SIGTERM or Ctrl-C."""

import logging
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from services.intake.listening import Listener


class Command(BaseCommand):
    help = "Takes messages of the MQTT broker in. Start as many as you like: one listens, the others wait."

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen; CommandError without a broker's address."""
        if not settings.MQTT_URL:
            message = "MQTT_URL names no broker"
            raise CommandError(message)
        logging.getLogger("paho").setLevel(logging.WARNING)
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        try:
            listener = Listener(settings.MQTT_URL, stop)
            listener.run()
        except ValueError as error:
            raise CommandError(str(error)) from error
