"""Monitors publish what they know: each by itself, by the hour, never over what was delivered."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from services import registry
from services.contract import Moment, Monitor, Scope
from services.indicators import figures, periods, publishing
from services.indicators.actions import Given, record_values
from services.indicators.models import PublishRun, Sheet
from services.indicators.publishing import EVERY, RETRY, SOON
from services.kernel import clock
from tests.services.indicators.kit import AN, BINH, PROVINCE, define, definition, value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("land")]
HEALTH = "so-y-te"
MONTH = periods.parse("2026-09")


def publish(*rows, whole=(), monitor="works"):
    values = [("firms", MONTH, unit, number) for unit, number in rows]
    return publishing.publish(values, realm="live", monitor=monitor, now=clock.now(), whole=whole)


def deliver(unit, number):
    record_values(realm="live", source="m/workbook", rows=[Given("firms", unit, MONTH, number)], reason="x")


def of(unit):
    return value("firms", unit, "2026-09")


@pytest.fixture
def monitors(monkeypatch):
    """Three monitors: one that publishes, one that fails, one that has nothing to publish with."""

    def made(slug, hook):
        return Monitor(slug, slug, HEALTH, 90, (), (), (), publish=hook)

    def works(moment: Moment) -> int:
        return publishing.publish([("firms", MONTH, AN, 3)], realm=moment.realm, monitor="works", now=moment.as_of)

    def fails(moment: Moment) -> int:
        publishing.publish([("firms", MONTH, BINH, 9)], realm=moment.realm, monitor="fails", now=moment.as_of)
        raise RuntimeError(moment.realm)

    found = {"fails": made("fails", fails), "silent": made("silent", None), "works": made("works", works)}
    monkeypatch.setattr(registry, "_MONITORS", found)
    return found


@pytest.mark.usefixtures("monitors")
def test_one_that_fails_stops_nobody_leaves_nothing_and_is_seen():
    assert publishing.run_due() == 4
    assert (of(AN), of(BINH)) == (3, None)
    works, fails = (PublishRun.objects.get(realm="live", monitor=slug) for slug in ("works", "fails"))
    assert (works.count, works.error, fails.ran_at) == (1, "", None)
    assert fails.error == "RuntimeError: live"
    assert works.ran_at is not None
    assert works.due_at == works.ran_at + EVERY
    assert fails.due_at <= clock.now() + RETRY
    assert publishing.published_at("live", ["works", "fails"]) == works.ran_at


@pytest.mark.usefixtures("monitors")
def test_it_happens_once_an_hour_of_the_realms_own_clock():
    publishing.run_due()
    PublishRun.objects.filter(monitor="fails").delete()
    assert publishing.run_due() == 2, "only the one that failed is new"
    PublishRun.objects.filter(monitor="fails").update(due_at=clock.now() + timedelta(days=9))
    clock.move("demo", EVERY)
    assert publishing.run_due() == 1


def test_one_that_had_nothing_to_say_is_asked_again_soon(monkeypatch):
    empty = Monitor("empty", "empty", HEALTH, 90, (), (), (), publish=lambda moment: 0)
    monkeypatch.setattr(registry, "_MONITORS", {"empty": empty})
    publishing.run_due()
    run = PublishRun.objects.get(realm="live")
    assert run.ran_at is not None
    assert run.due_at == run.ran_at + SOON


@pytest.mark.usefixtures("monitors")
def test_the_command_tells_how_it_went_and_fails_when_one_did():
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("publish_indicators", realm="live", stdout=told)
    assert told.getvalue() == "fails: RuntimeError: live\nworks: 1 values\n"
    with pytest.raises(CommandError):
        call_command("publish_indicators", realm="drill-none")


def test_the_admin_shows_when_each_last_published(admin_user):
    PublishRun.objects.create(realm="live", monitor="works", due_at=clock.now(), error="RuntimeError: live")
    browser = Client()
    browser.force_login(admin_user)
    assert "RuntimeError: live" in browser.get("/admin/indicators/publishrun/").content.decode()


# --- what is given stands --------------------------------------------------------------------------------------------


def test_the_same_again_changes_nothing():
    assert publish((AN, 3), (PROVINCE, 10)) == 2
    sheets = list(Sheet.objects.order_by("pk").values())
    assert publish((AN, 3), (PROVINCE, 10)) == 2
    assert list(Sheet.objects.order_by("pk").values()) == sheets


def test_what_a_workbook_delivered_stands_and_so_does_the_provinces_sum_of_it():
    deliver(AN, 40)
    assert publish((AN, 3), (BINH, 4), (PROVINCE, 7)) == 1
    assert (of(AN), of(BINH), of(PROVINCE)) == (40, 4, 44)


def test_what_is_no_longer_counted_at_a_place_is_nought_there():
    publish((AN, 3), (BINH, 4), whole=[MONTH])
    publish((BINH, 7), whole=[MONTH])
    assert (of(AN), of(BINH)) == (0, 7)


def test_a_unit_that_was_no_more_is_left_out():
    assert publish(("99005", 3), (AN, 1)) == 1


# --- departments -----------------------------------------------------------------------------------------------------


def test_a_department_has_a_sheet_of_its_own_with_formulas_and_years_but_is_no_part_of_the_province():
    define(definition("double", formula="firms × 2"))
    publish((HEALTH, 5), (AN, 3))
    assert (of(HEALTH), value("firms", HEALTH, "2026"), value("double", HEALTH, "2026-09")) == (5, 5, 10)
    assert of(PROVINCE) == 3
    publish((PROVINCE, 8))
    assert of(PROVINCE) == 8


def test_departments_colour_no_map():
    publish((HEALTH, 5), (AN, 3))

    assert figures.map_of("firms", Scope("live", clock.now()), MONTH) == {AN: 3.0}


def test_counts_by_month_are_filled_from_a_places_first_month_on():
    august, september, october = (periods.parse(f"2026-{n:02}") for n in (8, 9, 10))
    rows = [(august.start, AN, None, 1, 4), (september.start, None, HEALTH, 2, 2), (september.start, None, None, 3, 9)]
    rows += [(september.start, "", None, 1, 7)]
    counts = publishing.monthly(rows)
    assert counts == {(august, AN): 4, (september, HEALTH): 2, (september, PROVINCE): 9}
    filled = set(publishing.filled({"firms": counts}, [august, september, october]))
    assert filled == {
        ("firms", august, AN, 4), ("firms", september, AN, 0), ("firms", october, AN, 0),
        ("firms", september, HEALTH, 2), ("firms", october, HEALTH, 0),
        ("firms", september, PROVINCE, 9), ("firms", october, PROVINCE, 0),
    }  # fmt: skip
