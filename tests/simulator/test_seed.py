"""A fresh demo has a past, officers who work, and nothing that a real person would have to do."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from ioc.simulator.building import SIMULATED, build_feeds
from ioc.simulator.officers import Officers
from ioc.simulator.progress import recall
from ioc.simulator.reports import ReportFeed
from ioc.simulator.running import by_source
from ioc.simulator.seed import seed_history
from monitors.field_reports.models import Report
from services import registry
from services.contract import Scope
from services.directory.demo import create_demo_people
from services.intake import receive
from services.intake.models import IntakeBatch
from services.kernel import clock
from services.kernel.models import DEMO
from services.tickets import following
from services.tickets.models import Ticket
from tests.monitors.kit import judge, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack_loaded")]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR = tmp_path


def settle():
    judge()
    while following.follow_alerts():
        pass


@pytest.mark.slow
def test_the_past_fills_every_figure_is_nobodys_duty_and_comes_once():
    count = seed_history()
    batches = IntakeBatch.objects.filter(realm=DEMO)
    assert sum(batch.rejected for batch in batches) == 0
    assert sum(batch.accepted + batch.updated for batch in batches) == count > 1000
    assert set(recall()) == SIMULATED
    scope = Scope(DEMO, clock.now(DEMO))
    for monitor in (monitor for monitor in registry.monitors() if monitor.slug in SIMULATED):
        for panel in monitor.panels:
            figure = panel.figure(scope)
            assert figure.value is not None, f"{monitor.slug}.{panel.slug}"
            assert figure.query.rows(scope).count() >= 0

    settle()
    waiting = Report.objects.filter(realm=DEMO, historical=False)
    assert Ticket.objects.filter(monitor="field_reports", rule="field_reports.new_report").count() == waiting.count()
    assert not Report.objects.filter(realm=DEMO, historical=True, status="received").exists()

    before = Report.objects.count()
    seed_history()
    assert Report.objects.count() - before <= 2  # what happened in the seconds between


@pytest.mark.slow
def test_officers_take_on_what_the_simulator_brought_and_leave_the_rest_to_people():
    create_demo_people()
    feeds = build_feeds(now=clock.now(DEMO))
    (sent, *_rest) = sorted(feeds.of(ReportFeed).between(clock.now(DEMO) - timedelta(hours=6), clock.now(DEMO)))
    person = {"external_id": "a-person", "description": "Tôi gửi", "category": "giao-thong", "address": "đầu thôn"}
    send("field_reports", dict(sent.item), person, realm=DEMO)
    settle()
    officers = Officers(feeds.of(ReportFeed), DEMO)
    course = feeds.of(ReportFeed).course(sent.key, sent.at)
    assert officers.work(sent.at) == 0
    for at in (course.taken, course.begun, course.done, course.done):
        assert officers.work(at) == 1
    assert officers.work(course.done + timedelta(days=9)) == 0
    settle()
    statuses = dict(Report.objects.values_list("external_id", "status"))
    assert statuses == {sent.key: "done" if course.fixed else "not_fixed", "a-person": "routed"}


def test_officers_find_the_records_of_rules_that_rest_on_another_table_than_their_monitors():
    create_demo_people()
    full = {"facility": "bvdk-vung-tay-nguyen", "beds": 1200, "inpatients": 1180}
    item = {**full, "as_of": clock.now(DEMO).isoformat(), "simulated": "sim-1"}
    send("health/capacity", item, realm=DEMO)
    settle()
    ticket = Ticket.objects.get(rule="health.near_full")
    officers = Officers(build_feeds(now=clock.now(DEMO)).of(ReportFeed), DEMO)
    assert officers.work(ticket.opened_at + timedelta(days=4)) == 1
    ticket.refresh_from_db()
    assert ticket.state == "accepted"


SPANS = timedelta(hours=30), timedelta(days=32), timedelta(days=110)
"""Some sources speak by the minute, others once a month, schools not in summer."""


@pytest.mark.slow
def test_every_feed_speaks_as_its_source_wants_it():
    feeds = build_feeds(now=clock.now(DEMO))
    now = clock.now(DEMO)
    for monitor in sorted(SIMULATED):
        told = (feeds.between(now - span, now, frozenset({monitor})) for span in SPANS)
        sent = by_source(next(filter(None, told), [])[-2000:])
        assert sent
        for source, items in sent.items():
            receipt = receive(source=source, realm=DEMO, items=items)
            assert receipt.rejected == []
            assert receipt.accepted > 0


def test_the_command_knows_what_it_is_asked(settings):
    for wrong in (["--rate", "-1"], ["--seconds", "x"], ["--scenario", "nix"], ["--monitor", "nix"]):
        with pytest.raises(CommandError):
            call_command("simulate", *wrong)
    settings.IOC_DEMO = False
    with pytest.raises(CommandError, match="IOC_DEMO=0"):
        call_command("simulate")
