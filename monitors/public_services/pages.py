"""Pages for citizens: none yet; the look-up of a dossier will stand here (``selectors.dossier_by_code`` answers it)."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
