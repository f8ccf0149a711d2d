"""The list of tickets, as API and as page, for people who are no superusers."""

import time
from importlib import import_module

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.directory.models import User
from services.kernel import garbage
from tests.bench.figure import Figure, quantile

READERS = ("operator", "officer")
ASKED = 100


def lists(size: int) -> list[Figure]:
    """Ask for a page of 50 by both doors; statements must not depend on the page's size."""
    import_module(settings.ROOT_URLCONF)
    garbage.settle()  # as ioc/asgi.py does
    figures = []
    for role in READERS:
        user = User.objects.filter(grants__role=role, realm="demo").order_by("pk")[0]
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        for title, address, smaller in (
            ("API", "/api/tickets/?open=true&page_size=50", "/api/tickets/?open=true&page_size=10"),
            ("page", "/tickets/?holder=all", "/tickets/?holder=all&page=2"),
            (
                "menu of communes beside a page",
                "/tickets/menu/unit/?holder=all",
                "/tickets/menu/unit/?holder=all&page=2",
            ),
        ):
            counts = {_statements(client, one) for one in (address, smaller)}
            assert len(counts) == 1, (address, counts)
            name = f"{size:,} tickets: {title} of 50 for the {role}"
            figures.append(Figure(f"{name}, p95", _p95(client, address), "ms", at_most=150))
            figures.append(Figure(f"{name}, statements", counts.pop(), "", at_most=10))
    return figures


def _statements(client: Client, address: str) -> int:
    _ask(client, address)
    with CaptureQueriesContext(connection) as captured:
        _ask(client, address)
    return len(captured)


def _p95(client: Client, address: str) -> float:
    spent = []
    for _ in range(ASKED):
        began = time.perf_counter()
        _ask(client, address)
        spent.append((time.perf_counter() - began) * 1000)
    return quantile(spent, 0.95)


def _ask(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
