"""What tests of a ticket's work share: a ticket, people at it, and verbs through the door and over HTTP."""

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from services.alerts.raising import raise_alerts
from services.contract import Finding, message
from services.directory.models import Appointment, Position
from services.kernel import clock
from services.kernel.ids import new_public_id
from services.tickets import actions, following
from services.tickets.models import Ticket
from tests.province import SINCE

REALM = "demo"
OFFICE = "so-xay-dung"
OTHER = "so-y-te"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def opened(*, monitor: str = "field_reports", severity: Any = "medium", **more: Any) -> Any:
    """Raise an alert and return the ticket that follows; nobody is told yet."""
    now = clock.now(REALM)
    key = f"probe:{new_public_id()}"
    where = {"department": OFFICE, "unit": "99001", **more}
    found = Finding("probe.level", severity, key, message("Level"), now, **where)
    raise_alerts(realm=REALM, monitor=monitor, results=[found], now=now)
    while following.follow_alerts():
        pass
    return Ticket.objects.order_by("-pk")[0]


def desk(province: Any, name: str, role: str, office: str = OFFICE) -> Any:
    """Return an account of an office whose person works there today."""
    placed = role in {"officer", "head"}
    user = province.user(name, role, **({"department": office} if placed else {}))
    if placed:
        post = "giam-doc-so" if role == "head" else "chuyen-vien"
        Appointment.objects.create(
            person=user.person,
            position=Position.objects.get(slug=post),
            department=province.departments[office],
            valid_from=SINCE,
            is_head=role == "head",
        )
    return user


def do(verb: str, ticket: Ticket, user: Any, **fields: Any) -> Any:
    """Do a verb through the door; return the ticket as it is afterwards."""
    actions.perform(verb=verb, ticket_public_id=ticket.public_id, acting_user=user, **fields)
    return Ticket.objects.get(pk=ticket.pk)


def working(ticket: Ticket, user: Any) -> Any:
    """Bring a new ticket to where work goes on."""
    do("accept", ticket, user)
    return do("start", ticket, user)


def as_(user: Any) -> Client:
    """Return a browser signed in, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def call(client: Client, ticket: Ticket, verb: str, **fields: Any) -> Any:
    """Do a verb over the API."""
    return client.post(f"/api/tickets/{ticket.public_id}/{verb}/", fields, content_type="application/json")


def press(client: Client, ticket: Ticket, verb: str, **fields: Any) -> Any:
    """Send a form of the ticket's page."""
    return client.post(f"/tickets/{ticket.public_id}/{verb}/", fields)


def file(content: bytes = PNG, name: str = "anh.png", kind: str = "image/png") -> SimpleUploadedFile:
    """Return an upload."""
    return SimpleUploadedFile(name, content, kind)


def archive(**entries: str) -> bytes:
    """Return a zip file of these entries; ``__`` in a name stands for a slash."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as box:
        for name, text in entries.items():
            box.writestr(name.replace("__", "/"), text)
    return kept.getvalue()
