"""What lodgings, counters, organisers and the hotline send: stored, corrected, refused field by field."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitors.tourism.models import Complaint, Festival, LodgingDay, LodgingDayVersion, SiteState
from monitors.tourism.selectors import presences
from services.intake.models import Quarantined
from services.kernel import clock
from services.worktime.calendar import add_days
from services.worktime.selectors import current_calendar
from tests.monitors.kit import FIXTURES, send, send_file
from tests.monitors.tourism.kit import (
    AN,
    BEACH,
    BINH,
    COMPLAINTS,
    COUNTS,
    DAY,
    EVENTS,
    HOTEL,
    HOUR,
    LAKE,
    OWNER,
    accepted,
    answered,
    complaint,
    count,
    festival,
    night,
    now,
    today,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


# --- lodgings --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("province")
def test_a_declaration_stands_under_its_establishment_and_day():
    accepted("tourism", night(today(), 12, foreign_arrivals=3, name="Khách sạn An"))
    row = LodgingDay.objects.get()
    assert (row.external_id, row.unit, row.department, row.kind) == (f"{HOTEL}:{today()}", AN, OWNER, "hotel")
    assert (row.rooms, row.occupied, row.guests, row.arrivals, row.foreign_arrivals) == (40, 12, 24, 12, 3)
    assert row.occupancy == 30.0


@pytest.mark.usefixtures("province")
def test_a_correction_replaces_and_what_is_older_does_not():
    first = night(today(), 12, as_of=(now() - HOUR).isoformat())
    accepted("tourism", first)
    assert accepted("tourism", {**first, "occupied": 14, "as_of": now().isoformat()}).updated == 1
    accepted("tourism", {**first, "occupied": 10, "as_of": (now() - 2 * HOUR).isoformat()})
    assert LodgingDay.objects.get().occupied == 14
    assert LodgingDayVersion.objects.count() == 3


@pytest.mark.usefixtures("province")
def test_a_row_of_a_vietnamese_spreadsheet_is_a_declaration():
    row = {"Mã cơ sở": HOTEL, "Ngày": "05/11/2026", "Buồng có khách": 3, "Số khách lưu trú": 5, "Lượt khách đến": 2}
    accepted("tourism", row)
    assert str(LodgingDay.objects.get().day) == "2026-11-05"


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"occupied": 41}, "occupied"),
        ({"rooms": 9}, "occupied"),
        ({"foreign_arrivals": 11}, "foreign_arrivals"),
        ({"occupied": -1}, "occupied"),
        ({"guests": 201}, "guests"),
        ({"occupied": 0}, "guests"),
        ({"day": "2099-01-01"}, "day"),
        ({"establishment": "ks-khac"}, "establishment"),
        ({"unit": BINH}, "unit"),
        ({"guest_name": "Nguyễn Văn A"}, "guest_name"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(wrong, field):
    (refused,) = send("tourism", {**night(today()), **wrong}).rejected
    assert field in " ".join([*refused.errors, *refused.errors.values()])
    assert not LodgingDay.objects.exists()


# --- counts ----------------------------------------------------------------------------------------------------------


def noon():
    """Yesterday's noon, so that a day of counts lies in the past."""
    return now().astimezone(clock.LOCAL).replace(hour=12, minute=0, second=0, microsecond=0) - DAY


def present(site, at):
    return presences("live", {site: at}).get(site)


@pytest.mark.usefixtures("province")
def test_who_came_and_went_is_added_to_the_last_number_told():
    at = noon()
    told = [count(at, present=50), count(at + MINUTE, entered=20, left=5), count(at + 2 * MINUTE, entered=1)]
    accepted(COUNTS, *told)
    state = SiteState.objects.get()
    assert (state.site, state.present, state.load, state.capacity, state.unit) == (BEACH, 66, 33.0, 200, AN)
    assert state.counted_at == at + 2 * MINUTE
    accepted(COUNTS, count(at + 3 * MINUTE, present=60))
    assert SiteState.objects.get().present == 60, "a number told puts right whatever a gate missed"


