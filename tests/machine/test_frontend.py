import os
import subprocess
import sys
from pathlib import Path

import pytest

from ioc.machine.places import ROOT


@pytest.mark.slow
def test_the_front_ends_own_tests_pass():
    programs = Path(sys.executable).parent
    done = subprocess.run(
        [programs / "npm", "run", "--silent", "test"],
        cwd=ROOT / "frontend", check=False, capture_output=True, text=True,
        env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
