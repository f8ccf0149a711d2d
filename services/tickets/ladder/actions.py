"""The one door through which policies change: check, write a new version, record who did it, in one transaction.

Running tickets keep the version they were opened under. Of two people who edit the same policy at once the second
gets 409.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from services.audit.actions import record
from services.directory.models import User
from services.kernel import clock
from services.kernel.problems import ConflictError, InvalidInputError
from services.tickets.ladder import selectors, versions
from services.tickets.ladder.check_values import plain, slug
from services.tickets.ladder.findings import Found, by_field
from services.tickets.ladder.known import known_for
from services.tickets.ladder.shapes import Content
from services.tickets.ladder.validator import check
from services.tickets.models import Policy

LONGEST_NOTE = 500


@transaction.atomic
def add(*, draft: Mapping[str, Any], acting_user: User, note: str = "") -> Policy:
    """Add a policy that is new; InvalidInputError by field, also when its slug is taken."""
    _must_be_new(draft.get("slug"))
    return _write(_content(draft), None, acting_user, note, verb="policy.add")


@transaction.atomic
def edit(
    *, slug: str, changes: Mapping[str, Any], acting_user: User, note: str = "", version: int | None = None
) -> Policy:
    """Write the next version with these fields changed; the others stay.

    Http404 for an unknown policy, InvalidInputError by field, ConflictError when ``version``, the one that was edited,
    is no longer the newest. What changes nothing makes no version.
    """
    before = _newest(slug)
    if version is not None and version != before.version:
        text = _("Somebody else has written version {number} meanwhile. Look at it, then edit that one.")
        raise ConflictError(text.format(number=before.version))
    if changes.get("slug", slug) != slug:
        raise InvalidInputError({"slug": [_("a policy keeps its name")]})
    content = _content({**msgspec.to_builtins(versions.content_of(before)), **changes})
    if content == versions.content_of(before):
        return before
    return _write(content, before, acting_user, note, verb="policy.edit", active=before.active)


@transaction.atomic
def set_active(*, slug: str, active: bool, acting_user: User, note: str = "") -> Policy:
    """Retire a policy, or bring it back as it was; one that already is so stays. Bringing back checks it anew."""
    before = _newest(slug)
    if before.active == active:
        return before
    content = versions.content_of(before)
    if active:
        content = _content(msgspec.to_builtins(content))
    verb = "policy.activate" if active else "policy.retire"
    return _write(content, before, acting_user, note, verb=verb, active=active)


@transaction.atomic
def reorder(*, slugs: Sequence[str], acting_user: User, note: str = "") -> list[Policy]:
    """Let the named policies be asked in this order, in the places that they now have among the others.

    Return the new versions, one for each policy whose number changes. InvalidInputError for an unknown or repeated
    name.
    """
    rows = list(selectors.newest().filter(active=True).select_for_update(of=("self",)))
    by_slug = {row.slug: row for row in rows}
    strange = [name for name in slugs if name not in by_slug]
    if strange or len(set(slugs)) != len(slugs) or not slugs:
        text = _("name policies that are in force, each once") + (f": {strange[0][:60]}" if strange else "")
        raise InvalidInputError({"order": [text]})
    wanted = iter(slugs)
    sequence = [by_slug[next(wanted)] if row.slug in set(slugs) else row for row in rows]
    made, last = [], -1
    for row, place in zip(sequence, [row.order for row in rows], strict=True):
        last = max(place, last + 1)
        if row.order != last:
            content = msgspec.structs.replace(versions.content_of(row), order=last)
            made.append(_write(content, row, acting_user, note, verb="policy.reorder"))
    return made


def warnings_of(policy: Policy) -> list[Found]:
    """Return what the validator would say of a stored policy today: a roster that ran out, a person who left."""
    return findings(msgspec.to_builtins(versions.content_of(policy)))


def findings(draft: Mapping[str, Any]) -> list[Found]:
    """Return all that the validator says of a text today, warnings too; what is no warning, ``edit`` would refuse."""
    return check(draft, known_for([draft], clock.now(settings.IOC_REALM)), others=_others())


def _content(draft: Mapping[str, Any]) -> Content:
    known = known_for([draft], clock.now(settings.IOC_REALM))
    wrong = [found for found in check(draft, known) if not found.warning]
    if wrong:
        raise InvalidInputError(by_field(wrong))
    return msgspec.convert(dict(draft), Content)


def _others() -> list[dict[str, Any]]:
    return [msgspec.to_builtins(versions.content_of(policy)) for policy in selectors.in_force()]


def _must_be_new(name: object) -> None:
    if not list(slug(name)) and Policy.objects.filter(slug=name).exists():
        raise InvalidInputError({"slug": [_("there is a policy of this name; edit that one")]})


def _newest(name: str) -> Policy:
    found = Policy.objects.filter(slug=name).order_by("-version").select_for_update(of=("self",)).first()
    if found is None:
        raise Http404
    return found


def _write(content: Content, before: Policy | None, user: User, note: str, *, verb: str, active: bool = True) -> Policy:
    note = note.strip()
    if not plain(note, LONGEST_NOTE):
        raise InvalidInputError({"note": [_("one line of at most {count} characters").format(count=LONGEST_NOTE)]})
    now = clock.now(settings.IOC_REALM)
    try:
        with transaction.atomic():
            made = versions.write(content, after=before, now=now, author=user, note=note, active=active)
    except IntegrityError as error:
        raise ConflictError(_("Somebody else has just changed this policy. Look at it, then try again.")) from error
    detail = {"version": made.version, "fields": _changed(content, before), "note": note}
    record(verb=verb, target=f"policy:{content.slug}", acting_user=user, detail=detail)
    return made


def _changed(content: Content, before: Policy | None) -> list[str]:
    """Return the fields that a version changes, for the audit."""
    if before is None:
        return []
    old, new = (msgspec.structs.asdict(one) for one in (versions.content_of(before), content))
    return sorted(name for name in new if new[name] != old[name])
