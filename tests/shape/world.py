"""A small world to ask about: the sample province, somebody of every role, and the same things in two communes."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from monitors.cybersecurity.models import Event
from monitors.education.models import Attendance
from monitors.environment.models import Observation
from monitors.field_reports.models import Report
from monitors.government.models import Task
from monitors.health.models import CaseReport
from monitors.public_safety.models import CameraEvent, CameraState, Incident, Picture
from monitors.public_services.models import Dossier
from monitors.socioeconomy.models import Project
from services.alerts import maintenance
from services.alerts.models import Alert, MaintenanceWindow
from services.directory.access import TABLE
from services.directory.actions import grant_role
from services.directory.models import Person, Subject, User
from services.incidents import models as joined
from services.indicators.models import Workbook
from services.intake import receive, tokens
from services.intake.evaluation import evaluate_due
from services.intake.models import IntakeBatch, Quarantined
from services.kernel import clock
from services.notify import actions as notify
from services.notify.models import Message
from services.screens import actions as screens
from services.screens import pairing
from services.screens.models import Screen
from services.screens.rules import Plan
from services.tickets import actions as tickets
from services.tickets.following import follow_alerts
from services.tickets.models import Attachment, Checklist, SavedView, StandardText, Ticket
from tests.monitors.public_safety.streams import jpeg
from tests.province import Province, load
from tests.shape.duty import duty_things as made_duty

NEAR_UNIT, FAR_UNIT = "99001", "99002"
NEAR_DEPARTMENT, FAR_DEPARTMENT = "so-xay-dung", "so-y-te"
WORDS = {NEAR_UNIT: "gan day", FAR_UNIT: "xa lac"}
"""What the reports of each commune say, so that they can be looked for in anything that is shown."""

SECRETS = ("Tran Bi Mat", "0900123456")
"""Who reported near: name and telephone."""


@dataclass(frozen=True)
class Actor:
    """Somebody with one role; officers and heads with the place they hold it in."""

    name: str
    role: str
    unit: str = ""
    department: str = ""

    def __str__(self) -> str:
        return self.name


ACTORS = (
    Actor("anonymous", "anonymous"),
    Actor("citizen", "citizen"),
    Actor("officer of a unit", "officer", unit=NEAR_UNIT),
    Actor("officer of a department", "officer", department=NEAR_DEPARTMENT),
    Actor("head", "head", department=NEAR_DEPARTMENT),
    Actor("operator", "operator"),
    Actor("supervisor", "supervisor"),
    Actor("leader", "leader"),
    Actor("auditor", "auditor"),
    Actor("admin", "admin"),
    Actor("screen", "kiosk"),
    Actor("screen of a unit", "local_kiosk", unit=NEAR_UNIT),
)


SCREENS = ("kiosk", "local_kiosk")
"""Roles of screens that nobody attends: they watch the wall, and that is all."""


@dataclass(frozen=True)
class Thing:
    """Something with an address: its key there, and whose it is. A thing of nobody is reached by whoever may at all."""

    key: Any
    unit: str = ""
    department: str = ""
    owner: str = ""
    nobodys: bool = False


def may(actor: Actor, action: str, thing: Thing | None = None) -> bool:
    """Tell from the table's own words whether the actor reaches the thing: the test's own reading of it."""
    reach = TABLE[action].get(actor.role)
    if actor.role not in {"anonymous", *SCREENS}:
        reach = reach or TABLE[action].get("citizen")  # every person signed in is at least a citizen
    if reach is None or thing is None or thing.nobodys or reach == "all":
        return reach is not None
    if reach == "own":
        return thing.owner == actor.name
    placed = (actor.unit and actor.unit == thing.unit) or (actor.department and actor.department == thing.department)
    return bool(placed)


@dataclass(frozen=True)
class World:
    """The loaded world: accounts by actor, and what stands near the placed ones and far from them."""

    province: Province
    users: Mapping[str, User]
    near: Mapping[str, Thing]
    far: Mapping[str, Thing]
    token: str
    sessions: Mapping[str, str]

    def client(self, actor: "Actor | str", **options: Any) -> Client:
        """Return a fresh browser signed in as the actor; a view's exception is a 500, as outside."""
        browser = Client(raise_request_exception=False, **options)
        name = str(actor)
        if name in self.sessions:
            browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[name]
        return browser


