"""The calendar in the database: packs load it, administrators change it, every change is a new version."""

from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from services.audit.models import AuditEntry
from services.worktime import actions
from services.worktime.calendar import VIETNAM, add_minutes, is_working
from services.worktime.models import CalendarDay
from services.worktime.selectors import current_calendar

pytestmark = pytest.mark.django_db

SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=VIETNAM)
FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=VIETNAM)

FILE = """
[hours]
weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"]
intervals = ["08:00-12:00", "13:00-17:00"]

[[days]]
date = 2026-11-27
kind = "off"
note = "a day of its own"
"""


@pytest.fixture
def calendar_file(tmp_path: Path) -> Path:
    path = tmp_path / "calendar.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_without_anything_loaded_office_hours_and_public_holidays_hold():
    calendar = current_calendar()
    assert calendar.version == 0
    assert is_working(calendar, FRIDAY)
    assert not is_working(calendar, datetime(2026, 2, 17, 9, 0, tzinfo=VIETNAM))


def test_a_swapped_saturday_is_working_time_from_the_next_look_on():
    before = current_calendar().version
    actions.set_day(day=SATURDAY.date(), kind="working", note="swapped", acting_user=None)
    calendar = current_calendar()
    assert is_working(calendar, SATURDAY)
    assert calendar.version > before
    actions.remove_day(day=SATURDAY.date(), acting_user=None)
    assert not is_working(current_calendar(), SATURDAY)
    assert current_calendar().version > calendar.version


def test_an_own_day_wins_over_the_public_holidays():
    tet = date(2026, 2, 17)
    actions.set_day(day=tet, kind="working", acting_user=None)
    assert current_calendar().is_working_day(tet)
    swapped = date(2026, 8, 22)
    actions.set_day(day=swapped, kind="off", acting_user=None)
    assert not current_calendar().is_working_day(swapped)


def test_every_change_is_in_the_audit():
    actions.set_day(day=SATURDAY.date(), kind="working", acting_user=None)
    entry = AuditEntry.objects.get(verb="set_day")
    assert entry.target == "calendarday:2026-11-28"
    assert entry.detail == {"kind": "working"}


def test_the_calendar_is_read_once_and_then_only_its_edition(django_assert_num_queries):
    actions.set_day(day=SATURDAY.date(), kind="working", acting_user=None)
    with django_assert_num_queries(2):
        current_calendar()
    with django_assert_num_queries(1):
        current_calendar()


def test_a_pack_brings_hours_and_days(calendar_file):
    call_command("load_calendar", calendar_file)
    calendar = current_calendar()
    assert not is_working(calendar, FRIDAY)
    assert add_minutes(calendar, datetime(2026, 11, 26, 11, 30, tzinfo=VIETNAM), 31) == datetime(
        2026, 11, 26, 13, 1, tzinfo=VIETNAM
    )


def test_loading_again_changes_nothing_and_keeps_what_an_administrator_decided(calendar_file):
    call_command("load_calendar", calendar_file)
    version = current_calendar().version
    call_command("load_calendar", calendar_file)
    assert current_calendar().version == version
    actions.set_day(day=FRIDAY.date(), kind="working", acting_user=None)
    call_command("load_calendar", calendar_file)
    assert is_working(current_calendar(), FRIDAY)


def test_changed_hours_are_a_new_version(calendar_file):
    call_command("load_calendar", calendar_file)
    version = current_calendar().version
    calendar_file.write_text(FILE.replace("08:00", "07:00"), encoding="utf-8")
    call_command("load_calendar", calendar_file)
    assert current_calendar().version == version + 1


@pytest.mark.parametrize(
    "wrong",
    [
        FILE.replace("08:00-12:00", "12:00-08:00"),
        FILE.replace("08:00-12:00", "08:00"),
        FILE.replace('"off"', '"holiday"'),
        FILE.replace("monday", "Monday"),
        FILE.replace("2026-11-27", "2026-11-31"),
        "no toml",
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_loads_nothing(calendar_file, wrong):
    calendar_file.write_text(wrong, encoding="utf-8")
    with pytest.raises(CommandError, match=r"calendar\.toml"):
        call_command("load_calendar", calendar_file)
    assert not CalendarDay.objects.exists()


def test_the_admin_changes_days_through_the_actions(admin_client):
    version = current_calendar().version
    admin_client.post("/admin/worktime/calendarday/add/", {"date": "2026-11-28", "kind": "working", "note": "x"})
    assert is_working(current_calendar(), SATURDAY)
    day = CalendarDay.objects.get()
    admin_client.post(f"/admin/worktime/calendarday/{day.pk}/change/", {"kind": "off", "note": "y"})
    assert not is_working(current_calendar(), SATURDAY)
    admin_client.post(f"/admin/worktime/calendarday/{day.pk}/delete/", {"post": "yes"})
    assert current_calendar().version == version + 3
    assert AuditEntry.objects.exclude(actor_id=None).count() == 3
