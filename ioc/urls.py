"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from ioc import health, metrics, monitor_urls, pages, schema
from services.directory.access import access
from services.reports.api import AlertWhy, BoardSeen, BoardSince, TicketWhy
from services.reports.incident.api import AlertIncident

handler400 = "ioc.errors.bad_request"
handler403 = "ioc.errors.permission_denied"
handler404 = "ioc.errors.not_found"
handler500 = "ioc.errors.server_error"

urlpatterns = [
    path("", pages.home, name="home"),
    path("", include(monitor_urls.pages)),
    path("i18n/setlang/", access("portal.use")(set_language), name="set_language"),
    path("accounts/", include("ioc.account_urls")),
    path("tickets/", include("services.tickets.page_urls")),
    path("t/", include("services.tickets.links.urls")),
    path("alerts/", include("services.alerts.page_urls")),
    path("incidents/", include("services.reports.incidents.urls")),
    path("reports/", include("services.reports.page_urls")),
    path("notifications/", include("services.notify.page_urls")),
    path("indicators/deliver/", include("services.indicators.delivery_urls")),
    path("indicators/", include("services.indicators.page_urls")),
    path("wall/", include("services.wall.page_urls")),
    path("duty/handover/", include("services.handover.page_urls")),
    path("duty/", include("services.duty.page_urls")),
    path("tiles/", include("services.maps.tile_urls")),
    path("screen/", include("services.screens.screen_urls")),
    path("screens/", include("services.screens.page_urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("api/schema/", schema.SchemaView.as_view(), name="schema"),
    path("api/docs/", schema.DocsView.as_view(), name="docs"),
    path("api/intake/", include("services.intake.urls")),
    path("api/alerts/<uuid:public_id>/why/", AlertWhy.as_view(), name="alert-why"),
    path("api/alerts/<uuid:public_id>/incident/", AlertIncident.as_view(), name="alert-incident"),
    path("api/alerts/", include("services.alerts.urls")),
    path("api/incidents/", include("services.incidents.urls")),
    path("api/maintenance/", include("services.alerts.maintenance_urls")),
    path("api/tickets/<uuid:public_id>/why/", TicketWhy.as_view(), name="ticket-why"),
    path("api/tickets/", include("services.tickets.urls")),
    path("api/policies/", include("services.tickets.ladder.urls")),
    path("api/casework/", include("services.tickets.casework.urls")),
    path("api/duty/", include("services.duty.urls")),
    path("api/handovers/", include("services.handover.urls")),
    path("api/notifications/", include("services.notify.urls")),
    path("api/directory/", include("services.directory.urls")),
    path("api/indicators/", include("services.indicators.urls")),
    path("api/boards/<slug:slug>/since/", BoardSince.as_view(), name="board-since"),
    path("api/boards/<slug:slug>/seen/", BoardSeen.as_view(), name="board-seen"),
    path("api/boards/", include("services.wall.urls")),
    path("api/layers/", include("services.maps.urls")),
    path("api/panels/", include("services.reports.urls")),
    path("api/reports/", include("services.reports.load.urls")),
    path("api/audit/", include("services.audit.urls")),
    path("api/", include(monitor_urls.api)),
]
