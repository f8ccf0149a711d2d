"""The hand-over log: opened by itself, written by who goes, sealed, accepted by who comes; late ones are seen."""

from datetime import timedelta

import pytest
from django.db import transaction

from services.alerts.models import Alert
from services.audit.models import AuditEntry
from services.duty.actions.leaves import add_leave
from services.duty.actions.rotations import set_plan
from services.handover import actions, seal
from services.handover.models import Handover, Item
from services.handover.tasks import open_due
from services.kernel import clock
from services.kernel.problems import IllegalVerbError, InvalidInputError
from services.tickets.models import Ticket
from tests.services.duty.conftest import REALM, sign_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def now():
    return clock.now(REALM)


def alert(demo, name, severity=4, **more):
    values = {
        "realm": REALM, "monitor": "cybersecurity", "rule": "x", "fingerprint": name, "severity": severity,
        "title": {"msgid": name, "params": {}}, "department": demo.departments["so-khoa-hoc-cong-nghe"],
        "opened_at": now(), "last_seen": now(),
    }  # fmt: skip
    return Alert.objects.create(**(values | more))


def ticket(demo, code, **more):
    values = {
        "realm": REALM, "code": code, "monitor": "cybersecurity", "rule": "x", "severity": 3,
        "title": {"msgid": code, "params": {}}, "department": demo.departments["so-khoa-hoc-cong-nghe"],
        "policy": {"slug": "p", "title": {"vi": "p", "en": "p"}, "version": 1, "steps": []},
        "opened_at": now(), "clock_from": now(), "due_at": now() - HOUR,
    }  # fmt: skip
    return Ticket.objects.create(**(values | more))


@pytest.fixture
def things(demo, log):
    """What is open in the department, and what is not to be carried over."""
    alert(demo, "nặng")
    alert(demo, "nhẹ", severity=1)
    alert(demo, "đã hết", state="closed", ended_at=now())
    alert(demo, "tạm gác", severity=1, shelved_until=now() + 5 * HOUR)
    alert(demo, "im lặng", severity=2, rule="intake.source_silent")
    alert(demo, "sở khác", department=demo.departments["so-y-te"])
    ticket(demo, "PX-1")
    ticket(demo, "PX-2", due_at=now() + 9 * HOUR)
    ticket(demo, "PX-3", state="waiting", waiting_until=now() + 9 * HOUR)
    ticket(demo, "PX-4", state="closed")


@pytest.fixture
def entry(log, things):
    open_due()
    return Handover.objects.get()


def titles(entry):
    return {(item.kind, item.title["msgid"]) for item in entry.items.all()}


def users(entry):
    """Return the accounts of who goes and of who comes."""
    following = entry.roster.shifts.get(starts=entry.shift_ends)
    return entry.outgoing.user, following.person.user


def test_half_an_hour_before_the_end_the_entry_opens_with_what_is_open(entry, log):
    assert (entry.outgoing, entry.shift_starts, entry.shift_ends) == (log.person, log.starts, log.ends)
    assert titles(entry) == {
        ("alert", "nặng"), ("shelved", "tạm gác"), ("silent", "im lặng"), ("overdue", "PX-1"), ("waiting", "PX-3")
    }  # fmt: skip
    assert entry.totals == {"alert": 1, "shelved": 1, "silent": 1, "overdue": 1, "waiting": 1}
    shelved = entry.items.get(kind="shelved")
    assert abs(shelved.at - now() - 5 * HOUR) < timedelta(minutes=1), "the expiry goes with it"
    open_due()
    assert Handover.objects.count() == 1, "once for each shift"


def test_a_roster_without_the_log_has_no_entries_nor_one_for_what_ended_before_it(roster, rotation):
    shift = roster.shifts.get(starts__lte=now(), ends__gt=now())
    clock.move(REALM, shift.ends - now() + HOUR)
    open_due()
    assert not Handover.objects.exists()
    set_plan(roster=roster, realm=REALM, hand_over_log=True, acting_user=None)
    open_due()
    assert not Handover.objects.exists(), "that shift ended before the log was switched on"


def test_who_goes_signs_and_who_comes_accepts_with_remarks(entry):
    goes, comes = users(entry)
    item = entry.items.get(kind="alert")
    actions.write(handover=entry, text="Đêm yên.", notes={item.pk: "đã gọi đơn vị"}, acting_user=goes)
    actions.sign(handover=entry, text="Đêm yên.", notes={}, acting_user=goes)
    clock.move(REALM, HOUR)
    actions.accept(handover=entry, remarks="Đã nhận", acting_user=comes)
    entry.refresh_from_db()
    assert (entry.state, entry.signed_by, entry.accepted_by, entry.remarks) == ("accepted", goes, comes, "Đã nhận")
    assert entry.items.get(pk=item.pk).note == "đã gọi đơn vị"
    assert seal.is_intact(entry, list(entry.items.all()))
    told = AuditEntry.objects.filter(target=f"handover:{entry.public_id}").order_by("pk")
    assert [(one.verb, one.actor_id) for one in told] == [
        ("open_handover", None), ("sign_handover", goes.pk), ("accept_handover", comes.pk)
    ]  # fmt: skip
    assert told[1].detail["digest"] == entry.digest


