"""Pages for citizens: none; what sensors see is nobody's business outside."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
