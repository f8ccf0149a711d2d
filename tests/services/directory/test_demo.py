"""Invented persons: the accounts of the interface, somebody on every rung."""

import pytest
from django.core.management import call_command
from django.test import override_settings

from services.directory import access, selectors
from services.directory.actions import add_person
from services.directory.demo import create_demo_people
from services.directory.models import Appointment, Person, Position, RoleGrant, Subject, User
from services.kernel import clock
from services.kernel.models import DEMO


@pytest.fixture
def passwords(sample):
    return create_demo_people()


def test_the_accounts_of_the_interface_exist_with_their_roles(passwords):
    wanted = {"operator", "supervisor", "leader", "auditor", "admin", "citizen"}
    places = {"so-y-te", "so-xay-dung", "so-khoa-hoc-cong-nghe", "van-phong-ubnd", "trung-tam-ioc"}
    places |= {"so-nong-nghiep-moi-truong", "cong-an-tinh", "so-tai-chinh"}
    places |= {"so-giao-duc-dao-tao", "so-van-hoa-the-thao-du-lich"}
    wanted |= {f"{prefix}.{slug}" for prefix in ("officer", "head") for slug in places}
    wanted |= {"officer.99001", "officer.99002", "officer.99003"}
    assert set(passwords) == wanted
    for name in ("operator", "supervisor", "leader", "auditor", "admin", "citizen"):
        assert name in access.roles_of(User.objects.get(username=name))
    assert access.streams_of(User.objects.get(username="head.so-y-te")) == ["department:so-y-te"]
    assert access.streams_of(User.objects.get(username="officer.99002")) == ["unit:99002"]


def test_passwords_work_and_are_new_each_time(passwords):
    again = create_demo_people()
    assert again.keys() == passwords.keys()
    assert not set(again.values()) & set(passwords.values())
    assert len(set(again.values())) == len(again)
    for name in ("operator", "citizen"):
        user = User.objects.get(username=name)
        assert user.check_password(again[name])
        assert not user.check_password(passwords[name])


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
def test_passwords_work_with_the_hasher_of_the_running_centre(sample):
    passwords = create_demo_people()
    assert User.objects.get(username="leader").check_password(passwords["leader"])


def test_making_them_again_adds_nobody(passwords):
    counts = [model.objects.count() for model in (User, Person, Appointment, RoleGrant, Subject)]
    create_demo_people()
    assert [model.objects.count() for model in (User, Person, Appointment, RoleGrant, Subject)] == counts


def test_a_ticket_of_any_place_finds_somebody_on_every_rung(passwords):
    now = clock.now(DEMO)
    today = now.astimezone(clock.LOCAL).date()
    for rung in selectors.ladder(today):
        for unit in selectors.units_on(today):
            assert selectors.rung_holders(rung, unit=unit, at=now, realm=DEMO), (unit, rung)
        for department in selectors.departments_on(today):
            assert selectors.rung_holders(rung, department=department, at=now, realm=DEMO), (department, rung)


def test_all_of_them_belong_to_the_demo_realm(passwords):
    assert set(Person.objects.values_list("realm", flat=True)) == {DEMO}
    assert set(User.objects.values_list("realm", flat=True)) == {DEMO}
    assert not Person.objects.filter(user__username="citizen").exists(), "a citizen is no official"
    assert Subject.objects.get(user__username="citizen").realm == DEMO


def test_wiping_the_demo_leaves_nobody_and_takes_nobody_else(passwords, account):
    kept = add_person(full_name="Người Thật", user=account("operator"), acting_user=None)
    call_command("wipe_realm", DEMO)
    assert list(Person.objects.all()) == [kept]
    assert list(User.objects.all()) == [kept.user]
    assert RoleGrant.objects.count() == 1
    assert [model.objects.count() for model in (Subject, Appointment)] == [0, 0]
    assert Position.objects.exists(), "the province itself belongs to no realm"


def test_the_names_are_the_same_every_time(passwords):
    name = Person.objects.get(user__username="head.so-y-te").full_name
    Person.objects.all().delete()
    create_demo_people()
    assert Person.objects.get(user__username="head.so-y-te").full_name == name
