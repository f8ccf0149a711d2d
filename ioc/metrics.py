"""Figures for a monitoring system, in the text format of Prometheus (version 0.0.4): ages, no content."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse

from services.directory.access import access
from services.kernel import clock, nudge
from services.kernel.models import LIVE, Lease
from services.tickets import follow
from services.tickets.lateness import oldest_due
from services.wall import wake

Sample = tuple[str, float]


@access("health.read")
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the age of the oldest due timer by kind and realm, the leases, what is untold and what Redis lost."""
    del request
    now = clock.now(LIVE)
    due = [(f'realm="{one.realm}",kind="{one.kind}"', one.age) for one in oldest_due()]
    leases = [(f'name="{one.name}"', float(one.until > now)) for one in Lease.objects.order_by("name")]
    untold = [(f'monitor="{monitor}"', float(number)) for monitor, number in follow.failing()]
    lines = [
        *_family("ioc_oldest_due_seconds", "gauge", "For how long the oldest due timer has waited.", due),
        *_family("ioc_lease_held", "gauge", "Whether somebody holds the lease.", leases),
        *_family("ioc_follow_ups_failing", "gauge", "Ends of tickets that a monitor could not be told yet.", untold),
        *_family("ioc_nudges_lost_total", "counter", "Nudges this process could not deliver.", [("", nudge.lost)]),
        *_family("ioc_wakes_lost_total", "counter", "Wall messages this process could not deliver.", [("", wake.lost)]),
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; version=0.0.4; charset=utf-8")


def _family(name: str, kind: str, text: str, samples: Iterable[Sample]) -> list[str]:
    values = [f"{name}{{{labels}}} {value:g}" if labels else f"{name} {value:g}" for labels, value in samples]
    return [f"# HELP {name} {text}", f"# TYPE {name} {kind}", *values]
