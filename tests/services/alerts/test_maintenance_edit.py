"""A maintenance window that is not under way is edited: on its page and over HTTP, never over another's change."""

from datetime import timedelta

import pytest
from django.test import Client

from services.alerts import maintenance
from services.alerts.maintenance import Draft
from services.alerts.models import MaintenanceWindow
from services.audit.models import AuditEntry
from services.kernel import clock
from tests.services.alerts.kit import finding, later, one, raise_
from tests.services.tickets.form_kit import fields_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Boss:
    """A supervisor with a browser and a hand at the API."""

    def __init__(self, user):
        self.user, self.client = user, Client(headers={"accept-language": "en"})
        self.client.force_login(user)

    def api(self, window, **body):
        return self.client.post(f"/api/maintenance/{window.public_id}/edit/", body, content_type="application/json")

    def form(self, window):
        return fields_of(self.client.get(f"/alerts/maintenance/{window.public_id}/edit/").content.decode(), "mwe")

    def send(self, window, form, **changes):
        return self.client.post(f"/alerts/maintenance/{window.public_id}/edit/", {**form, **changes})


@pytest.fixture
def boss(province, settings):
    settings.IOC_REALM = "demo"
    clock.ensure_realm("demo")
    return Boss(province.user("boss", "supervisor"))


@pytest.fixture
def window(boss):
    """Set maintenance from ``start`` hours from now for one hour."""

    def set_ahead(start=2.0, **more):
        begin = (clock.now("demo") + start * HOUR).replace(second=17, microsecond=0)
        given = {"title": "Thay trạm", "monitor": "field_reports", "starts": begin, "ends": begin + HOUR, **more}
        return maintenance.set_ahead(realm="demo", draft=Draft(**given), acting_user=boss.user)

    return set_ahead


def local(at):
    return f"{at.astimezone(clock.LOCAL):%Y-%m-%dT%H:%M}"


def test_times_scope_recurrence_and_reason_are_edited_on_the_page_and_audited(boss, window, province):
    made = window(category="giao-thong", place=(110.0, 10.0), metres=500)
    assert f"/alerts/maintenance/{made.public_id}/edit/" in boss.client.get("/alerts/maintenance/").content.decode()
    form = boss.form(made)
    assert (form["title"], form["starts"]) == (["Thay trạm"], [local(made.starts)])
    starts = made.starts + 24 * HOUR
    changes = {"starts": local(starts), "ends": local(starts + HOUR), "repeat": "FREQ=WEEKLY", "reason": "Mưa",
               "monitor": "environment", "unit": "99001"}  # fmt: skip
    assert boss.send(made, form, **changes).status_code == 302
    after = MaintenanceWindow.objects.get()
    assert (local(after.active_from), after.rrule, after.reason) == (local(starts), "FREQ=WEEKLY", "Mưa")
    assert (after.monitor, after.unit) == ("environment", province.units["99001"])
    assert (after.version, after.category, after.metres) == (2, "giao-thong", 500), "what the form does not ask stays"
    entry = AuditEntry.objects.get(verb="maintenance.edited")
    assert entry.detail["fields"] == ["starts", "ends", "reason", "rrule", "monitor", "unit"]
    assert (entry.detail["was"]["monitor"], entry.detail["was"]["unit"]) == ("field_reports", None)


def test_an_edit_that_changes_nothing_is_no_change(boss, window):
    made = window(rrule="FREQ=WEEKLY;BYDAY=SU,MO,TU,WE,TH,FR,SA")
    assert boss.send(made, boss.form(made)).status_code == 302
    made.refresh_from_db()
    assert (made.version, made.starts.second) == (1, 17)
    assert not AuditEntry.objects.filter(verb="maintenance.edited").exists()


def test_what_was_moved_to_now_explains_alerts_from_now_on_and_what_was_moved_away_no_longer(boss, window):
    made = window()
    now = clock.now("demo")
    assert (
        boss.api(made, version=1, starts=(now - HOUR / 60).isoformat(), ends=(now + HOUR).isoformat()).status_code
        == 200
    )
    raise_(finding("a"))
    assert one("a").suppressed_by == made.mark
    other = window(start=1.0)
    moved = other.starts + 5 * HOUR
    boss.api(other, version=1, starts=moved.isoformat(), ends=(moved + HOUR).isoformat(), monitor="", category="x")
    later(hours=1, minutes=30)
    raise_(finding("b"))
    assert one("b").suppressed_by == ""


