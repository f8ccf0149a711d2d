"""Sending through the real door: HTTP, the source's own token, patience. Nothing here gives up."""

import json
import logging
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings

log = logging.getLogger(__name__)
AT_ONCE = 500
KEPT = 50_000
"""Items that wait for a server that is away; older ones are let go first, and said so."""
LONGEST_WAIT = 30.0
NDJSON = "application/x-ndjson"


@dataclass(slots=True)
class Wait:
    """How long to hold back after failures: doubled each time, up to half a minute; a success ends it."""

    seconds: float = 0.0
    until: float = 0.0

    def failed(self, asked: float | None = None) -> None:
        """Hold back longer, or as long as the server asked for."""
        self.seconds = min(LONGEST_WAIT, max(1.0, self.seconds * 2))
        self.until = time.monotonic() + (self.seconds if asked is None else min(asked, LONGEST_WAIT))

    def succeeded(self) -> None:
        """Go on at full speed."""
        self.seconds = self.until = 0.0

    @property
    def over(self) -> bool:
        """True when it is time to try again."""
        return time.monotonic() >= self.until


@dataclass(slots=True)
class Sender:
    """Sends queued items per source; what could not be sent stays queued, in order."""

    client: httpx.Client
    accounts: Path = field(default_factory=lambda: Path(settings.VAR) / "demo.json")
    wait: Wait = field(default_factory=Wait)
    queues: dict[str, deque[Mapping[str, Any]]] = field(default_factory=dict)
    sent: int = 0
    dropped: int = 0

    def add(self, source: str, items: Sequence[Mapping[str, Any]]) -> None:
        """Queue items of ``<monitor>/<source>``."""
        queue = self.queues.setdefault(source, deque())
        queue.extend(items)
        while len(queue) > KEPT:
            queue.popleft()
            self.dropped += 1

    @property
    def waiting(self) -> int:
        """How many items are queued."""
        return sum(len(queue) for queue in self.queues.values())

    def flush(self) -> None:
        """Send what is queued, as far as the server takes it now; never raises for a server's or network's trouble."""
        if not self.waiting or not self.wait.over:
            return
        try:
            known = json.loads(self.accounts.read_text(encoding="utf-8"))
            url, tokens = str(known["url"]), dict(known["tokens"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.info("waiting for %s: %s", self.accounts.name, error)
            self.wait.failed()
            return
        for source in sorted(self.queues):
            while self.queues[source]:
                if not self._post(url, source, tokens.get(source, "")):
                    return

    def _post(self, url: str, source: str, token: str) -> bool:
        """Send the head of a queue; True when the server has taken or refused it for good."""
        queue = self.queues[source]
        batch = [queue[n] for n in range(min(AT_ONCE, len(queue)))]
        single = len(batch) == 1
        body = json.dumps(batch[0], ensure_ascii=False) if single else "\n".join(_lines(batch))
        headers = {
            "Authorization": f"Token {token}",
            "Content-Type": "application/json" if single else NDJSON,
            "Accept": "application/json",
        }
        try:
            answer = self.client.post(f"{url}/api/intake/{source}/", content=body.encode(), headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._hold_back(source, str(error) or type(error).__name__)
            return False
        return self._answered(source, answer, len(batch))

    def _answered(self, source: str, answer: httpx.Response, count: int) -> bool:
        status = answer.status_code
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS} or status >= 500:
            self._hold_back(source, f"HTTP {status}", _seconds(answer.headers.get("Retry-After")))
            return False
        queue = self.queues[source]
        for _ in range(count):
            queue.popleft()
        self.wait.succeeded()
        if answer.is_success:
            self.sent += count
            return True
        self.dropped += count
        log.warning("%s: %d items refused with HTTP %d: %s", source, count, status, answer.text[:300])
        return True

    def _hold_back(self, source: str, reason: str, asked: float | None = None) -> None:
        if not self.wait.seconds:
            log.info("%s: not sent (%s), trying again", source, reason)
        self.wait.failed(asked)


def _lines(batch: Sequence[Mapping[str, Any]]) -> list[str]:
    return [json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in batch]


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.strip().isdecimal() else None
