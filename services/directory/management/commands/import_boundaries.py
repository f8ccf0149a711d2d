"""``manage.py import_boundaries FILE``: official polygons take the place of approximate ones."""

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.directory import selectors
from services.directory.actions import set_boundaries
from services.directory.loading.boundaries import BoundaryFileError, match_boundaries
from services.directory.models.units import UnitLevel
from services.kernel import clock


class Command(BaseCommand):
    help = (
        "Import official boundaries from GeoJSON (EPSG:4326). Features are matched by code, then by name. A feature "
        "that cannot be used leaves its unit as it was; all others are stored together or not at all."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--level", choices=UnitLevel.values, default=UnitLevel.COMMUNE)
        parser.add_argument("--on", type=date.fromisoformat, help="the day whose units are meant (default: today)")

    def handle(self, *args: str, file: Path, level: str, on: date | None, **options: str) -> None:
        day = on or clock.now().astimezone(clock.LOCAL).date()
        units = list(selectors.units_on(day, level))
        try:
            matched = match_boundaries(file, units)
        except BoundaryFileError as error:
            raise CommandError(str(error)) from error
        for problem in matched.problems:
            self.stderr.write(f"feature {problem.number} ({problem.name}): {problem.text}")
        if not matched.shapes:
            message = f"{file.name}: none of {len(units)} units found; nothing stored"
            raise CommandError(message)
        set_boundaries(boundaries=matched.shapes, on=day, acting_user=None)
        for unit in matched.missing:
            self.stderr.write(f"not in the file: {unit.code} {unit.full_name}")
        self.stdout.write(
            f"{len(matched.shapes)} boundaries stored, {len(matched.problems)} features not used, "
            f"{len(matched.missing)} units not in the file"
        )
