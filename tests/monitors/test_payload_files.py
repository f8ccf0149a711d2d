"""Every monitor's own payload files: accepted unchanged, refused item by item, counted as duplicates."""

import pytest

from services import registry
from services.intake.models import IntakeChunk, Quarantined
from tests.monitors.kit import FIXTURES, SOURCES, detected, file_of, findings, judge, send_file, swept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack_loaded")]
NORMAL = sorted(path for monitor in SOURCES for path in (FIXTURES / monitor).glob("normal.*"))
RULES = [
    (monitor, rule)
    for monitor, rule in (
        ("field_reports", "new_report"),
        ("field_reports", "surge"),
        ("field_reports", "awaiting_backlog"),
        ("public_services", "overdue"),
        ("public_services", "not_received"),
        ("cybersecurity", "signature"),
        ("cybersecurity", "scan"),
        ("cybersecurity", "decoder_noise"),
        ("environment", "river_level"),
        ("environment", "river_rise"),
        ("environment", "heavy_rain"),
        ("environment", "air_quality"),
        ("environment", "sensor"),
        ("environment", "gap"),
        ("public_safety", "camera_down"),
        ("public_safety", "camera_event"),
        ("public_safety", "serious_incident"),
        ("public_safety", "black_spot"),
        ("public_safety", "congestion"),
    )
]


def test_every_rule_has_its_payload_file():
    assert sorted(rule.id for _monitor, rule in registry.rules()) == sorted(f"{m}.{r}" for m, r in RULES)
    for monitor, rule in RULES:
        assert file_of(monitor, rule).exists()


@pytest.mark.parametrize("path", NORMAL, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_normal_file_is_accepted_unchanged_and_sent_again_changes_nothing(path):
    first = send_file(path)
    assert first.rejected == []
    assert first.accepted > 0
    again = send_file(path)
    assert (again.accepted, again.updated, again.rejected) == (0, 0, [])
    assert again.duplicate == first.accepted


@pytest.mark.parametrize("monitor", SOURCES)
def test_of_a_malformed_file_only_the_last_item_is_good_and_the_rest_waits_in_quarantine(monitor):
    receipt = send_file(file_of(monitor, "malformed"))
    assert receipt.accepted == 1
    assert all(rejection.errors for rejection in receipt.rejected)
    assert [rejection.index for rejection in receipt.rejected] == list(range(len(receipt.rejected)))
    assert Quarantined.objects.count() == len(receipt.rejected)


@pytest.mark.parametrize("monitor, rule", RULES)
def test_a_rules_file_makes_that_rule_speak(monitor, rule):
    receipt = send_file(file_of(monitor, rule))
    assert receipt.rejected == []
    spec = registry.rule(f"{monitor}.{rule}")[1]
    results = detected(spec.id, list(receipt.records.values())) if spec.detect else []
    results += swept(spec.id) if spec.sweep else []
    assert findings(results)


@pytest.mark.parametrize("monitor", SOURCES)
def test_a_normal_file_can_be_judged(monitor):
    send_file(file_of(monitor, "normal"))
    judge()
    assert not IntakeChunk.objects.filter(evaluated_at__isnull=True).exists()
    assert set(IntakeChunk.objects.values_list("error", flat=True)) <= {""}
