"""Ten thousand real events of a sensor in one request: all stored, and a handful of alerts."""

import gzip
import json

import pytest

from ioc.machine.places import ROOT
from tests.flow.kit import SURICATA, Source, settle
from tests.harness.processes import IocProcesses

SAMPLE = ROOT.parent / "shared" / "data" / "suricata_eve_sample.ndjson.gz"
EVENTS = 9_418
HANDFUL = 60

pytestmark = pytest.mark.skipif(not SAMPLE.exists(), reason="the sample of real events is not beside this checkout")


def test_every_event_is_stored_and_a_handful_of_alerts_comes_of_them(centre: IocProcesses) -> None:
    body = gzip.decompress(SAMPLE.read_bytes())
    lines = [json.loads(line) for line in body.splitlines() if line.strip()]
    assert len(lines) == EVENTS
    stored, alerts = counted(centre), raised(centre)
    sensor = Source(centre, SURICATA, seconds=120)
    answer = sensor.post(SAMPLE.read_bytes(), "application/x-ndjson", content_encoding="gzip")
    assert answer.status_code == 202, answer.text
    told = answer.json()
    assert told["rejected"] == []
    assert told["accepted"] + told["duplicate"] == EVENTS
    assert told["duplicate"] < EVENTS * 0.05, "only lines that are there twice in the sample itself"
    settle(centre, seconds=120)
    assert counted(centre) - stored == told["accepted"]
    assert 0 < raised(centre) - alerts <= HANDFUL
    again = sensor.post(SAMPLE.read_bytes(), "application/x-ndjson", content_encoding="gzip").json()
    assert (again["accepted"], again["duplicate"], again["rejected"]) == (0, EVENTS, [])
    before = raised(centre)
    settle(centre, seconds=120)
    assert raised(centre) == before


def counted(centre: IocProcesses) -> int:
    return int(centre.query("SELECT count(*) FROM cybersecurity_event WHERE realm = 'demo'")[0][0])


def raised(centre: IocProcesses) -> int:
    return int(
        centre.query("SELECT count(*) FROM alerts_alert WHERE monitor = 'cybersecurity' AND realm = 'demo'")[0][0]
    )
