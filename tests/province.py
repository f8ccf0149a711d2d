"""The synthetic province as tests meet it: loaded once per test, with people on its ladder."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.management import call_command

from services.directory.models import (
    Appointment,
    Department,
    DutyRoster,
    DutyShift,
    Person,
    Position,
    RoleGrant,
    Unit,
    User,
)
from services.kernel import clock

SINCE = date(2025, 7, 1)
HOLDERS = {
    "so-xay-dung": ("chuyen-vien", "truong-phong", "giam-doc-so"),
    "so-y-te": ("chuyen-vien", "truong-phong", "giam-doc-so"),
    "so-khoa-hoc-cong-nghe": ("chuyen-vien", "truong-phong", "giam-doc-so"),
}
PROVINCE = ("chanh-van-phong", "pho-chu-tich-tinh", "chu-tich-tinh")


@dataclass(frozen=True)
class Province:
    """The loaded province: its units by code and its departments by slug."""

    units: dict[str, Unit]
    departments: dict[str, Department]

    def user(self, name: str, role: str, *, unit: str = "", department: str = "") -> User:
        """Make an account with one role."""
        user = User.objects.create_user(name, f"{name}@example.vn", "x")
        RoleGrant.objects.create(
            user=user,
            role=role,
            unit=self.units[unit] if unit else None,
            department=self.departments[department] if department else None,
        )
        person = Person(user=user, email=user.email)
        person.set_names(f"Nguyễn {name}")
        person.save()
        return user


def loaded() -> Province:
    """Return the province that is in the database."""
    units = {unit.code: unit for unit in Unit.objects.filter(valid_to__isnull=True)}
    return Province(units, {department.slug: department for department in Department.objects.all()})


def load() -> Province:
    """Load the sample pack, its policies, and one person per office of three departments and of the province."""
    load_pack("sample")
    province = loaded()
    departments = province.departments
    for slug, offices in HOLDERS.items():
        for office in offices:
            appoint(f"{office}.{slug}", office, department=departments[slug])
    for office in PROVINCE:
        appoint(office, office)
    person = appoint("truc-ban", "dieu-hanh-vien", department=departments["trung-tam-ioc"])
    now = clock.now()
    DutyShift.objects.create(
        roster=DutyRoster.objects.get(slug="truc-ban-ioc"),
        person=person,
        starts=now - timedelta(days=1),
        ends=now + timedelta(days=300),
    )
    return province


def load_pack(name: str) -> None:
    """Load a province pack, its policies and its indicators, as a new centre does."""
    call_command("load_province", pack=name, verbosity=0)
    call_command("load_policies", verbosity=0)
    call_command("load_indicators", verbosity=0)


def appoint(name: str, position: str, *, department: Department | None = None, unit: Unit | None = None) -> Person:
    """Make a person who holds an office."""
    person = Person(email=f"{name}@example.vn")
    person.set_names(f"Trần {name}")
    person.save()
    Appointment.objects.create(
        person=person,
        position=Position.objects.get(slug=position),
        department=department,
        unit=unit,
        valid_from=SINCE,
    )
    return person
