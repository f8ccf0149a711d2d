"""The whole monitor on one screen."""

from datetime import timedelta
from pathlib import Path

from django.utils.translation import gettext_noop

from monitors.government.feeds import TaskPayload, adapt, store
from monitors.government.layers import LAYERS
from monitors.government.panels import PANELS
from monitors.government.queries import TASKS
from monitors.government.rules import CATEGORIES, RULES
from monitors.government.selectors import facts
from services.contract import Monitor, Source
from services.indicators import rows
from services.indicators.workbooks.signs import last_workbook

MONITOR = Monitor(
    slug="government",
    title=gettext_noop("Government performance"),
    department="van-phong-ubnd",
    position=3,
    categories=CATEGORIES,
    sources=(
        Source(
            slug="tasks",
            title=gettext_noop("Tasks assigned by the People's Committee"),
            kind="state",
            payload=TaskPayload,
            store=store,
            adapt=adapt,
            silent_after=timedelta(days=7),
        ),
        Source(
            slug="workbook",
            title=gettext_noop("Indicator workbooks of government"),
            kind="state",
            payload=rows.IndicatorRow,
            store=rows.store,
            adapt=rows.adapt,
            silent_after=timedelta(days=45),
            also_heard=last_workbook("government"),
        ),
    ),
    rules=RULES,
    panels=PANELS,
    layers=LAYERS,
    records=TASKS,
    facts=facts,
    board=Path(__file__).with_name("board.toml"),
)
