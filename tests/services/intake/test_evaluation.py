"""Stored first, judged after: in one transaction with its alerts, alone when it fails, never forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections

from monitors.cybersecurity.models import Event
from services import registry
from services.alerts.models import Alert
from services.contract import Rule
from services.intake import evaluation, tasks
from services.intake.models import IntakeChunk, RuleRun
from services.kernel import clock
from services.kernel.nudge import SOON
from tests.services.intake.kit import Sender, counts, report, waiting

pytestmark = pytest.mark.django_db
EVE = {"timestamp": "2026-11-02T08:15:00+0700", "event_type": "flow", "src_ip": "192.0.2.1", "dest_ip": "192.0.2.2"}


@pytest.fixture
def rules(monkeypatch):
    """A function that puts a rule in place of a monitor's own ones."""

    def put(monitor, **functions):
        owner = registry.monitor(monitor)
        rule = Rule(f"{monitor}.probe", 1, "low", "Probe", "a test", tuple(s.slug for s in owner.sources), **functions)
        monkeypatch.setitem(registry._MONITORS, monitor, replace(owner, rules=(rule,)))

    return put


def chunks():
    return list(IntakeChunk.objects.order_by("pk"))


def judge():
    """Judge whatever is due now."""
    while evaluation.evaluate_due():
        pass


def alerts():
    return Alert.objects.filter(rule="field_reports.new_report").count()


def test_a_post_judges_nothing_itself(sender):
    assert counts(sender.post(report())) == (1, 0, 0, 0)
    assert waiting() == 1
    assert not Alert.objects.exists()


def test_the_sweep_finds_what_was_stored_and_never_judged(sender, monkeypatch):
    monkeypatch.setattr(tasks, "TURN", 60.0)
    sender.post([report(), report()])
    sender.post(report())
    tasks.evaluate()
    assert waiting() == 0
    assert alerts() == 3


def test_a_chunk_is_judged_once(sender):
    sender.post(report())
    judge()
    judge()
    assert list(Alert.objects.values_list("count", flat=True)) == [1]


def test_chunk_mark_and_alerts_are_one_transaction(sender, monkeypatch):
    sender.post(report())
    monkeypatch.setattr(evaluation, "raise_alerts", lambda **more: 1 / 0)
    judge()
    assert not Alert.objects.exists()
    assert waiting() == 1


def test_a_rule_that_raises_keeps_its_chunk_waiting_and_names_the_reason(sender, rules):
    rules("field_reports", detect=lambda ids, moment: 1 / 0)
    sender.post(report())
    judge()
    (chunk,) = chunks()
    assert (chunk.evaluated_at, chunk.attempts) == (None, 1)
    assert chunk.error.startswith("ZeroDivisionError")
    assert chunk.due_at > clock.now("demo")


def test_a_chunk_that_failed_waits_longer_each_time_but_never_for_good(sender, rules):
    rules("field_reports", detect=lambda ids, moment: 1 / 0)
    sender.post(report())
    waits = []
    for _ in range(12):
        judge()
        chunk = chunks()[0]
        waits.append(round((chunk.due_at - clock.now("demo")).total_seconds()))
        clock.move("demo", chunk.due_at - clock.now("demo"))
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == 600


def test_a_chunk_that_failed_is_judged_when_its_rule_works_again(sender, rules, monkeypatch):
    with monkeypatch.context():
        before = registry.monitor("field_reports")
        rules("field_reports", detect=lambda ids, moment: 1 / 0)
        sender.post(report())
        judge()
    monkeypatch.setitem(registry._MONITORS, "field_reports", before)
    assert alerts() == 0
    clock.move("demo", timedelta(seconds=3))
    judge()
    (chunk,) = chunks()
    assert (chunk.evaluated_at is not None, chunk.error) == (True, "")
    assert alerts() == 1


def test_others_go_on_while_one_chunk_fails(sender, rules):
    def fails_for_the_second(ids, moment):
        if second & set(ids):
            raise RuntimeError
        return []

    for _ in range(3):
        sender.post(report())
    second = set(chunks()[1].ids)
    rules("field_reports", detect=fails_for_the_second)
    assert counts(Sender("cybersecurity/suricata").post(EVE)) == (1, 0, 0, 0)
    judge()
    assert chunks()[3].evaluated_at, "another source is not held up at all"
    clock.move("demo", timedelta(seconds=3))
    judge()
    assert [chunk.evaluated_at is not None for chunk in chunks()] == [True, False, True, True]
    assert Event.objects.count() == 1


def test_a_backfill_is_judged_but_wakes_nobody(sender):
    sender.post(report(), query="?historical=1")
    judge()
    assert waiting() == 0
    assert list(Alert.objects.values_list("state", "historical")) == [("closed", True)]


def test_a_source_that_is_no_longer_installed_keeps_its_chunks(sender, monkeypatch):
    sender.post(report())
    monkeypatch.delitem(registry._MONITORS, "field_reports")
    judge()
    assert chunks()[0].error.startswith("UnknownNameError")


