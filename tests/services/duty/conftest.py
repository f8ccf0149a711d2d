"""A roster of the demonstration realm, whose clock tests may move, and three people for it."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client

from services.directory.actions import grant_role
from services.directory.models import DutyRoster, Person, User
from services.duty import rules
from services.duty.actions.rotations import add_rotation
from services.kernel import clock

REALM = "demo"


@pytest.fixture
def demo(province, settings):
    settings.IOC_REALM = REALM
    clock.ensure_realm(REALM)
    return province


@pytest.fixture
def roster(demo):
    return DutyRoster.objects.get(slug="truc-an-toan-thong-tin")


@pytest.fixture
def person(demo):
    """A function: a person of the demonstration realm with an account of a role."""

    def make(name, role="officer", department="so-khoa-hoc-cong-nghe"):
        user = User.objects.create_user(name, f"{name}@example.vn", "x", realm=REALM)
        placed = role in {"officer", "head"}
        grant_role(user=user, role=role, department=demo.departments[department] if placed else None, acting_user=None)
        made = Person(user=user, email=user.email, realm=REALM)
        made.set_names(f"Nguyễn {name.title()}")
        made.save()
        return made

    return make


@pytest.fixture
def people(person):
    return [person("an"), person("binh"), person("chi")]


@pytest.fixture
def supervisor(person):
    return person("giam-sat", "supervisor")


def sign_in(person):
    browser = Client()
    browser.force_login(person.user)
    return browser


def given(members, **more):
    today = clock.now(REALM).astimezone(clock.LOCAL).date()
    values: dict[str, Any] = {
        "name": "Ngày",
        "people": [str(one.public_id) for one in members],
        "unit": "days",
        "length": 1,
        "hand_over": time(7),
        "starts_on": today - timedelta(days=3),
    }
    return rules.Given(**(values | more))


@pytest.fixture
def rotation(roster, people):
    """The three take turns every day at seven, since three days ago."""
    return add_rotation(roster=roster, realm=REALM, given=given(people), acting_user=None)
