"""How policies read: periods, matchers and steps as sentences in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext


def period(value: Mapping[str, int]) -> str:
    """Return a period in words: ``2 hours``, ``30 working minutes``, ``3 working days``."""
    kind, amount = next(iter(value.items()))
    if kind == "working_days":
        return ngettext("{count} working day", "{count} working days", amount).format(count=amount)
    hours, minutes = divmod(amount, 60)
    if amount and not minutes:
        if kind == "minutes":
            return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
        return ngettext("{count} working hour", "{count} working hours", hours).format(count=hours)
    if kind == "minutes":
        return ngettext("{count} minute", "{count} minutes", amount).format(count=amount)
    return ngettext("{count} working minute", "{count} working minutes", amount).format(count=amount)


def when(step: Mapping[str, Any]) -> str:
    """Return when a step comes."""
    after = step.get("after") or {}
    waits = any(after.values())
    if step.get("from") == "deadline":
        if not waits:
            return gettext("At the deadline")
        return gettext("{period} after the deadline").format(period=period(after))
    return gettext("{period} after opening").format(period=period(after)) if waits else gettext("At once")


def unless(step: Mapping[str, Any]) -> str:
    """Return what calls a step off."""
    if step.get("until") == "acknowledged":
        return gettext("unless somebody acknowledges it")
    return gettext("unless it is done")


def again(step: Mapping[str, Any]) -> str:
    """Return how a step repeats; empty when it does not."""
    repeat = step.get("repeat")
    if not repeat:
        return ""
    text = ngettext(
        "again every {period}, {count} more time", "again every {period}, {count} more times", repeat["times"]
    )
    return text.format(period=period(repeat["every"]), count=repeat["times"])
