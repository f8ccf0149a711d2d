"""``manage.py import_people FILE``: accounts, positions, roles and duty by the hundred."""

import csv
import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.directory.actions.imports import Imported, import_people_rows
from services.directory.loading.people import (
    DUTY_COLUMNS,
    DUTY_SHEETS,
    PEOPLE_COLUMNS,
    RowError,
    check_duty,
    check_people,
)
from services.directory.loading.tables import Row, TableError, read_table
from services.kernel import clock


class Command(BaseCommand):
    help = (
        "Import people from XLSX or CSV (username, full_name, called_name, position, department, unit, role, phone, "
        "email, valid_from). Duty comes from the sheet 'duty' or from --duty FILE (username, roster, starts, ends). "
        "Nothing is stored unless every row is right."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--duty", type=Path, help="CSV or XLSX with duty shifts")
        parser.add_argument("--dry-run", action="store_true", help="check only")
        parser.add_argument("--passwords", type=Path, help="write first passwords of new accounts to this file (0600)")

    def handle(
        self, *args: str, file: Path, duty: Path | None, dry_run: bool, passwords: Path | None, **options: str
    ) -> None:
        try:
            people_rows = read_table(file, PEOPLE_COLUMNS)
            duty_rows = _duty_rows(file, duty)
        except (OSError, TableError) as error:
            raise CommandError(str(error)) from error
        people, errors = check_people(people_rows, clock.now().astimezone(clock.LOCAL).date())
        shifts, duty_errors = check_duty(duty_rows, {row.username for row in people})
        self._refuse([*errors, *duty_errors])
        if dry_run:
            self.stdout.write(f"{len(people)} people and {len(shifts)} shifts are right; nothing stored (dry run)")
            return
        done = import_people_rows(people=people, duty=shifts, with_passwords=passwords is not None, acting_user=None)
        if passwords is not None:
            _write_passwords(passwords, done)
        self.stdout.write(
            f"{done.accounts} accounts, {done.persons} persons, {done.appointments} appointments, {done.roles} roles, "
            f"{done.shifts} shifts added; {len(people) - done.accounts} accounts were there"
        )

    def _refuse(self, errors: list[RowError]) -> None:
        for error in errors:
            self.stderr.write(f"row {error.row}, {error.column}: {error.text}")
        if errors:
            message = f"{len(errors)} errors; nothing stored"
            raise CommandError(message)


def _duty_rows(file: Path, duty: Path | None) -> list[Row]:
    if duty is not None:
        return read_table(duty, DUTY_COLUMNS)
    if file.suffix.lower() == ".csv":
        return []
    return [row for sheet in DUTY_SHEETS for row in read_table(file, DUTY_COLUMNS, sheet)]


def _write_passwords(path: Path, done: Imported) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("username", "password"), *done.passwords.items()])
