"""Pages for citizens: none. Agencies' on-time rates will stand on the portal's page of published figures."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
