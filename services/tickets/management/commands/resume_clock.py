"""``manage.py resume_clock``: after a look at the machine's clock, let live escalation go on."""

from typing import Any

from django.core.management.base import BaseCommand

from services.audit.actions import record
from services.kernel import clockguard


class Command(BaseCommand):
    """Lift the pause that a leap of the clock brought about."""

    help = "Let live escalation go on after a leap of the clock was looked into"

    def handle(self, *args: Any, **options: Any) -> None:
        """Lift it and write that into the audit."""
        del args, options
        lifted = clockguard.resume()
        if lifted:
            record(verb="clock.resume", target="clock", acting_user=None, detail={"pauses": lifted})
        self.stdout.write(f"{lifted} pauses lifted")
