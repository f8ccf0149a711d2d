"""What leaves the machine: SMS, which cannot be repeated, and webhooks, which are known by their key.

Only realm live sends anything out, so its messages are written here by themselves, beside the demo's reports.
"""

import json
from collections import Counter
from datetime import timedelta

from psycopg.types.json import Jsonb

from tests.harness.processes import IocProcesses
from tests.services.notify.kit import Gateway, Seen

CHANNELS = ("sms", "webhook")
_FILE = """
[sms]
url = "{url}/sms"
headers = {{ "Content-Type" = "application/json" }}
body = '{{"to":"$to","text":"$text","id":"$id"}}'
success = '"status":"ok"'
[webhook]
allow = ["127.0.0.0/8"]
"""
_SOMEBODY = """
WITH somebody AS (
    INSERT INTO directory_person
    SELECT (jsonb_populate_record(p, jsonb_build_object(
               'id', nextval(pg_get_serial_sequence('directory_person', 'id')), 'public_id', gen_random_uuid(),
               'realm', 'live', 'user_id', NULL, 'email', '', 'phone', '0905 000 318'))).*
      FROM directory_person AS p WHERE realm = 'demo' ORDER BY id LIMIT 1
    RETURNING id)
INSERT INTO notify_endpoint (public_id, person_id, kind, url, secrets, name, created_at)
SELECT gen_random_uuid(), id, 'webhook', %s, '{"key": "geheim"}', '', now() FROM somebody RETURNING person_id
"""
_TELL = """
INSERT INTO notify_message (public_id, realm, subject, generation, step, person_id, channel, template, context,
       severity, state, created_at, due_at, held, going_out, attempts, provider_id, parts, error)
SELECT gen_random_uuid(), 'live', 'ticket:chaos-' || gen_random_uuid(), 1, 0, %s, %s, 'ticket_new', %s,
       'critical', 'pending', now(), now(), '', false, 0, '', 0, '' FROM generate_series(1, %s)
RETURNING public_id::text
"""
_CONTEXT = {
    "code": "PA-26-00001",
    "title": {"msgid": "Ổ gà sâu giữa đường", "params": {}},
    "severity": "critical",
    "due_at": "2026-11-23T10:00:00+00:00",
    "url": "/tickets/1/",
}


def described(exchange: Gateway) -> str:
    """Return the file that leads SMS and webhooks to a gateway."""
    return _FILE.format(url=exchange.url)


class Post:
    """Messages to one person of realm live, and what of them arrived."""

    def __init__(self, centre: IocProcesses, exchange: Gateway) -> None:
        self._centre, self._exchange = centre, exchange
        ((self._person,),) = centre.query(_SOMEBODY, f"{exchange.url}/hook")

    def tell(self, channel: str, count: int = 1) -> list[str]:
        """Write so many critical messages, which neither wait nor go together; return their ids."""
        return [row[0] for row in self._centre.query(_TELL, self._person, channel, Jsonb(_CONTEXT), count)]

    def let_claims_lapse(self, by: timedelta) -> None:
        """Let the time of claims pass: the clock of realm live is the true one, which nobody moves."""
        self._centre.query(
            "UPDATE notify_message SET claimed_until = claimed_until - %s WHERE realm = 'live' AND state = 'pending'",
            by,
        )

    def arrived(self) -> Counter[str]:
        """Return how often the gateway read a request for each message, by the key it knows it by."""
        return Counter(_key(seen) for seen in list(self._exchange.seen))

    def states(self) -> dict[str, tuple[str, str]]:
        """Return channel and state of each message."""
        rows = self._centre.query("SELECT public_id::text, channel, state FROM notify_message WHERE realm = 'live'")
        return {name: (channel, state) for name, channel, state in rows if channel in CHANNELS}

    def wrong(self) -> list[str]:
        """Compare what is said of messages with what arrived.

        Sent is there: once by SMS, under one key by webhook. Of an unknown one nobody says how it ended, so it may be
        there; it was never sent twice, and only what cannot be repeated is unknown.
        """
        states, arrived = self.states(), self.arrived()
        found = [f"{name} arrived and is no message" for name in arrived if name not in states]
        for name, (channel, state) in states.items():
            if not _fits(channel, state, arrived[name]):
                found.append(f"{channel} {name} is {state} and arrived {arrived[name]} times")
        return found


def _fits(channel: str, state: str, times: int) -> bool:
    if channel == "sms":
        return (state == "sent" and times == 1) or (state == "unknown" and times <= 1)
    return state == "delivered" and times >= 1


def _key(seen: Seen) -> str:
    if seen.path == "/hook":
        return seen.headers["Idempotency-Key"]
    return str(json.loads(seen.body)["id"])
