"""Boards over HTTP: what there is to show, and a snapshot of what it shows."""

import json
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.directory.access import streams_of, user_of
from services.wall import history
from services.wall.boards import Board, UnknownBoardError
from services.wall.overrides import board_of, boards_of, role_of


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


def asked_board(request: Request, slug: str) -> Board:
    """Return a board as the reader's role gets it; 404 when there is none of that name."""
    try:
        return board_of(slug, role_of(user_of(request)))
    except UnknownBoardError as error:
        raise NotFound from error


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
    """What a board shows now."""

    access = "wall.read"

    @extend_schema(responses=TilesSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Return a snapshot of the reader's own scopes."""
        shot = history.snapshot(settings.IOC_REALM, asked_board(request, slug), streams_of(user_of(request)))
        tiles, totals = json.loads(shot.tiles), json.loads(shot.totals)
        body = {"epoch": shot.epoch, "seq": shot.seq, "now": shot.now, "tiles": tiles, "totals": totals}
        return Response(TilesSerializer(body).data)
