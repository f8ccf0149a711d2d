"""Duty through its doors: API and pages, who may what, and what a person sees."""

from datetime import timedelta

import pytest

from services.directory.models import DutyRoster, DutyShift
from services.directory.selectors import person_on_duty
from services.duty.actions.rotations import set_plan
from services.duty.models import Leave, Rotation, Swap
from services.kernel import clock
from tests.services.duty.conftest import REALM, sign_in

pytestmark = pytest.mark.django_db
JSON = "application/json"
HOUR = timedelta(hours=1)


def now():
    return clock.now(REALM)


def body(people, **more):
    return {
        "name": "Tuần",
        "people": [str(one.public_id) for one in people],
        "unit": "weeks",
        "length": 1,
        "hand_over": "07:00",
        "starts_on": f"{now().astimezone(clock.LOCAL) - timedelta(days=2):%Y-%m-%d}",
    } | more


def local(at):
    return f"{at.astimezone(clock.LOCAL):%Y-%m-%dT%H:%M}"


def upcoming(roster, person):
    rows = DutyShift.objects.filter(roster=roster, starts__gt=now()).order_by("starts")
    return rows.filter(person=person).first(), rows.exclude(person=person).first()


# --- API -------------------------------------------------------------------------------------------------------------


def test_a_rotation_is_made_changed_and_ended_over_the_api(roster, people, supervisor):
    browser = sign_in(supervisor)
    windows = [{"days": ["off"], "from": "07:00", "to": "19:00"}]
    answer = browser.post(f"/api/duty/rosters/{roster.slug}/rotations/", body(people, windows=windows), JSON)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert [one["name"] for one in made["people"]] == [one.full_name for one in people]
    assert made["windows"] == windows
    answer = browser.post(f"/api/duty/rotations/{made['id']}/change/", body(people[:1]), JSON)
    assert answer.status_code == 200
    shown = browser.get(f"/api/duty/rosters/{roster.slug}/").json()
    assert shown["now"]["person"]["name"] == people[0].full_name or shown["next"]
    assert browser.post(f"/api/duty/rotations/{made['id']}/retire/").status_code == 204
    shown = browser.get(f"/api/duty/rosters/{roster.slug}/").json()
    assert shown["rotations"] == []
    assert shown["warnings"][0]["kind"] in {"empty", "expired"}


def test_refusals_name_the_field_in_the_readers_language(roster, people, supervisor):
    browser = sign_in(supervisor)
    answer = browser.post(f"/api/duty/rosters/{roster.slug}/rotations/", body([]), JSON)
    assert answer.status_code == 400
    assert "people" in answer.json()["errors"]


def test_a_head_writes_the_rosters_of_the_own_department_and_an_officer_none(roster, people, person):
    head, other = person("truong", "head"), person("khac", "head", department="so-y-te")
    address = f"/api/duty/rosters/{roster.slug}/rotations/"
    assert sign_in(head).post(address, body(people), JSON).status_code == 201
    assert sign_in(other).post(address, body(people), JSON).status_code == 404
    assert sign_in(people[0]).post(address, body(people), JSON).status_code == 404
    assert sign_in(other).get(f"/api/duty/rosters/{roster.slug}/").status_code == 200, "everybody here may read it"


def test_rosters_cost_the_same_however_many_shifts_there_are(
    roster, people, rotation, supervisor, django_assert_max_num_queries
):
    browser = sign_in(supervisor)
    assert DutyShift.objects.filter(roster=roster).count() >= 60
    with django_assert_max_num_queries(5 * DutyRoster.objects.count() + 8):
        browser.get("/api/duty/rosters/")
    with django_assert_max_num_queries(6):
        assert len(browser.get("/api/duty/shifts/?page_size=50").json()["results"]) == 50


def test_a_swap_over_the_api_is_for_the_two_alone(roster, people, rotation, person):
    mine, theirs = upcoming(roster, people[0])
    answer = sign_in(people[0]).post("/api/duty/swaps/ask/", {"gives": mine.pk, "takes": theirs.pk}, JSON)
    assert answer.status_code == 201, answer.content
    swap = f"/api/duty/swaps/{answer.json()['id']}"
    stranger = next(one for one in people if one not in {people[0], theirs.person})
    assert sign_in(stranger).post(f"{swap}/agree/").status_code == 404
    assert sign_in(people[0]).post(f"{swap}/agree/").status_code == 400, "nobody agrees for the other"
    assert sign_in(stranger).get("/api/duty/swaps/").json()["results"] == []
    assert sign_in(theirs.person).post(f"{swap}/agree/").json()["state"] == "done"
    assert person_on_duty(roster.slug, mine.starts + HOUR, REALM) == theirs.person
    refused = sign_in(theirs.person).post(f"{swap}/agree/")
    assert (refused.status_code, refused.json()["state"], refused.json()["legal"]) == (409, "done", [])


