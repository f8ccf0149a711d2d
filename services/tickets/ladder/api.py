"""Policies over HTTP: staff read them and play them through; supervisors and administrators write new versions."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import user_of
from services.kernel import clock
from services.kernel.idempotency import IdempotentMixin
from services.kernel.text import localised
from services.tickets.ladder import actions, selectors
from services.tickets.ladder.dryrun import Quiet, Telling
from services.tickets.ladder.rehearsal import Rehearsal, question, rehearse, title_of
from services.tickets.ladder.serializers import (
    AskedSerializer,
    PolicyContentSerializer,
    PolicyDetailSerializer,
    PolicyDryRunSerializer,
    PolicyListSerializer,
    PolicyNoteSerializer,
    PolicyReorderSerializer,
    PolicySerializer,
)
from services.tickets.models import Policy


def listed() -> dict[str, Any]:
    """Return every policy's newest version, in one statement."""
    rows = selectors.newest().select_related("author__person")
    return {"results": PolicySerializer(rows, many=True).data}


def detail(slug: str) -> dict[str, Any]:
    """Return a policy with its versions and today's warnings."""
    versions = selectors.history(slug)
    found = [{"field": one.field, "text": one.text} for one in actions.warnings_of(versions[0])]
    return {
        **PolicySerializer(versions[0]).data,
        "warnings": found,
        "versions": PolicySerializer(versions, many=True).data,
    }


class PolicyList(APIView):
    """All policies."""

    access = "policies.read"

    @extend_schema(operation_id="policies_list", responses=PolicyListSerializer)
    def get(self, request: Request) -> Response:
        """Return the newest version of each, in the order in which they are asked; retired ones are not in force."""
        del request
        return Response(listed())


class PolicyDetail(APIView):
    """One policy."""

    access = "policies.read"

    @extend_schema(operation_id="policies_retrieve", responses=PolicyDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return its newest version, warnings, and all versions."""
        del request
        return Response(detail(slug))


class _Write(IdempotentMixin, APIView):
    """A change of a policy, once for each Idempotency-Key."""

    access = "policies.write"

    def answer(self, request: Request, act: Callable[[], Policy], status: int = 200) -> Response:
        """Do it and return the policy as it is then."""
        return self.once(request, lambda: Response(detail(act().slug), status=status))


class PolicyNew(_Write):
    """A new policy."""

    @extend_schema(
        operation_id="policies_new", request=PolicyContentSerializer, responses={201: PolicyDetailSerializer}
    )
    def post(self, request: Request) -> Response:
        """Add it; 400 names every field that cannot be followed."""
        given, note, _version = _body(request)
        user = user_of(request)
        return self.answer(request, lambda: actions.add(draft=given, acting_user=user, note=note), 201)


class PolicyVersions(_Write):
    """The versions of a policy."""

    @extend_schema(
        operation_id="policies_edit", request=PolicyContentSerializer, responses={201: PolicyDetailSerializer}
    )
    def post(self, request: Request, slug: str) -> Response:
        """Write the next version; tickets that run keep theirs. 409 when ``version`` is no longer the newest."""
        given, note, version = _body(request)
        user = user_of(request)
        return self.answer(
            request,
            lambda: actions.edit(slug=slug, changes=given, acting_user=user, note=note, version=version),
            201,
        )


class PolicyActive(_Write):
    """Retire a policy or bring it back."""

    active = False

    @extend_schema(request=PolicyNoteSerializer, responses=PolicyDetailSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Do it by a new version; one that already is so stays."""
        asked = PolicyNoteSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        note, user = str(asked.validated_data.get("note", "")), user_of(request)
        act = lambda: actions.set_active(slug=slug, active=self.active, acting_user=user, note=note)  # noqa: E731
        return self.answer(request, act)


class PolicyReorder(_Write):
    """The order in which policies are asked."""

    @extend_schema(operation_id="policies_reorder", request=PolicyReorderSerializer, responses=PolicyListSerializer)
    def post(self, request: Request) -> Response:
        """Let the named policies exchange places; each whose number changes gets a new version."""
        asked = PolicyReorderSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user, slugs = user_of(request), asked.validated_data["order"]

        def act() -> Response:
            actions.reorder(slugs=slugs, acting_user=user, note=asked.validated_data.get("note", ""))
            return Response(listed())

        return self.once(request, act)


class PolicyDryRun(APIView):
    """What a policy would do."""

    access = "policies.read"

    @extend_schema(
        operation_id="policies_dry_run",
        parameters=[
            OpenApiParameter("start", OpenApiTypes.DATETIME, description="when it is found (default: now)"),
            OpenApiParameter("unit", OpenApiTypes.STR, description="a unit's code"),
            OpenApiParameter("department", OpenApiTypes.STR, description="a department's slug"),
            OpenApiParameter("severity", OpenApiTypes.STR, description="default: the policy's least"),
            OpenApiParameter("version", OpenApiTypes.INT, description="default: the newest"),
        ],
        responses=PolicyDryRunSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Return who would be told what and when from ``start`` on if nobody answered. Nothing is stored or sent."""
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        policy = version_of(selectors.history(slug), given.get("version"))
        start = given.get("start") or clock.now(settings.IOC_REALM)
        severity = given["severity"] or policy.severity_name
        put = question(start=start, unit=given["unit"], department=given["department"], severity=severity)
        return Response(PolicyDryRunSerializer(played(policy, rehearse(policy, put))).data)


def version_of(versions: list[Policy], number: int | None) -> Policy:
    """Return the version of that number, the newest without one; Http404 for one that never was."""
    found = next((one for one in versions if number in {None, one.version}), None)
    if found is None:
        raise Http404
    return found


def played(policy: Policy, rehearsal: Rehearsal) -> dict[str, Any]:
    """Return a dry run as the API shows it."""
    result = rehearsal.result
    return {
        "policy": policy.slug,
        "version": policy.version,
        "fits": rehearsal.fits,
        "opens": policy.opens,
        "acknowledgements": policy.acknowledgements,
        "start": result.start,
        "due_at": result.due_at,
        "rows": [_row(rehearsal, one) for one in result.tellings],
        "quiet": [_quiet(one) for one in result.quiet],
    }


def _row(rehearsal: Rehearsal, one: Telling[Any]) -> dict[str, Any]:
    title = title_of(rehearsal, one.step, one.turn)
    return {
        "step": one.step,
        "turn": one.turn,
        "title": title,
        "text": localised(title),
        "planned_at": one.planned,
        "at": one.at,
        "until": one.until,
        "early": one.early,
        "nobody": one.nobody,
        "people": [{"id": person.public_id, "name": person.full_name} for person in one.people],
    }


def _quiet(one: Quiet) -> dict[str, Any]:
    return {"start": one.start, "end": one.end, "minutes": one.minutes, "days_off": list(one.off)}


def _body(request: Request) -> tuple[dict[str, Any], str, int | None]:
    """Return what came: the policy's fields, the note, and the version that was edited."""
    if not isinstance(request.data, Mapping):
        raise ValidationError({"": [_("an object with the fields of a policy")]})
    given = {str(name): value for name, value in request.data.items()}
    note, version = given.pop("note", ""), given.pop("version", None)
    if not isinstance(note, str):
        raise ValidationError({"note": [_("a text")]})
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise ValidationError({"version": [_("a whole number")]})
    return given, note, version
