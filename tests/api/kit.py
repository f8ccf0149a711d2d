"""What tests of the API share: signed-in JSON callers, problem documents, many rows of every list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.test import Client

from services.alerts.raising import raise_alerts
from services.audit.actions import record
from services.contract import Finding, message
from services.directory.models import Person, User
from services.indicators.loading import load_definitions
from services.indicators.models import Definition
from services.indicators.workbooks.processing import submit
from services.intake import receive
from services.kernel import clock
from services.notify.actions import Notice, enqueue_many
from services.tickets.following import follow_alerts
from tests.shape.world import World

_NUMBERS = count(1)
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Caller:
    """A program that speaks JSON in somebody's name."""

    client: Client

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        given = {} if body is None else body
        return self.client.post(path, given, content_type="application/json", headers=headers)


def caller(world: World, name: str) -> Caller:
    """Return a caller signed in as one of the world's actors."""
    return Caller(world.client(name))


def source(world: World) -> Caller:
    """Return a caller with the portal's token."""
    return Caller(world.client("anonymous", headers={"Authorization": f"Token {world.token}"}))


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    """Check that an answer is a problem document (RFC 9457) of this status and return it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def alerts(many: int, **more: Any) -> None:
    """Raise so many alerts, and the tickets that follow."""
    now = clock.now("demo")
    found = [
        Finding(
            "field_reports.new_report",
            "medium",
            f"probe:{next(_NUMBERS)}",
            message("Level {value}", value=n),
            now,
            **{"unit": "99001", "department": "so-xay-dung", "place": (110.05, 10.1), **more},
        )
        for n in range(many)
    ]
    with transaction.atomic():
        raise_alerts(realm="demo", monitor="field_reports", results=found, now=now)
    while follow_alerts():
        pass


def reports(many: int) -> None:
    """Send so many reports."""
    items = [
        {"external_id": f"many-{next(_NUMBERS)}", "description": "Hỏng.", "lon": 110.05, "lat": 10.1}
        for n in range(many)
    ]
    assert receive(source="field_reports/portal", realm="demo", items=items).accepted == many


def events(many: int) -> None:
    """Send so many security events."""
    at = (clock.now("demo") - timedelta(minutes=1)).isoformat()
    items = [{"timestamp": at, "event_type": "dns", "external_id": f"many-{next(_NUMBERS)}"} for n in range(many)]
    assert receive(source="cybersecurity/suricata", realm="demo", items=items).accepted == many


def dossiers(many: int) -> None:
    """Send so many dossiers."""
    day = (clock.now("demo") - timedelta(days=1)).isoformat()
    of_all = {"status": 4, "channel": 1, "agency": "so-y-te", "submitted_at": day, "accepted_at": day, "as_of": day}
    items = [{"code": f"000.00.04.H99-260102-{next(_NUMBERS):05}", **of_all} for n in range(many)]
    assert receive(source="public_services/dossiers", realm="demo", items=items).accepted == many


def quarantined(many: int) -> None:
    """Send so many items that are refused."""
    items = [{"external_id": f"bad-{next(_NUMBERS)}", "description": ""} for n in range(many)]
    assert len(receive(source="field_reports/portal", realm="demo", items=items).rejected) == many


def deeds(many: int) -> None:
    """Record so many deeds."""
    for n in range(many):
        record(verb="probe", target=f"probe:{n}", realm="demo", acting_user=None)


def indicators(many: int) -> None:
    """Define so many indicators."""
    numbers = [next(_NUMBERS) for n in range(many)]
    load_definitions([Definition(code=f"probe_{n}", name="Mẫu", valid_from=date(2020, 1, 1)) for n in numbers])


def workbooks(many: int) -> None:
    """Submit so many workbooks."""
    for _n in range(many):
        submit(realm="demo", name="mau.xlsx", body=str(next(_NUMBERS)).encode())


def told(many: int) -> None:
    """Tell the supervisor of so many things."""
    reader = User.objects.get(username="supervisor")
    person = Person.objects.filter(user=reader).first()
    if person is None:
        person = Person(user=reader, email="supervisor@example.vn")
        person.set_names("Trần Giám Sát")
        person.save()
    now = clock.now("demo")
    context = {"code": "P-1", "title": {"msgid": "probe", "params": {}}, "url": "/tickets/", "severity": "medium"}
    enqueue_many(
        [
            Notice(
                realm="demo", subject=f"probe:{next(_NUMBERS)}", generation=1, step=0, people=[person],
                template="ticket_new", context=context, now=now,
            )
            for _ in range(many)
        ]
    )  # fmt: skip


GROW: dict[str, Callable[[int], None]] = {
    "/api/alerts/": alerts,
    "/api/tickets/": alerts,
    "/api/field-reports/": reports,
    "/api/public-services/": dossiers,
    "/api/cybersecurity/": events,
    "/api/intake/quarantine/": quarantined,
    "/api/audit/": deeds,
    "/api/indicators/": indicators,
    "/api/indicators/workbooks/": workbooks,
    "/api/notifications/": told,
    "/api/notifications/outbox/": told,
}
"""Lists that grow with what happens, and how to make them longer."""
FIXED = (
    *("/api/directory/units/", "/api/directory/departments/", "/api/directory/people/"),
    "/api/duty/shifts/",
)
"""Lists of the province itself."""
