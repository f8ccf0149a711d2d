"""Assigned tasks become records: the newest state wins, every version is kept, what cannot be is refused."""

import pytest

from monitors.government import feeds
from monitors.government.models import Task, TaskVersion
from tests.monitors.government.kit import AN, DAY, HEALTH, task, today
from tests.monitors.kit import REALM, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def stored(*items, **options):
    return send("government", *items, realm=REALM, **options)


def refused(item):
    receipt = stored(item)
    assert receipt.accepted == 0
    return set(receipt.rejected[0].errors)


def test_a_task_is_kept_with_its_agency_and_days():
    stored(task(assigned_to=HEALTH, result=""))
    found = Task.objects.get()
    assert (found.department, found.unit, found.place, found.state) == (HEALTH, "", None, "assigned")
    assert (found.due_on - found.assigned_on).days == 90


def test_a_communes_task_stands_at_the_commune():
    stored(task(assigned_to=AN))
    found = Task.objects.get()
    assert (found.department, found.unit) == ("", AN)
    assert found.place is not None
    assert found.agency == AN


def test_newer_news_update_a_task_and_older_only_its_history():
    first = task(version=1)
    stored(first)
    assert stored({**first, "version": 3, "progress": 60, "state": "in_progress"}).updated == 1
    assert stored({**first, "version": 2, "progress": 30}).duplicate == 1
    assert (Task.objects.get().progress, TaskVersion.objects.count()) == (60, 3)


def test_a_task_that_is_done_has_all_of_its_progress():
    day = today().isoformat()
    stored(task(state="done", completed_on=day, progress=80, result="9/BC"))
    assert (Task.objects.get().progress, str(Task.objects.get().completed_on)) == (100, day)


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"assigned_to": "so-khong-co"}, "assigned_to"),
        ({"assigned_to": "99"}, "assigned_to"),
        ({"assigned_to": "99005"}, "assigned_to"),
        ({"state": "done"}, "completed_on"),
        ({"state": "done", "completed_on": "2048-01-01"}, "completed_on"),
        ({"state": "done", "completed_on": "2011-01-01"}, "completed_on"),
        ({"completed_on": "2026-01-01"}, "completed_on"),
        ({"assigned_on": "2048-01-01", "due_on": "2048-02-01"}, "assigned_on"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(wrong, field):
    assert field in refused(task(**wrong))


def test_a_spreadsheet_with_vietnamese_headings_is_read():
    row = {
        "Mã nhiệm vụ": "NV-1", "Số văn bản": "12/UBND-TH", "Nội dung nhiệm vụ": "Việc", "Đơn vị thực hiện": HEALTH,
        "Ngày giao": "1/9/2026", "Hạn hoàn thành": "30/09/2026", "Tiến độ (%)": "100 %", "Trạng thái": "Hoàn thành",
        "Ngày hoàn thành": "25/09/2026", "Văn bản kết quả": "", "Cập nhật lúc": "2026-09-25T15:00:00+07:00",
    }  # fmt: skip
    assert feeds.adapt(row) == {
        "code": "NV-1", "document": "12/UBND-TH", "title": "Việc", "assigned_to": HEALTH, "assigned_on": "2026-09-01",
        "due_on": "2026-09-30", "progress": 100, "state": "done", "completed_on": "2026-09-25",
        "as_of": "2026-09-25T15:00:00+07:00",
    }  # fmt: skip


@pytest.mark.parametrize("size", [1, 40])
def test_forty_tasks_cost_as_many_statements_as_one(size, django_assert_max_num_queries):
    items = [task(n, assigned_to=(AN, HEALTH)[n % 2]) for n in range(size)]
    with django_assert_max_num_queries(25):
        assert stored(*items).accepted == size


def test_an_extension_is_a_later_day():
    stored(task(due=-3, version=1))
    stored(task(due=10, version=2))
    assert Task.objects.get().due_on == today() + 10 * DAY
