"""Reads of policies: the newest versions, those in force, the history of one."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from services.tickets.models import Policy


def newest() -> QuerySet[Policy]:
    """Return the newest version of every policy, retired ones too, in the order in which they are asked."""
    latest = Policy.objects.filter(slug=OuterRef("slug")).order_by("-version").values("pk")[:1]
    return Policy.objects.filter(pk=Subquery(latest)).order_by("order", "slug")


def in_force() -> list[Policy]:
    """Return the newest version of every policy that is not retired, first match first."""
    return list(newest().filter(active=True))


def history(slug: str) -> list[Policy]:
    """Return all versions of a policy with their authors, the newest first; Http404 for one that never was."""
    found = list(Policy.objects.filter(slug=slug).select_related("author__person").order_by("-version"))
    if not found:
        raise Http404
    return found