@pytest.mark.usefixtures("province")
def test_counts_in_any_order_come_to_the_same():
    at = noon()
    for late in (count(at + 2 * MINUTE, entered=7), count(at, present=50), count(at + MINUTE, left=10)):
        accepted(COUNTS, late)
    state = SiteState.objects.get()
    assert (state.present, state.counted_at) == (47, at + 2 * MINUTE)


@pytest.mark.usefixtures("province")
def test_gates_start_anew_at_four_in_the_morning_and_never_below_nobody():
    at = noon()
    accepted(COUNTS, count(at, LAKE, entered=80), count(at + HOUR, LAKE, left=90))
    assert present(LAKE, at + HOUR) == 0
    early = at + timedelta(hours=15, minutes=59)
    assert present(LAKE, at) == 80
    accepted(COUNTS, count(at + 30 * MINUTE, LAKE, entered=40))
    assert (present(LAKE, early), present(LAKE, early + 2 * MINUTE)) == (30, 0)


@pytest.mark.usefixtures("province")
def test_the_same_count_twice_counts_once():
    at = noon()
    first = accepted(COUNTS, count(at, LAKE, entered=8))
    again = accepted(COUNTS, count(at, LAKE, entered=8))
    assert (first.accepted, again.duplicate, SiteState.objects.get().present) == (1, 1, 8)


# --- events and complaints -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("province")
def test_an_event_is_at_its_site_or_somewhere_in_a_commune():
    accepted(EVENTS, festival("a", today(), 3), {**festival("b", today()), "site": "", "unit": AN})
    here, there = Festival.objects.order_by("external_id")
    assert (here.unit, here.place is not None, str(here.ends)) == (BINH, True, str(today() + 2 * DAY))
    assert (there.unit, there.place) == (AN, None)


@pytest.mark.usefixtures("province")
def test_a_complaint_is_due_five_working_days_after_it_came_and_its_answer_is_an_update():
    received = now() - DAY
    accepted(COMPLAINTS, complaint("c1", received))
    row = Complaint.objects.get()
    assert (row.due_at, row.settled_at, row.unit) == (add_days(current_calendar(), received, 5), None, AN)
    assert accepted(COMPLAINTS, answered(complaint("c1", received), now())).updated == 1
    assert Complaint.objects.get().settled_at is not None


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("pack_loaded")
@pytest.mark.parametrize("source", ["site_counts", "events", "complaints"])
def test_of_each_sources_malformed_file_only_the_last_item_is_good(source):
    path = FIXTURES / "tourism" / f"{source}_malformed.json"
    receipt = send_file(path, source=f"tourism/{source}")
    assert receipt.accepted == 1
    assert [one.index for one in receipt.rejected] == list(range(len(json.loads(path.read_text())) - 1))
    assert Quarantined.objects.count() == len(receipt.rejected)


@pytest.mark.usefixtures("pack_loaded")
@pytest.mark.parametrize("source", ["site_counts", "events", "complaints"])
def test_each_sources_file_is_accepted_unchanged_and_again_changes_nothing(source):
    path = FIXTURES / "tourism" / f"{source}.json"
    first, again = (send_file(path, source=f"tourism/{source}") for _ in range(2))
    assert (first.rejected, again.rejected, again.duplicate) == ([], [], first.accepted)


@pytest.mark.usefixtures("pack_loaded")
def test_a_duplicate_is_counted_and_a_correction_is_one():
    receipt = send_file(FIXTURES / "tourism" / "duplicate.json")
    assert (receipt.accepted, receipt.updated, receipt.duplicate) == (1, 1, 2)


# --- cost ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize(
    "source, item",
    [
        ("tourism", lambda n: night(today() - n * DAY)),
        (COUNTS, lambda n: count(noon() + n * MINUTE, present=n)),
        (EVENTS, lambda n: festival(f"e{n}", today())),
        (COMPLAINTS, lambda n: complaint(f"c{n}", now() - n * HOUR)),
    ],
    ids=["lodging", "counts", "events", "complaints"],
)
def test_a_hundred_items_cost_as_many_statements_as_two(source, item):
    accepted(source, item(500))

    def statements(numbers):
        items = [item(n) for n in numbers]
        with CaptureQueriesContext(connection) as caught:
            accepted(source, *items)
        return len(caught)

    assert statements(range(2)) == statements(range(2, 102))
