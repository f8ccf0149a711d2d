"""Addresses below ``/api/layers/``."""

from django.urls import path

from services.maps import api

urlpatterns = [
    path("", api.LayerList.as_view(), name="layer-list"),
    path("<str:layer>/objects/", api.LayerObjects.as_view(), name="layer-objects"),
]
