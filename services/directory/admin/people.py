"""Accounts, persons, appointments and roles in the admin."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from services.directory import actions
from services.directory.admin.base import AuditedAdmin
from services.directory.models import Appointment, Person, RoleGrant, User


class AppointmentInline(admin.TabularInline):  # type: ignore[type-arg]
    """What a person holds and held."""

    model = Appointment
    extra = 0
    autocomplete_fields = ("position", "department", "unit")


@admin.register(Person)
class PersonAdmin(AuditedAdmin):
    """Officials by given name."""

    list_display = ("full_name", "called_name", "phone", "email", "user")
    list_select_related = ("user",)
    search_fields = ("full_name", "search_name", "user__username")
    autocomplete_fields = ("user",)
    inlines = (AppointmentInline,)

    def before_save(self, obj: Person) -> None:
        """Keep what lists sort by and searching compares in step with the names."""
        obj.set_names(obj.full_name, obj.called_name)


class GrantInline(admin.TabularInline):  # type: ignore[type-arg]
    """What an account may be, and where."""

    model = RoleGrant
    extra = 0
    autocomplete_fields = ("unit", "department")


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    """Accounts. Who is an administrator follows from the roles, so Django's own flags are not edited."""

    list_display = ("username", "person", "email", "is_active", "last_login")
    list_filter = ("is_active", "grants__role")
    list_select_related = ("person",)
    search_fields = ("username", "email", "person__full_name")
    ordering = ("username",)
    filter_horizontal = ()
    inlines = (GrantInline,)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Contact"), {"fields": ("email", "language")}),
        (_("State"), {"fields": ("is_active", "last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Grant and revoke through the actions: they tell open connections and record who did it."""
        del form, change
        by = request.user if isinstance(request.user, User) else None
        formset.save(commit=False)
        changed = [row for row, _fields in formset.changed_objects]
        for grant in (*formset.deleted_objects, *changed):
            actions.revoke_role(grant=RoleGrant.objects.get(pk=grant.pk), acting_user=by)
        for grant in (*formset.new_objects, *changed):
            actions.grant_role(
                user=grant.user, role=grant.role, unit=grant.unit, department=grant.department, acting_user=by
            )
