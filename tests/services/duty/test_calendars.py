"""Calendar files: a feed that any calendar can read, and files in, event by event. RFC 5545."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from services.audit.models import AuditEntry
from services.directory.models import DutyShift
from services.directory.selectors import person_on_duty
from services.duty import ics_in, planning
from services.duty.actions.leaves import add_leave
from services.duty.actions.overrides import add_override
from services.duty.models import Feed, Override
from services.kernel import clock
from services.kernel.problems import InvalidInputError
from tests.services.duty.conftest import REALM, sign_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def now():
    return clock.now(REALM)


def made(browser, roster=None):
    answer = browser.post("/api/duty/feeds/", {"roster": roster} if roster else {}, content_type="application/json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def read(address):
    answer = Client().get(address.partition("://")[2].partition("/")[2].join(("/", "")))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(one["UID"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}


# --- out -------------------------------------------------------------------------------------------------------------


def test_a_rosters_feed_has_every_shift_under_a_name_that_stays(roster, people, rotation, supervisor):
    feed = made(sign_in(supervisor), roster.slug)
    before = read(feed["address"])
    shift = DutyShift.objects.filter(roster=roster, starts__gt=now()).order_by("starts")[5]
    event = next(one for one in before.values() if one["DTSTART"].dt == shift.starts)
    assert str(event["SUMMARY"]) == shift.person.full_name
    assert event["DTEND"].dt == shift.ends
    other = next(one for one in people if one != shift.person)
    add_override(roster=roster, realm=REALM, person=other, starts=shift.starts, ends=shift.ends, acting_user=None)
    after = read(feed["address"])
    assert after.keys() == before.keys(), "the same events, whoever has them"
    assert str(after[str(event["UID"])]["SUMMARY"]) == other.full_name


def test_ones_own_feed_has_ones_own_shifts_and_names_the_stand_in(roster, people, rotation):
    mine = read(made(sign_in(people[0]))["address"])
    own = DutyShift.objects.filter(person=people[0], ends__gt=now() - timedelta(days=14))
    assert len(mine) == own.count()
    add_leave(person=people[0], stand_in=people[1], starts=now(), ends=now() + timedelta(days=30), acting_user=None)
    told = [str(one["DESCRIPTION"]) for one in read(made(sign_in(people[0]))["address"]).values()]
    assert any(people[1].full_name in text for text in told)


def test_a_revoked_address_answers_nothing_and_its_secret_is_kept_nowhere(roster, rotation, supervisor):
    browser = sign_in(supervisor)
    feed = made(browser, roster.slug)
    secret = feed["address"].rsplit("/", 1)[1].removesuffix(".ics")
    assert secret.encode() not in bytes(Feed.objects.get().digest)
    assert not AuditEntry.objects.filter(detail__icontains=secret).exists()
    assert Client().get(f"/duty/feed/{secret}.ics").status_code == 200
    assert Client().get("/duty/feed/guessed.ics").status_code == 404
    listed = browser.get("/api/duty/feeds/").json()["results"]
    assert [(one["id"], one["roster"], "address" in one) for one in listed] == [(feed["id"], roster.slug, False)]
    assert browser.post(f"/api/duty/feeds/{feed['id']}/revoke/").status_code == 204
    assert browser.get("/api/duty/feeds/").json() == {"results": []}
    assert Client().get(f"/duty/feed/{secret}.ics").status_code == 404


def test_the_feed_costs_the_same_whatever_it_holds(roster, people, rotation, supervisor, django_assert_max_num_queries):
    address = made(sign_in(supervisor), roster.slug)["address"]
    with django_assert_max_num_queries(6):
        read(address)


# --- in --------------------------------------------------------------------------------------------------------------


def day(days):
    return (now() + timedelta(days=days)).replace(hour=2, minute=0, second=0, microsecond=0)


def stamp(at):
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def event(uid, who, starts, ends, *more):
    return "\r\n".join(
        ("BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{who}", f"DTSTART:{stamp(starts)}", f"DTEND:{stamp(ends)}", *more,
         "END:VEVENT")
    )  # fmt: skip


def file(*events):
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", *events, "END:VCALENDAR", ""))


def seen(text, roster):
    return {row.uid: row for row in ics_in.preview(text=text, roster=roster, realm=REALM).rows}


def test_a_file_is_told_event_by_event_before_anything_is_written(roster, people, rotation):
    text = file(
        event("good", "Trực: nguyen AN", day(3), day(3) + 4 * HOUR),
        event("by-address", "trực đêm", day(4), day(4) + HOUR, "ATTENDEE;CN=B:mailto:Binh@example.vn"),
        event("stranger", "Người Lạ", day(5), day(5) + HOUR),
        event("over", "Nguyễn An", day(-3), day(-3) + HOUR),
        event("backwards", "Nguyễn An", day(6), day(6) - HOUR),
        event("overlap", "Nguyễn Chi", day(3) + HOUR, day(3) + 2 * HOUR),
        event("endless", "Nguyễn Chi", day(7), day(7) + timedelta(days=90)),
    )
    rows = seen(text, roster)
    assert rows["good"].person == people[0]
    assert rows["by-address"].person == people[1]
    assert not rows["good"].error
    assert all(rows[uid].error for uid in ("stranger", "over", "backwards", "overlap", "endless"))
    assert len({rows[uid].error for uid in ("stranger", "over", "backwards", "overlap", "endless")}) == 5
    assert not Override.objects.exists()


def test_good_events_are_written_and_the_same_file_again_changes_nothing(roster, people, rotation):
    text = file(event("one", "Nguyễn Chi", day(3), day(3) + 4 * HOUR), event("bad", "Ai Đó", day(5), day(5) + HOUR))
    ics_in.apply(text=text, roster=roster, realm=REALM, acting_user=None)
    assert person_on_duty(roster.slug, day(3) + HOUR, REALM) == people[2]
    assert {row.change for row in seen(text, roster).values() if not row.error} == {"same"}
    ics_in.apply(text=text, roster=roster, realm=REALM, acting_user=None)
    assert Override.objects.count() == 1
    assert AuditEntry.objects.filter(verb="import_calendar").count() == 2


def test_a_moved_event_moves_its_override(roster, people, rotation):
    holder = person_on_duty(roster.slug, day(3) + HOUR, REALM)
    guest = next(one for one in people if one != holder)
    ics_in.apply(
        text=file(event("x", guest.full_name, day(3), day(3) + 2 * HOUR)), roster=roster, realm=REALM, acting_user=None
    )
    assert person_on_duty(roster.slug, day(3) + HOUR, REALM) == guest
    moved = file(event("x", guest.full_name, day(8), day(8) + 2 * HOUR))
    assert seen(moved, roster)["x"].change == "changed"
    ics_in.apply(text=moved, roster=roster, realm=REALM, acting_user=None)
    assert person_on_duty(roster.slug, day(3) + HOUR, REALM) == holder
    assert person_on_duty(roster.slug, day(8) + HOUR, REALM) == guest


def test_repeated_events_are_taken_one_by_one_with_their_exceptions(roster, people, rotation):
    first = day(2)
    skipped = first + timedelta(weeks=1)
    rule = ("RRULE:FREQ=WEEKLY;COUNT=4", f"EXDATE:{stamp(skipped)}")
    rows = ics_in.preview(
        text=file(event("weekly", "Nguyễn An", first, first + HOUR, *rule)), roster=roster, realm=REALM
    ).rows
    assert [row.starts for row in rows] == [first + timedelta(weeks=n) for n in (0, 2, 3)]


def test_an_endless_rule_ends_at_the_horizon_and_one_of_seconds_is_refused(roster, people, rotation):
    endless = file(event("daily", "Nguyễn An", day(1), day(1) + HOUR, "RRULE:FREQ=DAILY"))
    assert len(ics_in.preview(text=endless, roster=roster, realm=REALM).rows) <= planning.HORIZON.days + 1
    for rule in ("FREQ=SECONDLY", "FREQ=DAILY;BYSECOND=1,2,3"):
        with pytest.raises(InvalidInputError):
            ics_in.preview(
                text=file(event("dense", "Nguyễn An", day(1), day(1) + HOUR, f"RRULE:{rule}")),
                roster=roster, realm=REALM,
            )  # fmt: skip


def test_what_is_no_calendar_is_refused(roster, people):
    whole = ("", "hello", "BEGIN:VCALENDAR\r\nEND:VCALENDAR", "x" * 600_000)
    for text in whole:
        with pytest.raises(InvalidInputError) as refused:
            ics_in.preview(text=text, roster=roster, realm=REALM)
        assert "ics" in refused.value.errors
    for text in ("BEGIN:VEVENT", "BEGIN:VEVENT\r\nRRULE:NONSENSE\r\nEND:VEVENT\r\nEND:VCALENDAR"):
        assert good_rows(f"BEGIN:VCALENDAR\r\n{text}", roster) == []


def good_rows(text, roster):
    try:
        return ics_in.preview(text=text, roster=roster, realm=REALM).good
    except InvalidInputError:
        return []


def test_all_day_events_run_from_local_midnight(roster, people, rotation):
    local = day(3).astimezone(clock.LOCAL).date()
    text = file(f"BEGIN:VEVENT\r\nUID:d\r\nSUMMARY:Nguyễn An\r\nDTSTART;VALUE=DATE:{local:%Y%m%d}\r\nEND:VEVENT")
    row = seen(text, roster)["d"]
    midnight = datetime(local.year, local.month, local.day, tzinfo=clock.LOCAL)
    assert (row.starts, row.ends) == (midnight, midnight + timedelta(days=1))
