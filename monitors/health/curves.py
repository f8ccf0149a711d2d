"""What a finding about a disease rests on over time: a commune's cases a week, against what is usual. Reads only."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_noop

from monitors.health.diseases import EVERY, label_of, natures
from monitors.health.models import CaseReport, Grain, Tally
from monitors.health.science import course
from monitors.health.science.course import Course, Nature, Sum
from monitors.health.science.deadlines import monday
from monitors.health.selectors import courses
from services.contract import Curve, CurveLine, Moment, message
from services.kernel.clock import LOCAL

WEEKS = 26
"""Half a year of weeks: the season before the outbreak is on it."""
WEEK = timedelta(days=7)


def weeks(ids: Sequence[int], moment: Moment) -> Curve | None:
    """Return the cases of each of the last weeks and the limit of this one; None when no report is known.

    A week of which too few days were reported has no value, the present one counts so far. 5 statements at most, and
    4 more where the commune has long said nothing.
    """
    reports = CaseReport.objects.filter(pk__in=ids, realm=moment.realm).exclude(disease=EVERY).order_by("-day", "-pk")
    pair = reports.values_list("disease", "unit").first()
    if pair is None or pair[0] not in natures():
        return None
    today = moment.as_of.astimezone(LOCAL).date()
    first = monday(today) - (WEEKS - 1) * WEEK
    rows = Tally.objects.filter(
        realm=moment.realm, grain=Grain.WEEK, disease__in=(pair[0], EVERY), unit=pair[1], start__range=(first, today)
    )
    known = Course()
    for disease, start, cases, days in rows.order_by().values_list("disease", "start", "cases", "days"):
        if disease == EVERY:
            known.free_weeks[start] = days
        else:
            known.weeks[start] = Sum(cases, days)
    starts = [first + n * WEEK for n in range(WEEKS)]
    return Curve(
        title=message(gettext_noop("{disease}: cases a week"), disease=label_of(pair[0])),
        points=[(_midnight(start), _cases(known, start, today)) for start in starts],
        unit=message(gettext_noop("cases")),
        lines=_usual(courses(moment.realm, [pair], today)[pair], natures()[pair[0]], monday(today)),
    )


def _cases(known: Course, start: date, today: date) -> float | None:
    so_far = known.weeks.get(start)
    if start + WEEK > today and so_far is not None:
        return so_far.cases
    return known.week(start)


def _usual(known: Course, nature: Nature, week: date) -> list[CurveLine]:
    """Return the limit of a week, for a disease that is held against other years and where enough of them are known."""
    if not nature.endemic or nature.group == "A":
        return []
    limit = course.weekly(known, nature, week).limit
    if limit is None:
        return []
    return [CurveLine(message(gettext_noop("usual at most {limit}"), limit=round(limit, 1)), round(limit, 1), "medium")]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LOCAL)
