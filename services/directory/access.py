"""Who may do what, and to which rows: the one table that API, pages, websocket frames and admin ask.

``TABLE`` maps action × role to how far the role reaches: its ``own`` rows, those of its ``unit`` or ``department``, or
``all``. A missing cell means no. What is out of reach answers 404, in lists by absence, in details by not being found.

A view names its action: ``access = "tickets.read"`` on a class, ``@access("tickets.read")`` on a function.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Final, Literal, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from services.directory.grants import Grants, account_of, grants_of
from services.directory.models import User

Reach = Literal["own", "place", "all"]
"""``place`` is the grant's unit or department: a commune's officer reaches that unit, a sở's that department."""

Reader = User | AnonymousUser
M = TypeVar("M", bound=Model)

ROLES: Final = (
    "anonymous",
    "citizen",
    "officer",
    "head",
    "operator",
    "supervisor",
    "leader",
    "auditor",
    "admin",
    "kiosk",
    "local_kiosk",
)

_EVERYBODY: Final[Mapping[str, Reach]] = dict.fromkeys(ROLES, "all")
_CENTRE: Final[Mapping[str, Reach]] = {"operator": "all", "supervisor": "all"}
_PLACED: Final[Mapping[str, Reach]] = {"officer": "place", "head": "place"}
_READERS: Final[Mapping[str, Reach]] = {**_PLACED, **_CENTRE, "leader": "all", "auditor": "all", "admin": "all"}
_STAFF: Final[Mapping[str, Reach]] = dict.fromkeys(_READERS, "all")
_WATCHERS: Final[Mapping[str, Reach]] = {**_READERS, "kiosk": "all", "local_kiosk": "place"}
"""Whoever may look at a wall, screens that nobody attends among them: those see it and nothing behind it."""

