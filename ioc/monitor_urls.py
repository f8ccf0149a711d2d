"""The addresses that monitors bring: each may have ``api.py`` and ``pages.py`` with ``urlpatterns``."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver

from services import registry


def _collect(module: str) -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = []
    for monitor in registry.monitors():
        name = f"monitors.{monitor.slug}.{module}"
        if find_spec(name) is not None:
            found += getattr(import_module(name), "urlpatterns", [])
    return found


api = _collect("api")
pages = _collect("pages")