def test_somebody_elses_shift_is_not_ones_own_to_give(roster, people, rotation):
    _mine, theirs = upcoming(roster, people[0])
    answer = sign_in(people[0]).post(
        "/api/duty/swaps/ask/", {"gives": theirs.pk, "person": str(people[1].public_id)}, JSON
    )
    assert answer.status_code == 400
    assert "gives" in answer.json()["errors"]


def test_a_head_names_a_stand_in_for_the_own_people_and_not_for_others(people, person, demo):
    from services.directory.models import Appointment, Position  # noqa: PLC0415 - beside its only use

    head, outsider = person("truong", "head"), person("ngoai", department="so-y-te")
    for one, slug in ((people[0], "so-khoa-hoc-cong-nghe"), (outsider, "so-y-te")):
        Appointment.objects.create(
            person=one, position=Position.objects.get(slug="chuyen-vien"), department=demo.departments[slug],
            valid_from=now().date() - timedelta(days=9),
        )  # fmt: skip
    times = {"starts": now().isoformat(), "ends": (now() + timedelta(days=3)).isoformat()}
    given = times | {"person": str(people[0].public_id), "stand_in": str(people[1].public_id)}
    answer = sign_in(head).post("/api/duty/leaves/add/", given, JSON)
    assert answer.status_code == 201, answer.content
    refused = sign_in(head).post("/api/duty/leaves/add/", given | {"person": str(outsider.public_id)}, JSON)
    assert refused.status_code == 400
    leave = answer.json()["id"]
    assert sign_in(people[1]).get("/api/duty/leaves/").json()["results"][0]["id"] == leave, "the stand-in sees it"
    assert sign_in(people[1]).post(f"/api/duty/leaves/{leave}/end/").status_code == 404, "and cannot end it"
    assert sign_in(people[0]).post(f"/api/duty/leaves/{leave}/end/").status_code == 204


# --- pages -----------------------------------------------------------------------------------------------------------


def test_the_week_marks_the_reader_and_the_hours_nobody_holds(roster, people, rotation):
    address = f"/duty/?week={(now() + timedelta(days=7)).date().isoformat()}"
    page = sign_in(people[0]).get(address).content.decode()
    assert "pc--me" in page
    assert "pc--gap" not in page
    assert people[1].full_name in page
    people[1].user.is_active = False
    people[1].user.save()
    page = sign_in(people[0]).get(address).content.decode()
    assert "pc--gap" in page
    assert people[1].full_name in page.partition("wk__w")[0], "the warning names who has left"


def test_a_week_that_cannot_be_shown_is_this_one(person):
    browser = sign_in(person("an"))
    for week in ("nonsense", "9999-12-31", "0001-01-01", "2026-13-01"):
        assert browser.get(f"/duty/?week={week}").status_code == 200


def test_a_supervisor_makes_a_rotation_with_the_form_and_sees_the_shifts(roster, people, supervisor):
    browser = sign_in(supervisor)
    DutyShift.objects.create(roster=roster, person=people[0], starts=now(), ends=now() + HOUR)
    DutyShift.objects.create(roster=roster, person=people[1], starts=now(), ends=now() + HOUR)
    address = f"/duty/{roster.slug}/rotation/"
    typed = {
        "name": "Đêm", "length": "1", "unit": "days", "hand_over": "07:00", "order": "1",
        "starts_on": f"{now().astimezone(clock.LOCAL):%Y-%m-%d}", "person_0": str(people[1].public_id),
        "person_1": str(people[0].public_id), "days_0": "", "opens_0": "19:00", "closes_0": "07:00",
    }  # fmt: skip
    assert browser.get(address).status_code == 200
    wrong = browser.post(address, typed | {"name": ""})
    assert wrong.status_code == 422
    assert browser.post(address, typed).status_code == 302
    made = Rotation.objects.get()
    assert made.layer.participants == (people[1].pk, people[0].pk)
    assert made.windows == [{"days": [], "from": "19:00", "to": "07:00"}]
    page = browser.get(f"/duty/{roster.slug}/").content.decode()
    assert "19:00–07:00" in page
    assert browser.get(f"/duty/rotations/{made.public_id}/").content.decode().count("selected") >= 2
    assert browser.post(f"/duty/rotations/{made.public_id}/retire/").status_code == 302


