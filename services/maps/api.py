"""The layers of the map, and what stands at a place, over HTTP."""

from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.contract import SEVERITY_CHOICES, Scope
from services.directory.access import streams_of
from services.kernel import clock
from services.maps import catalog, reading
from services.maps.grid import NoSuchTileError, read_cell

CELL = OpenApiParameter("cell", OpenApiTypes.STR, required=True, description="<zoom>-<column>-<row>, as tiles give it")


class LookSerializer(serializers.Serializer[Any]):
    """One way that places of a layer are drawn: words of the legend, drawing of the icon, severity if it has one."""

    title = serializers.DictField()
    icon = serializers.CharField()
    severity = serializers.ChoiceField(choices=SEVERITY_CHOICES, allow_null=True)


class PropertySerializer(serializers.Serializer[Any]):
    """What a place tells: the property's name, its heading, and what its codes mean."""

    name = serializers.CharField()
    title = serializers.DictField()
    words = serializers.DictField()


class LayerSerializer(serializers.Serializer[Any]):
    """A layer: where its tiles are, and what a map needs to draw and explain it."""

    name = serializers.CharField()
    monitor = serializers.CharField(allow_null=True)
    monitor_title = serializers.DictField(allow_null=True)
    title = serializers.DictField()
    audience = serializers.ChoiceField(choices=[("public", "public"), ("staff", "staff")])
    geometry = serializers.ChoiceField(choices=[("point", "point"), ("area", "area")])
    tiles = serializers.CharField()
    objects = serializers.CharField()
    icon = serializers.CharField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    figure = serializers.CharField(allow_blank=True)
    looks = LookSerializer(many=True)
    properties = PropertySerializer(many=True)
    address = serializers.CharField(allow_blank=True)


class StandingSerializer(serializers.Serializer[Any]):
    """One thing on the map; ``look`` is the place of its look in the layer's list, ``muted`` true when it is old."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    look = serializers.IntegerField()
    muted = serializers.BooleanField()
    properties = serializers.DictField()


class ObjectsSerializer(serializers.Serializer[Any]):
    """How many things stand in a cell, and the first of them, worst first."""

    total = serializers.IntegerField()
    objects = StandingSerializer(many=True)


class LayerList(APIView):
    """The layers that the reader may see."""

    access = "layers.read"

    @extend_schema(responses=LayerSerializer(many=True), operation_id="layers_list")
    def get(self, request: Request) -> Response:
        """Return them in the order of their monitors."""
        scope = Scope(settings.IOC_REALM, clock.now(settings.IOC_REALM))
        return Response(LayerSerializer(catalog.described(streams_of(request.user), scope), many=True).data)


class LayerObjects(APIView):
    """What stands in one cell of a layer's tiles."""

    access = "layers.read"

    @extend_schema(parameters=[CELL], responses=ObjectsSerializer, operation_id="layers_objects")
    def get(self, request: Request, layer: str) -> Response:
        """Return the things in the cell; 404 when the layer is not there for the reader, 400 for no cell."""
        now = clock.now(settings.IOC_REALM)
        reader = reading.Reader(settings.IOC_REALM, now, streams_of(request.user))
        try:
            total, found = reading.standing(layer, read_cell(request.query_params.get("cell", "")), reader)
        except NoSuchTileError as error:
            raise ValidationError({"cell": ["<zoom>-<column>-<row>"]}) from error
        except catalog.UnknownLayerError as error:
            raise NotFound from error
        return Response(ObjectsSerializer({"total": total, "objects": found}).data)
