"""Pages for citizens: none; how many pupils a school misses today is told to those who look after it."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