TABLE: Final[Mapping[str, Mapping[str, Reach]]] = {
    # what the wall and its boards show
    # public layers of the map for everybody; the others hold what the reader's place of the wall holds
    "layers.read": _EVERYBODY,
    # one's own mark on a board: what came since is what changed
    "wall.look": {role: reach for role, reach in _READERS.items() if role != "auditor"},
    # notes about a moment of a board, in the replay and in reports of an incident
    "wall.annotate": {**_CENTRE, "leader": "all"},
    "wall.read": _WATCHERS,
    "boards.read": _WATCHERS,
    # who lets an unattended screen show a wall
    "screens.manage": {"supervisor": "all", "admin": "all"},
    "indicators.read": _READERS,
    # a department delivers its own indicators, a commune its own values
    "indicators.deliver": {**_PLACED, **_CENTRE, "admin": "all"},
    "indicators.deliveries.read": _READERS,
    # who answers for figures says when a period of them is final
    "indicators.close": {"head": "place", **_CENTRE},
    # alerts: the centre decides; the place concerned may say "seen" and "done"
    "alerts.read": _READERS,
    "alerts.acknowledge": {**_PLACED, **_CENTRE, "leader": "all"},
    "alerts.shelve": _CENTRE,
    "alerts.suppress": {"supervisor": "all"},
    "alerts.resolve": {"head": "place", **_CENTRE},
    "alerts.reopen": {"head": "place", **_CENTRE},
    "alerts.merge": _CENTRE,
    # announced work explains alerts before they come: the supervisor's to set, everybody's of the centre to know
    "maintenance.read": {**_CENTRE, "leader": "all", "auditor": "all", "admin": "all"},
    "maintenance.manage": {"supervisor": "all", "admin": "all"},
    # several alerts of one place and time
    "incidents.read": _READERS,
    "incidents.change": _CENTRE,
    # how many alerts an operator position has to bear
    "alerts.load": {**_CENTRE, "leader": "all", "auditor": "all", "admin": "all"},
    # tickets: whoever handles acts; whoever answers for the result approves it
    "tickets.read": {**_READERS, "citizen": "own"},
    "tickets.act": {**_PLACED, **_CENTRE, "leader": "all"},
    "tickets.approve": {"head": "place", **_CENTRE, "leader": "all"},
    "tickets.reject": {"head": "place", **_CENTRE, "leader": "all"},
    # figures about the work, each for the places the reader reaches
    "tickets.statistics": _READERS,
    # filters kept under a name: everybody's own, an auditor's only on the page
    "tickets.views": {role: "own" for role in _READERS if role != "auditor"},
    # checklists and standard texts: read by whoever works with tickets, written by who answers for the shift
    "casework.read": _STAFF,
    "casework.write": {"supervisor": "all", "admin": "all"},
    # a directive: a task with a day, for any office
    "tickets.direct": {"leader": "all"},
    # policies: who is told what and when is no secret inside the house; who changes it answers for the shift
    "policies.read": _STAFF,
    "policies.write": {"supervisor": "all", "admin": "all"},
    # duty: whoever works here sees it; who answers for a roster writes it; swaps and leaves are people's own
    "duty.read": _STAFF,
    "duty.write": {"head": "place", "supervisor": "all", "admin": "all"},
    "duty.own": {
        **dict.fromkeys(("officer", "head", "operator", "leader"), "own"),
        "supervisor": "all",
        "admin": "all",
    },
    "duty.subscribe": {role: "all" for role in _STAFF if role != "auditor"},
    # the log of shifts tells what is open anywhere: the roster's department and the centre read it
    "handovers.read": _READERS,
    "handovers.write": {**_PLACED, **_CENTRE, "leader": "all"},
    # messages to oneself, and what one wishes of them
    "notifications.use": {role: "own" for role in _READERS if role != "auditor"},
    # what went out to whom, without the words; who sees to what failed
    "notifications.outbox": {"supervisor": "all", "auditor": "all", "admin": "all"},
    "notifications.resend": {"supervisor": "all"},
    # gateways say with a secret of theirs what arrived, never with a person's session, so the row is empty
    "notifications.receipt": {},
    # intake: sources send with tokens, never with a person's session, so the row that sends is empty
    "intake.send": {},
    "intake.batches.read": {**_CENTRE, "auditor": "all", "admin": "all"},
    "intake.quarantine.read": {**_CENTRE, "auditor": "all", "admin": "all"},
    "intake.quarantine.correct": {**_CENTRE, "admin": "all"},
    # records of the monitors, without their reporters
    "records.read": {**_READERS, "citizen": "own"},
    # what officials report themselves, for their own place: a commune's cases of a disease
    "records.report": _PLACED,
    # cameras: whose AI said something is confirmed by people; who looks at a picture is written down
    "camera_events.review": {**_PLACED, **_CENTRE},
    "camera_pictures.read": {**_PLACED, **_CENTRE, "leader": "all"},
    # who a reporter is: hidden from the handling agency and from the public
    "subjects.read": {**_CENTRE, "citizen": "own"},
    # directory
    "directory.read": _EVERYBODY,
    "directory.people.read": _STAFF,
    # the rest
    "audit.read": {"supervisor": "all", "auditor": "all", "admin": "all"},
    "portal.use": _EVERYBODY,
    "accounts.use": _EVERYBODY,
    "schema.read": _EVERYBODY,
    "health.read": _EVERYBODY,
    "admin.use": {"admin": "all"},
}


class UnknownActionError(LookupError):
    """The table has no row of that name: a typing error in a view, not a refusal."""


@dataclass(frozen=True, slots=True)
class Scope:
    """How far a reader reaches for one action: everything, or these units and departments, or the reader's own rows.

    ``units`` holds the ids of every version of each unit (a renamed commune keeps its officers).
    """

    everything: bool = False
    units: frozenset[int] = frozenset()
    departments: frozenset[int] = frozenset()
    own: int | None = None

    @property
    def is_empty(self) -> bool:
        """True when nothing at all can be reached."""
        return not (self.everything or self.units or self.departments or self.own)

    def covers(
        self, *, unit_id: int | None = None, department_id: int | None = None, owner_id: int | None = None
    ) -> bool:
        """Tell whether a row of that unit, department and owner is within reach."""
        return (
            self.everything
            or (unit_id is not None and unit_id in self.units)
            or (department_id is not None and department_id in self.departments)
            or (owner_id is not None and owner_id == self.own)
        )


def roles_of(user: Reader) -> frozenset[str]:
    """Return the user's roles; every person signed in is at least a citizen, a superuser an administrator."""
    return grants_of(user).roles


def scope_of(user: Reader, action: str) -> Scope | None:
    """Return how far ``user`` reaches for ``action``, None when not at all; UnknownActionError for a wrong name."""
    grants = grants_of(user)
    if action not in grants.scopes:
        grants.scopes[action] = _scope(user, action, grants)
    return grants.scopes[action]


