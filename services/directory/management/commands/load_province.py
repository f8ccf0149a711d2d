"""``manage.py load_province``: fills the directory and the calendar from the province pack in use."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from services.directory.loading import province
from services.directory.pack import PackError, load_pack


class Command(BaseCommand):
    help = "Fill in units, departments, positions, ladder, rosters and calendar from the province pack; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pack", default=settings.IOC_PROVINCE, help="name of the pack (default: IOC_PROVINCE)")

    @transaction.atomic
    def handle(self, *args: str, pack: str, **options: str) -> None:
        try:
            found = load_pack(pack)
            loaded = province.load(found)
        except PackError as error:
            raise CommandError(str(error)) from error
        call_command("load_calendar", str(found.folder / "calendar.toml"), stdout=self.stdout)
        self.stdout.write(
            f"{found.slug}: {loaded.units} units, {loaded.departments} departments, {loaded.positions} positions, "
            f"{loaded.rungs} rungs, {loaded.rosters} rosters added"
        )
