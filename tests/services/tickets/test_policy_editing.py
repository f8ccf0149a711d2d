"""A supervisor writes a policy's next version on its page: mistakes at their fields, played first, nothing lost."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.raising import raise_alerts
from services.audit.models import AuditEntry
from services.contract import Finding, message
from services.directory.models import Appointment, DutyShift
from services.kernel import clock
from services.tickets.following import follow_alerts
from services.tickets.ladder import actions, versions
from services.tickets.ladder.editing.comparing import together, usual
from services.tickets.ladder.editing.typed import Row, Typed, apply, draft_of, typed_of
from services.tickets.ladder.holidays import next_long
from services.tickets.models import Policy, Ticket
from services.worktime.calendar import WorkCalendar
from tests.province import appoint
from tests.services.tickets.form_kit import fields_of

pytestmark = pytest.mark.django_db
URL = "/tickets/policies/urgent/edit/"


class Desk:
    """Somebody at the page: what stands in the form is sent as it is, with changes."""

    def __init__(self, user, url=URL):
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(user)
        self.url = url
        self.read(self.client.get(url))

    def read(self, answer):
        self.answer, self.page = answer, answer.content.decode()
        if answer.status_code != 302:
            self.form = fields_of(self.page, "ped")
        return answer.status_code

    def send(self, do, **changes):
        return self.read(self.client.post(self.url, {**self.form, **changes, "do": do}))


@pytest.fixture
def supervisor(province):
    return province.user("gs", "supervisor")


@pytest.fixture
def desk(supervisor):
    return Desk(supervisor)


def newest(slug="urgent"):
    return Policy.objects.filter(slug=slug).order_by("-version").first()


# --- who may ---------------------------------------------------------------------------------------------------------


def test_supervisors_and_administrators_edit_and_for_others_the_page_is_not_there(province):
    for role in ("officer", "head", "operator", "leader", "auditor"):
        place = {"department": "so-y-te"} if role in {"officer", "head"} else {}
        other = Client()
        other.force_login(province.user(role, role, **place))
        assert (other.get(URL).status_code, other.post(URL).status_code) == (404, 404), role
        assert URL not in other.get("/tickets/policies/urgent/").content.decode()
    assert Client().get(URL).status_code == 302
    for role in ("supervisor", "admin"):
        desk = Desk(province.user(role, role))
        assert desk.answer.status_code == 200
        assert URL in desk.client.get("/tickets/policies/urgent/").content.decode()
        assert desk.client.get("/tickets/policies/nowhere/edit/").status_code == 404


# --- from version n to n + 1 -----------------------------------------------------------------------------------------


def test_what_was_changed_and_played_is_saved_as_the_next_version_with_its_reason(desk):
    assert desk.send("check", deadline="45", s1_wait="5") == 200
    assert "Trần" in desk.page
    assert desk.send("save", note="mùa mưa") == 302
    assert desk.answer["Location"] == "/tickets/policies/urgent/?saved=1"
    made = newest()
    assert (made.version, made.deadline, made.note, str(made.author)) == (2, {"minutes": 45}, "mùa mưa", "gs")
    assert made.steps[1]["after"] == {"minutes": 5}
    assert made.steps[0] == Policy.objects.get(slug="urgent", version=1).steps[0]
    entry = AuditEntry.objects.get(target="policy:urgent")
    assert (entry.verb, entry.detail["fields"]) == ("policy.edit", ["deadline", "steps"])
    assert "Version 2 is saved" in desk.client.get(desk.answer["Location"]).content.decode()


def test_a_ticket_that_runs_keeps_its_version_and_the_page_says_so(desk, province):
    now = clock.now("demo")
    found = Finding("probe.level", "high", "x", message("Level"), now, department="so-xay-dung")
    raise_alerts(realm="demo", monitor="field_reports", results=[found], now=now)
    while follow_alerts():
        pass
    assert "Tickets that run keep the version they were opened under" in desk.page
    desk.send("check", deadline="45")
    assert desk.send("save", note="x") == 302
    assert (Ticket.objects.get().policy["version"], newest().version) == (1, 2)


def test_nothing_is_saved_that_was_not_played_as_it_stands_nor_without_a_reason_nor_without_a_change(desk):
    assert desk.send("save", note="x") == 422
    assert "Nothing differs from the present version" in desk.page
    assert desk.send("save", deadline="45", note="x") == 422
    assert "The text has changed since it was played" in desk.page
    assert desk.send("save", note=" ") == 422
    assert 'id="note_said"' in desk.page
    assert newest().version == 1
    assert desk.send("save", note="x") == 302


def test_steps_are_added_moved_and_removed_by_plain_posts(desk):
    assert desk.send("add") == 200
    assert desk.form["steps"] == ["5"]
    assert desk.page.count("autofocus") == 1, "the new step is where one goes on"
    desk.send("up:4", s4_target="chair:", s4_origin="deadline")
    desk.send("up:3")
    desk.send("remove:0")
    assert [desk.form[f"s{n}_target"] for n in range(4)] == [["rung:2"], ["chair:"], ["rung:3"], ["rung:4"]]
    desk.send("check", s1_wait="20", s1_until="acknowledged", s1_every="15", s1_times="3", s1_origin="opened")
    desk.send("save", note="x")
    assert newest().steps[1] == {
        "target": {"chair": True},
        "after": {"minutes": 20},
        "until": "acknowledged",
        "repeat": {"every": {"minutes": 15}, "times": 3},
    }


def test_conditions_and_every_kind_of_target_come_through(desk, province):
    person = appoint("an", "chuyen-vien", department=province.departments["so-y-te"])
    label = next(one for one in _options(desk) if one.startswith("Trần an"))
    changes = {
        "monitor": "field_reports",
        "category": "giao-thong",
        "severity": "medium",
        "units": ["99001"],
        "departments": ["so-y-te"],
        "auto_close": "1",
        "acknowledgements": "2",
        "order": "19",
        "title_en": "Most urgent",
        "s0_target": "person:",
        "s0_person": label,
        "s1_target": "roster:truc-ban-ioc",
        "s2_target": "position:giam-doc-so",
        "s3_target": "head:",
        "s3_wait": "2",
        "s3_wait_kind": "working_days",
    }
    assert desk.send("check", **changes) == 200, desk.page
    assert desk.send("save", note="x") == 302
    made = newest()
    targets = [step["target"] for step in made.steps]
    assert targets[0] == {"person": str(person.public_id)}
    assert targets[1:] == [{"roster": "truc-ban-ioc"}, {"position": "giam-doc-so"}, {"head": True}]
    assert made.steps[3]["after"] == {"working_days": 2}
    assert (made.monitor, made.category, made.severity_name, made.units) == (
        "field_reports",
        "giao-thong",
        "medium",
        ["99001"],
    )
    assert (made.departments, made.auto_close, made.acknowledgements, made.order) == (["so-y-te"], True, 2, 19)
    again = Desk(_user(desk))
    assert again.form["s0_person"] == [label]


def _user(desk):
    from services.directory.models import User  # noqa: PLC0415 - one helper needs it

    return User.objects.get(pk=desk.client.session["_auth_user_id"])


def _options(desk):
    fresh = Desk(_user(desk))
    return [part.partition('"')[0] for part in fresh.page.partition('<datalist id="people">')[2].split('value="')[1:]]


# --- mistakes --------------------------------------------------------------------------------------------------------


MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"s1_wait": "-5"}, "s1_wait", "time does not run backwards"),
    ({"s1_wait": "soon"}, "s1_wait", "a whole number"),
    ({"s1_every": "15"}, "s1_times", "a repeat without end"),
    ({"s1_every": "15", "s1_times": "99"}, "s1_times", "a whole number from 1 to 24"),
    ({"s1_target": ""}, "s1_target", "choose whom this step tells"),
    ({"s1_target": "rung:77"}, "s1_target", "no such rung"),
    ({"s1_target": "position:vua"}, "s1_target", "no position"),
    ({"s1_target": "person:", "s1_person": "Không Ai"}, "s1_person", "no such person"),
    ({"s1_target": "rung:1", "s1_wait": ""}, "s1", "the same people as in step 1"),
    ({"deadline": "0"}, "deadline", "a whole number from 1"),
    ({"order": "x"}, "order", "a whole number"),
    ({"title_vi": " "}, "title_vi", "one line"),
    ({"category": "hai từ"}, "category", "a name without spaces"),
    ({"units": ["00000"]}, "units", "no unit with the code"),
    ({"acknowledgements": "0"}, "acknowledgements", "a whole number from 1 to 9"),
    ({"steps": "0"}, "steps", "nobody would hear of the ticket"),
    ({"rule": "environment.river_level", "monitor": "health"}, "rule", "nothing would ever fit"),
]


def test_a_mistake_is_said_at_its_field_and_on_top_and_nothing_is_saved(desk):
    untouched = dict(desk.form)
    for number, (changes, field, words) in enumerate(MISTAKES):
        desk.form = untouched
        assert desk.send("save" if number % 2 else "check", note="x", **changes) == 422, changes
        assert words in desk.page.partition(f'id="{field}_said"')[2][:400].lower(), changes
        assert f'href="#{field}"' in desk.page, changes
        assert "It is played as soon as nothing is left to be mended" in desk.page
        name, value = next(iter(changes.items()))
        assert desk.form.get(name, []) in ([value], value, [str(value).strip()]), "what was typed is still there"
    assert newest().version == 1


def test_who_left_an_expired_roster_and_a_vacant_post_are_said_at_their_step(desk, province):
    person = appoint("an", "chuyen-vien", department=province.departments["so-y-te"])
    label = next(one for one in _options(desk) if one.startswith("Trần an"))
    steps = {"s0_target": "person:", "s0_person": label, "s1_target": "roster:truc-ban-ioc"}
    desk.send("check", **steps)
    assert desk.send("save", note="x") == 302
    Appointment.objects.filter(person=person).delete()
    DutyShift.objects.all().delete()
    Appointment.objects.filter(position__slug="chu-tich-tinh").delete()
    later = Desk(_user(desk))
    assert later.form["s0_person"] == [person.full_name], "who left is still shown by name"
    later.send("check", s2_target="position:chu-tich-tinh")
    assert "this person has left" in later.page.partition('id="s0_person_said"')[2][:300].lower()
    assert "nobody has a shift ahead" in later.page.partition('id="s1_target_said"')[2][:300].lower()
    assert "nobody holds this position today" in later.page.partition('id="s2_target_said"')[2][:300].lower()
    assert later.page.count('<li><a href="#s') == 2, "a vacant post hinders nothing"


GARBAGE = [
    {"steps": "999999999999", "version": "x", "played": "\0"},
    {"s0_target": "\0:\0", "s0_wait_kind": "<b>", "s0_origin": "never", "s0_until": "x"},
    {"do": "up:99"},
    {"do": "remove:-1"},
    {"try-start": "yesterday"},
    {"try-start": "2090-01-01T00:00"},
    {"try-unit": "00000"},
    {"severity": "very", "deadline_kind": "moons"},
]


def test_a_form_that_makes_no_sense_is_answered_and_not_followed(desk):
    untouched = dict(desk.form)
    for garbage in GARBAGE:
        desk.form = untouched
        assert desk.send(**{"do": "check", **garbage}) in {200, 422}, garbage
        assert "<b>" not in desk.page.partition('id="s0_wait"')[2][:600]
    assert desk.client.post(URL, {"version": "7", "do": "save"}).status_code in {404, 422}
    assert newest().version == 1


# --- two at once -----------------------------------------------------------------------------------------------------


def test_of_two_who_edit_at_once_the_second_sees_both_texts_and_overwrites_nothing(desk, province):
    second = Desk(province.user("gs2", "supervisor"))
    desk.send("check", deadline="45", order="21")
    assert desk.send("save", note="nhanh hơn") == 302
    second.send("check", deadline="90", category="giao-thong")
    assert "Version 2 was written meanwhile" in second.page
    assert second.send("save", note="chậm hơn") == 409
    assert newest().version == 2
    assert newest().deadline == {"minutes": 45}
    yours, theirs = second.page.partition("What you wrote")[2].split("What was saved meanwhile")
    theirs = theirs.partition("</section>")[0]
    assert "90 minutes" in yours
    assert "Giao-thong" in yours
    assert "45 minutes" in theirs
    assert "21" in theirs
    assert "Nguyễn gs" in second.page
    assert "nhanh hơn" in second.page
    assert second.send("save") == 302, "having seen both one may save anew"
    third = newest()
    assert (third.version, third.deadline, third.order, third.category) == (3, {"minutes": 90}, 21, "giao-thong")


# --- the dry run -----------------------------------------------------------------------------------------------------


def test_the_draft_is_played_over_the_long_holidays_too(desk, monkeypatch):
    clock.ensure_realm("demo")
    assert "Over the days off" in desk.page
    assert desk.send("holiday", **{"s1_wait": "3", "s1_wait_kind": "working_days", "try-department": "so-y-te"}) == 200
    assert "Days off:" in desk.page
    assert desk.form["try-start"][0].endswith("T16:00")
    assert 'id="try_h" tabindex="-1" autofocus' in desk.page


def test_looking_costs_the_same_however_many_steps_of_a_kind_there_are(desk):
    def statements(**changes):
        with CaptureQueriesContext(connection) as seen:
            desk.send("check", **changes)
        return len(seen)

    wrong = {"order": "x"}
    few = statements(**wrong)
    desk.send("add")
    desk.send("add", s4_target="rung:2", s4_wait="70")
    assert statements(s5_target="rung:3", s5_wait="80", **wrong) == few
    assert few <= 45


# --- pure ------------------------------------------------------------------------------------------------------------


def test_every_policy_of_the_house_comes_through_the_form_unchanged(province):
    for policy in Policy.objects.all():
        draft = usual(policy)
        stored = versions.content_of(policy)
        usual_parts = [("from", "opened"), ("until", "resolved")]
        steps = [
            {name: value for name, value in step.items() if (name, value) not in usual_parts} for step in stored.steps
        ]
        assert draft == {**{name: getattr(stored, name) for name in draft}, "steps": steps}
        assert not [one for one in actions.findings(draft) if not one.warning]


TYPED = Typed(
    order="1", title_vi="a", title_en="b", monitor="", rule="", category="", severity="info", units=(), departments=(),
    opens=True, auto_close=False, acknowledgements="1", deadline="60", deadline_kind="minutes",
    steps=tuple(Row(target=f"rung:{n}") for n in range(4)),
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["add", "up", "down", "remove", "x"]), st.integers(-2, 8)), max_size=30))
def test_whatever_is_pressed_steps_are_moved_and_never_doubled_or_lost(orders):
    typed, count = TYPED, 4
    for verb, number in orders:
        before = typed
        typed, focus = apply(typed, f"{verb}:{number}")
        count = len(before.steps) + (len(typed.steps) - len(before.steps))
        assert len(typed.steps) - len(before.steps) in {-1, 0, 1}
        assert focus is None or 0 <= focus < len(typed.steps)
        if verb in {"up", "down", "x"}:
            assert sorted(typed.steps, key=str) == sorted(before.steps, key=str)
    assert len(typed.steps) == count


def test_changes_to_different_fields_are_kept_side_by_side_and_mine_stands_where_both_changed():
    base = draft_of(TYPED, "x")
    mine, theirs = {**base, "order": 2, "category": "a"}, {**base, "order": 3, "monitor": "health"}
    assert together(base, mine, theirs) == {**base, "order": 2, "category": "a", "monitor": "health"}


def test_the_next_long_days_off_begin_after_the_last_working_day_before_them():
    calendar = WorkCalendar(off=frozenset(date(2027, 2, day) for day in range(4, 13)))
    found = next_long(calendar, date(2026, 11, 22))
    assert found is not None
    assert (found.first, found.last) == (date(2027, 2, 4), date(2027, 2, 14))
    assert found.eve.isoformat() == "2027-02-03T16:00:00+07:00"
    assert next_long(calendar, date(2027, 2, 6)) is None, "those that have begun are not ahead"


def test_a_stored_version_reads_as_it_was_typed(province):
    made = typed_of(versions.content_of(newest()))
    assert (made.steps[1].target, made.steps[1].wait, made.steps[1].until) == ("rung:2", "10", "acknowledged")
