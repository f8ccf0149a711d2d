"""Addresses below ``/tiles/``."""

from django.urls import path

from services.maps import pages

urlpatterns = [path("<str:layer>/<int:z>/<int:x>/<int:y>.pbf", pages.tile, name="tile")]