def test_a_flood_of_one_source_does_not_hold_up_the_others(sender, monkeypatch):
    monkeypatch.setattr(evaluation, "RECORDS_TOGETHER", 40)
    flood = Sender("cybersecurity/suricata")
    for n in range(6):
        assert flood.post([EVE | {"src_port": 100 * n + k} for k in range(30)]).status_code == 202
    sender.post(report())
    sender.post(report())
    assert evaluation.evaluate_due() == 3, "the oldest of the flood and both reports"
    assert [chunk.evaluated_at is not None for chunk in chunks()] == [True, *[False] * 5, True, True]


def test_two_floods_leave_room_for_a_small_one_and_neither_waits_for_ever(sender, monkeypatch):
    monkeypatch.setattr(evaluation, "RECORDS_TOGETHER", 40)
    demo, live = Sender("cybersecurity/suricata"), Sender("cybersecurity/suricata", realm="live")
    for n in range(3):
        for flood in (demo, live):
            flood.post([EVE | {"src_port": 100 * n + k} for k in range(30)])
    for _ in range(3):
        sender.post(report())
        before = waiting()
        assert evaluation.evaluate_due() == 2
        assert waiting() == before - 2
    assert alerts() == 3
    assert [chunk.realm for chunk in chunks() if chunk.evaluated_at and len(chunk.ids) > 1] == ["demo", "live", "demo"]


@pytest.mark.django_db(transaction=True)
def test_one_judges_at_a_time_and_the_other_leaves_at_once(sender):
    sender.post(report())
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(evaluation._ALONE)
            tasks.evaluate()
            assert waiting() == 1
            cursor.execute("ROLLBACK")
        tasks.evaluate()
        assert waiting() == 0
    finally:
        other.close()


def test_what_came_while_the_last_look_ended_is_found_by_looking_once_more(sender, monkeypatch):
    looks = []

    def empty_handed_first():
        looks.append(evaluation.is_anything_due())
        return real() if len(looks) > 1 else 0

    real = evaluation.evaluate_due
    monkeypatch.setattr(evaluation, "evaluate_due", empty_handed_first)
    monkeypatch.setattr(tasks, "TURN", 60.0)
    sender.post(report())
    tasks.evaluate()
    assert looks == [True, True, False]
    assert waiting() == 0


def test_who_judges_for_long_lets_others_in_and_comes_again(sender, monkeypatch):
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(tasks, "TURN", 0.0)
    monkeypatch.setattr(tasks, "nudge", lambda name, *, place: asked.append((name, place)))
    sender.post(report())
    tasks.evaluate()
    assert asked == [("services.intake.tasks.evaluate", SOON)]


def test_many_small_posts_are_judged_in_one_go_and_many_records_in_several(sender, monkeypatch):
    for _ in range(5):
        sender.post(report())
    assert evaluation.evaluate_due() == 5
    monkeypatch.setattr(evaluation, "RECORDS_TOGETHER", 2)
    for _ in range(5):
        sender.post(report())
    assert [evaluation.evaluate_due() for _ in range(4)] == [2, 2, 1, 0]


def test_a_sweep_runs_when_it_is_due_and_says_when_it_ran(sender, rules):
    ran = []

    def sweep(moment):
        ran.append(moment.as_of)
        return []

    rules("field_reports", sweep=sweep, every=timedelta(minutes=5))
    evaluation.ensure_runs()
    for _ in range(3):
        evaluation.sweep_due()
    demo = [run for run in RuleRun.objects.filter(rule="field_reports.probe") if run.realm == "demo"]
    assert len(ran) == RuleRun.objects.filter(rule="field_reports.probe").count() == 2, "once in each realm"
    clock.move("demo", timedelta(minutes=6))
    evaluation.sweep_due()
    assert len(ran) == 3
    assert RuleRun.objects.get(pk=demo[0].pk).ran_at == ran[-1]


def test_a_sweep_that_raises_is_tried_again_in_a_minute_and_holds_up_no_other(sender, rules):
    rules("field_reports", sweep=lambda moment: 1 / 0, every=timedelta(minutes=30))
    evaluation.ensure_runs()
    while evaluation.sweep_due():
        pass
    failed = RuleRun.objects.get(realm="demo", rule="field_reports.probe")
    assert failed.error.startswith("ZeroDivisionError")
    assert failed.ran_at
    assert failed.due_at - failed.ran_at == timedelta(minutes=1)
    others = RuleRun.objects.exclude(rule="field_reports.probe")
    assert all(run.ran_at and not run.error for run in others)


def test_runs_of_rules_that_are_gone_are_forgotten(sender, rules):
    evaluation.ensure_runs()
    before = set(RuleRun.objects.filter(realm="demo").values_list("rule", flat=True))
    rules("field_reports", sweep=lambda moment: [])
    evaluation.ensure_runs()
    after = set(RuleRun.objects.filter(realm="demo").values_list("rule", flat=True))
    assert {rule for rule in before if rule.startswith("field_reports.")}
    assert {rule for rule in after if rule.startswith("field_reports.")} == {"field_reports.probe"}
