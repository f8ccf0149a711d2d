"""Vietnamese text from before Unicode: TCVN3 (ABC), VNI and Windows-1258, recognised by whether headings become words.

A workbook typed with a ``.Vn`` or ``VNI-`` font holds Latin letters that only that font shows as Vietnamese; a CSV may
hold the same as bytes, or bytes of Windows-1258, which writes tones as marks after the letter. Tables: TCVN 5712:1993
(VN3) and the VNI encoding for Windows.
"""

import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

Decode = Callable[[str], str]

_TCVN3_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
_TCVN3_SIGNS = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦"
_TCVN3: Final = str.maketrans(dict(zip(_TCVN3_SIGNS, _TCVN3_LETTERS, strict=True)))

_VNI_PLAIN = {"ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ñ": "đ", "ô": "ơ", "ö": "ư", "î": "ỵ"}
_VNI_MARKED = {
    "a": {"ø": "à", "ù": "á", "û": "ả", "õ": "ã", "ï": "ạ", "ê": "ă", "è": "ằ", "é": "ắ", "ú": "ẳ", "ü": "ẵ", "ë": "ặ",
          "â": "â", "à": "ầ", "á": "ấ", "å": "ẩ", "ã": "ẫ", "ä": "ậ"},
    "e": {"ø": "è", "ù": "é", "û": "ẻ", "õ": "ẽ", "ï": "ẹ", "â": "ê", "à": "ề", "á": "ế", "å": "ể", "ã": "ễ", "ä": "ệ"},
    "o": {"ø": "ò", "ù": "ó", "û": "ỏ", "õ": "õ", "ï": "ọ", "â": "ô", "à": "ồ", "á": "ố", "å": "ổ", "ã": "ỗ", "ä": "ộ"},
    "u": {"ø": "ù", "ù": "ú", "û": "ủ", "õ": "ũ", "ï": "ụ"},
    "y": {"ø": "ỳ", "ù": "ý", "û": "ỷ", "õ": "ỹ"},
    "ô": {"ø": "ờ", "ù": "ớ", "û": "ở", "õ": "ỡ", "ï": "ợ"},
    "ö": {"ø": "ừ", "ù": "ứ", "û": "ử", "õ": "ữ", "ï": "ự"},
}  # fmt: skip


def unicode_text(text: str) -> str:
    """Return text in composed form (NFC): the same letters, whether they came in one piece or with marks after them."""
    return unicodedata.normalize("NFC", text)


def from_tcvn3(text: str) -> str:
    """Return what a .Vn font would show."""
    return unicode_text(text.translate(_TCVN3))


def from_vni(text: str) -> str:
    """Return what a VNI font would show."""
    return unicode_text("".join(_vni(text)))


def _vni(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        letter, mark = text[at], text[at + 1 : at + 2]
        upper = letter.isupper()
        marked = _VNI_MARKED.get(letter.lower(), {}).get(mark.lower()) if mark else None
        if marked:
            yield marked.upper() if upper else marked
            at += 2
            continue
        plain = _VNI_PLAIN.get(letter.lower())
        yield (plain.upper() if upper else plain) if plain else letter
        at += 1


DECODERS: Final[dict[str, Decode]] = {"Unicode": unicode_text, "TCVN3 (ABC)": from_tcvn3, "VNI": from_vni}
"""Readings of a text, in the order in which they are tried."""


def texts_of(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield (encoding's name, text) for every way in which the bytes of a CSV file can be read."""
    for name, codec in (("UTF-8", "utf-8-sig"), ("UTF-16", "utf-16"), ("Windows-1258", "cp1258"), ("", "latin-1")):
        if codec == "utf-16" and body[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            continue
        try:
            text = body.decode(codec)
        except UnicodeDecodeError:
            continue
        yield name, text
