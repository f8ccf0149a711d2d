"""``manage.py seed_demo``: demo accounts, tokens and a plausible past in realm ``demo``; see ``var/demo.json``."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ioc.simulator.seed import seed_history
from services import registry
from services.directory.demo import create_demo_people
from services.duty.demo import create_demo_duty
from services.indicators.publishing import publish_all
from services.intake import tokens
from services.intake.models import IntakeBatch
from services.kernel.models import DEMO


class Command(BaseCommand):
    """Prepare the demo once; running it again gives new passwords and tokens and leaves the data alone."""

    help = "Create demo accounts, source tokens and demo data"

    def handle(self, *args: Any, **options: Any) -> None:
        """Write ``var/demo.json`` (mode 0600); CommandError where IOC_DEMO=0 forbids demo accounts."""
        del args, options
        if not settings.IOC_DEMO:
            message = "IOC_DEMO=0: this centre has no demo accounts"
            raise CommandError(message)
        accounts = create_demo_people()
        create_demo_duty()
        made = {}
        for monitor, source in registry.sources():
            name = f"{monitor.slug}/{source.slug}"
            made[name] = tokens.make(name, DEMO, note="demo")
        content = {"url": settings.IOC_PUBLIC_URL, "accounts": accounts, "tokens": made}
        _write_private(Path(settings.VAR) / "demo.json", json.dumps(content, ensure_ascii=False, indent=1))
        if not IntakeBatch.objects.filter(realm=DEMO).exists():
            seed_history()
            publish_all(DEMO)
        self.stdout.write(f"demo: {len(accounts)} accounts, {len(made)} tokens")


def _write_private(path: Path, text: str) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
