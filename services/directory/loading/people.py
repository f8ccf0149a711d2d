"""Checks the rows of a people file against the directory before anything is stored: all errors of all rows at once."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from services.directory.loading.tables import Row
from services.directory.models import Department, DutyRoster, Position, Unit, User
from services.directory.models.people import PLACED_ROLES, Role
from services.directory.models.validity import valid_on
from services.directory.rules import DirectoryError, check_place
from services.directory.text import fold
from services.kernel.clock import LOCAL

PEOPLE_COLUMNS = {
    "username": ("tên đăng nhập", "tài khoản", "account"),
    "full_name": ("họ và tên", "họ tên", "name"),
    "called_name": ("tên gọi",),
    "position": ("chức vụ", "chức danh"),
    "department": ("sở", "phòng ban", "đơn vị", "cơ quan"),
    "unit": ("mã xã", "mã đơn vị hành chính", "xã phường", "unit code"),
    "role": ("vai trò", "quyền"),
    "phone": ("điện thoại", "số điện thoại"),
    "email": ("thư điện tử", "e-mail"),
    "valid_from": ("từ ngày", "from"),
}
DUTY_COLUMNS = {
    "username": PEOPLE_COLUMNS["username"],
    "roster": ("lịch trực", "ca trực"),
    "starts": ("bắt đầu", "từ"),
    "ends": ("kết thúc", "đến"),
}
DUTY_SHEETS = ("duty", "truc")

_USERNAME = re.compile(r"[\w.@+-]{1,150}")
_PHONE = re.compile(r"(\+84|0)\d{9,10}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one cell, for the person who filled in the file."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A checked row of the people sheet."""

    username: str
    full_name: str
    valid_from: date
    called_name: str = ""
    phone: str = ""
    email: str = ""
    position: Position | None = None
    department: Department | None = None
    unit: Unit | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A checked row of the duty sheet; instants are aware."""

    username: str
    roster: DutyRoster
    starts: datetime
    ends: datetime


@dataclass(slots=True)
class _Book:
    """What names in a file may mean, loaded once, and the errors found so far."""

    today: date
    errors: list[RowError] = field(default_factory=list)
    positions: Mapping[str, Position] = field(default_factory=dict)
    departments: Mapping[str, Department] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    rosters: Mapping[str, DutyRoster] = field(default_factory=dict)

    def wrong(self, row: Row, column: str, text: str) -> None:
        self.errors.append(RowError(row.number, column, text))

    def look_up(self, row: Row, column: str, known: Mapping[str, T]) -> T | None:
        if not row[column]:
            return None
        found = known.get(fold(row[column]))
        if found is None:
            self.wrong(row, column, _("unknown: {value}").format(value=row[column]))
        return found


def check_people(rows: Sequence[Row], today: date) -> tuple[list[PersonRow], list[RowError]]:
    """Return the rows as they may be stored, and every error; store nothing when there is one."""
    book = _Book(
        today,
        positions=_by_name(Position.objects.all(), lambda p: (p.slug, p.title, p.title_en)),
        departments=_by_name(
            Department.objects.filter(valid_on(today)), lambda d: (d.slug, d.name, d.name_en, d.short_name)
        ),
        units=_by_name(Unit.objects.filter(valid_on(today)).defer("geometry", "outline"), lambda u: (u.code,)),
        roles={fold(name): value for value, label in Role.choices for name in (value, str(label))},
    )
    seen: dict[str, int] = {}
    checked = [_person(book, row, seen) for row in rows]
    return checked, book.errors


def check_duty(rows: Sequence[Row], usernames: Iterable[str]) -> tuple[list[DutyRow], list[RowError]]:
    """Return the duty rows as they may be stored, and every error; ``usernames`` are those of the same file."""
    book = _Book(date.min, rosters=_by_name(DutyRoster.objects.all(), lambda r: (r.slug, r.name, r.name_en)))
    known = set(usernames) | set(User.objects.values_list("username", flat=True))
    checked = []
    for row in rows:
        roster = book.look_up(row, "roster", book.rosters)
        starts, ends = _instant(book, row, "starts"), _instant(book, row, "ends")
        if row["username"] not in known:
            book.wrong(row, "username", _("no such account: {value}").format(value=row["username"]))
        if not row["roster"]:
            book.wrong(row, "roster", _("missing"))
        if starts and ends and ends <= starts:
            book.wrong(row, "ends", _("ends before it starts"))
        if roster and starts and ends:
            checked.append(DutyRow(row["username"], roster, starts, ends))
    return checked, book.errors


def _person(book: _Book, row: Row, seen: dict[str, int]) -> PersonRow:
    _check_username(book, row, seen)
    if not row["full_name"]:
        book.wrong(row, "full_name", _("missing"))
    position = book.look_up(row, "position", book.positions)
    department = book.look_up(row, "department", book.departments)
    unit = book.look_up(row, "unit", book.units)
    role = book.look_up(row, "role", book.roles) or ""
    if not any(error.row == row.number for error in book.errors):
        _check_places(book, row, position, department, unit, role)
    return PersonRow(
        username=row["username"],
        full_name=row["full_name"],
        called_name=row["called_name"],
        phone=_phone(book, row),
        email=_email(book, row),
        position=position,
        department=department,
        unit=unit,
        role=role,
        valid_from=_day(book, row),
    )


def _check_username(book: _Book, row: Row, seen: dict[str, int]) -> None:
    username = row["username"]
    if not username:
        book.wrong(row, "username", _("missing"))
    elif not _USERNAME.fullmatch(username):
        book.wrong(row, "username", _("only letters, digits and . @ + - _"))
    elif username.casefold() in seen:
        book.wrong(row, "username", _("the same as in row {row}").format(row=seen[username.casefold()]))
    seen.setdefault(username.casefold(), row.number)


def _check_places(
    book: _Book, row: Row, position: Position | None, department: Department | None, unit: Unit | None, role: str
) -> None:
    if department and unit:
        book.wrong(row, "unit", _("a department or a unit, not both"))
    elif role in PLACED_ROLES and not (department or unit):
        book.wrong(row, "role", _("this role needs a department or a unit"))
    if position:
        try:
            check_place(position, department=department, unit=unit)
        except DirectoryError as error:
            book.wrong(row, "position", str(error))


def _phone(book: _Book, row: Row) -> str:
    """Return the number without separators; a spreadsheet that took it for a number lost the leading 0."""
    digits = re.sub(r"[\s.()-]", "", row["phone"])
    if re.fullmatch(r"[1-9]\d{8}", digits):
        digits = f"0{digits}"
    if digits and not _PHONE.fullmatch(digits):
        book.wrong(row, "phone", _("not a telephone number: {value}").format(value=row["phone"]))
    return digits


def _email(book: _Book, row: Row) -> str:
    if row["email"]:
        try:
            validate_email(row["email"])
        except ValidationError:
            book.wrong(row, "email", _("not an e-mail address: {value}").format(value=row["email"]))
    return row["email"]


def _day(book: _Book, row: Row) -> date:
    text = row["valid_from"]
    moment = _parse(text) if text else None
    if text and moment is None:
        book.wrong(row, "valid_from", _("not a date: {value}").format(value=text))
    return moment.date() if moment else book.today


def _instant(book: _Book, row: Row, column: str) -> datetime | None:
    moment = _parse(row[column])
    if moment is None:
        book.wrong(row, column, _("not a date and time: {value}").format(value=row[column]))
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)


def _parse(text: str) -> datetime | None:
    """Return a date or date with time, written as ISO or as people here write it (21/11/2026 07:30)."""
    for reading in (datetime.fromisoformat, *map(_format, ("%d/%m/%Y %H:%M", "%d/%m/%Y"))):
        try:
            return reading(text)
        except ValueError:
            continue
    return None


def _format(pattern: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, pattern).replace(tzinfo=LOCAL)


def _by_name(rows: Iterable[T], names: Callable[[T], Sequence[Any]]) -> dict[str, T]:
    return {fold(str(name)): row for row in rows for name in names(row) if name}
