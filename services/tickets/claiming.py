"""Due tickets as the engine takes them: locked by row, hundreds in one statement, no more of each than it needs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import connection
from django.db.models import Model, QuerySet

from services.contract import SEVERITIES
from services.directory.models import Department, Person, Unit
from services.tickets import workflow
from services.tickets.models import Ticket

_READ: Final = (
    "id", "public_id", "code", "realm", "monitor", "rule", "title", "severity", "state", "unit_id", "department_id",
    "assignee_id", "step_index", "generation", "opened_at", "due_at", "acknowledged_at",
)  # fmt: skip


class Claimed(msgspec.Struct, array_like=True):
    """A locked ticket under its model's names, for what shows and announces tickets; a tenth of an instance's cost."""

    id: int
    public_id: str
    code: str
    realm: str
    monitor: str
    rule: str
    title: dict[str, Any]
    severity: int
    state: str
    unit_id: int | None
    department_id: int | None
    assignee_id: int | None
    step_index: int
    generation: int
    opened_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    escalate_at: datetime | None = None
    unit: Unit | None = None
    department: Department | None = None
    assignee: Person | None = None

    @property
    def pk(self) -> int:
        """The same as ``id``."""
        return self.id

    @property
    def severity_name(self) -> str:
        """The severity as everybody outside the database calls it."""
        return SEVERITIES[self.severity]

    @property
    def is_open(self) -> bool:
        """True until the ticket is closed, cancelled or merged."""
        return self.state in workflow.OPEN


AnyTicket = Ticket | Claimed

_CLAIM = f"""
SELECT coalesce(json_agg(json_build_array({", ".join(f"t.{name}" for name in _READ)})), '[]')::text
  FROM unnest(%s::text[], %s::timestamptz[]) AS here (realm, instant)
 CROSS JOIN LATERAL (
       SELECT {", ".join(_READ)} FROM {Ticket._meta.db_table} AS due
        WHERE due.realm = here.realm AND due.escalate_at <= here.instant
        ORDER BY due.escalate_at, due.id LIMIT %s
          FOR UPDATE SKIP LOCKED) AS t
"""  # noqa: S608 - names from the model
_decode = msgspec.json.Decoder(list[Claimed]).decode


def claim(instants: Mapping[str, datetime], limit: int) -> list[Claimed]:
    """Lock and return up to ``limit`` due tickets of each realm, the longest due first: 4 statements at most.

    ``instants`` names the realms with their present. As ``claim_due`` does it, but realm by realm along one index, so
    that of a million timers only due ones are read, however far a drill's clock runs ahead. ``escalate_at`` is unset.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [list(instants), list(instants.values()), limit])
        tickets = _decode(cursor.fetchone()[0])
    units = _by_id(Unit.objects.defer("geometry", "outline", "point"), [one.unit_id for one in tickets])
    departments = _by_id(Department.objects.all(), [one.department_id for one in tickets])
    people = _by_id(Person.objects.all(), [one.assignee_id for one in tickets])
    for one in tickets:
        one.unit = units.get(one.unit_id)
        one.department = departments.get(one.department_id)
        one.assignee = people.get(one.assignee_id)
    return tickets


def _by_id(rows: "QuerySet[Any]", ids: Sequence[int | None]) -> Mapping[int | None, Any]:
    wanted = {pk for pk in ids if pk is not None}
    found: Mapping[int | None, Model] = rows.in_bulk(wanted) if wanted else {}
    return found
