"""The whole monitor on one screen."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_noop

from monitors.field_reports.actions import follow
from monitors.field_reports.feeds import ReportPayload, store
from monitors.field_reports.layers import LAYERS
from monitors.field_reports.pages import PAGES, facts
from monitors.field_reports.panels import PANELS, RECORDS
from monitors.field_reports.publishing import publish
from monitors.field_reports.rules import RULES
from services.contract import Monitor, Source

MONITOR = Monitor(
    slug="field_reports",
    title=gettext_noop("Field reports"),
    department="trung-tam-ioc",
    position=7,
    sources=(
        Source(
            slug="portal",
            title=gettext_noop("Reports from citizens"),
            kind="event",
            payload=ReportPayload,
            store=store,
            silent_after=timedelta(hours=24),
        ),
    ),
    rules=RULES,
    panels=PANELS,
    layers=LAYERS,
    records=RECORDS,
    pages=PAGES,
    follow=follow,
    facts=facts,
    publish=publish,
    board=Path(__file__).with_name("board.toml"),
)
