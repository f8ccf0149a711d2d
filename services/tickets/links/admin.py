"""Links to tickets in the admin: who has one and until when, never the address; one that went astray is ended here."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from services.directory.access import user_of
from services.kernel.admin import ReadOnlyAdmin
from services.tickets.links.actions import revoke
from services.tickets.models import PhoneLink


@admin.register(PhoneLink)
class PhoneLinkAdmin(ReadOnlyAdmin):
    """Read-only but for ending a link; its key opens the ticket, so it is shown nowhere."""

    list_display = ("ticket", "person", "realm", "created_at", "expires_at", "used_at", "revoked_at")
    list_filter = ("realm",)
    list_select_related = ("ticket", "person")
    search_fields = ("ticket__code", "person__search_name")
    fields = ("ticket", "person", "realm", "created_at", "expires_at", "used_at", "revoked_at")
    actions = ("end",)

    @admin.action(description=_("End the chosen links"))
    def end(self, request: HttpRequest, queryset: QuerySet[PhoneLink]) -> None:
        """End each at once, and all others that its person has to that ticket."""
        found = queryset.select_related("ticket", "person")
        ended = sum(revoke(link.ticket, link.person, user_of(request)) for link in found)
        self.message_user(request, gettext("{count} links have ended.").format(count=ended), messages.SUCCESS)
