"""Addresses of the wall's websocket."""

from django.urls import path

from services.wall.consumers import WallConsumer

websocket_urlpatterns = [path("ws/wall/", WallConsumer.as_asgi())]