def test_of_two_who_edit_at_once_the_second_sees_both_texts_and_overwrites_nothing(boss, window, province):
    second = Boss(province.user("boss2", "supervisor"))
    made = window()
    forms = boss.form(made), second.form(made)
    assert boss.send(made, forms[0], title="Thay hai trạm").status_code == 302
    refused = second.send(made, forms[1], title="Thay cáp", reason="Đứt")
    assert refused.status_code == 409
    page = refused.content.decode()
    yours, theirs = page.partition("What you wrote</h2>")[2].split("What stands now</h2>")
    assert "Thay cáp" in yours
    assert "Thay hai trạm" in theirs.partition("</section>")[0]
    made.refresh_from_db()
    assert (made.title, made.reason, made.version) == ("Thay hai trạm", "", 2)
    assert second.api(made, version=1, title="x").status_code == 409
    again = fields_of(page, "mwe")
    assert second.send(made, again).status_code == 302, "having seen both one may save anew"
    made.refresh_from_db()
    assert (made.title, made.version) == ("Thay cáp", 3)


def test_one_under_way_or_over_is_only_ended_or_extended_and_a_repeated_one_is_edited_between_its_times(boss, window):
    running = window(start=-0.5)
    for answer in (boss.api(running, version=1, title="x"), boss.send(running, {"title": "x", "version": "1"})):
        assert answer.status_code == 409
    page = boss.client.get("/alerts/maintenance/").content.decode()
    assert f"/alerts/maintenance/{running.public_id}/edit/" not in page
    assert boss.client.get(f"/alerts/maintenance/{running.public_id}/edit/").status_code == 409
    maintenance.end(public_id=running.public_id, acting_user=boss.user)
    assert boss.api(running, version=2, title="x").status_code == 409
    weekly = window(start=-0.5, rrule="FREQ=WEEKLY")
    maintenance.end(public_id=weekly.public_id, acting_user=boss.user)
    assert boss.api(weekly, version=2, title="Hằng tuần").json()["title"] == "Hằng tuần"


def test_mistakes_are_said_at_their_fields_and_change_nothing(boss, window, province):
    made = window()
    form = boss.form(made)
    for changes, words in (
        ({"title": " "}, "required"),
        ({"ends": form["starts"]}, "ends after it starts"),
        ({"monitor": ""}, "at least one criterion"),
        ({"repeat": "own", "rrule": "FREQ=SECONDLY"}, "not a RRULE"),
        ({"starts": "x"}, "valid"),
    ):
        answer = boss.send(made, form, **changes)
        assert answer.status_code == 422, changes
        assert words in answer.content.decode(), changes
    for body, field in (
        ({"title": "x"}, "version"),
        ({"version": 1, "lon": 1.0}, "lon"),
        ({"version": 1, "unit": "00000"}, "unit"),
        ({"version": 1, "ends": made.starts.isoformat()}, "ends"),
        ({"version": 1, "monitor": "", "rule": ""}, "monitor"),
    ):
        refused = boss.api(made, **body)
        assert refused.status_code == 400, body
        assert field in refused.content.decode(), body
    made.refresh_from_db()
    assert made.version == 1


def test_a_place_is_put_in_and_taken_out_over_http(boss, window):
    made = window()
    assert boss.api(made, version=1, lon=110.0, lat=10.0, metres=300).json()["place"] == [110.0, 10.0]
    cleared = boss.api(made, version=2, lon=None, lat=None).json()
    assert (cleared["place"], cleared["metres"], cleared["version"]) == (None, None, 3)


def test_for_those_who_may_not_it_is_not_there(boss, window, province):
    made = window()
    other = Boss(province.user("op", "operator"))
    assert other.api(made, version=1, title="x").status_code == 404
    assert other.client.get(f"/alerts/maintenance/{made.public_id}/edit/").status_code == 404
    assert "/edit/" not in other.client.get("/alerts/maintenance/").content.decode()
    assert boss.client.get("/alerts/maintenance/00000000-0000-0000-0000-000000000000/edit/").status_code == 404
