"""Whatever is killed whenever: nothing that was accepted is lost, nothing happens twice.

Seeded rounds of reports, acknowledgements and passing time, during which worker, relay, beat or Redis die by SIGKILL
and come back. ``IOC_CHAOS_ROUNDS`` (default 30) and ``IOC_CHAOS_SEED`` choose; a failure prints the seed.
"""

import os
import random
from collections.abc import Iterator

import httpx
import pytest

from tests.flow.kit import Person, Source, Wall, alert_of, report, settle, ticket_of
from tests.harness.plugin import SERVERS
from tests.harness.processes import IocProcesses
from tests.harness.waiting import wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
ROUNDS = int(os.environ.get("IOC_CHAOS_ROUNDS", "30"))
SEED = int(os.environ.get("IOC_CHAOS_SEED", "20261122"))
VICTIMS = ("worker", "relay", "beat", "redis")
HALF_AN_HOUR = "UPDATE kernel_realm SET clock_offset = clock_offset + interval '31 minutes' WHERE name = 'demo'"


@pytest.fixture(scope="module")
def centre() -> Iterator[IocProcesses]:
    """A whole centre whose programs this file may kill."""
    with IocProcesses(SERVERS) as running:
        yield running


class Story:
    """What the world was told and has answered: the truth that the centre is held against."""

    def __init__(self, centre: IocProcesses, dice: random.Random) -> None:
        self.centre, self.dice = centre, dice
        self.source = Source(centre)
        self.operator = Person(centre)
        self.accepted: list[str] = []
        self.dead: set[str] = set()

    def round(self, number: int) -> None:
        """Post, kill, post again, act, and bring back what died; every choice from the seeded dice."""
        for _ in range(self.dice.randint(1, 3)):
            self.post(f"chaos-{SEED}-{number}-{len(self.accepted)}", urgent=self.dice.random() < 0.4)
        if self.dice.random() < 0.6:  # the chain is at work: something dies in the middle of it
            newest = self.accepted[-1]
            wait_for(lambda: alert_of(self.centre, newest), seconds=60, what=f"the alert of {newest}", every=0.02)
        self.kill(self.dice.choice(VICTIMS))
        if self.dice.random() < 0.3:
            self.kill(self.dice.choice(VICTIMS))
        self.post(f"chaos-{SEED}-{number}-{len(self.accepted)}", urgent=True)
        self.post(self.dice.choice(self.accepted))  # a source that isn't sure sends again
        if self.dice.random() < 0.5:
            self.acknowledge(self.dice.choice(self.accepted))
        if self.dice.random() < 0.3:
            self.centre.query(HALF_AN_HOUR)
        for name in sorted(self.dead):
            self.centre.start(name)
        self.dead.clear()

    def post(self, external_id: str, *, urgent: bool = False) -> None:
        """Send a report and hold the answer: 202, whatever is dead; a known id is a duplicate."""
        again = external_id in self.accepted
        answer = self.source.post(report(external_id, urgent=urgent))
        assert answer.status_code == 202, answer.text
        told = answer.json()
        assert told["rejected"] == []
        assert (told["accepted"], told["duplicate"]) == ((0, 1) if again else (1, 0))
        if not again:
            self.accepted.append(external_id)

    def kill(self, name: str) -> None:
        """SIGKILL a program unless it is dead already."""
        if name not in self.dead:
            self.centre.kill(name)
            self.dead.add(name)

    def acknowledge(self, external_id: str) -> None:
        """Take an alert, if there is one yet; 409 where somebody has it already."""
        alert = alert_of(self.centre, external_id)
        if alert:
            answer: httpx.Response = self.operator.do("acknowledge", "alerts", alert)
            assert answer.status_code in {200, 409}, answer.text


def test_nothing_is_lost_and_nothing_doubled(centre: IocProcesses) -> None:
    story = Story(centre, random.Random(SEED))
    with Wall(centre, story.operator, resumes=True) as wall:
        for number in range(ROUNDS):
            story.round(number)
        centre.wait_ready()
        settle(centre, seconds=180)
        centre.query(HALF_AN_HOUR)
        centre.restart("worker")
        settle(centre, seconds=180)
        every_report_is_stored_once_and_became_one_alert_and_one_ticket(centre, story)
        every_step_told_its_people_once(centre)
        every_mail_is_one_file(centre)
        frames_follow_one_another(centre)
        the_open_wall_shows_what_a_new_one_would(centre, story, wall)


def every_report_is_stored_once_and_became_one_alert_and_one_ticket(centre: IocProcesses, story: Story) -> None:
    rows = centre.query(
        "SELECT external_id, count(*) FROM field_reports_report WHERE external_id LIKE %s GROUP BY 1",
        f"chaos-{SEED}-%",
    )
    assert dict(rows) == dict.fromkeys(story.accepted, 1), f"seed {SEED}"
    for external_id in story.accepted:
        alert = alert_of(centre, external_id)
        assert alert, f"{external_id} has no alert (seed {SEED})"
        assert ticket_of(centre, alert), f"{external_id} has no ticket (seed {SEED})"


def every_step_told_its_people_once(centre: IocProcesses) -> None:
    """Of each fired step every holder has exactly one message a channel, whatever the generation it was sent in."""
    twice = centre.query(
        "SELECT subject, step, person_id, channel, count(*) FROM notify_message GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
    )
    assert twice == [], f"seed {SEED}"
    untold = centre.query(
        """
        SELECT t.code, s.index, h.value->>'name'
          FROM tickets_ticketstep s
          JOIN tickets_ticket t ON t.id = s.ticket_id
          JOIN LATERAL jsonb_array_elements(s.holders) AS h (value) ON true
         WHERE s.state = 'fired'
           AND NOT EXISTS (SELECT FROM notify_message m
                            WHERE m.subject = 'ticket:' || t.public_id AND m.step = s.index
                              AND m.person_id = (h.value->>'id')::bigint AND m.channel = 'in_app')
        """
    )
    assert untold == [], f"seed {SEED}"
    fired = centre.query("SELECT count(*) FROM tickets_ticketstep WHERE state = 'fired' AND index > 0")
    assert fired[0][0] > 0, "no ladder climbed: the rounds prove nothing about it"


def every_mail_is_one_file(centre: IocProcesses) -> None:
    sent = {
        f"{row[0]}.eml"
        for row in centre.query("SELECT public_id FROM notify_message WHERE channel = 'email' AND state = 'sent'")
    }
    files = [path.name for path in (centre.folder / "mail").rglob("*.eml")]
    assert len(files) == len(set(files))
    assert sent <= set(files), f"seed {SEED}"


def frames_follow_one_another(centre: IocProcesses) -> None:
    rows = centre.query(
        "SELECT epoch, count(*), count(DISTINCT seq), max(seq) - min(seq) + 1 FROM wall_frame GROUP BY epoch"
    )
    for epoch, frames, distinct, span in rows:
        assert frames == distinct == span, (
            f"epoch {epoch}: {frames} frames, {distinct} numbers over {span} (seed {SEED})"
        )


def the_open_wall_shows_what_a_new_one_would(centre: IocProcesses, story: Story, wall: Wall) -> None:
    def entities(tiles: dict[str, tuple[int, object]]) -> dict[str, int]:
        return {key: version for key, (version, _payload) in tiles.items() if not key.startswith("panel:")}

    def same() -> bool:
        with Wall(centre, story.operator) as fresh:
            return entities(fresh.state()[2]) == entities(wall.state()[2])

    wait_for(same, seconds=30, what=f"the open wall to show what a new one shows (seed {SEED})")
