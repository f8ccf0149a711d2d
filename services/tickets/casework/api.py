"""Checklists and standard texts over HTTP: staff read them, supervisors and administrators write them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import user_of
from services.kernel.idempotency import IdempotentMixin
from services.tickets.casework import actions, selectors
from services.tickets.casework.content import Template
from services.tickets.casework.serializers import (
    ChecklistEditSerializer,
    ChecklistListSerializer,
    ChecklistNewSerializer,
    ChecklistsAskedSerializer,
    ChecklistSerializer,
    TextEditSerializer,
    TextNewSerializer,
    TextsAskedSerializer,
    TextTemplateListSerializer,
    TextTemplateSerializer,
)
from services.tickets.models import Checklist, StandardText


class _Of(APIView):
    """A view of one kind of template."""

    kind: ClassVar[type[Template]]
    shown: ClassVar[type[serializers.BaseSerializer[Any]]]
    asked: ClassVar[type[serializers.Serializer[Any]]]

    def rows(self) -> QuerySet[Any]:
        """Return all of the kind."""
        return selectors.checklists() if self.kind is Checklist else selectors.texts()

    def answer(self, slug: str, status: int = 200) -> Response:
        """Return one as it is now."""
        return Response(self.shown(selectors.one(self.rows(), slug)).data, status=status)

    def listed(self, request: Request) -> Response:
        """Return those asked for."""
        asked = self.asked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = selectors.fitting(self.rows(), **asked.validated_data)
        return Response({"results": self.shown(rows, many=True).data})


class _Read(_Of):
    access = "casework.read"


class _Write(IdempotentMixin, _Of):
    access = "casework.write"
    active = False

    def add(self, request: Request) -> Response:
        """Add one."""
        given = self.read(request)
        slug, user = given.pop("slug"), user_of(request)

        def act() -> Response:
            actions.add(kind=self.kind, slug=slug, given=given, acting_user=user)
            return self.answer(slug, 201)

        return self.once(request, act)

    def edit(self, request: Request, slug: str) -> Response:
        """Change one."""
        selectors.one(self.rows(), slug)
        given = self.read(request)
        version, user = given.pop("version"), user_of(request)

        def act() -> Response:
            actions.edit(kind=self.kind, slug=slug, changes=given, version=version, acting_user=user)
            return self.answer(slug)

        return self.once(request, act)

    def turn(self, request: Request, slug: str) -> Response:
        """Retire one or bring it back."""
        user = user_of(request)

        def act() -> Response:
            actions.set_active(kind=self.kind, slug=slug, active=self.active, acting_user=user)
            return self.answer(slug)

        return self.once(request, act)

    def read(self, request: Request) -> dict[str, Any]:
        """Return what came, with nested values as plain ones."""
        given = self.asked(data=request.data)
        given.is_valid(raise_exception=True)
        return _plain(given.validated_data)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


class ChecklistList(_Read):
    """Checklists."""

    kind, shown, asked = Checklist, ChecklistSerializer, ChecklistsAskedSerializer

    @extend_schema(
        operation_id="casework_checklists_list",
        parameters=[ChecklistsAskedSerializer],
        responses=ChecklistListSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return them in the order in which they are laid."""
        return self.listed(request)


class ChecklistDetail(_Read):
    """One checklist."""

    kind, shown = Checklist, ChecklistSerializer

    @extend_schema(operation_id="casework_checklists_retrieve", responses=ChecklistSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return it with its items."""
        del request
        return self.answer(slug)


class ChecklistNew(_Write):
    """A new checklist."""

    kind, shown, asked = Checklist, ChecklistSerializer, ChecklistNewSerializer

    @extend_schema(
        operation_id="casework_checklists_new", request=ChecklistNewSerializer, responses={201: ChecklistSerializer}
    )
    def post(self, request: Request) -> Response:
        """Add it; tickets that open from now on get its items."""
        return self.add(request)


class ChecklistEdit(_Write):
    """Another text of a checklist."""

    kind, shown, asked = Checklist, ChecklistSerializer, ChecklistEditSerializer

    @extend_schema(
        operation_id="casework_checklists_edit", request=ChecklistEditSerializer, responses=ChecklistSerializer
    )
    def post(self, request: Request, slug: str) -> Response:
        """Change it; open tickets keep theirs. 409 when it was changed since ``version``."""
        return self.edit(request, slug)


class ChecklistActive(_Write):
    """Retire a checklist or bring it back."""

    kind, shown = Checklist, ChecklistSerializer

    @extend_schema(request=None, responses=ChecklistSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Do it; one that already is so stays."""
        return self.turn(request, slug)


class TextList(_Read):
    """Standard texts."""

    kind, shown, asked = StandardText, TextTemplateSerializer, TextsAskedSerializer

    @extend_schema(
        operation_id="casework_texts_list", parameters=[TextsAskedSerializer], responses=TextTemplateListSerializer
    )
    def get(self, request: Request) -> Response:
        """Return them in the order in which they are offered."""
        return self.listed(request)


class TextDetail(_Read):
    """One standard text."""

    kind, shown = StandardText, TextTemplateSerializer

    @extend_schema(operation_id="casework_texts_retrieve", responses=TextTemplateSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return it as it is kept; ``/api/tickets/<id>/texts/`` fills it in."""
        del request
        return self.answer(slug)


class TextNew(_Write):
    """A new standard text."""

    kind, shown, asked = StandardText, TextTemplateSerializer, TextNewSerializer

    @extend_schema(
        operation_id="casework_texts_new", request=TextNewSerializer, responses={201: TextTemplateSerializer}
    )
    def post(self, request: Request) -> Response:
        """Add it."""
        return self.add(request)


class TextEdit(_Write):
    """Other words of a standard text."""

    kind, shown, asked = StandardText, TextTemplateSerializer, TextEditSerializer

    @extend_schema(operation_id="casework_texts_edit", request=TextEditSerializer, responses=TextTemplateSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Change it; what was said stays said. 409 when it was changed since ``version``."""
        return self.edit(request, slug)


class TextActive(_Write):
    """Retire a standard text or bring it back."""

    kind, shown = StandardText, TextTemplateSerializer

    @extend_schema(request=None, responses=TextTemplateSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Do it; one that already is so stays."""
        return self.turn(request, slug)
