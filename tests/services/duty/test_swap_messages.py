"""Whoever is asked for a swap hears of it by a message that leads to the answer, and whoever asked hears the answer."""

from datetime import timedelta

import pytest

from services.duty.actions.rotations import set_plan
from services.duty.actions.swaps import answer_swap, ask_swap
from services.duty.tasks import plan
from services.kernel import clock
from services.notify.models import Message, Preference
from services.notify.texts import letter
from tests.services.duty.conftest import REALM, sign_in
from tests.services.duty.test_swaps_and_leaves import now, two_shifts

pytestmark = pytest.mark.django_db


@pytest.fixture
def shifts(roster, people, rotation):
    return two_shifts(roster)


def asked(shifts, **more):
    mine, theirs = shifts
    return ask_swap(gives=mine, takes=theirs, acting_user=mine.person.user, **more)


def told(template):
    """Return who was written to by which channel."""
    rows = Message.objects.filter(template=template, realm=REALM).exclude(state=Message.VOID)
    return sorted(rows.values_list("person", "channel"))


def test_the_colleague_is_asked_by_every_channel_chosen_and_answers_where_the_link_leads(shifts):
    mine, theirs = shifts
    swap = asked(shifts)
    assert told("swap_asked") == [(theirs.person.pk, "email"), (theirs.person.pk, "in_app")]
    message = Message.objects.get(template="swap_asked", channel="in_app")
    browser = sign_in(theirs.person)
    assert mine.person.full_name in browser.get("/notifications/").content.decode()
    opened = browser.get(f"/notifications/{message.public_id}/", follow=True)
    assert opened.request["PATH_INFO"] == "/duty/me/"
    address = f"/duty/swaps/{swap.public_id}/answer/agree/"
    assert address in opened.content.decode()
    assert browser.post(address).status_code == 302
    assert told("swap_news") == [(mine.person.pk, "email"), (mine.person.pk, "in_app")]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_letter_names_the_shifts_the_roster_and_until_when_it_can_be_answered(shifts, language):
    mine, theirs = shifts
    swap = asked(shifts)
    message = Message.objects.get(template="swap_asked", channel="in_app")
    text = letter(message.template, message.context, theirs.person, language)
    assert mine.person.full_name in text.subject
    starts = [one.starts.astimezone(clock.LOCAL) for one in shifts]
    assert all(f"{at:%H:%M %d/%m}" in text.body for at in starts)
    assert f"{swap.due_at.astimezone(clock.LOCAL):%H:%M %d/%m/%Y}" in text.body
    assert swap.roster.label[language] in text.body
    assert text.url.endswith("/duty/me/")


def test_a_refusal_a_withdrawal_and_a_lapse_are_told_to_whom_they_concern(roster, people, shifts):
    mine, theirs = shifts
    answer_swap(swap=asked(shifts), verb="refuse", acting_user=theirs.person.user)
    assert {person for person, _channel in told("swap_news")} == {mine.person.pk}
    Message.objects.all().delete()
    answer_swap(swap=asked(shifts), verb="withdraw", acting_user=mine.person.user)
    assert {person for person, _channel in told("swap_news")} == {theirs.person.pk}
    assert told("swap_asked") == [(theirs.person.pk, "in_app")], "what was unsent is called off"
    Message.objects.all().delete()
    asked(shifts)
    clock.move(REALM, mine.starts - clock.now(REALM) + timedelta(hours=1))
    plan()
    assert {person for person, _channel in told("swap_news")} == {mine.person.pk}


def test_where_it_awaits_approval_both_hear_once_it_is_approved(roster, shifts, supervisor):
    mine, theirs = shifts
    set_plan(roster=roster, realm=REALM, swap_needs_approval=True, acting_user=None)
    swap = asked(shifts)
    answer_swap(swap=swap, verb="agree", acting_user=theirs.person.user)
    assert {person for person, _channel in told("swap_news")} == {mine.person.pk}
    answer_swap(swap=swap, verb="approve", acting_user=supervisor.user)
    ends = Message.objects.filter(template="swap_news", generation=2, channel="in_app")
    assert set(ends.values_list("person", flat=True)) == {mine.person.pk, theirs.person.pk}


def test_a_swap_that_failed_tells_nobody_and_wishes_are_kept(shifts):
    _mine, theirs = shifts
    Preference.objects.create(
        person=theirs.person, channels={"medium": ["in_app"], "high": ["in_app"]}, updated_at=now()
    )
    swap = asked(shifts)
    assert told("swap_asked") == [(theirs.person.pk, "in_app")]
    theirs.person.user.refresh_from_db()
    browser = sign_in(theirs.person)
    assert browser.post(f"/duty/swaps/{swap.public_id}/answer/withdraw/").status_code == 422
    assert told("swap_news") == []
