"""The invented province of three communes, and people in it."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from services.directory import selectors
from services.directory.actions import add_person, grant_role
from services.directory.models import Position, User

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # 10:00 in Vietnam


@pytest.fixture(scope="session")
def kept_sample(keeping):
    """Its rows, without policies, indicators and people."""
    return keeping(lambda: call_command("load_province", verbosity=0), IOC_PROVINCE="sample")


@pytest.fixture
def sample(kept_sample, db, settings):
    """The province "Mẫu" with the communes An, Bình and Cát, loaded from its pack."""
    settings.IOC_PROVINCE = "sample"
    kept_sample.put_back()


@pytest.fixture
def unit(sample):
    """A function: the unit of a code today, or on another day."""
    return lambda code, on=TODAY: selectors.unit_by_code(code, on)


@pytest.fixture
def department(sample):
    """A function: the department of a slug."""
    return selectors.department_by_slug


@pytest.fixture
def position(sample):
    """A function: the position of a slug."""
    return lambda slug: Position.objects.get(slug=slug)


@pytest.fixture
def person(sample):
    """A function: a new person of that name."""
    return lambda name="Nguyễn Văn An", **more: add_person(full_name=name, acting_user=None, **more)


@pytest.fixture
def account(sample):
    """A function: a new account with a role, in a unit or department where the role needs one."""

    def make(role=None, *, unit=None, department=None, name=None):
        user = User.objects.create(username=name or f"{role}-{User.objects.count()}")
        if role:
            grant_role(user=user, role=role, unit=unit, department=department, acting_user=None)
        return user

    return make
