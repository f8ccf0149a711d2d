"""Addresses under ``/api/directory/``."""

from django.urls import path

from services.directory import api

urlpatterns = [
    path("units/", api.UnitList.as_view(), name="directory-units"),
    path("units.geojson", api.UnitMap.as_view(), name="directory-unit-map"),
    path("units/<slug:code>/", api.UnitDetail.as_view(), name="directory-unit"),
    path("departments/", api.DepartmentList.as_view(), name="directory-departments"),
    path("people/", api.PersonList.as_view(), name="directory-people"),
]
