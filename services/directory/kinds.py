"""Types of administrative units: how Vietnam's are written in English."""

_SUFFIX = {
    "xã": "commune",
    "phường": "ward",
    "thị trấn": "town",
    "huyện": "district",
    "quận": "district",
    "tỉnh": "province",
    "đặc khu": "special zone",
}
_PREFIX = {"thị xã": "the town of", "thành phố": "the city of"}


def in_english(kind: str, name: str) -> str:
    """Return the full name in English: ``in_english("phường", "An")`` is ``"An ward"``; unknown types stay."""
    if kind in _SUFFIX:
        return f"{name} {_SUFFIX[kind]}"
    return f"{_PREFIX.get(kind, kind)} {name}"
