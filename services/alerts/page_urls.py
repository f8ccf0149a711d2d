"""Addresses of the alerts' own pages, below /alerts/."""

from django.urls import path

from services.alerts import edit_pages, pages

app_name = "alerts"
urlpatterns = [
    path("maintenance/", pages.maintenance_list, name="maintenance"),
    path("maintenance/set/", pages.set_ahead, name="maintenance-set"),
    path("maintenance/<uuid:public_id>/edit/", edit_pages.edit, name="maintenance-edit-ahead"),
    path("maintenance/<uuid:public_id>/end/", pages.end, name="maintenance-end-now"),
    path("maintenance/<uuid:public_id>/extend/", pages.extend, name="maintenance-extend-by"),
    path("maintenance/<uuid:public_id>/cancel/", pages.cancel, name="maintenance-cancel-all"),
]
