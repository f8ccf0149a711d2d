"""What the tests of intake share: a sender with a token, and reports of the synthetic province."""

import itertools
import json
from typing import Any

from django.test import Client

from monitors.field_reports.models import Report
from services.intake import tokens
from services.intake.models import IntakeChunk, Quarantined

PORTAL = "field_reports/portal"
HERE = (110.05, 10.10)
"""A place in the province's first commune."""
JSON = "application/json"
NDJSON = "application/x-ndjson"
CSV = "text/csv"
_numbers = itertools.count(1)


def report(external_id: str = "", **more: Any) -> dict[str, Any]:
    """Return a report that is in order; ``more`` changes or (None) adds what is not."""
    return {
        "external_id": external_id or f"r-{next(_numbers)}",
        "description": "Ổ gà sâu giữa làn xe.",
        "category": "giao-thong",
        "lon": HERE[0],
        "lat": HERE[1],
        **more,
    }


class Sender:
    """A source that posts over Django's test client; without a token when ``token`` is empty."""

    def __init__(self, source: str = PORTAL, *, realm: str = "demo", token: str | None = None) -> None:
        self.source = source
        self.token = tokens.make(source, realm) if token is None else token
        self._client = Client(raise_request_exception=False)

    def post(self, body: Any, content_type: str = JSON, *, to: str = "", query: str = "", **headers: str) -> Any:
        """Post bytes or text as they are, anything else as JSON; header names are written with underscores."""
        data = body if isinstance(body, bytes | str) else json.dumps(body, ensure_ascii=False)
        return self._client.post(
            f"/api/intake/{to or self.source}/{query}", data, content_type=content_type, headers=self._headers(headers)
        )

    def upload(self, file: Any, **headers: str) -> Any:
        """Post a file as a browser's form would."""
        return self._client.post(f"/api/intake/{self.source}/", {"file": file}, headers=self._headers(headers))

    def get(self, address: str) -> Any:
        """Ask for an address with the token."""
        return self._client.get(address, headers=self._headers({}))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        mine = {"authorization": f"Token {self.token}"} if self.token else {}
        return mine | {name.replace("_", "-"): value for name, value in more.items()}


def counts(answer: Any) -> tuple[int, int, int, int]:
    """Return accepted, updated, duplicate, rejected of an answer that must be a 202."""
    assert answer.status_code == 202, answer.content
    told = answer.json()
    return told["accepted"], told["updated"], told["duplicate"], len(told["rejected"])


def errors(answer: Any) -> dict[str, str]:
    """Return the errors of the only refused item of a 202 that stored nothing."""
    assert counts(answer) == (0, 0, 0, 1)
    (rejected,) = answer.json()["rejected"]
    assert rejected["index"] == 0
    found: dict[str, str] = rejected["errors"]
    return found


def stored() -> list[str]:
    """Return the external ids of the reports that are there, by name."""
    return sorted(Report.objects.values_list("external_id", flat=True))


def held() -> list[Quarantined]:
    """Return what waits in quarantine, batch by batch in the order of its items."""
    return list(Quarantined.objects.filter(state=Quarantined.HELD).order_by("batch_id", "index"))


def waiting() -> int:
    """Return how many chunks nobody has judged."""
    return IntakeChunk.objects.filter(evaluated_at__isnull=True).count()
