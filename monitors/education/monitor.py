"""The whole monitor on one screen."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_noop

from monitors.education.feeds import (
    AttendancePayload,
    SchoolPayload,
    adapt_attendance,
    adapt_school,
    store_attendance,
    store_schools,
)
from monitors.education.layers import LAYERS
from monitors.education.panels import PANELS
from monitors.education.publishing import publish
from monitors.education.queries import RECORDS
from monitors.education.rules import CATEGORIES, RULES
from monitors.education.schools import OWNER
from monitors.education.selectors import facts
from services.contract import Monitor, Source
from services.indicators import rows
from services.indicators.workbooks.signs import last_workbook

LONGEST_BREAK = timedelta(days=16)
"""Tết; a day's missing reports are a finding of their own. In summer somebody shelves the alert of silence."""
A_YEAR = timedelta(days=400)

MONITOR = Monitor(
    slug="education",
    title=gettext_noop("Education"),
    department=OWNER,
    position=5,
    categories=CATEGORIES,
    sources=(
        Source(
            slug="attendance",
            title=gettext_noop("Daily attendance of schools"),
            kind="state",
            payload=AttendancePayload,
            store=store_attendance,
            adapt=adapt_attendance,
            silent_after=LONGEST_BREAK,
        ),
        Source(
            slug="schools",
            title=gettext_noop("Schools, classes, pupils and teachers"),
            kind="state",
            payload=SchoolPayload,
            store=store_schools,
            adapt=adapt_school,
            silent_after=A_YEAR,
        ),
        Source(
            slug="workbook",
            title=gettext_noop("Indicators of education"),
            kind="state",
            payload=rows.IndicatorRow,
            store=rows.store,
            adapt=rows.adapt,
            silent_after=A_YEAR,
            also_heard=last_workbook("education"),
        ),
    ),
    rules=RULES,
    panels=PANELS,
    layers=LAYERS,
    records=RECORDS,
    facts=facts,
    publish=publish,
    board=Path(__file__).with_name("board.toml"),
)
