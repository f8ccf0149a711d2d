"""What tests of the workspace share: reports that become tickets, and people signed in."""

from django.test import Client

from services.directory.models import Appointment, Position
from services.intake import receive
from services.intake.evaluation import evaluate_due
from services.kernel import clock
from services.kernel.ids import new_public_id
from services.tickets import engine, following
from services.tickets.models import Ticket
from tests.province import SINCE

REALM = "demo"


def report(**more):
    """Send a report and let it become a ticket."""
    item = {
        "external_id": str(new_public_id()),
        "occurred_at": clock.now(REALM).isoformat(),
        "description": "Ổ gà sâu giữa đường",
        "category": "giao-thong",
        "unit": "99001",
        "reporter": {"name": "Hoàng Yến", "phone": "0905000318"},
        **more,
    }
    receive(source="field_reports/portal", realm=REALM, items=[item])
    settle()
    return Ticket.objects.order_by("-pk").first()


def settle():
    while evaluate_due():
        pass
    while following.follow_alerts():
        pass
    while engine.fire_timers():
        pass


def officer_of(province, name="Hạnh", department="so-xay-dung"):
    """An officer with an office, so that tickets can be assigned to them."""
    user = province.user(name, "officer", department=department)
    office = Position.objects.get(slug="chuyen-vien")
    Appointment.objects.create(
        person=user.person, position=office, department=province.departments[department], valid_from=SINCE
    )
    return user


def as_(user, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client
