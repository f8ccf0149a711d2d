"""Items as they came become validated payloads, or a clear error by field. Pure: knows no table."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from services.contract import Item, Source

FUTURE_TOLERANCE = timedelta(minutes=5)
"""How far ahead a sender's clock may run before its events are refused as future."""


@dataclass(frozen=True, slots=True)
class RawItem:
    """One item of a body: a decoded object, or unreadable text with the reason. ``loose``: its values are text.

    ``storable``: its bytes have shown already that the database takes every value in it.
    """

    value: Any = None
    text: str = ""
    error: str = ""
    loose: bool = False
    storable: bool = False

    @property
    def kept(self) -> str:
        """The raw form as quarantine keeps it."""
        if self.error:
            return self.text
        try:
            return msgspec.json.encode(self.value, order="sorted").decode()
        except OverflowError:  # an integer beyond 64 bits: only the standard library writes it
            return json.dumps(self.value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class ItemError(Exception):
    """What is wrong with one item, by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = dict(errors)


def digest_of(text: str) -> bytes:
    """Return the sha256 of an item's kept form: equal content has an equal digest."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def decode(index: int, raw: RawItem, source: Source, *, now: datetime) -> Item:
    """Return the validated item; ItemError names the field and what is wrong with it."""
    if raw.error:
        raise ItemError({"": raw.error})
    if not isinstance(raw.value, Mapping):
        raise ItemError({"": _("an item is an object, not {kind}").format(kind=type(raw.value).__name__)})
    value = _adapted(raw.value, source)
    if not raw.storable or value is not raw.value:
        _refuse_unstorable("", value)
    try:
        payload = msgspec.convert(value, source.payload, strict=not raw.loose)
    except msgspec.ValidationError as error:
        raise ItemError(_by_field(str(error))) from error
    _check_common(payload, now)
    return Item(index, payload, raw.value, digest_of(raw.kept))


def _adapted(value: Mapping[str, Any], source: Source) -> Mapping[str, Any]:
    if source.adapt is None:
        return value
    try:
        return source.adapt(value)
    except (TypeError, ValueError, KeyError) as error:
        raise ItemError({"": _("cannot be read: {error}").format(error=error)}) from error


def _by_field(text: str) -> dict[str, str]:
    """Split msgspec's ``Expected `str`, got `int` - at `$.category``` into field and reason."""
    reason, _sep, where = text.partition(" - at `$")
    return {where.strip("`.") if where else "": reason}


def _refuse_unstorable(path: str, value: Any) -> None:
    """PostgreSQL stores neither NUL characters nor NaN in JSON: say which field has one."""
    if isinstance(value, str) and "\x00" in value:
        raise ItemError({path: _("contains a NUL character")})
    if isinstance(value, float) and not math.isfinite(value):
        raise ItemError({path: _("is not a number")})
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _refuse_unstorable(path, str(name))
            _refuse_unstorable(f"{path}.{name}".strip("."), inner)
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            _refuse_unstorable(f"{path}[{position}]", inner)


def _check_common(payload: Any, now: datetime) -> None:
    errors = {}
    for name in ("occurred_at", "as_of"):
        moment = getattr(payload, name, None)
        if not isinstance(moment, datetime):
            continue
        if moment.tzinfo is None:
            errors[name] = _("needs a time zone, such as +07:00")
        elif moment > now + FUTURE_TOLERANCE:
            errors[name] = _("lies in the future")
    lon, lat = getattr(payload, "lon", None), getattr(payload, "lat", None)
    if (lon is None) != (lat is None):
        errors["lon" if lon is None else "lat"] = _("longitude and latitude come together")
    elif isinstance(lon, int | float) and isinstance(lat, int | float) and not (abs(lon) <= 180 and abs(lat) <= 90):
        errors["lon"] = _("longitude is within ±180 and latitude within ±90; are they swapped?")
    if errors:
        raise ItemError(errors)
