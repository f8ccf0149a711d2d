"""Verbs of the directory: what they refuse, what they write, what they leave."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from services.audit.models import AuditEntry
from services.directory import selectors
from services.directory.actions import (
    DirectoryError,
    add_person,
    appoint,
    end_appointment,
    erase_subject,
    grant_role,
    merge_units,
    put_on_duty,
    register_subject,
    rename_unit,
)
from services.directory.models import Appointment, DutyRoster, Person, RoleGrant, Subject, Unit, User
from tests.services.directory.conftest import NOW, TODAY

YESTERDAY = TODAY - timedelta(1)


def verbs():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


@pytest.mark.parametrize(
    "slug, place",
    [
        ("giam-doc-so", {}),
        ("giam-doc-so", {"unit": "99001"}),
        ("chu-tich-xa", {"department": "so-y-te"}),
        ("chu-tich-xa", {"unit": "99"}),  # the province is no commune
        ("chu-tich-tinh", {"department": "so-y-te"}),
        ("giam-doc-so", {"department": "so-y-te", "unit": "99001"}),
    ],
)
def test_a_position_is_held_only_in_a_place_of_its_kind(person, position, unit, department, slug, place):
    where = {"unit": unit, "department": department}
    with pytest.raises(DirectoryError, match=slug):
        appoint(
            person=person(),
            position=position(slug),
            valid_from=TODAY,
            acting_user=None,
            **{kind: where[kind](name) for kind, name in place.items()},
        )
    assert not Appointment.objects.exists()


def test_appointing_twice_is_appointing_once(person, position, department):
    who, where = person(), department("so-y-te")
    for _ in range(2):
        appoint(person=who, position=position("giam-doc-so"), department=where, valid_from=TODAY, acting_user=None)
    assert Appointment.objects.count() == 1
    assert verbs().count("appoint") == 1


def test_an_appointment_does_not_end_before_it_begins(person, position):
    held = appoint(person=person(), position=position("chu-tich-tinh"), valid_from=TODAY, acting_user=None)
    with pytest.raises(DirectoryError, match="began"):
        end_appointment(appointment=held, last_day=YESTERDAY, acting_user=None)


def test_a_shift_ends_after_it_starts(person):
    roster = DutyRoster.objects.get(slug="truc-ban-ioc")
    with pytest.raises(DirectoryError, match="after it starts"):
        put_on_duty(roster=roster, person=person(), starts=NOW, ends=NOW, acting_user=None)


@pytest.mark.parametrize(
    "role, place",
    [
        ("officer", ()),
        ("officer", ("unit", "department")),
        ("operator", ("unit",)),
        ("king", ()),
    ],
)
def test_a_role_goes_with_the_place_it_needs(account, unit, department, role, place):
    known = {"unit": unit("99001"), "department": department("so-y-te")}
    with pytest.raises(DirectoryError):
        grant_role(user=account(name="x"), role=role, acting_user=None, **{kind: known[kind] for kind in place})
    assert not RoleGrant.objects.exists()


def test_administrators_and_only_they_enter_the_admin(account):
    admin, operator = account("admin"), account("operator")
    assert admin.is_staff
    assert not operator.is_staff
    chief = User.objects.create(username="chief", is_superuser=True, is_staff=True)
    grant_role(user=chief, role="operator", acting_user=None)
    assert chief.is_superuser, "another role takes nothing away"


def test_every_deed_names_who_did_it(account, person, position):
    boss = account("admin")
    held = appoint(person=person(), position=position("chu-tich-tinh"), valid_from=TODAY, acting_user=boss)
    entry = AuditEntry.objects.get(verb="appoint")
    assert entry.actor_id == boss.pk
    assert entry.target == f"person:{held.person.public_id}"
    assert entry.detail == {"position": "chu-tich-tinh", "place": "province", "from": "2026-11-20"}


def test_a_persons_names_are_stored_composed_with_what_lists_sort_by(sample):
    person = add_person(full_name="Tra\u0302\u0300n  Thi\u0323 A\u0301nh", acting_user=None)
    person.refresh_from_db()
    assert (person.full_name, person.called_name, person.search_name) == ("Trần Thị Ánh", "Ánh", "tran thi anh")


def test_persons_sort_as_vietnamese_does(person):
    for name in ("Lê Đào", "Lê Dung", "Lê Ân", "Lê An", "Lê Ăn", "Y Bê Niê", "H'Ƀuôt Byă"):
        person(name)
    names = [p.called_name for p in Person.objects.all()]
    assert names[:3] == ["An", "Ăn", "Ân"]
    assert names.index("Dung") < names.index("Đào")
    assert names.index("Y Bê") < names.index("Dung")


# --- units -----------------------------------------------------------------------------------------------------------


def test_a_renamed_unit_has_a_new_version_of_the_same_lineage(unit):
    old = unit("99002")
    new = rename_unit(unit=old, name="Bình Mới", kind="phường", from_day=TODAY, acting_user=None)
    assert unit("99002", YESTERDAY).full_name == "Xã Bình"
    assert unit("99002").full_name == "Phường Bình Mới"
    assert (new.lineage, new.pk == old.pk) == (old.lineage, False)
    assert [link.new for link in selectors.successors(old)] == [new]
    assert [u.name for u in selectors.search_units("xã bình", TODAY)] == []
    assert [u.name for u in selectors.search_units("Bình", TODAY)] == ["Bình Mới"]


def test_children_follow_the_new_version_of_their_parent(unit):
    new = rename_unit(unit=unit("99"), name="Mẫu Mới", from_day=TODAY, acting_user=None)
    assert set(selectors.units_on(TODAY).values_list("parent", flat=True)) == {new.pk}
    assert new.pk not in selectors.units_on(date(2025, 1, 1)).values_list("parent", flat=True)


def test_merged_units_end_and_one_begins(unit):
    an, binh = unit("99001"), unit("99002")
    new = merge_units(units=[an, binh], code="99001", kind="phường", name="An Bình", from_day=TODAY, acting_user=None)
    assert [u.name for u in selectors.units_on(TODAY)] == ["An Bình", "Cát"]
    assert new.lineage not in {an.lineage, binh.lineage}
    assert {link.old_id for link in selectors.predecessors(new)} == {an.pk, binh.pk}
    assert new.geometry is not None
    assert new.geometry.covers(binh.point)
    found = selectors.unit_at((110.15, 10.1), TODAY)
    assert found is not None
    assert found.pk == new.pk


def test_a_unit_that_only_grows_keeps_its_lineage(unit):
    an, binh = unit("99001"), unit("99002")
    new = merge_units(units=[binh, an], code="99001", kind="phường", name="An", from_day=TODAY, acting_user=None)
    assert new.lineage == an.lineage
    assert new.point.coords == an.point.coords


def test_a_merger_is_refused_for_one_unit_two_levels_or_what_has_ended(unit):
    an = unit("99001")
    for units in ([an], [an, an], [an, unit("99")], [an, unit("99005", date(2025, 1, 1))]):
        with pytest.raises(DirectoryError):
            merge_units(units=units, code="99001", kind="xã", name="X", from_day=TODAY, acting_user=None)
    assert selectors.units_on(TODAY).count() == 3


def test_a_unit_cannot_be_renamed_before_it_began(unit):
    with pytest.raises(DirectoryError, match="99001"):
        rename_unit(unit=unit("99001"), name="X", from_day=date(2025, 7, 1), acting_user=None)


def test_a_code_belongs_to_one_unit_a_day(unit):
    copy = Unit.objects.get(pk=unit("99001").pk)
    copy.pk, copy.public_id, copy.valid_from = None, Unit._meta.get_field("public_id").get_default(), TODAY
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


# --- personal values -------------------------------------------------------------------------------------------------


def test_erasing_a_subject_leaves_the_row_and_no_value(db):
    subject = register_subject(realm="live", name=" Trần  Thị B ", phone="0905000111", email="b@mail.vn")
    assert subject.name == "Trần Thị B"
    erase_subject(subject=subject, acting_user=None)
    erased_at = Subject.objects.get(pk=subject.pk).erased_at
    erase_subject(subject=subject, acting_user=None)
    row = Subject.objects.get(pk=subject.pk)
    assert (row.name, row.phone, row.email, row.user) == ("", "", "", None)
    assert row.erased_at == erased_at
    assert verbs() == ["register_subject", "erase_subject"]


def test_the_audit_holds_no_personal_value(db):
    subject = register_subject(realm="live", name="Trần Thị B", phone="0905000111")
    erase_subject(subject=subject, acting_user=None)
    for entry in AuditEntry.objects.all():
        assert "0905000111" not in str(entry.detail) + entry.target
        assert "Trần" not in str(entry.detail) + entry.target


def test_an_erased_subject_cannot_be_filled_again(db):
    subject = register_subject(realm="live", name="Trần Thị B")
    erase_subject(subject=subject, acting_user=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Subject.objects.filter(pk=subject.pk).update(name="Trần Thị B")
