"""Text of an SMS: which alphabet it needs, how many parts it takes, and how to write Vietnamese without accents.

3GPP TS 23.038: the GSM 7-bit alphabet holds 160 characters in one part and 153 in each of several; ten more characters
are written with an escape and count twice. Anything else goes in UCS-2: 70 and 67. An escape and its character, or both
halves of a surrogate pair, never stand in different parts, so parts are packed and not divided.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED: Final = frozenset("\f^{}\\[~]|€")
_BY_HAND: Final = str.maketrans(
    {"đ": "d", "Đ": "D", "ƀ": "b", "Ƀ": "B", "’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-",
     "…": "...", "\u00a0": " ", "·": "-", "•": "-", "≤": "<=", "≥": ">=", "×": "x", "→": "->", "°": " do", "²": "2",
     "³": "3", "₂": "2", "₃": "3", "₅": "5", "µ": "u", "μ": "u"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How a text is sent: in the 7-bit alphabet or not, in how many parts, with how many characters counted."""

    unicode: bool
    parts: int
    length: int

    @property
    def room(self) -> int:
        """Characters that the present number of parts holds."""
        single, each = (70, 67) if self.unicode else (160, 153)
        return single if self.parts <= 1 else self.parts * each


def size_of(text: str) -> Size:
    """Return how a text is sent; an empty one takes one part all the same."""
    unicode = not all(char in BASIC or char in EXTENDED for char in text)
    weights = [_weight(char, unicode) for char in text]
    single, each = (70, 67) if unicode else (160, 153)
    length = sum(weights)
    return Size(unicode, 1 if length <= single else _packed(weights, each), length)


def plain(text: str) -> str:
    """Return Vietnamese (and Ê Đê, M'nông, Gia Rai) without accents, in the 7-bit alphabet alone.

    What has no such form becomes ``?``: a text that silently turned into UCS-2 would cost more than was previewed.
    """
    bare = unicodedata.normalize("NFD", text.translate(_BY_HAND))
    letters = (char for char in bare if not unicodedata.combining(char))
    return "".join(char if char in BASIC or char in EXTENDED else "?" for char in letters)


def shorten(text: str, room: int) -> str:
    """Return the text in at most ``room`` characters, cut at a word with three dots; empty when there is no room."""
    if len(text) <= room:
        return text
    if room < 4:
        return ""
    head = text[: room - 3]
    word = head.rpartition(" ")[0]
    return (word if len(word) > len(head) // 2 else head).rstrip(" ,;:-") + "..."


def _weight(char: str, unicode: bool) -> int:
    if unicode:
        return 2 if ord(char) > 0xFFFF else 1
    return 2 if char in EXTENDED else 1


def _packed(weights: list[int], each: int) -> int:
    parts, free = 0, 0
    for weight in weights:
        if weight > free:
            parts, free = parts + 1, each
        free -= weight
    return parts
