"""Pure checks of single values of a policy: texts, numbers, periods, names. Each yields what is wrong."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from services.contract import SEVERITIES
from services.tickets.ladder.findings import Found
from services.tickets.ladder.shapes import KINDS, LONGEST, RESERVED

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME: Final = re.compile(r"[\w.:-]*", re.ASCII)
LONGEST_TITLE: Final = 200


def whole(value: object, least: int, most: int) -> bool:
    """Tell whether a value is a whole number within bounds; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def plain(value: object, longest: int) -> bool:
    """Tell whether a value is a text that can be stored and shown on one line."""
    return isinstance(value, str) and len(value) <= longest and (not value or value.isprintable())


def slug(value: object) -> Iterator[Found]:
    """Check a policy's name in addresses."""
    if not (isinstance(value, str) and len(value) <= 60 and _SLUG.fullmatch(value)):
        yield Found("slug", _("small letters, digits and single hyphens, at most {count}").format(count=60))
    elif value in RESERVED:
        yield Found("slug", _("this name is taken by the site itself"))


def title(value: object) -> Iterator[Found]:
    """Check a title in both languages."""
    if not isinstance(value, Mapping) or set(value) != {"vi", "en"}:
        yield Found("title", _("a title in Vietnamese and in English: {example}").format(example='{"vi": …, "en": …}'))
        return
    for language in ("vi", "en"):
        text = value[language]
        if not plain(text, LONGEST_TITLE) or not str(text).strip():
            yield Found(f"title.{language}", _("one line of at most {count} characters").format(count=LONGEST_TITLE))


def period(value: object, field: str, *, least: int = 0) -> Iterator[Found]:
    """Check a period: exactly one kind, a whole number that is neither negative nor longer than a year."""
    if not isinstance(value, Mapping) or not value:
        yield Found(field, _("a period of one kind: {kinds}").format(kinds=", ".join(KINDS)))
        return
    unknown = [str(kind) for kind in value if kind not in KINDS]
    if unknown:
        yield Found(
            field, _("there is no period “{name}”, only {kinds}").format(name=unknown[0][:40], kinds=", ".join(KINDS))
        )
    elif len(value) > 1:
        yield Found(field, _("one kind of period, not {kinds} together").format(kinds=", ".join(value)))
    else:
        yield from _amount(*next(iter(value.items())), field, least)


def _amount(kind: str, amount: object, field: str, least: int) -> Iterator[Found]:
    if isinstance(amount, int) and not isinstance(amount, bool) and amount < 0:
        yield Found(field, _("time does not run backwards: {number} is negative").format(number=amount))
    elif isinstance(amount, int) and not isinstance(amount, bool) and amount > LONGEST[kind]:
        yield Found(field, _("longer than a year: at most {number}").format(number=LONGEST[kind]))
    elif not whole(amount, least, LONGEST[kind]):
        yield Found(field, _("a whole number from {least}").format(least=least))


def names(draft: Mapping[str, Any]) -> Iterator[Found]:
    """Check the matchers that are a name, and the least severity."""
    for field, longest in (("monitor", 40), ("rule", 80), ("category", 60)):
        value = draft.get(field, "")
        if not plain(value, longest) or not _NAME.fullmatch(str(value)):
            yield Found(field, _("a name without spaces, at most {count} characters").format(count=longest))
    if draft.get("severity", "info") not in SEVERITIES:
        yield Found("severity", _("one of {names}").format(names=", ".join(SEVERITIES)))


def switches(draft: Mapping[str, Any]) -> Iterator[Found]:
    """Check what is on or off."""
    for field in ("opens", "auto_close"):
        if not isinstance(draft.get(field, False), bool):
            yield Found(field, _("true or false"))
