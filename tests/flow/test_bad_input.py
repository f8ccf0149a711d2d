"""What the real web server does with bodies that are too large, cut off or nonsense: an answer, and it lives on."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.flow.kit import PORTAL, SURICATA, Source, report
from tests.harness.processes import IocProcesses
from tests.harness.waiting import wait_for

MEGABYTE = 1024 * 1024


@pytest.fixture
def portal(centre: IocProcesses) -> Iterator[Source]:
    yield Source(centre, seconds=60)
    assert centre.status("/healthz") == 200


def pieces(count: int) -> Iterator[bytes]:
    yield b"["
    for _ in range(count):
        yield b" " * MEGABYTE
    yield b"]"


def test_fifty_megabytes_are_refused_with_413(portal):
    answer = portal.post(b"".join(pieces(50)))
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_fifty_megabytes_in_chunks_without_a_length_are_refused_with_413(portal):
    assert portal.post(pieces(50)).status_code == 413


def test_a_body_just_within_the_limit_is_read(portal):
    assert portal.post(b"".join(pieces(31))).status_code == 202


def test_a_sender_that_hangs_up_in_the_middle_stores_nothing(centre, portal):
    before = centre.query("SELECT count(*) FROM intake_intakebatch")
    head = (
        f"POST /api/intake/{PORTAL}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Token {centre.tokens[PORTAL]}\r\nContent-Length: 5000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", centre.port)) as wire:
        wire.sendall(head.encode() + b'[{"external_id": "half')
    assert portal.post(report()).status_code == 202
    assert centre.query("SELECT count(*) FROM intake_intakebatch") == [(before[0][0] + 1,)]


def test_what_is_no_http_is_a_400(centre, portal):
    with socket.create_connection(("127.0.0.1", centre.port)) as wire:
        wire.sendall(b"\x16\x03\x01 no request at all\r\n\r\n")
        assert wire.recv(100).startswith((b"HTTP/1.1 400", b""))


def test_a_large_body_is_answered_with_its_batchs_address_and_arrives_whole(centre):
    sensor = Source(centre, SURICATA, seconds=60)
    items = [{"timestamp": "2026-11-02T08:15:00+0700", "event_type": "stats", "n": n} for n in range(10_001)]
    first = sensor.post(items, idempotency_key="large-once")
    assert (first.status_code, first.json()["accepted"]) == (202, 0)

    def done() -> dict[str, object]:
        found = sensor.get(first.json()["location"]).json()
        return found if found["state"] == "done" else {}

    found = wait_for(done, seconds=60, what="the batch to be stored", every=0.2)
    assert (found["total"], found["accepted"], found["rejected"]) == (10_001, 10_001, [])
    assert sensor.post(items, idempotency_key="large-once").json() == first.json()


def test_an_unknown_host_is_a_400(centre):
    assert httpx.get(centre.url, headers={"Host": "elsewhere.example"}).status_code == 400
