"""Django's admin, for whom the access table lets in: a flag on the account alone opens nothing."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.urls import reverse

from services.directory.access import access, may


class Site(admin.AdminSite):
    """Signing in happens where everybody signs in; whoever is signed in and no administrator finds nothing here."""

    access = "admin.use"

    def has_permission(self, request: HttpRequest) -> bool:
        """Ask the access table."""
        return may(request.user, self.access)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Guard a page of the admin as every other page is guarded."""
        return access(self.access)(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Send strangers to the page where everybody signs in."""
        del extra_context
        return redirect_to_login(request.GET.get("next", reverse("admin:index", current_app=self.name)))
