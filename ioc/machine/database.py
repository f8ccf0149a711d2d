"""Extensions, migrations, province and demo data: each only when its inputs changed.

The marks live in the database they speak of, so that a new, restored or external database is never mistaken for
a prepared one. Django is started only when there is something to do: that is what makes a warm start quick.
"""

from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from ioc.machine import inputs
from ioc.machine.places import MachineError
from ioc.machine.postgres import EXTENSIONS

_TABLE = "ioc_machine_step"
Report = Callable[[str], None]


def prepare_database(url: str, *, province: str, demo: bool, accounts: Path, report: Report) -> None:
    """Bring the database behind ``url`` up to date; MachineError says what a person must do."""
    with psycopg.connect(url, autocommit=True) as connection:
        _ensure_extensions(connection)
        connection.execute(f"CREATE TABLE IF NOT EXISTS {_TABLE} (step text PRIMARY KEY, inputs text NOT NULL)")
        rows = connection.execute(f"SELECT step, inputs FROM {_TABLE}")  # noqa: S608 - a constant
        done = {str(step): str(inputs) for step, inputs in rows}
        for step, given, commands in _steps(province, demo=demo, accounts=accounts, done=done):
            if done.get(step) == given:
                continue
            report(step)
            for command in commands:
                _call(*command)
            connection.execute(
                f"INSERT INTO {_TABLE} VALUES (%s, %s) "  # noqa: S608 - a constant
                "ON CONFLICT (step) DO UPDATE SET inputs = excluded.inputs",
                [step, given],
            )


def _steps(
    province: str, *, demo: bool, accounts: Path, done: dict[str, str]
) -> list[tuple[str, str, list[tuple[str, ...]]]]:
    """Return (name, hash of inputs, management commands) in the order they must run."""
    pack = f"{province} {inputs.province(province)}"
    steps: list[tuple[str, str, list[tuple[str, ...]]]] = [
        ("migrate", inputs.migrations(), [("migrate", "--verbosity=0", "--no-input")]),
        ("load_province", pack, [("load_province",), ("load_policies",), ("load_indicators",)]),
    ]
    if demo:
        steps.append(("demo", f"on {pack} {inputs.demo()}", [("seed_demo",)]))
        if not accounts.exists():
            done.pop("demo", None)  # the accounts' passwords are kept nowhere else: they must be made again
    elif done.get("demo", "off") != "off":
        steps.append(("demo", "off", [("wipe_realm", "demo")]))
    return steps


def _ensure_extensions(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    have = {row[0] for row in connection.execute("SELECT extname FROM pg_extension")}
    for extension in EXTENSIONS:
        if extension in have:
            continue
        try:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        except psycopg.Error as error:
            message = f"The database needs CREATE EXTENSION {extension}, which its superuser must run once ({error})"
            raise MachineError(message) from error


def _call(command: str, *arguments: str) -> None:
    import django  # noqa: PLC0415 - a warm start never gets here, and starting Django costs two seconds
    from django.apps import apps  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    if not apps.ready:
        django.setup()
    call_command(command, *arguments)
