"""Checklists and standard texts over HTTP: who reads, who writes, versions, the audit, and tickets that keep theirs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.audit.models import AuditEntry
from services.directory.models import User
from services.tickets.models import Checklist, StandardText
from tests.services.tickets.queue_kit import as_, officer_of, report

pytestmark = pytest.mark.django_db
HERE = "/api/casework/"
ROADS = {
    "slug": "duong-sa",
    "title": {"vi": "Đường sá", "en": "Roads"},
    "monitor": "field_reports",
    "category": "giao-thong",
    "items": [
        {"text": {"vi": "Đặt biển báo", "en": "Put up signs"}, "required": True},
        {"text": {"vi": "Báo công an"}, "department": "so-y-te"},
    ],
}
SORRY = {
    "slug": "cho-vat-tu",
    "title": {"vi": "Chờ vật tư"},
    "state": "in_progress",
    "outcome": "not_fixed",
    "public": True,
    "text": {"vi": "Phiếu {code} đang chờ vật tư."},
}


def post(client, path, body=None, **headers):
    return client.post(f"{HERE}{path}", body or {}, content_type="application/json", headers=headers)


@pytest.fixture
def supervisor(province):
    return as_(province.user("Bảo", "supervisor"))


def test_a_checklist_is_written_by_program_and_open_tickets_keep_theirs(province, supervisor):
    made = post(supervisor, "checklists/new/", ROADS)
    assert made.status_code == 201, made.content
    assert made.json() == {
        **ROADS,
        "order": 100,
        "active": True,
        "version": 1,
        "items": [
            {"text": {"vi": "Đặt biển báo", "en": "Put up signs"}, "required": True, "department": None},
            {"text": {"vi": "Báo công an", "en": ""}, "required": False, "department": "so-y-te"},
        ],
    }
    ticket = report()
    assert [item.text["en"] for item in ticket.items.all()] == ["Put up signs", "Báo công an"]
    shorter = {"version": 1, "items": made.json()["items"][:1]}
    assert post(supervisor, "checklists/duong-sa/edit/", shorter).json()["version"] == 2
    assert ticket.items.count() == 2
    assert report().items.count() == 1
    assert post(supervisor, "checklists/duong-sa/retire/").json()["active"] is False
    assert report().items.count() == 0
    assert post(supervisor, "checklists/duong-sa/activate/").json()["version"] == 4
    officer = as_(officer_of(province))
    assert officer.get(f"{HERE}checklists/duong-sa/").json()["items"] == made.json()["items"][:1]


def test_a_standard_text_is_offered_as_soon_as_it_is_written(province, supervisor):
    made = post(supervisor, "texts/new/", SORRY)
    assert made.status_code == 201, made.content
    assert made.json()["text"] == {"vi": "Phiếu {code} đang chờ vật tư.", "en": ""}
    ticket, client = report(), as_(officer_of(province))
    for verb in ("accept", "start"):
        client.post(f"/api/tickets/{ticket.public_id}/{verb}/", {}, content_type="application/json")
    offered = client.get(f"/api/tickets/{ticket.public_id}/texts/").json()
    assert [(one["slug"], one["text"]) for one in offered] == [("cho-vat-tu", f"Phiếu {ticket.code} đang chờ vật tư.")]
    post(supervisor, "texts/cho-vat-tu/edit/", {"version": 1, "state": ""})
    assert StandardText.objects.get().state == ""
    assert StandardText.objects.get().public, "fields left out stay"


def test_lists_are_asked_for_by_category_and_state_in_a_constant_number_of_statements(province, supervisor):
    officer = as_(officer_of(province))
    for number in range(4):
        post(supervisor, "checklists/new/", {**ROADS, "slug": f"l{number}", "category": "rac" if number else ""})
        post(supervisor, "texts/new/", {**SORRY, "slug": f"t{number}", "state": "waiting" if number else ""})

    def slugs(path):
        return [one["slug"] for one in officer.get(f"{HERE}{path}").json()["results"]]

    assert slugs("checklists/?category=giao-thong") == ["l0"]
    assert slugs("checklists/?category=rac&monitor=field_reports") == ["l0", "l1", "l2", "l3"]
    assert slugs("checklists/?monitor=health") == []
    assert slugs("texts/?state=new") == ["t0"]
    post(supervisor, "texts/t0/retire/")
    assert slugs("texts/?state=waiting&active=true") == ["t1", "t2", "t3"]
    assert slugs("texts/?active=false") == ["t0"]
    assert officer.get(f"{HERE}texts/?state=strange").status_code == 400
    for path, most in (("checklists/", 5), ("texts/", 4)):
        with CaptureQueriesContext(connection) as seen:
            slugs(path)
        assert len(seen) <= most


def test_of_two_editors_the_second_is_told_also_when_the_first_used_the_admin(province, supervisor):
    post(supervisor, "texts/new/", SORRY)
    row = StandardText.objects.get()
    administrator = province.user("Trị", "admin")
    administrator.is_staff = administrator.is_superuser = True
    administrator.save()
    admin = as_(administrator)
    form = {"slug": row.slug, "title": "Khác", "order": 100, "text": "y", "active": "on"}
    answer = admin.post(f"/admin/tickets/standardtext/{row.pk}/change/", form)
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.title, row.version) == ("Khác", 2)
    stale = post(supervisor, "texts/cho-vat-tu/edit/", {"version": 1, "title": {"vi": "Của tôi"}})
    assert stale.status_code == 409
    row.refresh_from_db()
    assert row.title == "Khác"
    assert post(supervisor, "texts/cho-vat-tu/edit/", {"title": {"vi": "Của tôi"}}).status_code == 400
    same = post(supervisor, "texts/cho-vat-tu/edit/", {"version": 2, "title": {"vi": "Khác"}}).json()
    assert same["version"] == 2, "what changes nothing makes no version"


def test_every_change_is_in_the_audit_with_what_stood_there_before(supervisor):
    post(supervisor, "checklists/new/", ROADS, **{"Idempotency-Key": "one"})
    again = post(supervisor, "checklists/new/", ROADS, **{"Idempotency-Key": "one"})
    assert (again.status_code, Checklist.objects.count()) == (201, 1)
    post(supervisor, "checklists/duong-sa/edit/", {"version": 1, "category": "", "order": 100})
    post(supervisor, "checklists/duong-sa/retire/")
    row = Checklist.objects.get()
    found = AuditEntry.objects.filter(target=f"checklist:{row.pk}").order_by("pk")
    who = User.objects.get(username="Bảo").pk
    assert [(one.verb, one.detail.get("was"), one.actor_id) for one in found] == [
        ("add", None, who),
        ("change", {"category": "giao-thong"}, who),
        ("change", {"active": True}, who),
    ]


def test_what_cannot_be_followed_is_named_by_field_and_nothing_is_written(supervisor):
    post(supervisor, "checklists/new/", ROADS)
    for wrong, field in (
        ({}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"slug": "a b"}, "slug"),
        ({"slug": "x", "monitor": "nobody"}, "monitor"),
        ({"slug": "x", "items": []}, "items"),
        ({"slug": "x", "items": [{"text": {"vi": "x"}, "department": "so-nao"}]}, "items"),
        ({"slug": "x", "title": {"en": "x"}}, "title"),
        ({"slug": "x", "order": -1}, "order"),
    ):
        refused = post(supervisor, "checklists/new/", {**ROADS, **wrong})
        assert (refused.status_code, list(refused.json()["errors"])) == (400, [field]), wrong
    refused = post(supervisor, "checklists/duong-sa/edit/", {"version": 1, "monitor": "nobody", "order": 5})
    assert refused.status_code == 400
    assert Checklist.objects.get().order == 100
    assert post(supervisor, "checklists/khong-co/edit/", {"version": 1}).status_code == 404


def test_staff_read_and_only_supervisors_and_administrators_write(province):
    StandardText.objects.create(slug="loi", title="Lời", text="x")
    for role in ("officer", "head", "operator", "leader", "auditor", "supervisor", "admin"):
        place = {"department": "so-y-te"} if role in {"officer", "head"} else {}
        client = as_(province.user(role, role, **place))
        assert client.get(f"{HERE}texts/").status_code == client.get(f"{HERE}texts/loi/").status_code == 200
        written = 200 if role in {"supervisor", "admin"} else 404
        assert post(client, "texts/loi/retire/").status_code == written
    assert as_(province.user("Dân", "citizen")).get(f"{HERE}texts/").status_code == 404
