"""The simulated economy: the same every time, through the published figures, and no flood of findings."""

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import call_command

from ioc.simulator.building import build_feeds
from ioc.simulator.economy import COURSES, PROJECTS, WORKBOOK, EconomyFeed, Published, published_figures
from ioc.simulator.projects import Site, works
from ioc.simulator.scenarios import SCENARIOS
from ioc.simulator.world import Place, World
from monitors.socioeconomy.queries import SHOWN
from monitors.socioeconomy.rules import JUMP, LATE, OFF_PLAN, SLOW_INVESTOR, SLOW_PROJECT
from services.indicators.periods import parse
from services.intake import receive
from services.kernel import clock
from services.kernel.clock import LOCAL
from services.worktime.calendar import WorkCalendar
from tests.monitors.kit import REALM, figure, findings, swept
from tests.monitors.socioeconomy.kit import now as moment
from tests.monitors.socioeconomy.kit import stand

NOW = datetime(2026, 11, 22, 9, tzinfo=LOCAL)
PACKS = Path(__file__).resolve().parents[2] / "fixtures" / "province"
SITES = tuple(Site(f"{n:05}", f"xã {n}", f"commune {n}", 108 + n / 50, 12 + n / 50) for n in range(100))
DEPARTMENTS = ("so-xay-dung", "so-y-te", "so-nong-nghiep-moi-truong", "so-giao-duc-dao-tao")


def feed(seed=1, published=(), sites=SITES):
    places = [Place(site.code, site.lon, site.lat) for site in sites]
    world = World(seed, places, WorkCalendar(off=frozenset()), SCENARIOS["ordinary"], NOW)
    return EconomyFeed(world, sites, DEPARTMENTS, tuple(published))


def test_the_same_span_tells_the_same_in_one_piece_or_in_many():
    bounds = [datetime(2026, month, day, 7, tzinfo=LOCAL) for month in (1, 2, 3) for day in (1, 4, 27)]
    whole = sorted(feed().between(bounds[0], bounds[-1]))
    pieces = [sent for a, b in reversed(list(pairwise(bounds))) for sent in feed().between(a, b)]
    assert sorted(pieces) == whole
    assert len({(one.source, one.key, one.at) for one in whole}) == len(whole)
    assert whole != sorted(feed(seed=2).between(bounds[0], bounds[-1]))


def test_a_month_is_delivered_before_its_day_and_the_years_plans_in_january():
    sent = list(feed().between(datetime(2027, 1, 1, tzinfo=LOCAL), datetime(2027, 2, 1, tzinfo=LOCAL)))
    assert max(one.at for one in sent).day < 5
    assert {one.item["period"] for one in sent if one.item.get("kind") == "plan"} == {"2027"}
    quarters = {one.item["period"] for one in sent if one.item["code"] == "grdp"}
    assert quarters == {"2026-Q4"}
    years = {one.item["year"] for one in sent if one.source == PROJECTS}
    assert years == {2026}
    after = feed().between(datetime(2027, 2, 1, tzinfo=LOCAL), datetime(2027, 3, 1, tzinfo=LOCAL))
    assert {one.item["year"] for one in after if one.source == PROJECTS} == {2026, 2027}


def test_published_figures_are_never_sent_otherwise_and_the_world_runs_through_them():
    published = [
        Published("retail_sales", parse("2025-09"), 138_000.0, {}),
        Published("iip_growth", parse("2025-09"), 12.0, {}),
    ]
    told = {
        (one.item["code"], one.item["period"]): one.item["value"]
        for one in feed(published=published).between(datetime(2025, 1, 1, tzinfo=LOCAL), NOW)
        if one.source == WORKBOOK and "unit" not in one.item
    }
    assert ("retail_sales", "2025-09") not in told
    assert told["retail_sales", "2025-08"] < 138_000 < told["retail_sales", "2025-10"]
    assert 1.0 < told["retail_sales", "2026-10"] / told["retail_sales", "2025-10"] < 1.25
    assert abs(told["iip_growth", "2025-10"] - 12) < 2


def test_running_totals_only_rise_within_a_year():
    told = [one for one in feed().between(datetime(2025, 1, 1, tzinfo=LOCAL), NOW) if one.source == WORKBOOK]
    for code, course in COURSES.items():
        values = [one.item["value"] for one in sorted(told) if one.item["code"] == code and "kind" not in one.item]
        assert values
        if course.kind == "total":
            of_2026 = values[12:] if not course.quarterly else values[4:]
            assert of_2026 == sorted(of_2026)


def test_projects_are_paid_ever_more_and_never_beyond_their_plan():
    for one in works(1, SITES, DEPARTMENTS, 2026):
        paid = [one.paid(month) for month in range(1, 14)]
        assert paid == sorted(paid)
        assert paid[-1] <= one.plan
    assert len({one.code for one in works(1, SITES, DEPARTMENTS, 2026)}) == len(works(1, SITES, DEPARTMENTS, 2026))


def test_without_published_figures_there_are_none():
    assert published_figures(PACKS / "sample") == []


@pytest.mark.django_db
@pytest.mark.parametrize("pack", ["sample", "daklak"])
@pytest.mark.slow
def test_a_fresh_centre_shows_every_figure_and_few_findings(pack, settings):
    settings.IOC_PROVINCE = pack
    call_command("load_province", verbosity=0)
    call_command("load_indicators", verbosity=0)
    stand(NOW)
    for source, items, historical in build_feeds(now=clock.now(REALM))["socioeconomy"].past(clock.now(REALM)):
        for first in range(0, len(items), 2000):
            receipt = receive(source=source, realm=REALM, items=items[first : first + 2000], historical=historical)
            assert receipt.rejected == []
    assert {row["id"] for row in figure("socioeconomy", "indicators").rows} == set(SHOWN)
    for panel in ("revenue", "revenue_by_month", "disbursed", "slow_projects", "communes"):
        assert figure("socioeconomy", panel).value is not None
    assert len(figure("socioeconomy", "revenue_by_month").trend) == 12
    found = {rule: len(findings(swept(rule, moment()))) for rule in (OFF_PLAN, JUMP, SLOW_PROJECT, SLOW_INVESTOR, LATE)}
    assert 1 <= sum(found.values()) <= 6, found
    assert found[JUMP] <= 1
    assert timedelta(0) < clock.now(REALM) - NOW < timedelta(minutes=5)
