"""Policies over HTTP: who reads and who writes, every version kept and recorded, bad input named by field."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.audit.models import AuditEntry
from services.directory.models import Appointment, DutyShift
from services.kernel import clock
from services.tickets.models import Policy, Ticket
from tests.province import appoint

pytestmark = pytest.mark.django_db
NEW = {
    "slug": "ngap",
    "order": 12,
    "title": {"vi": "Ngập", "en": "Flooded street"},
    "rule": "environment.rain",
    "deadline": {"minutes": 120},
    "steps": [{"target": {"rung": 1}}],
}


class Caller:
    """Somebody who speaks JSON."""

    def __init__(self, user, language="en"):
        self.client = Client(headers={"accept-language": language})
        if user:
            self.client.force_login(user)

    def get(self, path="", **query):
        return self.client.get(f"/api/policies/{path}", query)

    def post(self, path, body, **headers):
        return self.client.post(f"/api/policies/{path}", body, content_type="application/json", headers=headers)


@pytest.fixture
def supervisor(province):
    return Caller(province.user("gs", "supervisor"))


def versions(slug):
    return list(Policy.objects.filter(slug=slug).order_by("version").values_list("version", flat=True))


# --- who may ---


def test_staff_read_and_only_supervisors_and_administrators_write(province):
    for role in ("officer", "head", "operator", "leader", "auditor", "supervisor", "admin"):
        place = {"department": "so-y-te"} if role in {"officer", "head"} else {}
        caller = Caller(province.user(role, role, **place))
        assert (
            caller.get().status_code
            == caller.get("urgent/").status_code
            == caller.get("urgent/dry-run/").status_code
            == 200
        )
        writes = {"supervisor": 200, "admin": 200}.get(role, 404)
        assert caller.post("urgent/retire/", {}).status_code == writes
    assert Caller(province.user("dan", "citizen")).get().status_code == 404
    assert Caller(None).get().status_code == 403
    assert Policy.objects.filter(slug="urgent", version=2, author__username="supervisor").exists()


def test_the_list_is_in_the_order_of_asking_in_a_constant_number_of_statements(province, supervisor):
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            rows = supervisor.get().json()["results"]
        assert [(row["order"], row["slug"]) for row in rows] == sorted((row["order"], row["slug"]) for row in rows)
        return len(seen), len(rows)

    few, count = statements()
    for number in range(5):
        supervisor.post("new/", {**NEW, "slug": f"ngap-{number}"})
    many, longer = statements()
    assert (many, longer) == (few, count + 5)
    assert many <= 6


# --- versions ---


def test_a_policy_is_added_edited_retired_and_brought_back_by_versions_alone(province, supervisor):
    made = supervisor.post("new/", {**NEW, "note": "mùa mưa"})
    assert (made.status_code, made.json()["version"], made.json()["author"]) == (201, 1, "Nguyễn gs")
    edited = supervisor.post("ngap/versions/", {"deadline": {"minutes": 90}, "note": "nhanh hơn"})
    assert (edited.status_code, edited.json()["version"], edited.json()["deadline"]) == (201, 2, {"minutes": 90})
    assert edited.json()["steps"] == NEW["steps"], "what is not named stays"
    assert supervisor.post("ngap/retire/", {}).json()["active"] is False
    back = supervisor.post("ngap/activate/", {}).json()
    assert (back["active"], back["version"]) == (True, 4)
    kept = [(one["version"], one["deadline"], one["note"]) for one in back["versions"]]
    assert kept[-2:] == [(2, {"minutes": 90}, "nhanh hơn"), (1, {"minutes": 120}, "mùa mưa")]


def test_every_change_is_in_the_audit_with_who_and_what(province, supervisor):
    supervisor.post("new/", NEW)
    supervisor.post("ngap/versions/", {"order": 13, "severity": "high"})
    supervisor.post("ngap/retire/", {"note": "hết mùa"})
    rows = AuditEntry.objects.filter(target="policy:ngap").order_by("pk")
    assert [row.verb for row in rows] == ["policy.add", "policy.edit", "policy.retire"]
    assert rows[1].detail["fields"] == ["order", "severity"]
    assert rows[2].detail["note"] == "hết mùa"
    assert all(row.actor_id for row in rows)


def test_what_changes_nothing_makes_no_version(province, supervisor):
    assert supervisor.post("urgent/versions/", {"deadline": {"minutes": 60}}).status_code == 201
    assert supervisor.post("urgent/activate/", {}).status_code == 200
    assert versions("urgent") == [1]


def test_the_same_key_again_writes_one_version(province, supervisor):
    key = {"Idempotency-Key": "k1"}
    answers = [supervisor.post("urgent/versions/", {"deadline": {"minutes": 30}}, **key) for _again in range(2)]
    assert answers[0].json() == answers[1].json()
    assert versions("urgent") == [1, 2]


def test_an_edit_of_a_version_that_is_no_longer_the_newest_is_refused(province, supervisor):
    assert supervisor.post("urgent/versions/", {"deadline": {"minutes": 30}, "version": 1}).status_code == 201
    stale = supervisor.post("urgent/versions/", {"deadline": {"minutes": 40}, "version": 1})
    assert stale.status_code == 409
    assert "version 2" in stale.json()["detail"]
    assert versions("urgent") == [1, 2]


def test_policies_exchange_places_and_only_those_that_move_get_a_version(province, supervisor):
    before = [row["slug"] for row in supervisor.get().json()["results"]]
    answer = supervisor.post("reorder/", {"order": ["urgent", "noise"]})
    after = [row["slug"] for row in answer.json()["results"]]
    assert (before.index("noise"), before.index("urgent")) == (after.index("urgent"), after.index("noise"))
    assert [slug for slug in after if slug not in {"urgent", "noise"}] == [
        slug for slug in before if slug not in {"urgent", "noise"}
    ]
    assert (versions("urgent"), versions("noise"), versions("default")) == ([1, 2], [1, 2], [1])
    for order in (["urgent", "nowhere"], ["urgent", "urgent"], []):
        assert supervisor.post("reorder/", {"order": order}).status_code == 400


# --- bad input ---


@pytest.mark.parametrize(
    "path,body,field,words",
    [
        ("new/", {}, "slug", "small letters"),
        ("new/", {**NEW, "slug": "urgent"}, "slug", "there is a policy of this name"),
        ("new/", {**NEW, "deadline": {"minutes": -5}}, "deadline", "negative"),
        (
            "new/",
            {**NEW, "steps": [{"target": {"rung": 1}, "repeat": {"every": {"minutes": 1}}}]},
            "steps.0.repeat.times",
            "without end",
        ),
        ("new/", {**NEW, "note": 5}, "note", "a text"),
        ("new/", {**NEW, "note": "x" * 501}, "note", "500"),
        ("new/", [NEW], "", "an object"),
        ("urgent/versions/", {"slug": "other"}, "slug", "keeps its name"),
        ("urgent/versions/", {"steps": []}, "steps", "at least one step"),
        ("urgent/versions/", {"units": ["00000"]}, "units.0", "no unit"),
        ("urgent/versions/", {"units": ["\x00"]}, "units.0", "no unit"),
        (
            "urgent/versions/",
            {"steps": [{"target": {"roster": "truc-lanh-dao"}}]},
            "steps.0.target.roster",
            "nobody has a shift ahead",
        ),
        ("urgent/versions/", {"version": "one"}, "version", "whole number"),
    ],
)
def test_bad_input_is_named_by_field_and_nothing_is_written(province, supervisor, path, body, field, words):
    before = Policy.objects.count()
    answer = supervisor.post(path, body)
    assert answer.status_code == 400, answer.content
    assert words in " ".join(answer.json()["errors"][field])
    assert Policy.objects.count() == before


def test_messages_are_in_the_readers_language_and_no_policy_is_404(province, supervisor):
    assert supervisor.get("nowhere/").status_code == 404
    assert supervisor.post("nowhere/versions/", {}).status_code == 404
    assert supervisor.get("urgent/dry-run/", version=9).status_code == 404


def test_a_person_who_left_and_a_roster_that_ran_out_are_refused_and_stored_ones_warned_of(province, supervisor):
    person = appoint("an", "chuyen-vien", department=province.departments["so-y-te"])
    steps = [
        {"target": {"person": str(person.public_id)}},
        {"target": {"roster": "truc-ban-ioc"}, "after": {"minutes": 5}},
    ]
    assert supervisor.post("new/", {**NEW, "steps": steps}).json()["warnings"] == []
    Appointment.objects.filter(person=person).delete()
    DutyShift.objects.all().delete()
    fields = {one["field"] for one in supervisor.get("ngap/").json()["warnings"]}
    assert fields == {"steps.0.target.person", "steps.1.target.roster"}
    assert supervisor.post("ngap/versions/", {"order": 13}).status_code == 400
    assert supervisor.post("ngap/retire/", {}).status_code == 200
    assert supervisor.post("ngap/activate/", {}).status_code == 400


# --- dry run ---


def test_a_dry_run_over_tet_names_people_times_and_quiet_days_and_stores_nothing(province, supervisor):
    query = {"start": "2027-02-03T16:00:00+07:00", "department": "so-y-te", "severity": "medium"}
    played = supervisor.get("default/dry-run/", **query).json()
    rows = [(row["at"][:16], [one["name"] for one in row["people"]]) for row in played["rows"]]
    assert rows == [
        ("2027-02-03T16:00", ["Trần chuyen-vien.so-y-te"]),
        ("2027-02-11T08:30", ["Trần truong-phong.so-y-te"]),
        ("2027-02-11T17:00", ["Trần giam-doc-so.so-y-te"]),
    ]
    assert (played["fits"], played["due_at"][:16]) == (True, "2027-02-11T17:00")
    assert played["quiet"][0]["days_off"] == [f"2027-02-{day:02}" for day in range(4, 11)]
    assert not Ticket.objects.exists()


def test_a_dry_run_says_where_nobody_would_be_found_and_whether_it_counts_there(province, supervisor):
    played = supervisor.get("urgent/dry-run/", unit="99001", severity="low").json()
    assert played["fits"] is False
    assert [row["nobody"] for row in played["rows"]] == [True, True, True, False]
    assert [row["early"] for row in played["rows"]] == [False, True, True, True]
    assert played["rows"][-1]["people"][0]["name"] == "Trần chanh-van-phong"


def test_a_dry_run_of_an_older_version_and_with_people_of_that_day(province, supervisor):
    supervisor.post("urgent/versions/", {"deadline": {"minutes": 30}})
    old, new = (supervisor.get("urgent/dry-run/", version=number).json() for number in (1, 2))
    assert next(row["text"] for row in old["rows"]) == "Officer of the commune"
    assert old["due_at"] > new["due_at"]
    past = supervisor.get("urgent/dry-run/", start="2025-01-06T08:00:00+07:00", department="so-y-te").json()
    assert past["rows"][0]["nobody"], "nobody had been appointed by then"


@pytest.mark.parametrize(
    "query,field",
    [
        ({"start": "yesterday"}, "start"),
        ({"start": "1900-01-01T00:00:00Z"}, "start"),
        ({"start": "9999-12-31T23:59:59Z"}, "start"),
        ({"unit": "00000"}, "unit"),
        ({"unit": "\x00"}, "unit"),
        ({"department": "so-ma"}, "department"),
        ({"severity": "worst"}, "severity"),
        ({"version": "x"}, "version"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(province, supervisor, query, field):
    answer = supervisor.get("urgent/dry-run/", **query)
    assert answer.status_code == 400, answer.content
    assert field in answer.json()["errors"]


def test_now_is_when_a_dry_run_begins_by_itself(province, supervisor):
    start = supervisor.get("urgent/dry-run/").json()["start"]
    assert start[:10] == clock.now("demo").astimezone(clock.LOCAL).date().isoformat()
