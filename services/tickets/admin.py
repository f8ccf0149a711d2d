"""Tickets and policies in Django admin: tickets to be looked at, policies to be written version by version."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from services.directory.access import user_of
from services.kernel.admin import ReadOnlyAdmin
from services.kernel.problems import InvalidInputError
from services.tickets.flow import admin as flow_admin
from services.tickets.ladder import actions, selectors
from services.tickets.ladder.forms import PolicyForm
from services.tickets.ladder.shapes import FIELDS
from services.tickets.links import admin as link_admin
from services.tickets.models import Policy, Ticket

__all__ = ["PolicyAdmin", "TicketAdmin", "flow_admin", "link_admin"]


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    """Read-only: what happens to a ticket happens by verbs."""

    list_display = ("code", "realm", "monitor", "severity", "state", "opened_at", "due_at", "step_index")
    list_filter = ("realm", "monitor", "state", "severity")
    search_fields = ("code", "public_id")


class NewestFilter(admin.SimpleListFilter):
    """The newest versions alone, unless all are asked for."""

    title = _("version")
    parameter_name = "versions"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choice beside the usual one."""
        del request, model_admin
        return [("all", _("all versions"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Policy]) -> QuerySet[Policy]:
        """Keep the newest of each."""
        del request
        if self.value() == "all":
            return queryset
        latest = Policy.objects.filter(slug=OuterRef("slug")).order_by("-version").values("pk")[:1]
        return queryset.filter(pk=Subquery(latest))


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Saving writes the next version through the action; an older version can only be looked at, none is deleted."""

    form = PolicyForm
    list_display = ("slug", "version", "order", "monitor", "rule", "severity", "opens", "active", "author")
    list_filter = (NewestFilter, "active", "opens", "monitor")
    list_select_related = ("author",)
    search_fields = ("slug", "rule")
    ordering = ("order", "slug", "-version")
    fields = (*FIELDS, "note", "versions")
    readonly_fields = ("versions",)
    actions = ("retire", "activate")

    @admin.display(description=_("versions"))
    def versions(self, policy: Policy) -> SafeString:
        """Return links to all versions of the policy, with who wrote them and why."""
        if not policy.pk:
            return SafeString("")
        rows = (
            (reverse("admin:tickets_policy_change", args=[one.pk]), one.version, one.author or one.origin, one.note)
            for one in selectors.history(policy.slug)
        )
        return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a> {} {}</li>', rows))

    def get_readonly_fields(self, request: HttpRequest, obj: Policy | None = None) -> tuple[str, ...]:
        """Return the name too once there is a version: it never changes."""
        del request
        return ("slug", "versions") if obj else ("versions",)

    def has_change_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        """Let the newest version alone be edited."""
        if obj is not None and Policy.objects.filter(slug=obj.slug, version__gt=obj.version).exists():
            return False
        return bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        """Return False: a policy is retired, its versions are the history of tickets."""
        del request, obj
        return False

    def save_model(self, request: HttpRequest, obj: Policy, form: PolicyForm, change: bool) -> None:
        """Write the next version; the row that was opened stays as it is."""
        draft, note = form.draft(), form.cleaned_data["note"]
        if change:
            made = actions.edit(
                slug=draft["slug"], changes=draft, acting_user=user_of(request), note=note, version=obj.version
            )
        else:
            made = actions.add(draft=draft, acting_user=user_of(request), note=note)
        obj.pk, obj.slug, obj.version = made.pk, made.slug, made.version

    @admin.action(description=_("Retire the chosen policies"))
    def retire(self, request: HttpRequest, queryset: QuerySet[Policy]) -> None:
        """Retire each through the action."""
        self._set_active(request, queryset, active=False)

    @admin.action(description=_("Bring the chosen policies back"))
    def activate(self, request: HttpRequest, queryset: QuerySet[Policy]) -> None:
        """Bring each back through the action."""
        self._set_active(request, queryset, active=True)

    def _set_active(self, request: HttpRequest, queryset: QuerySet[Policy], *, active: bool) -> None:
        for slug in sorted(set(queryset.values_list("slug", flat=True))):
            try:
                actions.set_active(slug=slug, active=active, acting_user=user_of(request))
            except InvalidInputError as error:
                texts = (text for texts in error.errors.values() for text in texts)
                self.message_user(request, f"{slug}: {' '.join(texts)}", messages.ERROR)
