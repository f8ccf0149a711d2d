"""A monitor made by ``manage.py startmonitor``, in a copy of the project: an event is sent, and its tile appears."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.flow.kit import Person, Source, Wall
from tests.harness.project import ELEVENTH, TWELFTH, with_two_more_monitors


@pytest.fixture(scope="module")
def copy() -> Iterator[Path]:
    """The project's tree with two more monitors."""
    with with_two_more_monitors() as root:
        yield root


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
