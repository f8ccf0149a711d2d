"""``manage.py load_calendar FILE``: the working hours and special days of a province pack."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.worktime.actions import load_calendar
from services.worktime.files import CalendarFileError, read_calendar


class Command(BaseCommand):
    help = "Load working hours and special days from a calendar.toml; days that an administrator set are kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: str, file: Path, **options: str) -> None:
        try:
            hours, days = read_calendar(file)
        except CalendarFileError as error:
            raise CommandError(str(error)) from error
        changed = load_calendar(hours=hours, days=days)
        self.stdout.write("calendar loaded" if changed else "calendar unchanged")
