"""Pages for citizens: none yet; warnings to the public go out by other ways."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
