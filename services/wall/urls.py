"""Addresses below ``/api/boards/``."""

from django.urls import path

from services.wall import api, replay_api

urlpatterns = [
    path("", api.BoardList.as_view(), name="board-list"),
    path("<slug:slug>/", api.BoardDetail.as_view(), name="board-detail"),
    path("<slug:slug>/tiles/", api.BoardTiles.as_view(), name="board-tiles"),
    path("<slug:slug>/timeline/", replay_api.BoardTimeline.as_view(), name="board-timeline"),
    path("<slug:slug>/annotations/", replay_api.BoardAnnotations.as_view(), name="board-annotations"),
]
