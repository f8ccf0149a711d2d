"""Escalations reach the stand-in of who is away, and the ticket says who stood in for whom."""

from datetime import timedelta

import pytest

from services.directory.models import Appointment, Position
from services.duty.actions.leaves import add_leave
from services.duty.selectors import stand_ins
from services.kernel import clock
from services.tickets import people
from services.tickets.models import Ticket, TicketStep
from services.tickets.page_ticket import ladder_of
from tests.services.duty.conftest import REALM

pytestmark = pytest.mark.django_db


def test_a_step_reaches_the_stand_in_and_the_ladder_names_both(demo, person):
    first, second, third = person("an"), person("binh"), person("chi")
    now = clock.now(REALM)
    department = demo.departments["so-khoa-hoc-cong-nghe"]
    for one in (first, third):
        Appointment.objects.create(
            person=one, position=Position.objects.get(slug="truong-phong"), department=department,
            valid_from=now.date() - timedelta(days=9),
        )  # fmt: skip
    Appointment.objects.exclude(person__in=(first, third)).delete()
    add_leave(person=first, stand_in=second, starts=now, ends=now + timedelta(days=3), acting_user=None)
    ticket = Ticket(realm=REALM, department=department, generation=1, state="new")
    told = people.holders({"rung": 2}, ticket, now + timedelta(hours=1))
    assert {(one.pk, one.instead_of) for one in told} == {(second.pk, first.full_name), (third.pk, "")}
    step = TicketStep(
        generation=1, state=TicketStep.FIRED, due_at=now, fired_at=now, title={"vi": "x", "en": "x"},
        holders=[people.written(one) for one in told],
    )  # fmt: skip
    names = ladder_of(ticket, [step])[0].names
    assert second.full_name in names
    assert first.full_name in names, "whose place it was"
    back = people.holders({"rung": 2}, ticket, now + timedelta(days=4))
    assert {one.pk for one in back} == {first.pk, third.pk}


def test_a_stand_in_who_is_meant_anyway_is_told_once(person):
    first, second = person("an"), person("binh")
    now = clock.now(REALM)
    add_leave(person=first, stand_in=second, starts=now, ends=now + timedelta(days=3), acting_user=None)
    told = people.replaced([first, second], stand_ins([first.pk, second.pk], now + timedelta(hours=1)))
    assert [(one.pk, one.instead_of) for one in told] == [(second.pk, "")]
    assert second.instead_of == "", "the person asked about is not changed"
