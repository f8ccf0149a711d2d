"""What ``manage.py startmonitor`` makes is as good as what stands beside it; ``tests/flow`` sends it an event."""

import pytest

from ioc.machine.places import ROOT
from tests.harness.project import TWELFTH, run, with_two_more_monitors


@pytest.mark.slow
def test_what_it_makes_passes_every_check_and_brings_tests_that_pass():
    with with_two_more_monitors() as copy:
        made = [f"monitors/{TWELFTH}", f"tests/monitors/{TWELFTH}"]
        run(copy, "-m", "ruff", "check", *made)
        run(copy, "-m", "ruff", "format", "--check", *made)
        run(copy, "-m", "mypy", "--cache-dir", str(ROOT / ".mypy_cache"), *made)
        run(copy, "script/checks/migrations.py")
        tests = [
            "tests/shape/test_monitor_shape.py",
            "tests/monitors/test_payload_files.py",
            "tests/monitors/test_chain.py",
            f"tests/monitors/{TWELFTH}",
        ]
        run(copy, "-m", "pytest", "-q", *tests, "-k", f"{TWELFTH} or registered or has_its")
