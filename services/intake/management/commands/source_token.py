"""``manage.py source_token <monitor>/<source>``: make and print a token for a source."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from services import registry
from services.intake import tokens


class Command(BaseCommand):
    """Make a token; it is shown once and kept as a hash."""

    help = "Make and print a token for <monitor>/<source>"

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the source, and the realm when it is not the one this deployment shows."""
        parser.add_argument("source", help="<monitor>/<source>, such as field_reports/portal")
        parser.add_argument("--realm", default=settings.IOC_REALM, help="live, demo or drill-N")
        parser.add_argument("--note", default="", help="whom it was given to")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the token alone, so that scripts can use it; CommandError names the sources there are."""
        del args
        try:
            token = tokens.make(options["source"], options["realm"], note=options["note"])
        except registry.UnknownNameError as error:
            known = ", ".join(f"{monitor.slug}/{source.slug}" for monitor, source in registry.sources())
            message = f"{error}; there are: {known}"
            raise CommandError(message) from error
        self.stdout.write(token)
