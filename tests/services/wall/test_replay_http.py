"""The past over HTTP: a moment's tiles, a day's timeline, notes, the page and the report, for each role its own."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from services.audit.models import AuditEntry
from services.directory.models import Department, RoleGrant, User
from services.kernel.clock import LOCAL
from services.wall.models import Annotation
from tests.services.wall.kit import put
from tests.services.wall.past import HOUR, MINUTE, framed_at, happened, now
from tests.services.wall.sockets import sign_in

pytestmark = pytest.mark.django_db
OWN, OTHER = "department:so-y-te", "department:so-gddt"
BOARD = "/api/boards/overview"


@pytest.fixture
def as_(db):
    """Give a browser signed in with a role."""

    def browser(role, **places):
        opened = Client()
        opened.cookies["sessionid"] = sign_in(f"a-{role}", role, **places)
        return opened

    return browser


@pytest.fixture
def past():
    """A past of three hours: one alert for everybody, one of each of two departments; returns when it began."""
    reverse("wall")
    begun = now() - 3 * HOUR
    for minutes, key, audience, severity in (
        (0, "alert:centre", ["province"], "low"),
        (20, "alert:health", ["province", OWN], "critical"),
        (21, "alert:schools", ["province", OTHER], "medium"),
    ):
        at = begun + minutes * MINUTE
        title = {"msgid": "{name}", "params": {"name": f"title of {key}"}}
        put(key, audience=audience, since=at, severity=severity, title=title, unit=None, count=1, generation=1)
        framed_at(at)
    return begun


def keys_of(answer):
    assert answer.status_code == 200, answer.content
    return {tile["key"] for tile in answer.json()["tiles"]}


def test_a_moment_is_read_like_now_and_for_each_role_its_own(as_, past):
    at = (past + 30 * MINUTE).isoformat()
    operator, officer = as_("operator"), as_("officer", departments=["so-y-te"])
    assert keys_of(operator.get(f"{BOARD}/tiles/", {"at": past.isoformat()})) == {"alert:centre"}
    assert keys_of(operator.get(f"{BOARD}/tiles/", {"at": at})) == {"alert:centre", "alert:health", "alert:schools"}
    assert keys_of(officer.get(f"{BOARD}/tiles/", {"at": at})) == {"alert:health"}
    assert as_("citizen").get(f"{BOARD}/tiles/", {"at": at}).status_code == 404


@pytest.mark.parametrize(
    "at, fault",
    [
        (lambda past: "last Tuesday", "not-a-time"),
        (lambda past: "2026-13-45T99:00", "not-a-time"),
        (lambda past: (now() + HOUR).isoformat(), "future"),
        (lambda past: (now() - timedelta(days=90, hours=1)).isoformat(), "too-old"),
        (lambda past: (past - MINUTE).isoformat(), "not-recorded"),
    ],
    ids=["words", "digits", "future", "too old", "before the first frame"],
)
def test_a_moment_that_cannot_be_shown_is_answered_clearly_everywhere(as_, past, at, fault):
    operator, asked = as_("operator"), at(past)
    answer = operator.get(f"{BOARD}/tiles/", {"at": asked})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["fault"] == fault
    assert answer.json()["detail"]
    page = operator.get("/wall/", {"at": asked})
    assert page.status_code == 400
    assert config_of(page)["replay"]["at"] is None
    assert config_of(page)["replay"]["fault"]
    assert operator.get("/wall/overview/report/", {"from": asked, "to": now().isoformat()}).status_code == 400


def test_local_times_and_careless_addresses_are_understood(as_, past):
    operator, at = as_("operator"), (past + 30 * MINUTE).astimezone(LOCAL)
    local = operator.get(f"{BOARD}/tiles/", {"at": f"{at:%Y-%m-%dT%H:%M:%S}"})
    unescaped = operator.get(f"{BOARD}/tiles/?at={at.isoformat()}")
    assert keys_of(local) == keys_of(unescaped) == {"alert:centre", "alert:health", "alert:schools"}


def config_of(response):
    found = re.search(r'<script id="wall-config" type="application/json">(.*?)</script>', response.content.decode())
    assert found
    return json.loads(found[1])


def test_the_page_of_a_moment_is_told_what_it_needs_and_that_of_now_nothing(as_, past):
    at = past + MINUTE
    replay = config_of(as_("leader").get("/wall/overview/", {"at": at.isoformat(), "speed": "60"}))["replay"]
    assert (replay["at"], replay["earliest"], replay["speed"]) == (at.isoformat(), past.isoformat(), 60)
    assert replay["mayAnnotate"]
    assert not config_of(as_("auditor").get("/wall/", {"at": at.isoformat()}))["replay"]["mayAnnotate"]
    assert config_of(as_("operator").get("/wall/"))["replay"] is None


def test_a_days_timeline_counts_alerts_by_quarters_and_names_them_in_one_statement(
    as_, past, django_assert_num_queries
):
    operator = as_("operator")
    days = {(past + minutes * MINUTE).astimezone(LOCAL).date() for minutes in (0, 20)}
    bodies = [operator.get(f"{BOARD}/timeline/", {"day": day.isoformat()}).json() for day in days]
    quarters = [one for body in bodies for one in body["quarters"]]
    assert sum(one["count"] for one in quarters) == 3
    assert "critical" in {one["worst"] for one in quarters}
    alarms = sorted((alarm["at"], alarm["key"]) for body in bodies for alarm in body["alarms"])
    assert [key for _at, key in alarms] == ["alert:centre", "alert:health", "alert:schools"]
    happened(now(), {"key": "alert:health", "audience": ["province", OWN], "since": past + 20 * MINUTE, "count": 2})
    again = operator.get(f"{BOARD}/timeline/", {"day": max(days).isoformat()}).json()
    assert len([alarm for alarm in again["alarms"] if alarm["key"] == "alert:health"]) <= 1
    officer = as_("officer", departments=["so-y-te"])
    seen = [officer.get(f"{BOARD}/timeline/", {"day": day.isoformat()}).json()["alarms"] for day in days]
    assert [alarm["key"] for alarms in seen for alarm in alarms] == ["alert:health"]
    assert operator.get(f"{BOARD}/timeline/", {"day": "soon"}).status_code == 400
    assert operator.get("/api/boards/none/timeline/").status_code == 404


def note(browser, at, text="the river is rising", **headers):
    body = {"at": at.isoformat(), "text": text}
    return browser.post(f"{BOARD}/annotations/", body, content_type="application/json", headers=headers)


def test_a_note_is_kept_once_with_its_author_audited_without_its_words(as_, past):
    leader, at = as_("leader"), past + MINUTE
    answer = note(leader, at, **{"Idempotency-Key": "n1"})
    assert note(leader, at, **{"Idempotency-Key": "n1"}).json() == answer.json()
    assert (answer.status_code, Annotation.objects.count()) == (201, 1)
    entry = AuditEntry.objects.get(verb="wall.annotate")
    assert entry.detail == {"board": "overview", "at": at.astimezone(LOCAL).isoformat()}
    day = {"day": at.astimezone(LOCAL).date().isoformat()}
    (kept,) = leader.get(f"{BOARD}/timeline/", day).json()["annotations"]
    assert (kept["text"], kept["author"]) == ("the river is rising", "a-leader")
    officer = as_("officer", departments=["so-y-te"])
    assert officer.get(f"{BOARD}/timeline/", day).json()["annotations"] == []


@pytest.mark.parametrize("role", ["officer", "auditor", "admin", "citizen"])
def test_only_the_centre_and_the_leaders_write_notes(as_, past, role):
    browser = as_(role, departments=["so-y-te"]) if role == "officer" else as_(role)
    assert note(browser, past + MINUTE).status_code == 404
    assert not Annotation.objects.exists()


def test_a_note_needs_words_and_a_moment_that_was(as_, past):
    operator = as_("operator")
    assert note(operator, past + MINUTE, text="  ").status_code == 400
    assert note(operator, past + MINUTE, text="a" * 1001).status_code == 400
    assert note(operator, now() + HOUR).json()["fault"] == "future"


def asked(browser, since, until, **more):
    return browser.get("/wall/overview/report/", {"from": since.isoformat(), "to": until.isoformat(), **more})


def test_a_report_tells_what_happened_to_whoever_may_see_it(as_, past):
    happened(
        past + 40 * MINUTE,
        {
            "key": "alert:health",
            "audience": ["province", OWN],
            "since": past + 20 * MINUTE,
            "severity": "critical",
            "state": "acknowledged",
            "holder": {"name": "H'Hen Niê"},
            "title": {"msgid": "title of alert:health"},
            "generation": 1,
        },
    )
    happened(past + HOUR, gone=["alert:health"])
    note(as_("supervisor"), past + 41 * MINUTE, text="called the commune\n<b>twice</b>")
    page = asked(as_("operator"), past + MINUTE, past + 2 * HOUR, language="en").content.decode()
    told = re.findall(r"<tr.*?</tr>", page.partition("What happened")[2], re.DOTALL)
    words = [" ".join(re.sub(r"<.*?>", " ", row).split()) for row in told]
    assert [line.partition(" ")[2] for line in words] == [
        "Alert title of alert:health opened".replace("title", "Title"),
        "Alert Title of alert:schools opened",
        "Alert Title of alert:health acknowledged by H&#x27;Hen Niê",
        "Note called the commune &lt;b&gt;twice&lt;/b&gt; a-supervisor",
        "Alert Title of alert:health closed or handed over",
    ]
    assert "Simulated data" in page
    assert "Báo cáo" not in page
    other = asked(as_("officer", departments=["so-gddt"]), past + MINUTE, past + 2 * HOUR).content.decode()
    assert "alert:schools" in other
    assert "alert:health" not in other
    assert "called" not in other


def test_a_report_covers_a_span_and_seven_days_at_most(as_, past):
    operator = as_("operator")
    assert asked(operator, past + HOUR, past + MINUTE).status_code == 400
    framed = now() - timedelta(days=8)
    happened(framed, {"key": "alert:old"})
    assert asked(operator, framed, now() - MINUTE).status_code == 400
    assert operator.get("/wall/none/report/").status_code == 404
    assert Client().get("/wall/overview/report/").status_code == 302
    assert as_("citizen").get("/wall/overview/report/").status_code == 404


def test_everybody_who_writes_is_known_by_name(as_, past):
    user = User.objects.create_user("plain", password="long enough 1")
    RoleGrant.objects.create(user=user, role="operator")
    assert not Department.objects.filter(slug="plain").exists()
    browser = Client()
    browser.force_login(user)
    assert note(browser, past + MINUTE).json()["author"] == "plain"