def test_a_signed_entry_is_closed_to_every_verb_but_accept_and_an_accepted_one_to_all(entry):
    goes, comes = users(entry)
    with pytest.raises(IllegalVerbError):
        actions.accept(handover=entry, acting_user=comes)
    actions.sign(handover=entry, text="x", notes={}, acting_user=goes)
    for deed in (actions.write, actions.sign):
        with pytest.raises(IllegalVerbError) as refused:
            deed(handover=entry, text="anders", notes={}, acting_user=goes)
        assert refused.value.legal == ["accept"]
    with pytest.raises(IllegalVerbError):
        actions.refresh(handover=entry, acting_user=goes)
    clock.move(REALM, HOUR)
    actions.accept(handover=entry, acting_user=comes)
    with pytest.raises(IllegalVerbError):
        actions.accept(handover=entry, acting_user=comes)


def test_a_change_behind_the_back_is_seen(entry):
    goes, comes = users(entry)
    actions.sign(handover=entry, text="x", notes={}, acting_user=goes)
    clock.move(REALM, HOUR)
    actions.accept(handover=entry, acting_user=comes)
    changes = {
        "text": lambda: Handover.objects.update(text="khác"),
        "remarks": lambda: Handover.objects.update(remarks="khác"),
        "note": lambda: Item.objects.filter(kind="alert").update(note="khác"),
        "item": lambda: Item.objects.filter(kind="alert").delete(),
        "text and digest": lambda: forge(entry),
    }
    for what, change in changes.items():
        point = transaction.savepoint()
        change()
        entry.refresh_from_db()
        assert not seal.is_intact(entry, list(entry.items.all())), what
        page = sign_in(entry.outgoing).get(f"/duty/handover/{entry.public_id}/", headers={"accept-language": "en"})
        assert "not what was signed" in page.content.decode(), what
        transaction.savepoint_rollback(point)
    entry.refresh_from_db()
    assert seal.is_intact(entry, list(entry.items.all()))


def forge(entry):
    """Change the words and mend the digest as well: the audit still has it."""
    entry.text = "khác"
    entry.digest = seal.signed_digest(entry, list(entry.items.all()))
    entry.save()


def test_an_item_that_came_in_meanwhile_is_looked_at_before_signing(entry, demo):
    goes, _comes = users(entry)
    alert(demo, "mới")
    with pytest.raises(InvalidInputError) as refused:
        actions.sign(handover=entry, text="x", notes={}, acting_user=goes)
    assert "items" in refused.value.errors
    assert ("alert", "mới") in titles(entry), "it is there now"
    actions.sign(handover=entry, text="x", notes={}, acting_user=goes)


def test_what_was_done_meanwhile_goes_unless_it_has_a_note(entry):
    goes, _comes = users(entry)
    kept = entry.items.get(kind="overdue")
    actions.write(handover=entry, text="", notes={kept.pk: "xong 14 giờ"}, acting_user=goes)
    Ticket.objects.filter(code="PX-1").update(state="closed")
    Alert.objects.filter(fingerprint="nặng").update(state="closed", ended_at=now())
    assert actions.refresh(handover=entry, acting_user=goes) == 0
    assert ("overdue", "PX-1") in titles(entry)
    assert ("alert", "nặng") not in titles(entry)


def test_nobody_signs_without_words_nor_accepts_what_they_signed(entry, supervisor, people):
    goes, comes = users(entry)
    with pytest.raises(InvalidInputError):
        actions.sign(handover=entry, text="  ", notes={}, acting_user=goes)
    with pytest.raises(InvalidInputError):
        actions.sign(handover=entry, text="x", notes={}, acting_user=comes)
    actions.sign(handover=entry, text="x", notes={}, acting_user=supervisor.user)
    third = next(one.user for one in people if one.user not in {goes, comes})
    for user in (supervisor.user, goes, third):
        with pytest.raises(InvalidInputError):
            actions.accept(handover=entry, acting_user=user)
    actions.accept(handover=entry, acting_user=comes)


def test_a_stand_in_signs_for_who_is_away(entry, people):
    goes, comes = users(entry)
    third = next(one for one in people if one.user not in {goes, comes})
    add_leave(person=entry.outgoing, stand_in=third, starts=now(), ends=now() + HOUR, acting_user=None)
    actions.sign(handover=entry, text="x", notes={}, acting_user=third.user)
    page = sign_in(third).get(f"/duty/handover/{entry.public_id}/").content.decode()
    assert third.full_name in page
    assert entry.outgoing.full_name in page


