"""Saved views: kept by name, opened by their address, one of them shown first."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from services.directory.models import User
from services.kernel.problems import InvalidInputError
from services.tickets.models import SavedView
from services.tickets.page_filters import Filters, filters_from

MOST: Final = 30
"""Views one person may keep."""
_NAME: Final = 80


def views_of(user: User) -> Sequence[SavedView]:
    """Return a person's views by name."""
    return list(SavedView.objects.filter(realm=settings.IOC_REALM, owner=user)[:MOST])


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


@transaction.atomic
def keep(*, owner: User, name: str, filters: Filters, is_default: bool) -> SavedView:
    """Keep filters under a name; a view of that name is replaced. InvalidInputError names ``name``."""
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > _NAME:
        raise InvalidInputError({"name": [_("a name of at most {count} letters").format(count=_NAME)]})
    User.objects.select_for_update(of=("self",)).get(pk=owner.pk)  # of two who save at once, one waits
    own = SavedView.objects.filter(realm=settings.IOC_REALM, owner=owner)
    if own.exclude(name=name).count() >= MOST:
        raise InvalidInputError({"name": [_("at most {count} views; remove one first").format(count=MOST)]})
    if is_default:
        own.update(is_default=False)
    values = {"query": filters.but(page=1).query[:1000], "is_default": is_default}
    kept, _new = SavedView.objects.update_or_create(realm=settings.IOC_REALM, owner=owner, name=name, defaults=values)
    return kept


@transaction.atomic
def make_default(*, owner: User, view: SavedView) -> None:
    """Show this view first from now on, or no longer when it is shown first already."""
    User.objects.select_for_update(of=("self",)).get(pk=owner.pk)
    wanted = not view.is_default
    SavedView.objects.filter(realm=view.realm, owner=owner).update(is_default=False)
    SavedView.objects.filter(pk=view.pk, owner=owner).update(is_default=wanted)


def remove(*, owner: User, view: SavedView) -> None:
    """Forget a view of one's own; another's stays."""
    SavedView.objects.filter(pk=view.pk, owner=owner).delete()
