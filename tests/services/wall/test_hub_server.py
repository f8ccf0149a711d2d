"""The hub under uvicorn as it is run for real, with clients that know nothing of Django."""

import json
import signal
import socket
from typing import Any

import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from services.wall import actions
from services.wall.consumers import SUBPROTOCOL
from tests.services.wall.kit import Client, put, relay_once, spec
from tests.services.wall.processes import web_process
from tests.services.wall.sockets import sign_in

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.slow]


def open_wall(address: str, session: str, query: str = "board=overview", *, origin: str = "", **options: Any):
    return connect(
        f"ws://{address}/ws/wall/?{query}",
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        origin=Origin(origin or f"http://{address}"),
        additional_headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"},
        max_size=None,
        **options,
    )


def read(wall, client, until, *, timeout=20):
    while not until(client):
        client.take(json.loads(wall.recv(timeout=timeout)))


@pytest.fixture(params=["services.wall.wire:WireProtocol", "websockets-sansio"])
def server(request, tmp_path):
    with web_process(tmp_path, protocol=request.param) as (address, _process):
        yield address


def test_a_wall_gets_snapshot_frames_and_heartbeats_and_resumes(server):
    session = sign_in("operator")
    put("alert:a", text="Phường Ất, ƀuôn Ê")
    relay_once()
    client = Client()
    with open_wall(server, session) as wall:
        assert (wall.subprotocol, wall.response.headers.get("Sec-WebSocket-Extensions")) == (SUBPROTOCOL, None)
        read(wall, client, lambda c: c.snapshots)
        put("alert:b")
        relay_once()
        read(wall, client, lambda c: c.seq == 2)
        assert client.tiles["alert:a"][1]["text"] == "Phường Ất, ƀuôn Ê"
        assert json.loads(wall.recv(timeout=10))["type"] == "heartbeat"
    put("alert:c")
    relay_once()
    with open_wall(server, session, f"board=overview&epoch={client.epoch}&seq={client.seq}") as wall:
        read(wall, client, lambda c: c.seq == 3)
    assert (client.snapshots, client.gaps, sorted(client.tiles)) == (1, 0, ["alert:a", "alert:b", "alert:c"])


def test_a_stranger_learns_only_that_signing_in_is_needed(server):
    with open_wall(server, "nobody") as wall:
        with pytest.raises(ConnectionClosed):
            wall.recv(timeout=10)
        assert wall.close_code == 4401


def test_another_sites_page_cannot_open_a_wall(server):
    session = sign_in("operator")
    with pytest.raises(InvalidStatus), open_wall(server, session, origin="http://evil.example"):
        pass


def test_a_wall_survives_the_servers_restart_with_what_it_missed(tmp_path):
    session = sign_in("operator")
    put("alert:a")
    relay_once()
    client = Client()
    with web_process(tmp_path) as (address, process), open_wall(address, session) as wall:
        read(wall, client, lambda c: c.snapshots)
        process.send_signal(signal.SIGKILL)
        with pytest.raises(ConnectionClosed):
            read(wall, client, lambda c: False)
    put("alert:b")
    relay_once()
    position = f"epoch={client.epoch}&seq={client.seq}"
    with web_process(tmp_path) as (address, _process), open_wall(address, session, position) as wall:
        read(wall, client, lambda c: c.seq == 2)
    assert (client.snapshots, client.gaps, sorted(client.tiles)) == (1, 0, ["alert:a", "alert:b"])


BIG = "x" * 200_000


def test_a_wall_that_reads_nothing_holds_up_nobody_and_gets_one_snapshot_when_it_reads_again(tmp_path):
    """The stalled wall's line takes little of 240 frames; the other gets every one."""
    session = sign_in("operator")
    put("alert:00", text=BIG)
    relay_once()
    quick, slow = Client(), Client()
    with web_process(tmp_path) as (address, _process), open_wall(address, session) as wall:
        read(wall, quick, lambda c: c.snapshots)
        stalled = _narrow_socket(address)
        with open_wall(address, session, sock=stalled, max_queue=1) as behind:
            read(behind, slow, lambda c: c.snapshots)
            for turn in range(12):
                actions.put_tiles([actions.TileSpec(**spec(f"alert:{n:02}", text=BIG, turn=turn)) for n in range(20)])
                relay_once()
                read(wall, quick, lambda c, turn=turn: c.seq == 1 + 20 * (turn + 1))
            assert (quick.snapshots, quick.gaps, len(quick.applied)) == (1, 0, 240)
            read(behind, slow, lambda c: c.tiles == quick.tiles)
            assert (slow.gaps, slow.snapshots) == (0, 2)
            assert len(slow.applied) < 140


def _narrow_socket(address):
    host, port = address.split(":")
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect((host, int(port)))
    return narrow


def test_two_processes_show_the_same(tmp_path):
    session = sign_in("operator")
    put("alert:a")
    relay_once()
    clients = [Client(), Client()]
    with web_process(tmp_path) as (one, _), web_process(tmp_path) as (two, _):
        with open_wall(one, session) as first, open_wall(two, session) as second:
            for wall, client in zip((first, second), clients, strict=True):
                read(wall, client, lambda c: c.snapshots)
            for n in range(20):
                put(f"alert:{n}", n=n)
                relay_once()
            for wall, client in zip((first, second), clients, strict=True):
                read(wall, client, lambda c: c.seq == 21)
        with open_wall(two, session, f"epoch={clients[0].epoch}&seq={clients[0].seq}") as moved:
            assert json.loads(moved.recv(timeout=10))["type"] == "heartbeat"
    assert clients[0].tiles == clients[1].tiles
