"""Tickets and policies in Django admin: tickets to be looked at, policies by version."""

from django.contrib import admin

from services.kernel.admin import ReadOnlyAdmin
from services.tickets.flow import admin as flow_admin
from services.tickets.models import Policy, Ticket

__all__ = ["PolicyAdmin", "TicketAdmin", "flow_admin"]


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    """Read-only: what happens to a ticket happens by verbs."""

    list_display = ("code", "realm", "monitor", "severity", "state", "opened_at", "due_at", "step_index")
    list_filter = ("realm", "monitor", "state", "severity")
    search_fields = ("code", "public_id")


@admin.register(Policy)
class PolicyAdmin(ReadOnlyAdmin):
    """Read-only: policies are versions, written by ``load_policies``."""

    list_display = ("slug", "version", "order", "monitor", "rule", "severity", "opens")
