"""SMS: alphabet and parts as 3GPP TS 23.038 and TS 23.040 count them; Vietnamese with and without accents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.smstext import BASIC, EXTENDED, plain, shorten, size_of


@pytest.mark.parametrize(
    "text, unicode, parts",
    [
        ("", False, 1),
        ("a" * 160, False, 1),
        ("a" * 161, False, 2),
        ("a" * 306, False, 2),
        ("a" * 307, False, 3),
        ("{" * 80, False, 1),
        ("{" * 81, False, 2),
        ("ệ" * 70, True, 1),
        ("ệ" * 71, True, 2),
        ("ệ" * 134, True, 2),
        ("ệ" * 135, True, 3),
        ("à" * 160, False, 1),  # à is in the 7-bit alphabet, á is not
        ("á" * 71, True, 2),
        ("a" * 69 + "ệ", True, 1),
    ],
)
def test_parts_are_counted_as_operators_count_them(text, unicode, parts):
    size = size_of(text)
    assert (size.unicode, size.parts) == (unicode, parts)


def test_an_escape_is_never_parted_from_its_character():
    """152 letters and a brace (two) fill 154: the brace moves on whole, so 2 * 153 = 306 hold one less."""
    assert size_of("a" * 152 + "{" + "a" * 151).parts == 2
    assert size_of("a" * 152 + "{" + "a" * 152).parts == 3


def test_both_halves_of_a_pair_stay_in_one_part():
    assert size_of("ệ" * 66 + "😀" + "ệ" * 65).parts == 2
    assert size_of("ệ" * 66 + "😀" + "ệ" * 66).parts == 3


@pytest.mark.parametrize(
    "text, bare",
    [
        ("Phiếu Đ-12 quá hạn lúc 17:00", "Phieu D-12 qua han luc 17:00"),
        ("Y Thăng Byă, H’Hen Niê, ƀuôn Mẫu", "Y Thang Bya, H'Hen Nie, buon Mau"),
        ("“Ổ gà” – 30 m²… 38 °C", '"O ga" - 30 m2... 38  doC'),
        ("漢字", "??"),
    ],
)
def test_vietnamese_without_accents(text, bare):
    assert plain(text) == bare


@given(st.text())
def test_plain_text_never_needs_the_long_alphabet(text):
    assert set(plain(text)) <= BASIC | EXTENDED
    assert not size_of(plain(text)).unicode


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_longer_text_takes_no_fewer_parts(text, more):
    assert size_of(text + more).parts >= size_of(text).parts


@given(st.text(max_size=80), st.integers(0, 60))
def test_shortened_text_has_room(text, room):
    assert len(shorten(text, room)) <= room or len(text) <= room


def test_text_is_cut_at_a_word():
    assert shorten("Sạt lở đường vào buôn", 16) == "Sạt lở đường..."