def test_what_is_unsigned_after_the_end_is_late_and_on_the_supervisors_list(entry, supervisor):
    open_due()
    assert Handover.objects.filter(late_at=None).exists()
    clock.move(REALM, HOUR)
    open_due()
    assert not Handover.objects.filter(late_at=None).exists()
    assert AuditEntry.objects.filter(verb="late_handover").count() == 1
    page = sign_in(supervisor).get("/duty/handover/").content.decode()
    assert 'id="late_h"' in page
    assert str(entry.public_id) in page


# --- doors -----------------------------------------------------------------------------------------------------------


def test_the_whole_way_through_the_pages(entry):
    goes, comes = (sign_in(user.person) for user in users(entry))
    page = f"/duty/handover/{entry.public_id}/"
    item = entry.items.get(kind="alert")
    assert str(entry.public_id) in goes.get("/duty/handover/").content.decode()
    assert f"note_{item.pk}" in goes.get(page).content.decode()
    assert f"note_{item.pk}" not in comes.get(page).content.decode()
    assert goes.post(f"{page}write/", {"text": "Nháp", f"note_{item.pk}": "theo dõi"}).status_code == 302
    assert goes.post(f"{page}sign/", {"text": ""}).status_code == 422
    assert goes.post(f"{page}refresh/", {"text": "Nháp"}).status_code == 302
    assert goes.post(f"{page}sign/", {"text": "Xong ca."}).status_code == 302
    assert goes.post(f"{page}sign/", {"text": "Xong ca."}).status_code == 409
    clock.move(REALM, HOUR)
    assert "remarks" in comes.get(page).content.decode()
    assert comes.post(f"{page}accept/", {"remarks": "Đã rõ"}).status_code == 302
    shown = goes.get(page).content.decode()
    assert "Đã rõ" in shown
    assert "theo dõi" in shown
    assert "Xong ca." in goes.get(f"{page}print/").content.decode()


def test_over_the_api_within_the_rosters_department(entry, person, supervisor):
    goes, _comes = users(entry)
    outsider = person("ngoai", department="so-y-te")
    address = f"/api/handovers/{entry.public_id}/"
    assert sign_in(outsider).get(address).status_code == 404
    assert sign_in(outsider).get("/api/handovers/").json()["results"] == []
    shown = sign_in(supervisor).get(address).json()
    assert shown["intact"] is None
    assert {item["kind"] for item in shown["items"]} == {"alert", "shelved", "silent", "overdue", "waiting"}
    body = {"text": "x", "notes": [{"item": shown["items"][0]["id"], "note": "n"}]}
    answer = sign_in(goes.person).post(f"{address}sign/", body, "application/json")
    assert (answer.status_code, answer.json()["state"], answer.json()["intact"]) == (200, "signed", True)
    refused = sign_in(goes.person).post(f"{address}write/", body, "application/json")
    assert (refused.status_code, refused.json()["legal"]) == (409, ["accept"])


def test_a_page_of_the_log_costs_the_same_however_long_it_is(entry, supervisor, django_assert_max_num_queries):
    for n in range(40):
        starts = now() - timedelta(days=n + 2)
        Handover.objects.create(
            realm=REALM, roster=entry.roster, outgoing=entry.outgoing, shift_starts=starts, shift_ends=starts + HOUR,
            opened_at=starts, taken_at=starts, due_at=starts, state="accepted",
        )  # fmt: skip
    browser = sign_in(supervisor)
    with django_assert_max_num_queries(22):
        assert "?page=2" in browser.get("/duty/handover/").content.decode()
    with django_assert_max_num_queries(6):
        browser.get("/api/handovers/?page_size=40")


def test_ones_running_shift_may_be_opened_early(roster, rotation, people):
    shift = roster.shifts.get(starts__lte=now(), ends__gt=now())
    browser = sign_in(shift.person)
    assert browser.post("/duty/handover/open/", {"shift": "0"}).status_code == 422
    for wrong, status in (({"shift": 2**40}, 404), ({"shift": "x"}, 400), ({}, 400)):
        assert browser.post("/api/handovers/open/", wrong, content_type="application/json").status_code == status
    assert browser.post("/duty/handover/open/", {"shift": str(shift.pk)}).status_code == 302
    assert Handover.objects.get().outgoing == shift.person


def test_ones_running_shift_is_opened_by_program_once_and_nobody_elses(roster, rotation, people, supervisor):
    shift = roster.shifts.get(starts__lte=now(), ends__gt=now())
    given, path = {"shift": shift.pk}, "/api/handovers/open/"
    assert sign_in(supervisor).post(path, given, content_type="application/json").status_code == 404
    browser, key = sign_in(shift.person), {"Idempotency-Key": "one"}
    answers = [browser.post(path, given, content_type="application/json", headers=key) for _ in range(2)]
    assert [(one.status_code, one.json()["state"]) for one in answers] == [(201, "open")] * 2
    assert Handover.objects.get().outgoing == shift.person
    assert browser.post(path, given, content_type="application/json").status_code == 404, "it has its entry"
