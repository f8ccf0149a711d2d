"""A running centre as its users meet it: sources that post, people who are signed in, walls that listen."""

import itertools
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from services.directory.pack import pack
from services.wall.consumers import SUBPROTOCOL
from tests.harness.processes import IocProcesses
from tests.harness.waiting import wait_for
from tests.services.wall.kit import Client

PORTAL = "field_reports/portal"
SURICATA = "cybersecurity/suricata"
_numbers = itertools.count(1)
logging.getLogger("httpx").setLevel(logging.WARNING)


def report(external_id: str = "", *, urgent: bool = False, **more: Any) -> dict[str, Any]:
    """Return a report for the province in use; an urgent one is an alert of severity high."""
    categories = [category for category in pack().categories if category.urgent == urgent]
    return {
        "external_id": external_id or f"flow-{secrets.token_hex(4)}-{next(_numbers)}",
        "description": "Cây đổ chắn ngang đường.",
        "category": categories[0].code,
        "address": "đầu thôn",
        **more,
    }


class Source:
    """A source that posts over HTTP with its token: the demo's, unless it has another."""

    def __init__(self, centre: IocProcesses, name: str = PORTAL, *, seconds: float = 30, token: str = "") -> None:
        self._name = name
        self._http = httpx.Client(
            base_url=centre.url, timeout=seconds, headers={"Authorization": f"Token {token or centre.tokens[name]}"}
        )

    def post(self, body: Any, content_type: str = "application/json", **headers: str) -> httpx.Response:
        """Post bytes or an iterator of them as they are, anything else as JSON; header names with underscores."""
        is_json = isinstance(body, dict | list)
        content = json.dumps(body, ensure_ascii=False).encode() if is_json else body
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.post(
            f"/api/intake/{self._name}/", content=content, headers={"Content-Type": content_type, **more}
        )

    def get(self, path: str) -> httpx.Response:
        """Ask for a page with the token."""
        return self._http.get(path)


class Person:
    """Somebody who is signed in, by the page that people use."""

    def __init__(self, centre: IocProcesses, name: str = "operator", *, seconds: float = 30) -> None:
        self.name = name
        self._http = httpx.Client(base_url=centre.url, timeout=seconds, follow_redirects=True)
        self._http.get("/accounts/login/")
        fields = {"username": name, "password": centre.accounts[name], "csrfmiddlewaretoken": self._csrf}
        self._http.post("/accounts/login/", data=fields, headers={"Referer": centre.url}).raise_for_status()
        assert "sessionid" in self._http.cookies, f"{name} could not sign in"

    @property
    def _csrf(self) -> str:
        return self._http.cookies["csrftoken"]

    @property
    def cookie(self) -> str:
        """The session, as a websocket's handshake carries it."""
        return f"sessionid={self._http.cookies['sessionid']}"

    def ask(self, path: str, **query: Any) -> httpx.Response:
        """Return an address's answer, whatever it is."""
        return self._http.get(path, params=query)

    def do(self, verb: str, kind: str, public_id: str, *, key: str = "", **fields: Any) -> httpx.Response:
        """Do a verb to an alert or ticket (``kind`` is ``alerts`` or ``tickets``)."""
        headers = {"X-CSRFToken": self._csrf, **({"Idempotency-Key": key} if key else {})}
        return self._http.post(f"/api/{kind}/{public_id}/{verb}/", json=fields, headers=headers)

    def send_file(self, path: str, name: str, body: bytes, **fields: str) -> httpx.Response:
        """Post a file as a form does and return the answer."""
        return self._http.post(path, data=fields, files={"file": (name, body)}, headers={"X-CSRFToken": self._csrf})


