from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Spare a run without slow tests the five seconds in which the cases of every operation are thought out."""
    return True if collection_path.name == "test_schema.py" and "not slow" in config.option.markexpr else None
