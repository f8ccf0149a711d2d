"""``manage.py load_indicators``: definitions from ``fixtures/indicators/`` and the pack's plans; safe to repeat."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from services.directory.pack import PackError
from services.indicators import loading
from services.indicators.actions import recount
from services.indicators.catalogue import CatalogueError, catalogue
from services.kernel import clock


class Command(BaseCommand):
    help = "Load indicators and plans; what stands on a changed definition is derived anew."

    @transaction.atomic
    def handle(self, *args: str, **options: str) -> None:
        try:
            changed = loading.load_definitions(loading.read_definitions())
            plans = loading.load_targets(loading.pack_file().targets, catalogue().by_code)
        except (CatalogueError, PackError) as error:
            raise CommandError(str(error)) from error
        if changed:
            for realm in clock.realms():
                recount(realm, changed)
        self.stdout.write(f"{len(changed)} indicators new or changed, {plans} plans")
