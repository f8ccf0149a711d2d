"""Ten thousand events, a handful of findings: grouped by machine, campaigns, scans, noise, quiet."""

from datetime import timedelta

import pytest

from monitors.cybersecurity import rules
from services.contract import Moment
from services.kernel import clock
from tests.monitors.cybersecurity.test_feeds import OURS, SERVER, STRANGER, alert, line
from tests.monitors.kit import clears, detected, findings, send, swept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def sent(*items):
    receipt = send("cybersecurity", *items)
    assert receipt.rejected == []
    return list(receipt.records.values())


def second(number):
    return f"2025-03-20T09:{number // 60:02}:{number % 60:02}.000000+0700"


def found(rule, *items):
    return findings(detected(rule, sent(*items)))


# --- how bad ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "threat, level, classtype, blocked, expected",
    [
        ("vulnerability", 1, "Web Application Attack", False, "high"),
        ("vulnerability", 2, "", False, "medium"),
        ("abnormal_server", 3, "", False, "low"),
        ("abnormal_server", 4, "", False, "info"),
        ("abnormal_server", 9, "", False, "info"),
        ("abnormal_server", None, "", False, "medium"),
        ("malware", 3, "A Network Trojan was detected", False, "high"),
        ("malware", 1, "Malware Command and Control Activity Detected", False, "critical"),
        ("exploit", 1, "Successful Administrator Privilege Gain", False, "critical"),
        ("vulnerability", 1, "", True, "medium"),
        ("abnormal_server", 4, "", True, "info"),
    ],
)
def test_severity_follows_level_class_and_whether_it_was_stopped(threat, level, classtype, blocked, expected):
    assert rules.severity_of(threat, level, classtype, blocked=blocked) == expected


# --- signatures ------------------------------------------------------------------------------------------------------


def test_a_hundred_lines_about_one_machine_are_one_finding():
    (one,) = found(rules.SIGNATURE, *(alert(timestamp=second(n)) for n in range(100))).values()
    assert (one.count, one.severity, one.category) == (100, "high", "vulnerability")
    assert one.fingerprint == rules.host_key("vulnerability", SERVER)
    assert one.title["params"]["system"]["en"] == "One-stop system"
    assert one.department == "so-khoa-hoc-cong-nghe"
    assert len(one.evidence) == 100


def test_another_machine_or_another_kind_of_threat_is_another_finding():
    results = found(
        rules.SIGNATURE,
        alert(),
        alert(dest="10.99.8.11"),
        alert("A Network Trojan was detected", src=OURS, dest=STRANGER),
    )
    assert set(results) == {
        rules.host_key("vulnerability", SERVER),
        rules.host_key("vulnerability", "10.99.8.11"),
        rules.host_key("malware", OURS),
    }


def test_the_worst_line_of_a_group_decides():
    (one,) = found(rules.SIGNATURE, alert(level=3), alert(level=1, timestamp=second(1)), alert(level=2)).values()
    assert one.severity == "high"


def test_one_signature_on_ten_machines_is_one_campaign():
    worm = [alert("A Network Trojan was detected", src=f"10.99.5.{n}", dest=STRANGER) for n in range(1, 11)]
    nine = found(rules.SIGNATURE, *worm[:9])
    assert len(nine) == 9
    ten = found(rules.SIGNATURE, *(one | {"src_port": 1} for one in worm))
    assert set(ten) == {rules.campaign_key("malware", 2000001)}
    assert next(iter(ten.values())).title["params"]["count"] == 10


def test_traffic_and_noise_alone_are_no_incident():
    assert not found(rules.SIGNATURE, line(), alert("Generic Protocol Command Decode", 3))


def test_an_old_file_is_an_old_incident():
    (one,) = found(rules.SIGNATURE, alert(timestamp="2016-06-16T10:00:00.000000+0000")).values()
    assert one.seen.year == 2016


