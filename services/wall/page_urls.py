"""Addresses below ``/wall/``."""

from django.urls import path

from services.wall import pages

urlpatterns = [
    path("", pages.wall, name="wall"),
    path("messages/<str:language>.json", pages.messages, name="wall-messages"),
    path("<slug:slug>/", pages.wall, name="wall-board"),
]
