"""Tables partitioned by month: how a migration makes one, how a job keeps months ahead and lets old ones go.

django-postgres-extra was weighed: it replaces the database backend and the schema editor of every model to give what
the few tables here need, so this small operation stands instead. Every partitioned table has a default partition, so
nothing is refused because a month is missing; the job moves rows out of it when it makes their month.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState

from services.kernel import clock


class CreatePartitionedModel(CreateModel):
    """``CreateModel`` whose table is partitioned by range of ``partition_by`` and keyed by ``(id, partition_by)``.

    PostgreSQL wants the partition key in every unique key, so the model's own unique constraints must name it too.
    """

    def __init__(self, name: str, fields: Any, partition_by: str, **kwargs: Any) -> None:
        super().__init__(name, fields, **kwargs)
        self.partition_by = partition_by

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Return what a migration writer needs to write this operation again."""
        name, args, kwargs = super().deconstruct()
        return name, args, {**kwargs, "partition_by": self.partition_by}

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002 - Django's signature
        to_state: ProjectState,
    ) -> None:
        """Create the partitioned parent, its default partition and its indexes."""
        model = to_state.apps.get_model(app_label, self.name)
        statement, params = schema_editor.table_sql(model)
        column = model._meta.get_field(self.partition_by).column
        key = f'PRIMARY KEY ("id", "{column}")'
        statement = statement.replace(" PRIMARY KEY", "", 1)
        statement = f'{statement[: statement.rstrip().rindex(")")]}, {key}) PARTITION BY RANGE ("{column}")'
        table = model._meta.db_table
        schema_editor.execute(statement, params or None)
        schema_editor.execute(f'CREATE TABLE "{table}_default" PARTITION OF "{table}" DEFAULT')
        schema_editor.deferred_sql.extend(schema_editor._model_indexes_sql(model))  # type: ignore[attr-defined]


def _month(day: date, ahead: int) -> date:
    index = day.year * 12 + day.month - 1 + ahead
    return date(index // 12, index % 12 + 1, 1)


def ensure_months(table: str, column: str, *, today: date, ahead: int = 2) -> list[str]:
    """Make the partitions of this month and ``ahead`` more where they are missing; return the names made."""
    made = []
    for step in range(ahead + 1):
        start, end = _month(today, step), _month(today, step + 1)
        name = f"{table}_{start:%Y_%m}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0] is not None:
                continue
            bounds = [f"{start.isoformat()} 00:00:00+00", f"{end.isoformat()} 00:00:00+00"]
            cursor.execute(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')
            cursor.execute(f'CREATE TABLE "{name}" (LIKE "{table}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS)')
            move = (
                f'WITH moved AS (DELETE FROM "{table}_default" WHERE "{column}" >= %s AND "{column}" < %s RETURNING *) '  # noqa: S608 - names from the models
                f'INSERT INTO "{name}" SELECT * FROM moved'
            )
            cursor.execute(move, bounds)
            cursor.execute(f'ALTER TABLE "{table}" ATTACH PARTITION "{name}" FOR VALUES FROM (%s) TO (%s)', bounds)
            made.append(name)
    return made


def drop_months_before(table: str, before: datetime) -> list[str]:
    """Drop the table's months that ended before an instant; return their names. The default partition stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass ORDER BY 1", [table]
        )
        months = [row[0] for row in cursor.fetchall() if row[0] != f"{table}_default"]
        limit = f"{table}_{before.astimezone(UTC):%Y_%m}"
        gone = [name for name in months if name < limit]
        for name in gone:
            cursor.execute(f'DROP TABLE "{name}"')
    return gone


def partitioned_models() -> list[tuple[str, str]]:
    """Return (table, partition column) of every model that declares ``partition_by`` on its class."""
    return [
        (model._meta.db_table, str(getattr(model._meta.get_field(model.partition_by), "column", "")))
        for model in apps.get_models()
        if hasattr(model, "partition_by")
    ]


def ensure_all() -> list[str]:
    """Make the coming months of every partitioned table, in every realm's reach (a moved clock included)."""
    made = []
    furthest = max(clock.realms().values()) + timedelta(days=1)
    for table, column in partitioned_models():
        for day in {clock.now().date(), furthest.date()}:
            made += ensure_months(table, column, today=day)
    return made
