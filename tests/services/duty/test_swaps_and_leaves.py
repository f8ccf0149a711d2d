"""Swaps change hands only when both agree; stand-ins are found through at most three links."""

from datetime import timedelta

import pytest

from services.audit.models import AuditEntry
from services.directory.selectors import person_on_duty
from services.duty import selectors
from services.duty.actions.leaves import add_leave, end_leave
from services.duty.actions.rotations import change_rotation, set_plan
from services.duty.actions.swaps import answer_swap, ask_swap
from services.duty.tasks import plan
from services.kernel import clock
from services.kernel.problems import IllegalVerbError, InvalidInputError
from tests.services.duty.conftest import REALM, given

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def now():
    return clock.now(REALM)


def two_shifts(roster):
    found = selectors.shifts(REALM, now(), now() + timedelta(days=9), roster=roster)
    ahead = [one for one in found if one.starts > now()]
    return ahead[0], ahead[1]


def holders(roster, *shifts):
    return [person_on_duty(roster.slug, one.starts + HOUR, REALM) for one in shifts]


def test_both_shifts_change_hands_once_the_other_agrees(roster, people, rotation):
    mine, theirs = two_shifts(roster)
    swap = ask_swap(gives=mine, takes=theirs, acting_user=mine.person.user)
    assert holders(roster, mine, theirs) == [mine.person, theirs.person]
    answer_swap(swap=swap, verb="agree", acting_user=theirs.person.user)
    assert holders(roster, mine, theirs) == [theirs.person, mine.person]
    verbs = AuditEntry.objects.filter(realm=REALM, target=f"swap:{swap.public_id}").order_by("pk")
    assert [(one.verb, one.actor_id) for one in verbs] == [
        ("ask_swap", mine.person.user_id),
        ("agree_swap", theirs.person.user_id),
    ]
    with pytest.raises(IllegalVerbError):
        answer_swap(swap=swap, verb="withdraw", acting_user=mine.person.user)


def test_where_the_roster_says_so_nothing_changes_before_the_approval(roster, people, rotation):
    set_plan(roster=roster, realm=REALM, swap_needs_approval=True, acting_user=None)
    mine, theirs = two_shifts(roster)
    swap = ask_swap(gives=mine, takes=theirs, acting_user=mine.person.user)
    with pytest.raises(IllegalVerbError) as refused:
        answer_swap(swap=swap, verb="approve", acting_user=None)
    assert refused.value.legal == ["agree", "refuse", "withdraw"]
    answer_swap(swap=swap, verb="agree", acting_user=theirs.person.user)
    assert holders(roster, mine, theirs) == [mine.person, theirs.person]
    answer_swap(swap=swap, verb="approve", acting_user=None)
    assert holders(roster, mine, theirs) == [theirs.person, mine.person]


def test_a_shift_may_be_given_for_nothing_but_not_asked_about_twice(roster, people, rotation):
    mine, _theirs = two_shifts(roster)
    third = next(one for one in people if one != mine.person)
    swap = ask_swap(gives=mine, asked_of=third, acting_user=None)
    with pytest.raises(InvalidInputError):
        ask_swap(gives=mine, asked_of=third, acting_user=None)
    answer_swap(swap=swap, verb="agree", acting_user=None)
    assert holders(roster, mine) == [third]


def test_what_nobody_answered_lapses_when_the_shift_begins(roster, people, rotation):
    mine, theirs = two_shifts(roster)
    swap = ask_swap(gives=mine, takes=theirs, acting_user=None)
    clock.move(REALM, mine.starts - now() + HOUR)
    with pytest.raises(IllegalVerbError):
        answer_swap(swap=swap, verb="agree", acting_user=None)
    plan()
    swap.refresh_from_db()
    assert swap.state == "lapsed"


def test_nobody_gives_away_what_has_become_another_ones(roster, people, rotation):
    mine, theirs = two_shifts(roster)
    swap = ask_swap(gives=mine, takes=theirs, acting_user=None)
    change_rotation(rotation=rotation, given=given([people[2]]), acting_user=None)
    with pytest.raises(InvalidInputError):
        answer_swap(swap=swap, verb="agree", acting_user=None)
    swap.refresh_from_db()
    assert swap.state == "asked"


def test_swaps_with_oneself_and_of_begun_shifts_are_refused(roster, people, rotation):
    mine, _theirs = two_shifts(roster)
    running = next(iter(selectors.shifts(REALM, now(), now() + HOUR, roster=roster)))
    for gives, of in ((mine, mine.person), (running, mine.person)):
        with pytest.raises(InvalidInputError):
            ask_swap(gives=gives, asked_of=of, acting_user=None)


# --- stand-ins -------------------------------------------------------------------------------------------------------


def away(person, stand_in, days=5):
    return add_leave(
        person=person, stand_in=stand_in, starts=now(), ends=now() + timedelta(days=days), acting_user=None
    )


def test_stand_ins_are_followed_three_links_far(people, person):
    first, second, third = people
    last = person("cuoi")
    away(first, second)
    away(second, third)
    away(third, last)
    at = now() + HOUR
    assert selectors.stand_ins([first.pk, last.pk], at) == {first.pk: last}
    assert selectors.stand_ins([third.pk, second.pk], at) == {third.pk: last, second.pk: last}
    assert selectors.stand_ins([first.pk], now() + timedelta(days=6)) == {}
    assert selectors.stand_ins([], at) == {}
    for refused in (person("them"), first):  # a fourth link, a circle
        with pytest.raises(InvalidInputError) as told:
            away(last, refused)
        assert "stand_in" in told.value.errors


def test_a_leave_called_off_and_a_stand_in_who_left_count_no_more(people):
    first, second, third = people
    leave = away(first, second)
    away(third, second)
    end_leave(leave=leave, acting_user=None)
    assert selectors.stand_ins([first.pk, third.pk], now() + HOUR) == {third.pk: second}
    second.user.is_active = False
    second.user.save()
    assert selectors.stand_ins([third.pk], now() + HOUR) == {}
    verbs = AuditEntry.objects.filter(target=f"leave:{leave.public_id}").order_by("pk")
    assert [one.verb for one in verbs] == ["add_leave", "end_leave"]


def test_two_leaves_of_one_person_do_not_overlap(people):
    away(people[0], people[1])
    with pytest.raises(InvalidInputError):
        away(people[0], people[2])
