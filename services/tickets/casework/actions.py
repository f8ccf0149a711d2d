"""The one door through which programs change checklists and standard texts; the admin's pages are the other.

A change counts the version up and is recorded with what stood there before. Tickets that are open keep their copies.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from services import registry
from services.audit.actions import record
from services.directory.models import Department, User
from services.kernel.problems import ConflictError, InvalidInputError
from services.tickets import directives, watchman
from services.tickets.casework.content import Content, Template, content_of, put

RESERVED: Final = ("new",)
"""Names that the API's own addresses use."""
BLANK: Final[Mapping[str, Any]] = {
    **{"monitor": "", "category": "", "order": 100},
    **{"state": "", "outcome": "", "public": False},
}
"""What a new template says where nothing is given."""


@transaction.atomic
def add(*, kind: type[Template], slug: str, given: Mapping[str, Any], acting_user: User) -> Template:
    """Add a template; InvalidInputError by field, also when its slug is taken."""
    if slug in RESERVED:
        raise InvalidInputError({"slug": [_("this name is taken by the site itself")]})
    taken = InvalidInputError({"slug": [_("there is one of this name; edit that one")]})
    if kind._default_manager.filter(slug=slug).exists():
        raise taken
    content, made = {**BLANK, **given}, kind(slug=slug)
    try:
        with transaction.atomic():
            put(made, content, _checked(content))
    except IntegrityError as error:  # somebody else was as quick
        raise taken from error
    record(verb="add", target=made, acting_user=acting_user, detail={"slug": slug, "version": made.version})
    return made


@transaction.atomic
def edit(*, kind: type[Template], slug: str, changes: Mapping[str, Any], version: int, acting_user: User) -> Template:
    """Write a template anew with these fields changed; the others stay. What changes nothing makes no version.

    Http404 for an unknown one, ConflictError when ``version``, the one that was edited, is no longer the present one,
    InvalidInputError by field; in each case nothing is written.
    """
    row = _locked(kind, slug)
    if row.version != version:
        raise ConflictError(_("Somebody else has changed this meanwhile. Look at it, then edit it again."))
    before = content_of(row)
    after: Content = {**before, **changes}
    changed = sorted(name for name in after if after[name] != before[name])
    if changed:
        row.version += 1
        put(row, after, _checked(after))
        was = {name: before[name] for name in changed}
        detail = {"slug": slug, "version": row.version, "fields": changed, "was": was}
        record(verb="change", target=row, acting_user=acting_user, detail=detail)
    return row


@transaction.atomic
def set_active(*, kind: type[Template], slug: str, active: bool, acting_user: User) -> Template:
    """Retire a template, or bring it back; one that already is so stays. Http404 for an unknown one."""
    row = _locked(kind, slug)
    if row.active != active:
        row.active = active
        row.version += 1
        row.save(update_fields=["active", "version"])
        detail = {"slug": slug, "version": row.version, "fields": ["active"], "was": {"active": not active}}
        record(verb="change", target=row, acting_user=acting_user, detail=detail)
    return row


def _locked(kind: type[Template], slug: str) -> Template:
    found = kind._default_manager.filter(slug=slug).select_for_update(of=("self",)).first()
    if found is None:
        raise Http404
    return found


def _checked(content: Mapping[str, Any]) -> dict[str, Department]:
    """Return the departments that a content names, by slug; InvalidInputError for names that nobody has."""
    errors: dict[str, list[str]] = {}
    known = {one.slug for one in registry.monitors()} | {directives.MONITOR, watchman.MONITOR, ""}
    if content["monitor"] not in known:
        errors["monitor"] = [_("there is no monitor of that name")]
    wanted = {item["department"] for item in content.get("items", ()) if item["department"]}
    found = {one.slug: one for one in Department.objects.filter(slug__in=wanted)} if wanted else {}
    if wanted - found.keys():
        strange = ", ".join(sorted(wanted - found.keys()))
        errors["items"] = [_("there is no department {name}").format(name=strange)]
    if errors:
        raise InvalidInputError(errors)
    return found
