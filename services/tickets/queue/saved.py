"""Saved views: kept by name, opened by their address, one of them shown first."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from services.directory.models import User
from services.kernel.problems import ConflictError, InvalidInputError
from services.tickets.models import SavedView
from services.tickets.page_filters import Filters, filters_from

MOST: Final = 30
"""Views one person may keep."""
_NAME: Final = 80


def views_of(user: User) -> Sequence[SavedView]:
    """Return a person's views by name."""
    return list(_views(user)[:MOST])


def shared(public_id: str) -> SavedView | None:
    """Return the view that an address names, whoever keeps it; None when there is none (any more)."""
    try:
        wanted = UUID(public_id)
    except ValueError:
        return None
    found = SavedView.objects.select_related("owner__person")
    return found.filter(realm=settings.IOC_REALM, public_id=wanted).first()


def filters_of(view: SavedView) -> Filters:
    """Return the filters that a view keeps, read as from an address: what no longer exists counts as not given."""
    return filters_from(QueryDict(view.query), holder="all")


def own(user: User, public_id: UUID) -> SavedView:
    """Return one of a person's own views; Http404 for another's and for none."""
    found = _views(user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@transaction.atomic
def keep(*, owner: User, name: str, filters: Filters, is_default: bool) -> SavedView:
    """Keep filters under a name; a view of that name is replaced. InvalidInputError names ``name``."""
    name = _named(name)
    views = _locked(owner)
    known = views.filter(name=name).first()
    if known is None and views.count() >= MOST:
        raise InvalidInputError({"name": [_("at most {count} views; remove one first").format(count=MOST)]})
    kept = known or SavedView(realm=settings.IOC_REALM, owner=owner, name=name, version=0)
    kept.query = _query(filters)
    _store(kept, first=is_default)
    return kept


@transaction.atomic
def edit(
    *,
    owner: User,
    public_id: UUID,
    version: int,
    name: str | None = None,
    filters: Filters | None = None,
    is_default: bool | None = None,
) -> SavedView:
    """Rename a view of one's own, give it other filters, show it first or no longer; what is None stays.

    Http404 for another's, ConflictError when ``version``, the one that was edited, is no longer the present one,
    InvalidInputError for a name that another of one's views has.
    """
    _locked(owner)
    kept = own(owner, public_id)
    if kept.version != version:
        raise ConflictError(_("This view was changed meanwhile. Look at it, then edit it again."))
    if name is not None:
        kept.name = _named(name)
        if _views(owner).exclude(pk=kept.pk).filter(name=kept.name).exists():
            raise InvalidInputError({"name": [_("there is a view of this name already")]})
    kept.query = kept.query if filters is None else _query(filters)
    _store(kept, first=kept.is_default if is_default is None else is_default)
    return kept


@transaction.atomic
def make_default(*, owner: User, view: SavedView) -> None:
    """Show this view first from now on, or no longer when it is shown first already."""
    present = _locked(owner).filter(pk=view.pk).first()
    if present is not None:
        _store(present, first=not present.is_default)


def remove(*, owner: User, view: SavedView) -> None:
    """Forget a view of one's own; another's stays."""
    SavedView.objects.filter(pk=view.pk, owner=owner).delete()


def _views(user: User) -> QuerySet[SavedView]:
    return SavedView.objects.filter(realm=settings.IOC_REALM, owner=user)


def _locked(owner: User) -> QuerySet[SavedView]:
    """Return the owner's views; of two who change them at once, one waits."""
    User.objects.select_for_update(of=("self",)).get(pk=owner.pk)
    return _views(owner)


def _store(view: SavedView, *, first: bool) -> None:
    """Save a view as its next version; when it is shown first, no other one is any longer."""
    if first:
        _views(view.owner).exclude(pk=view.pk).filter(is_default=True).update(
            is_default=False, version=F("version") + 1
        )
    view.is_default = first
    view.version += 1
    view.save()


def _named(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > _NAME:
        raise InvalidInputError({"name": [_("a name of at most {count} letters").format(count=_NAME)]})
    return name


def _query(filters: Filters) -> str:
    return filters.but(page=1).query[:1000]
