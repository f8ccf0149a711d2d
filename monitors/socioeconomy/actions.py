"""What each project had been paid by the end of each month, kept so that no sum has to read all reports."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from monitors.socioeconomy.models import Project, ProjectVersion
from monitors.socioeconomy.science.disbursement import LAST_MONTH, month_of

Told = Callable[[Mapping[str, Any]], tuple[date, float]]
"""From a report as it was sent to its month's first day and what had been paid out by its end."""


def keep_months(ids: Collection[int], told_in: Told) -> None:
    """Write down what all reports of these projects told, month by month: 3 statements, in the caller's transaction.

    Of several reports of a month the newest counts, in whatever order they came.
    """
    if not ids:
        return
    projects = list(Project.objects.filter(pk__in=ids).only("pk", "year"))
    years = {project.pk: project.year for project in projects}
    told: dict[int, dict[int, float]] = {pk: {} for pk in years}
    versions = ProjectVersion.objects.filter(record_id__in=ids).order_by("as_of", "version", "pk")
    for pk, raw in versions.values_list("record_id", "raw"):
        month, paid = told_in(raw)
        told[pk][month_of(years[pk], month)] = paid
    for project in projects:
        project.paid, project.told = carried_on(told[project.pk])
    Project.objects.bulk_update(projects, ["paid", "told"], batch_size=1000)


def carried_on(told: Mapping[int, float]) -> tuple[list[float | None], int]:
    """Return what was paid by the end of each month 1 to 13, None before the first one told, and which were told.

    The latter as bits: the second and fourth month are 10.
    """
    paid: list[float | None] = []
    for month in range(1, LAST_MONTH + 1):
        paid.append(told.get(month, paid[-1] if paid else None))
    return paid, sum(1 << (month - 1) for month in told if 1 <= month <= LAST_MONTH)
