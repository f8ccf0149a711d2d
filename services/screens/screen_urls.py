"""The one address that an unattended screen opens: /screen/."""

from django.urls import path

from services.screens import pages

urlpatterns = [path("", pages.screen, name="screen")]