def test_an_officer_sees_a_roster_without_its_forms(roster, people, rotation):
    page = sign_in(people[0]).get(f"/duty/{roster.slug}/").content.decode()
    assert people[1].full_name in page
    assert "/override/" not in page
    assert sign_in(people[0]).post(f"/duty/{roster.slug}/override/", {}).status_code == 404


def test_override_settings_and_address_by_the_rosters_page(roster, people, rotation, supervisor):
    browser = sign_in(supervisor)
    page = f"/duty/{roster.slug}/"
    starts = now() + 30 * HOUR
    given = {"person": str(people[0].public_id), "starts": local(starts), "ends": local(starts + HOUR), "reason": "ốm"}
    assert browser.post(f"{page}override/", given | {"ends": local(starts - HOUR)}).status_code == 422
    assert browser.post(f"{page}override/", given).status_code == 302
    assert "ốm" in browser.get(page).content.decode()
    assert browser.post(f"{page}settings/", {"hand_over_log": "on"}).status_code == 302
    assert browser.get(f"/api/duty/rosters/{roster.slug}/").json()["hand_over_log"] is True
    assert "/duty/feed/" in browser.post(f"{page}feed/").content.decode()


def test_swap_and_leave_by_ones_own_page(roster, people, rotation, supervisor):
    set_plan(roster=roster, realm=REALM, swap_needs_approval=True, acting_user=None)
    mine, theirs = upcoming(roster, people[0])
    browser, other = sign_in(people[0]), sign_in(theirs.person)
    assert browser.get(f"/duty/me/?gives={mine.pk}").status_code == 200
    assert browser.post("/duty/me/swap/", {"gives": str(mine.pk)}).status_code == 422
    assert browser.post("/duty/me/swap/", {"gives": str(mine.pk), "takes": str(theirs.pk)}).status_code == 302
    swap = Swap.objects.get()
    assert f"{swap.public_id}/answer/agree" in other.get("/duty/me/").content.decode()
    assert other.post(f"/duty/swaps/{swap.public_id}/answer/agree/").status_code == 302
    assert other.post(f"/duty/swaps/{swap.public_id}/answer/agree/").status_code == 409
    boss = sign_in(supervisor)
    assert f"{swap.public_id}/approve" in boss.get("/duty/me/").content.decode()
    assert boss.post(f"/duty/swaps/{swap.public_id}/approve/").status_code == 302
    swap.refresh_from_db()
    assert swap.state == "done"
    times = {"starts": local(now()), "ends": local(now() + timedelta(days=2))}
    assert browser.post("/duty/me/leave/", times).status_code == 302
    assert browser.post("/duty/me/leave/", times).status_code == 422, "twice in the same time"
    leave = Leave.objects.get()
    assert browser.post(f"/duty/me/leave/{leave.public_id}/end/").status_code == 302


def test_a_file_is_looked_at_and_then_written(roster, people, rotation, supervisor):
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415 - beside its only use

    from tests.services.duty.test_calendars import day, event, file  # noqa: PLC0415 - the same makers of files

    browser = sign_in(supervisor)
    text = file(event("a", "Nguyễn Chi", day(3), day(3) + HOUR), event("b", "Ai Đó", day(5), day(5) + HOUR))
    address = f"/duty/{roster.slug}/import/"
    looked = browser.post(address, {"file": SimpleUploadedFile("lich.ics", text.encode(), "text/calendar")})
    assert looked.status_code == 200
    assert "Nguyễn Chi" in looked.content.decode()
    assert browser.post(address, {"text": text}).status_code == 302
    assert person_on_duty(roster.slug, day(3) + HOUR / 2, REALM) == people[2]
    assert browser.post(address, {"file": SimpleUploadedFile("a.ics", b"\xff\xfe")}).status_code == 422
