"""Pages for citizens: none yet; how full a site is may be read from the layer of sites."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
