"""What a category is called: by its monitor, by the province (field reports), by the services, or by a rule."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services import registry
from services.directory.pack import pack
from services.kernel.text import capital, localised

_SERVICES: Final = {
    "feed": _("silent source"),
    "late": _("Figures not delivered"),
    "duty": _("Duty"),
    "engine": _("Engine of the ladders"),
    "directive": _("Directive"),
}
"""Categories of what the services themselves find, whichever monitor it is about."""


def category_name(code: str, monitor: str = "") -> str:
    """Return a category's name in the reader's language, as its monitor says it; the code where nobody knows it.

    Without a monitor (a menu over all of them) a code that several use has all their names.
    """
    if not code:
        return ""
    known = list(dict.fromkeys(filter(None, _of(code, monitor) if monitor else _of_any(code))))
    if not known and (other := _of_province(code) or (gettext(_SERVICES[code]) if code in _SERVICES else "")):
        known = [other]
    if not known:
        return code
    return " / ".join(capital(name) for name in known)


def _of(code: str, monitor: str) -> Iterator[str]:
    owner = registry.owner(monitor)
    if code in owner.categories:
        yield gettext(owner.categories[code])
    else:
        yield from (gettext(rule.title) for rule in owner.rules if rule.id == f"{monitor}.{code}")


def _of_any(code: str) -> Iterator[str]:
    yield _of_province(code)
    for monitor in registry.monitors():
        yield from _of(code, monitor.slug)


def _of_province(code: str) -> str:
    known = pack().category(code)
    return localised({"vi": known.name["vi"], "en": known.name["en"]}) if known else ""
