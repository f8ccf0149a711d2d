"""The steps of many tickets at once, as light rows: a chunk of the engine reads four thousand of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from services.kernel import bulk
from services.tickets.claiming import AnyTicket
from services.tickets.models import TicketStep

PENDING, FIRED, VOID = TicketStep.PENDING, TicketStep.FIRED, TicketStep.VOID


class Step(msgspec.Struct, array_like=True):
    """A row of ``TicketStep`` under its fields' names; what is changed here is written by ``write``."""

    id: int
    ticket_id: int
    index: int
    title: dict[str, str]
    target: dict[str, Any]
    until: str
    due_at: datetime
    state: str
    fired_at: datetime | None
    holders: list[dict[str, Any]]


_READ = f"""
SELECT coalesce(json_agg(json_build_array({", ".join(f"s.{name}" for name in Step.__struct_fields__)})
                         ORDER BY s.ticket_id, s.index), '[]')::text
  FROM unnest(%s::bigint[], %s::int[]) AS asked (ticket, generation)
  JOIN {TicketStep._meta.db_table} s ON s.ticket_id = asked.ticket AND s.generation = asked.generation
"""  # noqa: S608 - names from the model
_decode = msgspec.json.Decoder(list[Step]).decode


def present_steps(tickets: Sequence[AnyTicket]) -> Mapping[int, list[Step]]:
    """Return all steps of the tickets' present generations by ticket, lowest first: 1 statement, none for no ticket."""
    found: dict[int, list[Step]] = defaultdict(list)
    if tickets:
        with bulk.cursor() as cursor:
            cursor.execute(_READ, [[one.pk for one in tickets], [one.generation for one in tickets]])
            for step in _decode(cursor.fetchone()[0]):
                found[step.ticket_id].append(step)
    return found


def write(steps: Sequence[Step]) -> None:
    """Store state, time and holders of steps whose tickets the caller has locked: 1 statement."""
    bulk.update(TicketStep, steps, ["state", "fired_at", "holders"])
