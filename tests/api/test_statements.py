"""A list takes the same statements for one row as for fifty: what a row shows is fetched with the page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.kit import GROW, caller

BUDGET = {
    "/api/alerts/": 4,
    "/api/tickets/": 4,
    "/api/field-reports/": 4,
    "/api/public-services/": 4,
    "/api/cybersecurity/": 4,
    "/api/intake/quarantine/": 4,
    "/api/audit/": 4,
    "/api/notifications/": 4,
    "/api/notifications/outbox/": 4,
}
"""Session, account, grants, and one statement for the page with all that its rows show."""
WITH_PREFETCH = {"/api/directory/units/": 5, "/api/directory/departments/": 4, "/api/directory/people/": 6}
"""The same, with the province's day and, for persons, their appointments."""


def statements(desk, path):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        answer = desk.get(path)
        if answer.streaming:
            list(answer.streaming_content)
    assert answer.status_code == 200
    return [query["sql"] for query in caught.captured_queries]


def told(few, many):
    return "\n\n".join(["for one:", *few, "for many:", *many])


@pytest.mark.slow
@pytest.mark.parametrize("path", [*BUDGET, *WITH_PREFETCH])
def test_a_page_of_fifty_takes_no_more_statements_than_a_page_of_one(world, path):
    if path in GROW:
        GROW[path](50)
    for name in ("supervisor", "officer of a department"):
        desk = caller(world, name)
        if desk.get(path).status_code == 404:
            continue
        few, many = statements(desk, f"{path}?page_size=1"), statements(desk, f"{path}?page_size=50")
        assert len(few) == len(many), told(few, many)
        budget = (BUDGET | WITH_PREFETCH)[path]
        assert len(many) <= budget, told(few, many)


@pytest.mark.slow
@pytest.mark.parametrize("path", BUDGET)
def test_an_export_takes_no_statement_for_a_row(world, path):
    GROW[path](5)
    desk = caller(world, "supervisor")
    few = statements(desk, f"{path}?format=csv")
    GROW[path](60)
    many = statements(desk, f"{path}?format=csv")
    assert len(many) - len(few) <= 1, told(few, many)
