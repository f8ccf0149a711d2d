"""Addresses of whoever looks after the screens, below /screens/."""

from django.urls import path

from services.screens import pages

app_name = "screens"
urlpatterns = [
    path("", pages.screen_list, name="list"),
    path("admit/", pages.admit, name="admit"),
    path("<uuid:public_id>/", pages.settings_of, name="settings"),
    path("<uuid:public_id>/revoke/", pages.revoke, name="revoke"),
]