def _scope(user: Reader, action: str, grants: Grants) -> Scope | None:
    row = _row(action)
    allowed = {role: row[role] for role in grants.roles if role in row}
    if not allowed:
        return None
    if "all" in allowed.values():
        return Scope(everything=True)
    placed = [role for role, reach in allowed.items() if reach == "place"]
    scope = Scope(
        units=frozenset().union(*(grants.units.get(role, frozenset()) for role in placed)),
        departments=frozenset().union(*(grants.departments.get(role, frozenset()) for role in placed)),
        own=user.pk if "own" in allowed.values() else None,
    )
    return None if scope.is_empty else scope


def may(user: Reader, action: str) -> bool:
    """Tell whether ``user`` may do ``action`` to anything at all."""
    return scope_of(user, action) is not None


def limit(
    queryset: QuerySet[M],
    user: Reader,
    action: str,
    *,
    unit: str | None = "unit",
    department: str | None = "department",
    owner: str | None = None,
) -> QuerySet[M]:
    """Return the rows of ``queryset`` within reach; the rest are filtered out.

    ``unit``, ``department`` and ``owner`` are lookup paths to the row's unit, department and user (None: it has none).
    """
    scope = scope_of(user, action)
    if scope is None:
        return queryset.none()
    if scope.everything:
        return queryset
    condition = Q(pk__in=())
    for path, value in ((unit, scope.units), (department, scope.departments)):
        if path and value:
            condition |= Q(**{f"{path}__in": sorted(value)})
    if owner and scope.own:
        condition |= Q(**{owner: scope.own})
    return queryset.filter(condition)


def streams_of(user: Reader, action: str = "wall.read") -> list[str]:
    """Return the wall streams the user may watch: ``province``, or ``unit:<code>`` and ``department:<slug>``."""
    scope = scope_of(user, action)
    if scope is None:
        return []
    return ["province"] if scope.everything else list(grants_of(user).streams)


def _row(action: str) -> Mapping[str, Reach]:
    try:
        return TABLE[action]
    except KeyError:
        message = f"access table has no action {action!r}"
        raise UnknownActionError(message) from None


# --- at the doors ----------------------------------------------------------------------------------------------------

View = Callable[..., HttpResponseBase]


def access(action: str) -> Callable[[View], View]:
    """Guard a page function: anonymous readers are sent to sign in, others out of reach get 404."""
    _row(action)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            refusal = _refusal(request, action)
            return refusal or view(request, *args, **kwargs)

        guarded.access = action  # type: ignore[attr-defined]
        return guarded

    return decorate


class AccessMixin:
    """Guard a class-based page by its ``access`` attribute, as ``access()`` guards a function."""

    access: str

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer the request when the reader's role reaches the page."""
        response: HttpResponseBase = _refusal(request, self.access) or super().dispatch(  # type: ignore[misc]
            request, *args, **kwargs
        )
        return response


class AccessPermission(BasePermission):
    """Guard a REST view by its ``access`` attribute: anonymous readers get 401 or 403, others out of reach 404.

    An extra action of a viewset names its own: ``@action(…, access="tickets.act")``.
    """

    def has_permission(self, request: Request, view: object) -> bool:
        """Return True when the reader's role reaches the view's action; Http404 when a signed-in one's does not."""
        action = getattr(view, "access", None)
        if action is None:
            message = f"{type(view).__name__} names no access action"
            raise ImproperlyConfigured(message)
        if may(request.user, action):
            return True
        if isinstance(request.user, User):
            raise Http404
        return False

    def open_to_all(self, view: object) -> bool:
        """Tell whether nobody needs to sign in for the view, for the API's description."""
        return may(AnonymousUser(), getattr(view, "access", ""))


def user_of(request: HttpRequest | Request) -> User:
    """Return the signed-in account behind a request; Http404 for anybody else (a guard has let them in by mistake).

    It is the account itself, not the stand-in that a request carries: each look at that one costs several calls.
    """
    if not isinstance(request.user, User):
        raise Http404
    return account_of(request.user)


def _refusal(request: HttpRequest, action: str) -> HttpResponseBase | None:
    if may(request.user, action):
        return None
    if isinstance(request.user, User):
        raise Http404
    return redirect_to_login(request.get_full_path())
