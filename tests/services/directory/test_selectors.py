"""Places, names, the ladder and duty."""

from datetime import date, timedelta

import pytest

from services.directory import selectors
from services.directory.actions import appoint, end_appointment, put_on_duty, rename_unit
from services.directory.models import DutyRoster, Unit
from tests.services.directory.conftest import NOW, TODAY

BEFORE = date(2025, 6, 30)


@pytest.mark.parametrize(
    "place, code",
    [
        ((110.05, 10.10), "99001"),
        ((110.15, 10.01), "99002"),
        ((110.29, 10.19), "99003"),
        ((110.10, 10.10), "99001"),  # on the border of two: always the same one
        ((109.98, 10.10), "99001"),  # 2.2 km outside: the nearest
        ((110.15, 9.98), "99002"),
        ((110.10, 9.965), None),  # 3.9 km outside
        ((109.95, 10.10), None),  # 5.5 km outside
        ((0.0, 0.0), None),
        ((181.0, 10.0), None),
        ((float("nan"), 10.0), None),
        ((float("inf"), 10.0), None),
    ],
)
def test_a_place_is_in_the_commune_that_contains_it_or_is_very_near(sample, place, code):
    found = selectors.unit_at(place, TODAY)
    assert (found.code if found else None) == code


def test_a_place_was_in_another_commune_before_the_merger(sample):
    found = selectors.unit_at((110.17, 10.02), BEFORE)
    assert found is not None
    assert found.full_name == "Xã Bình Tây"


def test_many_places_take_two_statements(sample, django_assert_num_queries):
    places = [(110.0 + n / 100, 10.1) for n in range(40)]
    with django_assert_num_queries(2):
        found = selectors.units_at(places, TODAY)
    assert len(found) == 40
    assert [unit.code if unit else None for unit in found] == [
        getattr(selectors.unit_at(place, TODAY), "code", None) for place in places
    ]


def test_codes_mean_the_unit_of_their_day(unit):
    assert unit("99003", BEFORE).name == "Cát Cũ"
    assert unit("99003").name == "Cát"
    assert unit("99005") is None
    assert set(selectors.units_by_code(["99001", "99005", "00000"], TODAY)) == {"99001"}


def test_old_figures_are_laid_over_todays_communes_by_share(sample):
    shares = selectors.current_shares(["99001", "99002", "99005", "00000"], BEFORE, TODAY)
    assert shares == {"99001": {"99001": 1.0}, "99002": {"99002": 1.0}, "99005": {"99002": 0.6, "99003": 0.4}}
    assert selectors.current_shares(["99003"], TODAY, TODAY) == {"99003": {"99003": 1.0}}


@pytest.mark.parametrize(
    "typed, names",
    [
        ("binh", ["Bình"]),
        ("Bình", ["Bình"]),
        ("xã bình", ["Bình"]),
        ("XA CAT", ["Cát"]),
        ("99002", ["Bình"]),
        ("Ơn", ["An"]),  # another spelling, from the pack
        ("mau", ["Mẫu"]),
        ("binh dong", []),  # ended in 2025
        ("100%", []),
        ("'; --", []),
    ],
)
def test_units_are_found_with_and_without_accents(sample, typed, names):
    assert [unit.name for unit in selectors.search_units(typed, TODAY)] == names


def test_accents_that_were_typed_rank_exact_matches_first(unit):
    rename_unit(unit=unit("99002"), name="Ân", from_day=TODAY, acting_user=None)
    assert [u.name for u in selectors.search_units("Ân", TODAY, "commune")] == ["Ân", "An"]
    assert [u.name for u in selectors.search_units("An", TODAY, "commune")] == ["An", "Ân"]
    assert [u.name for u in selectors.search_units("phường an", TODAY)] == ["An"]


def test_an_empty_search_lists_all(sample):
    assert selectors.search_units("", TODAY, "commune").count() == 3


# --- the ladder ------------------------------------------------------------------------------------------------------


@pytest.fixture
def hold(person, position):
    """A function: a new person holds a position from the first of the year."""

    def make(slug, name="Nguyễn Văn An", **place):
        return appoint(
            person=person(name), position=position(slug), valid_from=date(2026, 1, 1), acting_user=None, **place
        )

    return make


def holders(rung, **where):
    return [str(person) for person in selectors.rung_holders(rung, at=NOW, **where)]


def test_a_rung_is_held_in_the_tickets_own_place(hold, unit, department):
    hold("chu-tich-xa", "Chủ tịch An", unit=unit("99001"))
    hold("chu-tich-xa", "Chủ tịch Bình", unit=unit("99002"))
    hold("giam-doc-so", "Giám đốc Y tế", department=department("so-y-te"))
    hold("chu-tich-tinh", "Chủ tịch Tỉnh")
    assert holders(3, unit=unit("99001")) == ["Chủ tịch An"]
    assert holders(3, department=department("so-y-te")) == ["Giám đốc Y tế"]
    assert holders(3, department=department("so-xay-dung")) == []
    assert holders(3) == []
    assert holders(6, unit=unit("99003")) == ["Chủ tịch Tỉnh"]


