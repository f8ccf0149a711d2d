"""A workbook is a sign of life: whoever sends one through the page is as little silent as who sends to intake.

Source(…, payload=IndicatorRow, silent_after=timedelta(days=45), also_heard=last_workbook("socioeconomy"))
"""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q

from services.indicators.catalogue import catalogue
from services.indicators.models import Workbook


def last_workbook(topic: str) -> Callable[[str], datetime | None]:
    """Return a function from a realm to when a workbook about a topic's indicators last came; None for never.

    One that was stored, or is the same as one that was stored: of a refused one nobody knows what it was about.
    """

    def last(realm: str) -> datetime | None:
        codes = [one.code for one in catalogue().by_code.values() if one.topic == topic]
        stored = Q(state=Workbook.State.STORED, codes__overlap=codes)
        again = Q(state=Workbook.State.REPEATED, repeats__codes__overlap=codes)
        rows = Workbook.objects.filter(stored | again, realm=realm).order_by("-received_at", "-pk")
        return rows.values_list("received_at", flat=True).first()

    return last