def test_an_incident_is_over_when_it_was_quiet_for_a_day():
    sent(alert(), *(alert(dest=f"10.99.6.{n}") for n in range(10)))
    assert not swept(rules.SIGNATURE, Moment("live", clock.now() + rules.QUIET - timedelta(minutes=1)))
    over = clears(swept(rules.SIGNATURE, Moment("live", clock.now() + rules.QUIET + timedelta(minutes=1))))
    assert {rules.host_key("vulnerability", SERVER), rules.campaign_key("vulnerability", 2000001)} <= over


# --- scans -----------------------------------------------------------------------------------------------------------


def flows(count, *, src=OURS, dest=SERVER, step=0, first=1000):
    return [
        line(src_ip=src, dest_ip=dest if not step else f"203.0.113.{n}", dest_port=first + (0 if step else n))
        | {"timestamp": second(n)}
        for n in range(1, count + 1)
    ]


def test_twenty_ports_of_a_machine_in_ten_minutes_are_a_scan_and_nineteen_are_not():
    assert not found(rules.SCAN, *flows(rules.SCAN_WIDTH - 1))
    (one,) = found(rules.SCAN, line(dest_ip=SERVER, dest_port=9, timestamp=second(99))).values()
    assert (one.fingerprint, one.severity) == (f"{rules.SCAN}:{OURS}", "high")
    assert one.title["params"]["count"] == rules.SCAN_WIDTH


def test_a_strangers_scan_is_low():
    (one,) = found(rules.SCAN, *flows(30, src=STRANGER)).values()
    assert one.severity == "low"


def test_a_resolver_may_ask_many_servers_and_a_telnet_worm_may_not():
    assert not found(rules.SCAN, *flows(40, step=1, first=53))
    assert found(rules.SCAN, *flows(40, step=1, first=23))


def test_ports_tried_over_a_day_are_no_scan():
    assert not found(
        rules.SCAN,
        *(line(dest_ip=SERVER, dest_port=n, timestamp=f"2025-03-20T{n:02}:30:00.000000+0700") for n in range(24)),
    )


def test_a_scan_is_over_a_day_after_its_last_sweep_although_the_machine_goes_on_talking():
    sent(*flows(30))
    later = clock.now() + rules.QUIET + timedelta(hours=1)
    assert clears(swept(rules.SCAN, Moment("live", later))) == {f"{rules.SCAN}:{OURS}"}
    assert not swept(rules.SCAN)


# --- noise -----------------------------------------------------------------------------------------------------------


def noise(count, first=0, sensor="suricata"):
    return [
        alert("Generic Protocol Command Decode", 3, timestamp=second(n), host=sensor)
        for n in range(first, first + count)
    ]


def test_a_days_noise_is_one_low_finding_per_sensor_at_each_two_hundred():
    assert not found(rules.NOISE, *noise(rules.NOISE_STEP - 1))
    (one,) = found(rules.NOISE, *noise(1, rules.NOISE_STEP - 1)).values()
    assert (one.severity, one.category, one.fingerprint) == ("low", "noise", rules.noise_key("suricata"))
    assert not found(rules.NOISE, *noise(50, rules.NOISE_STEP))
    assert found(rules.NOISE, *noise(150, rules.NOISE_STEP + 50))


def test_sensors_are_judged_apart():
    assert not found(rules.NOISE, *noise(120, sensor="a"), *noise(120, sensor="b"))


def test_noise_is_over_when_a_day_brings_less():
    sent(*noise(rules.NOISE_STEP))
    assert not swept(rules.NOISE)
    later = Moment("live", clock.now() + rules.QUIET + timedelta(minutes=1))
    assert clears(swept(rules.NOISE, later)) == {rules.noise_key("suricata")}


def test_rules_cost_the_same_statements_for_one_line_and_for_many(django_assert_max_num_queries):
    """Signatures: events 1. Scans: arrived 1, ports 1, hosts 1. Noise: span 1, days 1."""
    few = sent(alert(), line(), *noise(1))
    many = sent(*(alert(timestamp=second(n)) for n in range(200)), *flows(200), *noise(200, 10))
    now = Moment("live", clock.now())
    for rule, statements in ((rules.SIGNATURE, 1), (rules.SCAN, 3), (rules.NOISE, 2)):
        for ids in (few, many):
            with django_assert_max_num_queries(statements):
                detected(rule, ids, now)
