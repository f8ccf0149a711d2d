"""``manage.py publish_indicators``: every monitor publishes what it knows, now instead of within the hour."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from services.indicators.publishing import publish_all
from services.kernel import clock


class Command(BaseCommand):
    help = "Let every monitor publish its figures as indicators, now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--realm", default=settings.IOC_REALM)

    def handle(self, *args: str, **options: str) -> None:
        realm = options["realm"]
        if realm not in clock.realms():
            message = f"there is no realm {realm!r}"
            raise CommandError(message)
        runs = publish_all(realm)
        for slug, run in runs.items():
            self.stdout.write(f"{slug}: {run.error or f'{run.count} values'}")
        if any(run.error for run in runs.values()):
            message = "not every monitor could publish"
            raise CommandError(message)
