"""A stream's name becomes the scope a figure is computed in, when the reader may watch that stream."""

from django.db.models import QuerySet
from django.http import Http404

from services.contract import Scope
from services.directory.access import streams_of
from services.directory.models import Department, Unit, User
from services.kernel import clock


def scope_for(user: User, stream: str, realm: str) -> Scope:
    """Return the scope; Http404 when the stream is not the reader's or is no stream at all."""
    streams = streams_of(user)
    stream = stream or (streams[0] if streams else "")
    if stream not in streams and "province" not in streams:
        raise Http404
    kind, _sep, name = stream.partition(":")
    now = clock.now(realm)
    if kind == "province" and not name:
        return Scope(realm=realm, now=now)
    if kind == "unit" and _is_there(Unit.objects.filter(code=name), name):
        return Scope(realm=realm, now=now, unit=name)
    if kind == "department" and _is_there(Department.objects.filter(slug=name), name):
        return Scope(realm=realm, now=now, department=name)
    raise Http404


def _is_there(named: QuerySet[Unit] | QuerySet[Department], name: str) -> bool:
    return name.isascii() and name.isprintable() and named.exists()
