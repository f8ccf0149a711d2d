"""Fails when models say something that no migration does, or when two migrations compete. Needs no database."""

import sys

import django
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation


def main() -> int:
    """Print what is missing; 1 when there is anything."""
    django.setup()
    translation.deactivate_all()  # migrations hold message ids, so models are compared by theirs
    loader = MigrationLoader(None)
    problems = [f"{app}: competing migrations {', '.join(names)}" for app, names in loader.detect_conflicts().items()]
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    for app, migrations in changes.items():
        problems += [f"{app}: {step.describe()}" for migration in migrations for step in migration.operations]
    print("\n".join(problems) or f"migrations: {len(loader.disk_migrations)} say what the models say")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
