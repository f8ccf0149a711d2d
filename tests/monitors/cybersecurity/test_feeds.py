"""Lines of EVE become records: known by their content, placed on a machine of ours, kept as they are."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from monitors.cybersecurity.feeds import EveAlert, threat_of
from monitors.cybersecurity.models import Event
from services.alerts.models import Alert
from services.intake import bodies, receive
from services.kernel import clock, partitions
from tests.monitors.kit import judge, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
SAMPLE = Path(__file__).resolve().parents[4] / "shared" / "data" / "suricata_eve_sample.ndjson.gz"
OURS, SERVER, STRANGER = "10.99.4.17", "10.99.8.10", "203.0.113.9"


def line(**more):
    values = {
        "timestamp": "2025-03-20T09:00:00.000000+0700",
        "event_type": "flow",
        "src_ip": OURS,
        "src_port": 50000,
        "dest_ip": STRANGER,
        "dest_port": 443,
        "proto": "TCP",
    }
    return {**values, **more}


def alert(category="Web Application Attack", level=1, *, src=STRANGER, dest=SERVER, **more):
    about = {
        "signature": "ET TEST",
        "category": category,
        "severity": level,
        "signature_id": 2000001,
        "action": "allowed",
    }
    return line(event_type="alert", src_ip=src, dest_ip=dest, alert={**about, **more.pop("alert", {})}, **more)


def stored(item):
    receipt = send("cybersecurity", item)
    assert receipt.rejected == []
    return Event.objects.get(pk=receipt.records[0])


@pytest.mark.parametrize(
    "category, threat",
    [
        ("A Network Trojan was detected", "malware"),
        ("Malware Command and Control Activity Detected", "malware"),
        ("Web Application Attack", "vulnerability"),
        ("access to a potentially vulnerable web application", "vulnerability"),
        ("Attempted Administrator Privilege Gain", "exploit"),
        ("Detection of a Network Scan", "scan"),
        ("Generic Protocol Command Decode", "noise"),
        ("Detection of a Denial of Service Attack", "abnormal_server"),
        ("A class of tomorrow", "abnormal_server"),
    ],
)
def test_what_a_line_is_a_sign_of_is_read_from_its_class(category, threat):
    assert threat_of(EveAlert(category=category)) == threat


def test_the_engines_own_events_are_noise_whatever_their_class():
    assert threat_of(EveAlert(category="Misc activity", signature_id=2_210_045)) == "noise"
    assert threat_of(None) == ""


def test_an_attack_is_about_its_target_and_malware_about_its_sender():
    assert stored(alert()).host == SERVER
    assert stored(alert("A Network Trojan was detected", src=OURS, dest=STRANGER)).host == OURS
    assert stored(alert("A Network Trojan was detected", src=OURS, dest=SERVER)).host == OURS
    assert stored(alert("Web Application Attack", src=OURS, dest=SERVER)).host == SERVER


def test_a_machine_belongs_to_the_system_whose_network_holds_it():
    inside = stored(alert())
    assert (inside.system, inside.department) == ("mot-cua", "so-khoa-hoc-cong-nghe")
    assert stored(alert(dest="192.168.7.7")).system == ""


def test_the_line_is_kept_as_it_was_and_its_columns_beside_it():
    sent = alert(host="cam-bien-1", app_proto="http", http={"url": "/x"})
    event = stored(sent)
    assert event.raw == sent
    assert (event.sensor, event.signature, event.level, event.dest_port) == ("cam-bien-1", "ET TEST", 1, 443)


def test_addresses_are_stored_in_one_form():
    event = stored(line(src_ip="fe80:0000:0000:0000:0223:55ff:fe9c:7326", dest_ip="ff02::16%eth0"))
    assert (event.src_ip, event.dest_ip) == ("fe80::223:55ff:fe9c:7326", "ff02::16")


def test_the_same_line_is_a_duplicate_and_another_one_is_not():
    receipt = send("cybersecurity", line(), line(), line(src_port=50001))
    assert (receipt.accepted, receipt.duplicate) == (2, 1)
    assert send("cybersecurity", dict(reversed(line().items()))).duplicate == 1


def test_an_id_of_its_own_collides_at_another_time():
    send("cybersecurity", line(external_id="x"))
    again = send("cybersecurity", line(external_id="x", timestamp="2025-03-20T09:00:01.000000+0700"))
    assert set(again.rejected[0].errors) == {"external_id"}


@pytest.mark.parametrize("year", [1970, 1999, 2008, 2016, 2023])
def test_old_lines_are_stored_in_their_own_time(year):
    assert stored(line(timestamp=f"{year}-06-16T07:50:25.136434+0000")).occurred_at.year == year


def test_coming_months_have_partitions_and_rows_find_them():
    today = clock.now()
    partitions.ensure_months("cybersecurity_event", "occurred_at", today=today.date())
    event = stored(line(timestamp=(today - timedelta(seconds=5)).isoformat()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM cybersecurity_event WHERE id = %s", [event.pk])
        assert cursor.fetchone()[0] == f"cybersecurity_event_{today:%Y_%m}"


@pytest.mark.parametrize(
    "more, field",
    [
        ({"timestamp": "hôm qua"}, "timestamp"),
        ({"timestamp": "2099-01-01T00:00:00.000000+0700"}, "timestamp"),
        ({"timestamp": "2025-03-20T09:00:00"}, "timestamp"),
        ({"timestamp": "0001-01-01T00:00:00+1400"}, "timestamp"),
        ({"src_ip": "10.99.300.1"}, "src_ip"),
        ({"dest_ip": "máy chủ"}, "dest_ip"),
        ({"dest_port": 70_000}, "dest_port"),
        ({"event_type": ""}, "event_type"),
        ({"event_type": None}, "event_type"),
        ({"alert": {"signature_id": 2**70}}, "alert.signature_id"),
        ({"alert": 5}, "alert"),
        ({"host": "x" * 81}, "host"),
    ],
)
def test_what_is_wrong_is_said_by_field(more, field):
    receipt = send("cybersecurity", line(**more))
    assert receipt.accepted == 0
    assert set(receipt.rejected[0].errors) == {field}


def test_storing_costs_the_same_statements_for_one_line_and_for_many(django_assert_max_num_queries):
    """Store itself: known ids 1, insert 1, those missed 1; around it: intake's own."""
    with django_assert_max_num_queries(16) as one:
        send("cybersecurity", line())
    with django_assert_max_num_queries(16) as many:
        send("cybersecurity", *(line(src_port=n) for n in range(500)))
    assert len(many) <= len(one) + 1


@pytest.mark.skipif(not SAMPLE.exists(), reason="the sample of real events lies beside the project, not in it")
@pytest.mark.slow
def test_ten_thousand_real_events_become_a_handful_of_alerts():
    lines = gzip.decompress(SAMPLE.read_bytes())
    distinct = len({json.dumps(json.loads(text), sort_keys=True) for text in lines.splitlines()})
    receipt = receive(source="cybersecurity/suricata", realm="live", items=bodies.read(lines, "application/x-ndjson"))
    assert receipt.rejected == []
    assert receipt.accepted == distinct == Event.objects.count()
    assert receipt.accepted + receipt.duplicate == len(lines.splitlines())
    judge()
    assert 1 <= Alert.objects.count() <= 20, list(Alert.objects.values("fingerprint", "count"))
    assert (
        receive(
            source="cybersecurity/suricata", realm="live", items=bodies.read(lines, "application/x-ndjson")
        ).accepted
        == 0
    )