class Wall:
    """An open wall: a websocket that folds what it gets into the state a client would show, in a thread.

    With ``resumes`` it comes back after every loss, from where it stood, as a browser does. ``arrived`` tells when
    (``time.perf_counter``) each version of a tile came; ``trouble`` what broke the protocol's rules.
    """

    def __init__(self, centre: IocProcesses, person: Person, *, resumes: bool = False, board: str = "overview") -> None:
        self.client = Client()
        self.arrived: dict[tuple[str, int], float] = {}
        self.trouble: list[str] = []
        self.connections = 0
        self._centre, self._person = centre, person
        self._resumes, self._board = resumes, board
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._connection: ClientConnection | None = None
        self._thread = threading.Thread(target=self._run, name=f"wall of {person.name}", daemon=True)

    def __enter__(self) -> "Wall":
        """Connect and wait for the first snapshot."""
        self._thread.start()
        self.until(lambda client: client.snapshots > 0, what="a snapshot")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        self._closed.set()
        if self._connection is not None:
            with suppress(WebSocketException, OSError):
                self._connection.close()
        self._thread.join(timeout=10)

    def until(
        self, condition: Callable[[Client], Any], *, seconds: float = 15, what: str = "the wall to show it"
    ) -> Any:
        """Wait until the client's state is as wanted and return what the condition gave."""

        def ask() -> Any:
            assert not self.trouble, self.trouble
            with self._lock:
                return condition(self.client)

        return wait_for(ask, seconds=seconds, what=what)

    def tile(self, key: str, condition: Callable[[dict[str, Any]], bool] = bool, *, seconds: float = 15) -> Any:
        """Wait for a tile whose payload is as wanted and return the payload."""
        return self.until(
            lambda client: key in client.tiles and condition(client.tiles[key][1]) and client.tiles[key][1],
            seconds=seconds,
            what=f"tile {key}",
        )

    def state(self) -> tuple[str | None, int, dict[str, tuple[int, Any]]]:
        """Return epoch, seq and tiles as they are shown now."""
        with self._lock:
            return self.client.epoch, self.client.seq, dict(self.client.tiles)

    @property
    def shown(self) -> dict[str, tuple[int, Any]]:
        """The tiles as they are shown now: key to version and payload."""
        return self.state()[2]

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                self._listen()
            except (WebSocketException, OSError):
                if not self._resumes:
                    return
                self._closed.wait(0.05)
            except Exception as error:
                self.trouble.append(repr(error))
                return

    def _listen(self) -> None:
        address = f"{self._centre.websocket_url}/ws/wall/?board={self._board}"
        if self.client.epoch:
            address += f"&epoch={self.client.epoch}&seq={self.client.seq}"
        with connect(
            address,
            additional_headers={"Cookie": self._person.cookie},
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            origin=Origin(self._centre.url),
            compression=None,
            open_timeout=10,
            max_size=None,
        ) as self._connection:
            self.connections += 1
            while True:
                self._take(self._connection.recv())

    def _take(self, text: str | bytes) -> None:
        now = time.perf_counter()
        message = json.loads(text)
        with self._lock:
            gaps = self.client.gaps
            self.client.take(message)
            if message["type"] == "frame":
                tile = message["tile"]
                self.arrived.setdefault((tile["key"], tile["version"]), now)
            if self.client.gaps > gaps and message["type"] == "frame":
                self.trouble.append(f"a frame says it follows {message['prev']}, and {self.client.seq} came last")


WAITING = {
    "batches": "SELECT count(*) FROM intake_intakebatch WHERE state = 'receiving'",
    "chunks": "SELECT count(*) FROM intake_intakechunk WHERE evaluated_at IS NULL",
    "alert timers": "SELECT count(*) FROM alerts_alert WHERE due_at <= ioc_now(realm)",
    "alert changes": "SELECT count(*) FROM alerts_alertchange WHERE done_at IS NULL",
    "follow-ups": "SELECT count(*) FROM tickets_followup WHERE done_at IS NULL",
    "ticket timers": "SELECT count(*) FROM tickets_ticket WHERE escalate_at <= ioc_now(realm)",
    "messages": "SELECT count(*) FROM notify_message WHERE state = 'pending'",
    "panels": "SELECT count(*) FROM wall_paneldirty",
    "tiles": "SELECT count(*) FROM wall_tile WHERE dirty",
}


def waiting(centre: IocProcesses) -> dict[str, int]:
    """Return how much waits to be stored, judged, followed, fired, sent, chained or shown; empty at rest."""
    (counts,) = centre.query(f"SELECT {', '.join(f'({statement})' for statement in WAITING.values())}")
    return {name: count for name, count in zip(WAITING, counts, strict=True) if count}


def settle(centre: IocProcesses, *, seconds: float = 60) -> None:
    """Wait until nothing waits any more; AssertionError tells what still does."""
    left: dict[str, int] = {"everything": 1}

    def settled() -> bool:
        left.clear()
        left.update(waiting(centre))
        return not left

    try:
        wait_for(settled, seconds=seconds, what="everything to settle", every=0.1)
    except AssertionError as error:
        message = f"{error}: {left}"
        raise AssertionError(message) from error


def alert_of(centre: IocProcesses, external_id: str) -> str:
    """Return the public id of a report's alert, empty while there is none."""
    rows = centre.query(
        "SELECT a.public_id FROM alerts_alert a JOIN field_reports_report r ON r.id = a.evidence[1] "
        "WHERE a.rule = 'field_reports.new_report' AND r.external_id = %s",
        external_id,
    )
    assert len(rows) < 2, f"{external_id} has {len(rows)} alerts"
    return str(rows[0][0]) if rows else ""


def ticket_of(centre: IocProcesses, alert: str) -> str:
    """Return the public id of an alert's ticket, empty while there is none."""
    rows = centre.query(
        "SELECT t.public_id FROM tickets_ticket t JOIN alerts_alert a ON a.id = t.alert_id WHERE a.public_id = %s",
        alert,
    )
    assert len(rows) < 2, f"alert {alert} has {len(rows)} tickets"
    return str(rows[0][0]) if rows else ""


def ping_timers(centre: IocProcesses) -> None:
    """Wait until the worker has looked at all timers once more, from the beginning."""

    def looks() -> Any:
        return centre.query("SELECT max(wall) FROM kernel_clocktick")[0][0]

    for _ in range(2):
        before = looks()
        wait_for(lambda before=before: looks() != before, what="the timers to be looked at")  # type: ignore[misc]
