"""Django's admin: for administrators alone, and what only verbs may change is read-only even there."""

import pytest
from django.contrib import admin
from django.test import Client

from monitors.cybersecurity.models import Event
from monitors.field_reports.models import Report
from monitors.public_services.models import Dossier
from services.alerts.models import Alert
from services.directory.models import Subject, User
from services.tickets.models import Ticket
from tests.shape.world import ACTORS, World

READ_ONLY = (Alert, Ticket, Report, Dossier, Event)


def page(model, *parts):
    return "/".join(["/admin", model._meta.app_label, model._meta.model_name, *map(str, parts), ""])


def values(model):
    return list(model.objects.order_by("pk").values())


def test_what_only_verbs_may_change_is_registered():
    assert {model for model in READ_ONLY if admin.site.is_registered(model)} == set(READ_ONLY)


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_it_is_shown_and_not_changed(world: World, model):
    client = world.client("admin")
    row = model.objects.order_by("pk").first()
    before = values(model)
    assert client.get(page(model)).status_code == 200
    shown = client.get(page(model, row.pk, "change"))
    assert shown.status_code == 200
    assert b'name="_save"' not in shown.content
    answers = [
        client.get(page(model, "add")),
        client.post(page(model, "add"), {"realm": "live"}),
        client.post(page(model, row.pk, "change"), {"realm": "live", "state": "closed"}),
        client.post(page(model, row.pk, "delete"), {"post": "yes"}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 403]
    client.post(page(model), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert values(model) == before


def test_nothing_shown_there_names_a_reporter_or_a_reports_key(world: World):
    client = world.client("admin")
    code = str(world.near["code"].key)
    for model in (Report, Dossier, Subject, Ticket, Alert):
        for row in model.objects.all():
            for address in (page(model), page(model, row.pk, "change")):
                text = client.get(address).content.decode()
                assert "Tran Bi Mat" not in text
                assert "Nguyễn Thị Mẫu" not in text
                assert "0900123456" not in text
                assert code not in text


def test_a_flag_on_the_account_alone_opens_nothing(world: World):
    user = User.objects.create_user("flagged", password="x", is_staff=True)
    client = Client()
    client.force_login(user)
    assert client.get("/admin/").status_code == 404
    assert client.get(page(Alert)).status_code == 404


@pytest.mark.parametrize("actor", [one for one in ACTORS if one.role != "admin"], ids=str)
def test_nobody_else_writes_there(world: World, actor):
    client = world.client(actor)
    person = world.users["citizen"]
    for address in (page(User, "add"), page(User, person.pk, "change"), page(User, person.pk, "delete")):
        answer = client.post(address, {"username": "x", "is_superuser": "on", "post": "yes"})
        assert (answer.status_code, answer.headers.get("Location", "")[:16]) == (
            (302, "/accounts/login/") if actor.role == "anonymous" else (404, "")
        )
    person.refresh_from_db()
    assert not person.is_superuser
