"""The whole monitor on one screen."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_noop

from monitors.socioeconomy.feeds import ProjectPayload, adapt, store
from monitors.socioeconomy.layers import LAYERS
from monitors.socioeconomy.panels import PANELS
from monitors.socioeconomy.queries import OWNER, RECORDS
from monitors.socioeconomy.rules import CATEGORIES, RULES
from monitors.socioeconomy.selectors import project_facts
from services.contract import Monitor, Source
from services.indicators import rows
from services.indicators.workbooks.signs import last_workbook

MONITOR = Monitor(
    slug="socioeconomy",
    title=gettext_noop("Socio-economic indicators"),
    department=OWNER,
    position=1,
    categories=CATEGORIES,
    sources=(
        Source(
            slug="workbook",
            title=gettext_noop("Workbooks of socio-economic indicators"),
            kind="state",
            payload=rows.IndicatorRow,
            store=rows.store,
            adapt=rows.adapt,
            silent_after=timedelta(days=45),
            also_heard=last_workbook("socioeconomy"),
        ),
        Source(
            slug="projects",
            title=gettext_noop("Public-investment projects"),
            kind="state",
            payload=ProjectPayload,
            store=store,
            adapt=adapt,
            silent_after=timedelta(days=45),
        ),
    ),
    rules=RULES,
    panels=PANELS,
    layers=LAYERS,
    records=RECORDS,
    facts=project_facts,
    board=Path(__file__).with_name("board.toml"),
)
