"""Policies on the workspace's pages and in the admin: what people see, play through and write."""

import json

import pytest
from django.test import Client

from services.alerts.raising import raise_alerts
from services.contract import Finding, message
from services.directory.actions import grant_role
from services.directory.models import DutyShift, User
from services.kernel import clock
from services.tickets.following import follow_alerts
from services.tickets.ladder import actions
from services.tickets.models import Policy, Ticket

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"
START = "2026-02-13T16:00"


def as_(user, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


@pytest.fixture
def reader(province):
    return as_(province.user("cv", "officer", department="so-y-te"))


def page_of(client, path="", **query):
    answer = client.get(f"/tickets/policies/{path}", query)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_all_policies_are_listed_and_linked_from_the_side(province, reader):
    assert 'href="/tickets/policies/"' in reader.get("/tickets/").content.decode()
    page = page_of(reader)
    assert page.index("Noise") < page.index("Urgent") < page.index("General")
    assert 'href="/tickets/policies/urgent/"' in page
    assert as_(province.user("dan", "citizen")).get("/tickets/policies/").status_code == 404


def test_a_policy_shows_its_ladder_in_words(province, reader):
    page = page_of(reader, "urgent/")
    assert "10 minutes after opening, unless somebody acknowledges it" in page
    assert "At the deadline, unless it is done" in page
    assert "30 minutes after the deadline" in page
    assert reader.get("/tickets/policies/nowhere/").status_code == 404


def test_a_dry_run_on_the_page_tells_who_when_and_what_is_quiet(province, reader):
    page = page_of(reader, "default/", start=START, department="so-y-te", unit="", severity="medium")
    assert "Trần truong-phong.so-y-te" in page
    assert "08:30" in page
    assert "Days off: 14/02–22/02" in page.replace("\xa0", " ")
    vacant = page_of(reader, "default/", start=START, department="", unit="99001", severity="medium")
    assert "nobody holds this post then" in vacant
    assert "the supervisor gets an alert" in vacant


@pytest.mark.parametrize(
    "query", [{"start": "x"}, {"start": START, "unit": "00000"}, {"start": START, "severity": "x"}]
)
def test_a_bad_question_is_said_at_its_field(province, reader, query):
    answer = reader.get("/tickets/policies/urgent/", {"severity": "high", **query})
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()


def test_versions_are_linked_and_hostile_words_stay_words(province, reader):
    supervisor = province.user("gs", "supervisor")
    title = {"vi": HOSTILE, "en": HOSTILE}
    actions.edit(slug="urgent", changes={"title": title}, acting_user=supervisor, note=HOSTILE)
    page = page_of(reader, "urgent/")
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert "Nguyễn gs" in page
    old = page_of(reader, "urgent/", version="1")
    assert "no longer in force" in old
    assert reader.get("/tickets/policies/urgent/", {"version": "7"}).status_code == 404


def test_both_languages_are_whole(province):
    page = page_of(
        as_(province.user("cv", "officer", department="so-y-te"), "vi"), "urgent/", start=START, severity="high"
    )
    assert "Khẩn" in page


def test_a_ticket_says_how_many_more_people_must_acknowledge_it(province):
    actions.edit(slug="urgent", changes={"acknowledgements": 2}, acting_user=province.user("gs", "supervisor"))
    now = clock.now("demo")
    found = Finding("probe.level", "high", "x", message("Level"), now, department="so-xay-dung")
    raise_alerts(realm="demo", monitor="field_reports", results=[found], now=now)
    while follow_alerts():
        pass
    officer = as_(province.user("xd", "officer", department="so-xay-dung"))
    address = f"/tickets/{Ticket.objects.get().public_id}/"
    assert "2 more people must acknowledge it." in officer.get(address).content.decode()
    officer.post(f"{address}acknowledge/")
    assert "1 more person must acknowledge it." in officer.get(address).content.decode()
    other = as_(province.user("xe", "officer", department="so-xay-dung"))
    other.post(f"{address}accept/")
    assert "must acknowledge it" not in other.get(address).content.decode()


# --- the admin ---


@pytest.fixture
def admin(province):
    user = User.objects.create_user("qt", password="x")
    grant_role(user=user, role="admin", unit=None, department=None, acting_user=None)
    return as_(user)


def form_of(policy, **changes):
    """Return what the admin's form of a policy posts, with changes."""
    lists = {name: json.dumps(getattr(policy, name)) for name in ("title", "units", "departments", "deadline", "steps")}
    plain = {name: getattr(policy, name) for name in ("order", "monitor", "rule", "category", "acknowledgements")}
    switches = {name: "on" for name in ("opens", "auto_close") if getattr(policy, name)}
    return {**lists, **plain, **switches, "severity": policy.severity_name, "note": "", **changes}


def test_saving_in_the_admin_writes_the_next_version_and_never_touches_the_row(province, admin):
    first = Policy.objects.get(slug="urgent")
    posted = form_of(first, deadline='{"minutes": 45}', note="gọn hơn")
    assert admin.post(f"/admin/tickets/policy/{first.pk}/change/", posted).status_code == 302
    second = Policy.objects.get(slug="urgent", version=2)
    assert (second.deadline, second.note, str(second.author)) == ({"minutes": 45}, "gọn hơn", "qt")
    first.refresh_from_db()
    assert (first.deadline, first.author) == ({"minutes": 60}, None)
    assert admin.post(f"/admin/tickets/policy/{first.pk}/change/", posted).status_code == 403, "an old version"
    shown = admin.get(f"/admin/tickets/policy/{second.pk}/change/").content.decode()
    assert f"/admin/tickets/policy/{first.pk}/change/" in shown


def test_a_new_policy_in_the_admin_and_the_validators_words_at_the_field(province, admin):
    like = Policy.objects.get(slug="urgent")
    bad = form_of(like, slug="moi", steps='[{"target": {"rung": 99}}]')
    answer = admin.post("/admin/tickets/policy/add/", bad)
    assert "0.target.rung: there is no such rung today" in answer.content.decode()
    taken = admin.post("/admin/tickets/policy/add/", form_of(like, slug="urgent", order=3))
    assert "there is a policy of this name" in taken.content.decode()
    assert admin.post("/admin/tickets/policy/add/", form_of(like, slug="moi", order=3)).status_code == 302
    assert Policy.objects.filter(slug="moi", author__username="qt").exists()


def test_an_edit_in_the_admin_is_checked_as_on_the_page_and_over_the_api(province, admin):
    row = Policy.objects.get(slug="urgent")
    DutyShift.objects.all().delete()
    for steps, words in (
        ('[{"target": {"rung": 1}, "repeat": {"every": {"minutes": 5}}}]', "0.repeat.times: a repeat without end"),
        ('[{"target": {"roster": "truc-ban-ioc"}}]', "0.target.roster: nobody has a shift ahead"),
        ('[{"target": {"rung": 1}}, {"target": {"rung": 1}}]', "1: the same people as in step 1"),
        (
            '[{"target": {"person": "00000000-0000-0000-0000-000000000000"}}]',
            "0.target.person: there is no such person",
        ),
    ):
        answer = admin.post(f"/admin/tickets/policy/{row.pk}/change/", form_of(row, steps=steps))
        assert answer.status_code == 200, steps
        assert words in answer.content.decode(), steps
    assert not Policy.objects.filter(slug="urgent", version__gt=1).exists()


def test_the_admin_retires_and_deletes_nothing(province, admin):
    row = Policy.objects.get(slug="urgent")
    admin.post("/admin/tickets/policy/", {"action": "retire", "_selected_action": [row.pk]})
    assert not Policy.objects.get(slug="urgent", version=2).active
    assert admin.post(f"/admin/tickets/policy/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Policy.objects.filter(pk=row.pk).exists()
