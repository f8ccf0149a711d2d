"""Vietnamese, Ê Đê and M'nông text: one stored form (NFC), one form to compare and search by, one way to sort names.

``đ`` and ``ƀ`` have no decomposition in Unicode, so they are replaced by hand; apostrophes come in several shapes
 (' ’ ʼ) and are dropped when comparing.
"""

import re
import unicodedata

_BY_HAND = str.maketrans({"đ": "d", "ƀ": "b", "'": "", "’": "", "ʼ": "", "‘": "", "`": ""})
_TONE_PLACES = (
    *zip(("òa", "óa", "ỏa", "õa", "ọa"), ("oà", "oá", "oả", "oã", "oạ"), strict=True),
    *zip(("òe", "óe", "ỏe", "õe", "ọe"), ("oè", "oé", "oẻ", "oẽ", "oẹ"), strict=True),
    *zip(("ùy", "úy", "ủy", "ũy", "ụy"), ("uỳ", "uý", "uỷ", "uỹ", "uỵ"), strict=True),
)
_SPACES = re.compile(r"[\s\-‐-―_.,]+")
_YEDE_MAN = "Y"
_HDE_WOMAN = ("H'", "H’", "Hʼ")


def clean(text: str) -> str:
    """Return the text as it is stored: NFC, outer spaces gone, inner runs of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Return the text as it is compared: lower case, no accents, no apostrophes, hyphens and dots as spaces.

    ``fold("Krông Buk")`` and ``fold("KRONG  BÚK")`` are both ``"krong buk"``.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_BY_HAND)
    return _SPACES.sub(" ", bare).strip()


def spellings(text: str) -> set[str]:
    """Return the text as stored and with the tone mark put on either vowel: ``hòa`` and ``hoà`` are one word."""
    stored = clean(text)
    early = late = stored
    for one, other in _TONE_PLACES:
        early, late = early.replace(other, one), late.replace(one, other)
    return {stored, early, late}


def default_called_name(full_name: str) -> str:
    """Return the "tên gọi" that custom suggests when nobody gave one.

    Kinh names end with the given name. In Ê Đê names ``Y`` (a man) or ``H'`` (a woman) precedes the given name and the
    clan comes last, so ``Y Thắng Niê`` is called ``Y Thắng`` and ``H'Hen Niê`` is ``H'Hen``.
    """
    words = clean(full_name).split(" ")
    if len(words) > 1 and words[0] == _YEDE_MAN:
        return " ".join(words[:2])
    if words[0] in _HDE_WOMAN or words[0] == "H":
        return " ".join(words[:2])
    if words[0].startswith(_HDE_WOMAN):
        return words[0]
    return words[-1]


def person_sort_key(full_name: str, called_name: str = "") -> str:
    """Return what a list of persons sorts by: the given name, then the whole name (collate it as Vietnamese)."""
    called = clean(called_name) or default_called_name(full_name)
    given = called.removeprefix(_YEDE_MAN + " ")
    for prefix in _HDE_WOMAN:
        given = given.removeprefix(prefix).strip()
    return f"{given} {clean(full_name)}"
