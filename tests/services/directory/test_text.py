"""Names as people here write them."""

import unicodedata

import pytest

from services.directory.text import clean, default_called_name, fold, person_sort_key, spellings


@pytest.mark.parametrize(
    "typed, folded",
    [
        ("Đắk Mẫu", "dak mau"),
        ("KRÔNG  BÚK", "krong buk"),
        ("Ea H'mau", "ea hmau"),
        ("Ea H’mau", "ea hmau"),
        ("Ea Hʼmau", "ea hmau"),
        ("ƀuôn Čư M’ta", "buon cu mta"),
        ("Niê̆ Kbuôr", "nie kbuor"),
        ("Y Thăng Byă", "y thang bya"),
        ("Mẫu-Hòa", "mau hoa"),
        ("", ""),
    ],
)
def test_text_is_compared_without_accents_case_and_apostrophes(typed, folded):
    assert fold(typed) == folded
    assert fold(unicodedata.normalize("NFD", typed)) == folded


def test_text_is_stored_composed_and_trimmed():
    assert clean("  Ho\u0300a  \tBi\u0300nh ") == "Hòa Bình"


def test_a_tone_mark_may_stand_on_either_vowel():
    assert spellings("Mẫu Hoà") == {"Mẫu Hoà", "Mẫu Hòa"}
    assert spellings("thủy") == {"thủy", "thuỷ"}


@pytest.mark.parametrize(
    "full, called",
    [
        ("Nguyễn Thị Thu Hà", "Hà"),
        ("Y Thắng Niê", "Y Thắng"),
        ("Y Thăng Byă", "Y Thăng"),
        ("H'Hen Niê Kbuôr", "H'Hen"),
        ("H’Hen Niê", "H’Hen"),
        ("H' Nga Byă", "H' Nga"),
        ("Ksor Phước", "Phước"),
        ("Y", "Y"),
        ("Lan", "Lan"),
    ],
)
def test_custom_suggests_what_a_person_is_called(full, called):
    assert default_called_name(full) == called


def test_persons_sort_by_given_name():
    assert person_sort_key("Nguyễn Văn An") == "An Nguyễn Văn An"
    assert person_sort_key("Y Thăng Byă") == "Thăng Y Thăng Byă"
    assert person_sort_key("H'Hen Niê") == "Hen H'Hen Niê"
    assert person_sort_key("Siu Black", "Black") == "Black Siu Black"
