"""A monitor made by ``manage.py startmonitor``, in a copy of the project: an event is sent, and its tile appears."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ioc.machine.places import ROOT
from tests.flow.kit import Person, Source, Wall
from tests.harness.plugin import SERVERS

ELEVENTH, TWELFTH = "water_supply", "street_lights"
PROGRAM = ("ioc", "services", "monitors", "fixtures", "tests", "script", "manage.py", "pyproject.toml")
AS_IT_IS = ("frontend", "locale", "requirements.txt")


@pytest.fixture(scope="module")
def copy() -> Iterator[Path]:
    """The project's tree with two more monitors, where PostgreSQL's user may go."""
    root = SERVERS.folder / "project"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for name in PROGRAM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name)
        else:
            shutil.copy2(ROOT / name, root / name)
    for name in AS_IT_IS:
        (root / name).symlink_to(ROOT / name)
    made = run(root, "manage.py", "startmonitor", ELEVENTH, "--title-vi", "Cấp nước")
    assert f"monitors/{ELEVENTH}/rules.py" in made
    run(root, "manage.py", "startmonitor", TWELFTH, "--title-vi", "Chiếu sáng", "--title-en", "Street lights")
    yield root
    shutil.rmtree(root)


def run(root: Path, *arguments: str) -> str:
    env = {"PATH": "/usr/bin:/bin", "HOME": str(root), "DJANGO_SETTINGS_MODULE": "ioc.settings", "PYTHONPATH": "."}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=root, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def event(number: int, level: str) -> dict[str, str]:
    at = datetime.now(UTC).isoformat()
    return {"external_id": f"e-{number}", "thing": "den-17", "level": level, "occurred_at": at}


def test_its_event_is_sent_and_figure_and_alert_appear_on_an_open_wall(copy, start_centre):
    centre = start_centre(root=copy)
    name = f"{TWELFTH}/events"
    source = Source(centre, name, token=centre.manage("source_token", name))
    operator = Person(centre, "operator")
    tiles = operator.ask("/api/boards/overview/").json()["tiles"]
    cells = [tile for tile in tiles if tile["kind"] == "number"]
    assert [cell["monitor"] for cell in cells[10:]] == [ELEVENTH, TWELFTH]
    with Wall(centre, operator) as wall:
        answer = source.post([event(1, "high"), {**event(2, "low"), "level": "terrible"}])
        assert (answer.status_code, answer.json()["accepted"], len(answer.json()["rejected"])) == (202, 1, 1)
        shown = wall.tile(f"panel:{TWELFTH}/serious@province", lambda tile: tile["figure"]["value"] == 1)
        assert shown["severity"] == "high"
        alert = wall.until(lambda client: alerts(client.tiles.values()), what="the alert")
        assert alert == ["high"]
        assert source.post(event(3, "info")).status_code == 202
        wall.tile(f"panel:{TWELFTH}/serious@province", lambda tile: tile["figure"]["value"] == 0)
    with Wall(centre, operator, board=TWELFTH) as wall:
        wall.tile(f"panel:{TWELFTH}/events@province")
    assert operator.ask("/api/street-lights/", level="high").json()["results"][0]["thing"] == "den-17"


def alerts(tiles):
    return [payload["severity"] for _version, payload in tiles if payload.get("rule") == f"{TWELFTH}.serious"]


@pytest.mark.slow
def test_what_it_makes_passes_every_check_and_brings_tests_that_pass(copy):
    made = [f"monitors/{TWELFTH}", f"tests/monitors/{TWELFTH}"]
    run(copy, "-m", "ruff", "check", *made)
    run(copy, "-m", "ruff", "format", "--check", *made)
    run(copy, "-m", "mypy", "--cache-dir", str(ROOT / ".mypy_cache"), *made)
    run(copy, "script/checks/migrations.py")
    tests = (
        "tests/shape/test_monitor_shape.py",
        "tests/monitors/test_payload_files.py",
        "tests/monitors/test_chain.py",
    )
    run(copy, "-m", "pytest", "-q", *tests, f"tests/monitors/{TWELFTH}", "-k", f"{TWELFTH} or registered or has_its")