def build() -> World:
    """Load the province, make the accounts, and send through intake what both communes are about."""
    province = load()
    call_command("load_indicators", verbosity=0)
    users = {one.name: _account(province, one) for one in ACTORS if one.role != "anonymous"}
    near = _things(users["supervisor"], NEAR_UNIT, NEAR_DEPARTMENT, (110.05, 10.10), "giao-thong", users["citizen"])
    far = _things(users["supervisor"], FAR_UNIT, FAR_DEPARTMENT, (110.15, 10.10), "an-toan-thuc-pham", None)
    token = tokens.make("field_reports/portal", "demo")
    return World(province, users, near, far, token, {name: _session(user) for name, user in users.items()})


def _session(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def _account(province: Province, one: Actor) -> User:
    user = User.objects.create_user(one.name.replace(" ", "-"), password="x")
    grant_role(
        user=user,
        role=one.role,
        unit=province.units[one.unit] if one.unit else None,
        department=province.departments[one.department] if one.department else None,
        acting_user=None,
    )
    return user


def settle() -> None:
    """Do what the worker would do with what intake stored."""
    while evaluate_due():
        pass
    while follow_alerts():
        pass


def send_report(key: str, *, place: tuple[float, float] = (110.05, 10.10), **more: Any) -> Report:
    """Send one report through intake."""
    item = {"external_id": key, "category": "giao-thong", "lon": place[0], "lat": place[1], **more}
    receipt = receive(source="field_reports/portal", realm="demo", items=[{"description": "Hỏng.", **item}])
    return Report.objects.get(pk=receipt.records[0])


def _things(
    supervisor: User, unit: str, department: str, place: tuple[float, float], category: str, citizen: User | None
) -> dict[str, Thing]:
    here = partial(Thing, unit=unit, department=department)
    owner = "citizen" if citizen else ""
    who = {"name": SECRETS[0], "phone": SECRETS[1]}
    said = f"Hỏng, {WORDS[unit]}."
    report = send_report(f"report-{unit}", place=place, category=category, description=said, reporter=who)
    assert (report.unit, report.department) == (unit, department)
    dossier = _dossier(unit, department)
    event = _event(unit, department)
    observation = _observation(unit, department)
    case = _case(unit, department)
    task = _task(unit, department)
    roll = _roll(unit, department)
    camera_event = _camera_event(unit, department)
    incident = _incident(unit, department)
    if citizen:
        Report.objects.filter(pk=report.pk).update(subject=_subject(citizen))
        Dossier.objects.filter(pk=dossier.pk).update(subject=_subject(citizen))
    settle()
    alert = Alert.objects.get(evidence__contains=[report.pk], monitor="field_reports", unit__code=unit)
    ticket = Ticket.objects.get(alert=alert)
    file = SimpleUploadedFile("photo.jpg", jpeg() + WORDS[unit].encode(), "image/jpeg")
    tickets.perform(verb="attach", ticket_public_id=ticket.public_id, acting_user=supervisor, file=file)
    receive(source="field_reports/portal", realm="demo", items=[{"external_id": f"bad-{unit}", "description": ""}])
    return {
        "report": here(report.public_id, owner=owner),
        "code": Thing(report.code, nobodys=True),
        "dossier": here(dossier.public_id, owner=owner),
        "event": Thing(event.pk, department=department),
        "observation": Thing(observation.pk, unit=unit, department=department),
        "case": Thing(case.pk, unit=unit, department=department),
        "task": Thing(task.pk, unit=unit, department=department),
        "roll": Thing(roll.pk, unit=unit, department=department),
        "camera event": here(camera_event.public_id),
        "camera": here(camera_event.camera),
        "incident": here(incident.public_id),
        "project": here(_project(unit, department).pk),
        "alert": here(alert.public_id),
        "ticket": here(ticket.public_id),
        "attachment": here(Attachment.objects.get(entry__ticket=ticket).public_id),
        "batch": Thing(IntakeBatch.objects.order_by("-pk")[0].public_id, nobodys=True),
        "quarantined": Thing(Quarantined.objects.order_by("-pk")[0].public_id, nobodys=True),
        "unit": Thing(unit, nobodys=True),
        "joined alerts": here(_joined(alert).public_id),
        "maintenance": Thing(_maintenance(unit, supervisor).public_id, nobodys=True),
        "message": Thing(_message(unit, supervisor if citizen else None), owner="supervisor" if citizen else ""),
        "anybodys message": Thing(_message(unit, None), nobodys=True),
        "screen": Thing(_screen(unit, supervisor).public_id, nobodys=True),
        "saved view": Thing(
            _view(unit, citizen is not None, supervisor), owner="operator" if citizen else "supervisor"
        ),
        "checklist": Thing(Checklist.objects.create(slug=f"viec-{unit}", title="Mẫu").slug, nobodys=True),
        "standard text": Thing(
            StandardText.objects.create(slug=f"loi-{unit}", title="Mẫu", text="x").slug, nobodys=True
        ),
        "policy": Thing({NEAR_UNIT: "urgent", FAR_UNIT: "slip"}[unit], nobodys=True),
        "workbook": here(_workbook(unit, department).public_id),
        **duty_things(department, citizen is not None, supervisor),
        "duty": Thing({NEAR_UNIT: "xay-dung-thang", FAR_UNIT: "y-te-thang"}[unit], department=department),
    }


def duty_things(department: str, near: bool, supervisor: User) -> dict[str, Thing]:
    """Return the things of duty: the near ones are the operator's own."""
    owner = User.objects.get(username="operator") if near else supervisor
    made = made_duty(department, owner)
    own, nobodys = {"swap", "leave", "feed"}, {"feed secret"}
    return {
        name: Thing(key, nobodys=True)
        if name in nobodys
        else Thing(key, department=department, owner="operator" if near and name.split()[-1] in own else "")
        for name, key in made.items()
    }


def _joined(alert: Alert) -> joined.Incident:
    now = clock.now("demo")
    made = joined.Incident.objects.create(realm="demo", title=alert.title, first_at=now, last_at=now, created_at=now)
    joined.Member.objects.create(incident=made, alert=alert, added_at=now)
    return made


def _maintenance(unit: str, supervisor: User) -> MaintenanceWindow:
    starts = clock.now("demo") + timedelta(days=30)
    draft = maintenance.Draft(title=WORDS[unit], starts=starts, ends=starts + timedelta(hours=1), rule="none")
    return maintenance.set_ahead(realm="demo", draft=draft, acting_user=supervisor)


def _message(unit: str, reader: User | None) -> Any:
    """A message to the reader, or to somebody without an account; by e-mail, so that it stands in the outbox."""
    person = Person.objects.filter(user=reader).first() if reader else None
    if person is None:
        person = Person(user=reader, email="reader@example.vn", realm="demo")
        person.set_names("Nguyễn Đọc")
        person.save()
    context = {"code": unit, "title": {"msgid": WORDS[unit], "params": {}}, "url": "/tickets/", "severity": "low"}
    notify.enqueue(
        realm="demo", subject=f"probe:{unit}:{person.pk}", generation=1, step=0, people=[person],
        template="ticket_new", context=context, now=clock.now("demo"),
    )  # fmt: skip
    return Message.objects.get(subject=f"probe:{unit}:{person.pk}", channel="email").public_id


def _view(unit: str, near: bool, supervisor: User) -> Any:
    """A view of the queue: near the operator's own, far the supervisor's."""
    owner = User.objects.get(username="operator") if near else supervisor
    return SavedView.objects.create(realm="demo", owner=owner, name=WORDS[unit], query="holder=all").public_id


def _screen(unit: str, supervisor: User) -> Screen:
    waiting, _secret = pairing.ask()
    plan = Plan(name=WORDS[unit], boards=("overview",), turn=30)
    return screens.admit(realm="demo", code=waiting.code, plan=plan, acting_user=supervisor)


def _dossier(unit: str, department: str) -> Dossier:
    day = clock.now("demo") - timedelta(days=2)
    item = {
        "code": f"000.00.03.H99-260101-{unit}",
        "status": 4,
        "channel": 1,
        "agency": department,
        "procedure": "1.009972",
        "procedure_name": f"Thủ tục {WORDS[unit]}",
        "submitted_at": day.isoformat(),
        "accepted_at": day.isoformat(),
        "as_of": day.isoformat(),
    }
    receipt = receive(source="public_services/dossiers", realm="demo", items=[item])
    Dossier.objects.filter(pk=receipt.records[0]).update(unit=unit, department=department)
    return Dossier.objects.get(pk=receipt.records[0])


def _workbook(unit: str, department: str) -> Workbook:
    return Workbook.objects.create(
        realm="demo", name=f"{WORDS[unit]}.xlsx", digest=unit.encode(), unit=unit, department=department,
        state=Workbook.State.REFUSED, marked=b"x", received_at=clock.now("demo"),
    )  # fmt: skip


def _event(unit: str, department: str) -> Event:
    item = {
        "timestamp": (clock.now("demo") - timedelta(minutes=2)).isoformat(),
        "event_type": "alert",
        "src_ip": "203.0.113.9",
        "dest_ip": "10.99.1.1",
        "alert": {"signature": f"ET {WORDS[unit]}", "category": "Web Application Attack", "severity": 1},
    }
    receipt = receive(source="cybersecurity/suricata", realm="demo", items=[item])
    Event.objects.filter(pk=receipt.records[0]).update(department=department)
    return Event.objects.get(pk=receipt.records[0])


def _observation(unit: str, department: str) -> Observation:
    station, prop = {NEAR_UNIT: ("khi-an", "pm2_5"), FAR_UNIT: ("mua-binh", "rain")}[unit]
    at = (clock.now("demo") - timedelta(minutes=2)).isoformat()
    item = {"station": station, "property": prop, "value": 3.5, "occurred_at": at, "note": WORDS[unit]}
    receipt = receive(source="environment/observations", realm="demo", items=[item])
    Observation.objects.filter(pk=receipt.records[0]).update(department=department)
    return Observation.objects.get(pk=receipt.records[0])


def _case(unit: str, department: str) -> CaseReport:
    day = clock.now("demo").astimezone(clock.LOCAL).date().isoformat()
    item = {"disease": "measles", "unit": unit, "day": day, "suspected": 1, "cluster": WORDS[unit].replace(" ", "-")}
    receipt = receive(source="health/cases", realm="demo", items=[item])
    beds = {"facility": {NEAR_UNIT: "bv-mau", FAR_UNIT: "pk-sot-binh"}[unit], "beds": 10, "inpatients": 1}
    receive(source="health/capacity", realm="demo", items=[{**beds, "as_of": clock.now("demo").isoformat()}])
    CaseReport.objects.filter(pk=receipt.records[0]).update(department=department)
    return CaseReport.objects.get(pk=receipt.records[0])


def _task(unit: str, department: str) -> Task:
    day = clock.now("demo").astimezone(clock.LOCAL).date()
    item = {"code": f"task-{unit}", "document": "1/UBND", "title": f"Việc {WORDS[unit]}", "assigned_to": unit,
            "assigned_on": day.isoformat(), "due_on": (day + timedelta(days=30)).isoformat()}  # fmt: skip
    receipt = receive(source="government/tasks", realm="demo", items=[item])
    Task.objects.filter(pk=receipt.records[0]).update(department=department)
    return Task.objects.get(pk=receipt.records[0])


def _roll(unit: str, department: str) -> Attendance:
    day = clock.now("demo").astimezone(clock.LOCAL).date().isoformat()
    item = {"school": {NEAR_UNIT: "th-an", FAR_UNIT: "th-binh"}[unit], "day": day, "expected": 300, "present": 290}
    receipt = receive(source="education/attendance", realm="demo", items=[item])
    Attendance.objects.filter(pk=receipt.records[0]).update(department=department)
    return Attendance.objects.get(pk=receipt.records[0])


def _camera_event(unit: str, department: str) -> CameraEvent:
    """One with a picture, at a camera that has one too."""
    camera = {NEAR_UNIT: "cho-an", FAR_UNIT: "ben-xe-binh"}[unit]
    at = (clock.now("demo") - timedelta(minutes=2)).isoformat()
    item = {"external_id": f"cam-{unit}", "camera": camera, "kind": "speed", "confidence": 0.8, "occurred_at": at}
    item |= {"label": WORDS[unit], "snapshot": base64.b64encode(jpeg()).decode()}
    receipt = receive(source="public_safety/camera_events", realm="demo", items=[item])
    CameraEvent.objects.filter(pk=receipt.records[0]).update(department=department)
    check = {"camera": camera, "occurred_at": at, "state": "ok"}
    receive(source="public_safety/camera_checks", realm="demo", items=[check])
    picture = Picture.objects.get(event=receipt.records[0])
    CameraState.objects.filter(realm="demo", camera=camera).update(department=department, picture=picture)
    return CameraEvent.objects.get(pk=receipt.records[0])


def _incident(unit: str, department: str) -> Incident:
    at = (clock.now("demo") - timedelta(minutes=2)).isoformat()
    item = {"external_id": f"acc-{unit}", "kind": "accident", "occurred_at": at, "unit": unit, "category": WORDS[unit]}
    receipt = receive(source="public_safety/incidents", realm="demo", items=[item])
    Incident.objects.filter(pk=receipt.records[0]).update(department=department)
    return Incident.objects.get(pk=receipt.records[0])


def _project(unit: str, department: str) -> Project:
    month = f"{clock.now('demo').astimezone(clock.LOCAL):%Y-%m}"
    item: dict[str, Any] = {"code": f"p-{unit}", "name": f"Cầu {WORDS[unit]}", "investor": department, "unit": unit}
    item |= {"plan": 10, "disbursed": 1, "month": month}
    receipt = receive(source="socioeconomy/projects", realm="demo", items=[item])
    return Project.objects.get(pk=receipt.records[0])


def _subject(citizen: User) -> Subject:
    return Subject.objects.create(realm="demo", user=citizen, name="Nguyễn Thị Mẫu")
