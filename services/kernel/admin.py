"""The bases of admin pages for what only actions may change."""

from typing import Any

from django.contrib import admin


class _ReadOnly:
    """Refuses to add, change and delete, whoever asks."""

    def has_add_permission(self, *args: Any) -> bool:
        """Nobody adds here."""
        del args
        return False

    def has_change_permission(self, *args: Any) -> bool:
        """Nobody changes here."""
        del args
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        """Nobody deletes here."""
        del args
        return False


class ReadOnlyAdmin(_ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows rows and changes none."""


class ReadOnlyInline(_ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    """Shows the rows of a row and changes none."""

    extra = 0