def test_a_position_stands_on_the_rung_of_its_day(person, position):
    appoint(
        person=person("Chánh Văn Phòng"),
        position=position("chanh-van-phong"),
        valid_from=date(2024, 1, 1),
        acting_user=None,
    )
    then = NOW.replace(year=2025, month=6)
    assert [len(selectors.rung_holders(rung, at=then)) for rung in (4, 5)] == [0, 1]
    assert [len(selectors.rung_holders(rung, at=NOW)) for rung in (4, 5)] == [1, 0]


def test_the_head_answers_before_the_others(hold, department):
    hold("chuyen-vien", "Trần Thị Ánh", department=department("so-y-te"))
    hold("chuyen-vien", "Lê Văn Yên", department=department("so-y-te"), is_head=True)
    assert holders(1, department=department("so-y-te")) == ["Lê Văn Yên", "Trần Thị Ánh"]


def test_who_left_is_not_asked_from_the_next_day_on(hold, department):
    held = hold("giam-doc-so", "Giám đốc", department=department("so-y-te"))
    end_appointment(appointment=held, last_day=TODAY, acting_user=None)
    assert holders(3, department=department("so-y-te")) == ["Giám đốc"]
    end_appointment(appointment=held, last_day=TODAY - timedelta(1), acting_user=None)
    assert holders(3, department=department("so-y-te")) == []


def test_a_closed_account_is_not_asked(hold, department, account):
    held = hold("giam-doc-so", department=department("so-y-te"))
    held.person.user = account("officer", department=department("so-y-te"))
    held.person.user.is_active = False
    held.person.user.save()
    held.person.save()
    assert holders(3, department=department("so-y-te")) == []


def test_days_of_an_appointment_are_days_in_vietnam(hold, department):
    held = hold("giam-doc-so", "Giám đốc", department=department("so-y-te"))
    end_appointment(appointment=held, last_day=TODAY, acting_user=None)
    last_moment = NOW.replace(hour=16, minute=59)  # 23:59 in Vietnam
    assert selectors.rung_holders(3, department=department("so-y-te"), at=last_moment)
    assert not selectors.rung_holders(3, department=department("so-y-te"), at=last_moment + timedelta(minutes=1))


def test_a_district_was_asked_for_its_communes_until_it_ended(position, person, unit):
    district = Unit.objects.get(level="district")
    appoint(
        person=person("Chủ tịch Huyện"),
        position=position("chu-tich-huyen"),
        unit=district,
        valid_from=date(2024, 1, 1),
        acting_user=None,
    )
    then = NOW.replace(year=2025, month=6)
    found = selectors.rung_holders(4, unit=unit("99002", BEFORE), at=then)
    assert [str(p) for p in found] == ["Chủ tịch Huyện"]
    assert holders(4, unit=unit("99002")) == []


def test_a_renamed_commune_keeps_its_chair(hold, unit):
    hold("chu-tich-xa", "Chủ tịch", unit=unit("99001"), is_head=True)
    new = rename_unit(unit=unit("99001"), name="Ân", from_day=TODAY, acting_user=None)
    assert holders(3, unit=new) == ["Chủ tịch"]
    assert str(selectors.head_of(new, NOW)) == "Chủ tịch"


def test_invented_persons_never_answer_in_the_live_realm(person, position, department):
    invented = person("Người Mẫu", realm="demo")
    where = {"department": department("so-y-te")}
    appoint(
        person=invented,
        position=position("giam-doc-so"),
        valid_from=TODAY,
        is_head=True,
        acting_user=None,
        **where,
    )
    roster = DutyRoster.objects.get(slug="truc-ban-ioc")
    put_on_duty(roster=roster, person=invented, starts=NOW, ends=NOW + timedelta(1), acting_user=None)
    assert selectors.rung_holders(3, at=NOW, **where) == []
    assert selectors.head_of(where["department"], NOW) is None
    assert selectors.person_on_duty("truc-ban-ioc", NOW) is None
    assert selectors.rung_holders(3, at=NOW, realm="demo", **where) == [invented]
    assert selectors.head_of(where["department"], NOW, "demo") == invented
    assert selectors.person_on_duty("truc-ban-ioc", NOW, "demo") == invented


def test_asking_for_holders_is_two_statements_however_many_there_are(hold, department, django_assert_num_queries):
    for n in range(3):
        hold("chuyen-vien", f"Nguyễn Văn {n}", department=department("so-y-te"))
    where = department("so-y-te")
    with django_assert_num_queries(2):
        assert all(person.user is None for person in selectors.rung_holders(1, department=where, at=NOW))


def test_duty_changes_hands_at_the_minute(person, sample):
    roster = DutyRoster.objects.get(slug="truc-ban-ioc")
    first, second = person("Người Trước"), person("Người Sau")
    put_on_duty(roster=roster, person=first, starts=NOW - timedelta(hours=12), ends=NOW, acting_user=None)
    put_on_duty(roster=roster, person=second, starts=NOW, ends=NOW + timedelta(hours=12), acting_user=None)
    assert selectors.person_on_duty("truc-ban-ioc", NOW - timedelta(seconds=1)) == first
    assert selectors.person_on_duty("truc-ban-ioc", NOW) == second
    assert selectors.person_on_duty("truc-ban-ioc", NOW + timedelta(hours=12)) is None
    assert selectors.person_on_duty("no-such-roster", NOW) is None
