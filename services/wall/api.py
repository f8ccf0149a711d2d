"""Boards over HTTP: what there is to show, and a snapshot of what it shows or showed."""

import json
from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import streams_of, user_of
from services.wall import history
from services.wall.asked import asked_board
from services.wall.moments import MomentError, moment, recorded
from services.wall.overrides import boards_of, role_of
from services.wall.replay import state_at
from services.wall.replay_api import refusal

AT = OpenApiParameter("at", OpenApiTypes.DATETIME, description="a moment of the last 90 days (default: now)")


class PlacedTileSerializer(serializers.Serializer[Any]):
    """What stands where on the grid, counted from 1; a number without a monitor keeps the place of one to come."""

    kind = serializers.CharField()
    monitor = serializers.CharField(allow_null=True)
    panel = serializers.CharField(allow_null=True)
    title = serializers.DictField(allow_null=True)
    text = serializers.DictField(allow_null=True)
    col = serializers.IntegerField()
    row = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()


class BoardSerializer(serializers.Serializer[Any]):
    """A board: its grid and what stands on it, and how many seconds it stays where boards take turns."""

    slug = serializers.CharField()
    title = serializers.DictField()
    monitor = serializers.CharField(allow_null=True)
    version = serializers.CharField()
    seconds = serializers.IntegerField()
    columns = serializers.IntegerField()
    rows = serializers.IntegerField()
    tiles = PlacedTileSerializer(many=True)


class TilesSerializer(serializers.Serializer[Any]):
    """A board at one moment, as far as the reader may see it."""

    epoch = serializers.CharField()
    seq = serializers.IntegerField()
    now = serializers.DateTimeField()
    tiles = serializers.ListField(child=serializers.DictField())
    totals = serializers.DictField()


class BoardList(APIView):
    """Every board."""

    access = "boards.read"

    @extend_schema(responses=BoardSerializer(many=True), operation_id="boards_list")
    def get(self, request: Request) -> Response:
        """Return the boards that the reader's role is offered, in its order."""
        return Response(BoardSerializer(boards_of(role_of(user_of(request))), many=True).data)


class BoardDetail(APIView):
    """One board."""

    access = "boards.read"

    @extend_schema(responses=BoardSerializer, operation_id="boards_retrieve")
    def get(self, request: Request, slug: str) -> Response:
        """Return it as the reader's role gets it; 404 when there is none of that name."""
        return Response(BoardSerializer(asked_board(request, slug)).data)


class BoardTiles(APIView):
    """What a board shows."""

    access = "wall.read"

    @extend_schema(parameters=[AT], responses=TilesSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return a snapshot of the reader's own scopes: of now, or of the moment ``at``; 400 when it was not kept."""
        wanted, streams = asked_board(request, slug), streams_of(user_of(request))
        if "at" in request.query_params:
            try:
                at = moment(request.query_params["at"], recorded(settings.IOC_REALM))
            except MomentError as error:
                return refusal(error)
            shot = state_at(settings.IOC_REALM, wanted, streams, at)
        else:
            shot = history.snapshot(settings.IOC_REALM, wanted, streams)
        tiles, totals = json.loads(shot.tiles), json.loads(shot.totals)
        body = {"epoch": shot.epoch, "seq": shot.seq, "now": shot.now, "tiles": tiles, "totals": totals}
        return Response(TilesSerializer(body).data)
