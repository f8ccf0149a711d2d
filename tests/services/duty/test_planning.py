"""Plans become shifts ahead: what has been stays, what is written by hand stands above, gaps and leavers are told."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from services.audit.models import AuditEntry
from services.directory.actions import put_on_duty
from services.directory.models import DutyShift
from services.directory.selectors import person_on_duty
from services.duty import planning, selectors
from services.duty.actions.leaves import add_leave, end_leave
from services.duty.actions.overrides import add_override, withdraw_override
from services.duty.actions.rotations import add_rotation, change_rotation, retire_rotation
from services.duty.models import Plan
from services.duty.tasks import plan
from services.kernel import clock
from services.kernel.problems import ConflictError, InvalidInputError
from tests.services.duty.conftest import REALM, given

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def now():
    return clock.now(REALM)


def rows(roster):
    return list(DutyShift.objects.filter(roster=roster).order_by("starts").values_list("starts", "ends", "person"))


def ahead(roster, days=60):
    return list(selectors.shifts(REALM, now(), now() + timedelta(days=days), roster=roster))


def warned(roster, days=60):
    return [one.kind for one in selectors.warnings_of(roster, REALM, now(), now() + timedelta(days=days))]


def test_sixty_days_are_written_and_the_wall_reads_one_row(roster, people, rotation, django_assert_num_queries):
    for hours in range(0, 24 * 60, 11):
        assert person_on_duty(roster.slug, now() + hours * HOUR, REALM) in people
    soon = now() + HOUR
    with django_assert_num_queries(1):
        assert person_on_duty(roster.slug, soon, REALM) in people
    shifts = ahead(roster)
    assert all(one.ends == other.starts for one, other in pairwise(shifts))
    assert all(one.planned for one in shifts)
    assert warned(roster) == []
    assert AuditEntry.objects.filter(verb="add_rotation", realm=REALM).count() == 1


def test_planning_again_changes_nothing_and_a_day_later_writes_one_more_day(roster, rotation):
    before = rows(roster)
    planning.replan(roster, REALM)
    assert rows(roster) == before
    clock.move(REALM, timedelta(days=1))
    plan()
    after = rows(roster)
    assert after[: len(before)] == before, "what has been and what was planned stays"
    assert len(after) == len(before) + 1


def test_a_plan_that_is_not_due_is_left_alone(roster, rotation):
    assert planning.plan_due() == 0
    clock.move(REALM, planning.AGAIN)
    assert planning.plan_due() == 1
    assert planning.plan_due() == 0


def test_a_changed_rotation_leaves_what_has_been_and_keeps_the_start_of_the_running_shift(roster, people, rotation):
    clock.move(REALM, timedelta(days=4))
    planning.replan(roster, REALM)
    past = [row for row in rows(roster) if row[1] <= now()]
    running = DutyShift.objects.get(roster=roster, starts__lte=now(), ends__gt=now())
    others = [one for one in people if one.pk != running.person_id]
    change_rotation(rotation=rotation, given=given(others[:1]), acting_user=None)
    changed = DutyShift.objects.get(pk=running.pk)
    assert (changed.starts, changed.person_id) == (running.starts, running.person_id)
    assert abs(changed.ends - now()) < timedelta(minutes=1)
    assert [row for row in rows(roster) if row[1] <= changed.starts] == past
    assert person_on_duty(roster.slug, now() + HOUR, REALM) == others[0]


def test_a_night_layer_above_the_days(roster, people, rotation, person):
    night = person("dem")
    windows = [{"days": [], "from": "19:00", "to": "07:00"}]
    add_rotation(
        roster=roster, realm=REALM, given=given([night], name="Đêm", order=2, windows=windows), acting_user=None
    )
    for one in ahead(roster, 10):
        hour = one.starts.astimezone(clock.LOCAL).hour
        if hour in {7, 19}:
            assert (one.person == night) == (hour == 19)


def test_an_override_cuts_the_shift_and_taking_it_back_mends_it(roster, people, rotation, person):
    before = [row for row in rows(roster) if row[0] > now()]
    helper, shift = person("giup"), ahead(roster)[3]
    made = add_override(
        roster=roster, realm=REALM, person=helper, starts=shift.starts + 2 * HOUR, ends=shift.starts + 5 * HOUR,
        acting_user=None,
    )  # fmt: skip
    holders = [person_on_duty(roster.slug, shift.starts + n * HOUR, REALM) for n in (1, 2, 4, 5)]
    assert holders == [shift.person, helper, helper, shift.person]
    withdraw_override(override=made, acting_user=None)
    assert [row for row in rows(roster) if row[0] > now()] == before
    with pytest.raises(ConflictError):
        withdraw_override(override=made, acting_user=None)
    assert set(AuditEntry.objects.filter(target__startswith="override:").values_list("verb", flat=True)) == {
        "add_override",
        "withdraw_override",
    }


def test_an_override_may_not_reach_into_the_past(roster, people, rotation):
    with pytest.raises(InvalidInputError):
        add_override(
            roster=roster, realm=REALM, person=people[0], starts=now() - 5 * HOUR, ends=now() - HOUR, acting_user=None
        )
    made = add_override(
        roster=roster, realm=REALM, person=people[0], starts=now() - 5 * HOUR, ends=now() + HOUR, acting_user=None
    )
    assert made.starts > now() - HOUR


def test_a_shift_written_by_hand_stands_above_the_plan(roster, rotation, person):
    guest = person("khach")
    starts = now() + 100 * HOUR
    put_on_duty(roster=roster, person=guest, starts=starts, ends=starts + 9 * HOUR, acting_user=None)
    planning.replan(roster, REALM)
    assert person_on_duty(roster.slug, starts + HOUR, REALM) == guest
    assert all(one.ends <= other.starts for one, other in pairwise(ahead(roster)))


def test_hours_that_nobody_holds_are_told_ahead(roster, people):
    windows = [{"days": ["working"], "from": "07:00", "to": "19:00"}]
    add_rotation(roster=roster, realm=REALM, given=given(people, windows=windows), acting_user=None)
    found = selectors.warnings_of(roster, REALM, now(), now() + timedelta(days=8))
    assert {one.kind for one in found} == {"gap"}
    starts = [one.starts for one in found if one.starts]
    nights = [one for one in starts if one.astimezone(clock.LOCAL).hour == 19]
    assert nights
    assert all(person_on_duty(roster.slug, one + HOUR, REALM) is None for one in nights)


def test_an_expired_roster_says_so_and_one_without_plan_too(roster, people):
    assert warned(roster) == ["empty"]
    today = now().astimezone(clock.LOCAL).date()
    rotation = add_rotation(
        roster=roster, realm=REALM, given=given(people, ends_on=today + timedelta(days=2)), acting_user=None
    )
    assert warned(roster) == ["ends"]
    clock.move(REALM, timedelta(days=4))
    plan()
    assert warned(roster) == ["expired"]
    with pytest.raises(InvalidInputError) as refused:
        change_rotation(rotation=rotation, given=given(people, ends_on=today + timedelta(days=2)), acting_user=None)
    assert "ends_on" in refused.value.errors
    assert Plan.objects.get().due_at > now()


def test_who_has_left_is_named_and_can_join_no_rotation(roster, people, rotation):
    people[1].user.is_active = False
    people[1].user.save()
    found = selectors.warnings_of(roster, REALM, now(), now() + timedelta(days=20))
    left = [one for one in found if one.kind == "left"]
    assert {one.person for one in left} == {people[1]}
    assert {one.starts for one in left} <= {one.starts for one in found if one.kind in {"gap", "ends"}}
    with pytest.raises(InvalidInputError, match="Binh"):
        change_rotation(rotation=rotation, given=given(people), acting_user=None)


def test_whoever_is_away_with_nobody_standing_in_is_a_warning(roster, people, rotation):
    leave = add_leave(
        person=people[0], stand_in=None, starts=now() + HOUR, ends=now() + timedelta(days=8), acting_user=None
    )
    assert set(warned(roster)) == {"away"}
    end_leave(leave=leave, acting_user=None)
    assert warned(roster) == []


def test_ending_the_last_rotation_leaves_an_empty_future_and_no_silence(roster, rotation):
    retire_rotation(rotation=rotation, acting_user=None)
    assert [one for one in ahead(roster) if one.starts > now()] == []
    assert warned(roster) in (["empty"], ["expired"])


def test_a_rotation_that_makes_no_sense_is_refused_by_field(roster, people):
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"people": []}, "people"),
        ({"people": ["no-person"]}, "people"),
        ({"length": 0}, "length"),
        ({"name": " "}, "name"),
        ({"windows": [{"days": ["someday"], "from": "07:00", "to": "19:00"}]}, "windows"),
        ({"windows": [{"days": [], "from": "7", "to": "25:00"}]}, "windows"),
    )
    for more, field in wrong:
        with pytest.raises(InvalidInputError) as refused:
            add_rotation(roster=roster, realm=REALM, given=given(people, **more), acting_user=None)
        assert field in refused.value.errors
    assert not DutyShift.objects.filter(roster=roster).exists()
