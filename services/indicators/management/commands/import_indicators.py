"""``manage.py import_indicators FILE``: a workbook of indicators, stored whole or not at all."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.indicators.models import Workbook
from services.indicators.workbooks import processing
from services.kernel.models import LIVE


class Command(BaseCommand):
    help = (
        "Import a workbook (XLSX or CSV) of indicators. With an error nothing is stored, and a copy with the "
        "wrong cells coloured and explained is written beside the file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--realm", default=LIVE)
        parser.add_argument("--period", default="", help="the only period that may be in it")
        parser.add_argument("--reason", default="", help="why closed periods are changed")

    def handle(self, *args: str, file: Path, realm: str, period: str, reason: str, **options: str) -> None:
        try:
            body = file.read_bytes()
        except OSError as error:
            raise CommandError(str(error)) from error
        row = processing.submit(realm=realm, name=file.name, body=body, period=period, reason=reason, claimed=True)
        if row.state == Workbook.State.REPEATED:
            self.stdout.write("this file was stored before; nothing to do")
            return
        row = processing.process(row)
        for mark in row.errors:
            self.stderr.write(f"{mark['cell']}: {mark['text']}")
        if row.state != Workbook.State.STORED:
            self._return(file, row)
            message = f"{row.error_count} errors; nothing stored"
            raise CommandError(message)
        self.stdout.write(f"{row.accepted} values stored, {row.unchanged} were there already")

    def _return(self, file: Path, row: Workbook) -> None:
        if row.marked:
            copy = file.with_name(f"{file.stem}-marked.xlsx")
            copy.write_bytes(bytes(row.marked))
            self.stderr.write(f"see {copy.name}")
