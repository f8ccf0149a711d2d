"""What must be true when everything has come to rest, whoever was killed on the way.

Every check is a statement that returns what breaks it: no row, no harm. ``{since}`` is the number of the last frame
that an earlier look has seen.
"""

from collections.abc import Mapping
from typing import Any

from services.wall.history import ENTITIES
from tests.harness.processes import IocProcesses

REALM = "demo"
Tiles = Mapping[str, tuple[int, Any]]
"""What a wall shows: a tile's key to its version and payload."""

_RECORDS = """(
    SELECT 'field_reports/portal' AS source, id FROM field_reports_report WHERE realm = 'demo'
    UNION ALL SELECT 'cybersecurity/suricata', id FROM cybersecurity_event WHERE realm = 'demo')"""
_FIRED = """(
    SELECT substr(target, 8) AS ticket, (detail->>'generation')::int AS generation, (detail->>'step')::int AS step,
           detail->'people' AS people
      FROM audit_auditentry WHERE realm = 'demo' AND verb IN ('ticket.notify', 'ticket.escalate'))"""

CHECKS: Mapping[str, str] = {
    "a receipt counted other records than are stored": f"""
        SELECT counted.source, counted.n, stored.n
          FROM (SELECT source, sum(accepted) AS n FROM intake_intakebatch WHERE realm = 'demo' GROUP BY 1) AS counted
          JOIN (SELECT source, count(*) AS n FROM {_RECORDS} AS r GROUP BY 1) AS stored USING (source)
         WHERE counted.n <> stored.n""",
    "a record is in no chunk, or in several": f"""
        SELECT r.source, r.id, count(c.id) FROM {_RECORDS} AS r
          LEFT JOIN (SELECT id, source, unnest(ids) AS record FROM intake_intakechunk WHERE realm = 'demo') AS c
                 ON c.source = r.source AND c.record = r.id
         GROUP BY 1, 2 HAVING count(c.id) <> 1""",
    "a chunk was never judged": "SELECT id, source, error FROM intake_intakechunk WHERE evaluated_at IS NULL",
    "a report has not exactly one alert that counts it once": """
        SELECT r.external_id, a.n, a.counted FROM field_reports_report r
          LEFT JOIN (SELECT fingerprint, count(*) AS n, sum(count) AS counted FROM alerts_alert
                      WHERE realm = 'demo' GROUP BY 1) AS a
                 ON a.fingerprint = 'field_reports.new_report:' || r.public_id
         WHERE r.realm = 'demo' AND NOT r.historical AND (a.n IS DISTINCT FROM 1 OR a.counted <> 1)""",
    "two alerts are open for one thing": """
        SELECT fingerprint, count(*) FROM alerts_alert
         WHERE realm = 'demo' AND state IN ('active', 'acknowledged', 'resolved') GROUP BY 1 HAVING count(*) > 1""",
    "an alert was raised twice or never told": """
        SELECT a.fingerprint, count(c.id) FROM alerts_alert a
          LEFT JOIN alerts_alertchange c ON c.alert_id = a.id AND c.kind = 'raised'
         WHERE a.realm = 'demo' AND NOT a.historical GROUP BY a.id HAVING count(c.id) <> 1""",
    "a change of an alert was not worked on": """
        SELECT c.id, c.kind, a.fingerprint, c.at, c.attempts, c.error
          FROM alerts_alertchange c JOIN alerts_alert a ON a.id = c.alert_id
         WHERE c.done_at IS NULL AND c.due_at < ioc_now(c.realm) - interval '5 seconds'""",
    "an alert of a report has not exactly one ticket": """
        SELECT a.fingerprint, count(t.id) FROM alerts_alert a
          LEFT JOIN tickets_ticket t ON t.alert_id = a.id AND t.parent_id IS NULL
         WHERE a.realm = 'demo' AND a.rule = 'field_reports.new_report' AND NOT a.historical
         GROUP BY a.id HAVING count(t.id) <> 1""",
    "an alert has two tickets": """
        SELECT alert_id, count(*) FROM tickets_ticket WHERE parent_id IS NULL GROUP BY 1 HAVING count(*) > 1""",
    "a number was given to two tickets, or skipped": """
        SELECT n.realm, n.last, count(t.id) FROM tickets_ticketnumber n
          LEFT JOIN tickets_ticket t ON t.realm = n.realm AND split_part(t.code, '-', 2)::int = n.year % 100
         GROUP BY n.id HAVING count(DISTINCT t.code) <> n.last OR count(t.id) <> n.last""",
    "a step fired twice in one generation": f"""
        SELECT ticket, generation, step, count(*) FROM {_FIRED} AS f GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "a step fired before its time, though somebody held the one before it": """
        SELECT t.code, s.index, s.due_at, s.fired_at
          FROM tickets_ticketstep s JOIN tickets_ticket t ON t.id = s.ticket_id
         WHERE t.realm = 'demo' AND s.state = 'fired' AND s.fired_at < s.due_at - interval '1 second'
           AND NOT EXISTS (SELECT 1 FROM tickets_ticketstep b WHERE b.ticket_id = s.ticket_id
                              AND b.generation = s.generation AND b.fired_at = s.fired_at AND b.holders = '[]')""",
    "a step that fired is not in the audit, or in the history, as often": f"""
        SELECT fired.ticket, fired.index, fired.n, told.n, kept.n
          FROM (SELECT t.public_id::text AS ticket, s.index::int, count(*) AS n FROM tickets_ticketstep s
                  JOIN tickets_ticket t ON t.id = s.ticket_id
                 WHERE t.realm = 'demo' AND s.state = 'fired' GROUP BY 1, 2) AS fired
          FULL JOIN (SELECT ticket, step AS index, count(*) AS n FROM {_FIRED} AS f GROUP BY 1, 2) AS told
               USING (ticket, index)
          FULL JOIN (SELECT t.public_id::text AS ticket, (e.detail->>'step')::int AS index, count(*) AS n
                       FROM tickets_ticketentry e JOIN tickets_ticket t ON t.id = e.ticket_id
                      WHERE t.realm = 'demo' AND e.verb IN ('notify', 'escalate') GROUP BY 1, 2) AS kept
               USING (ticket, index)
         WHERE (fired.n, fired.n) IS DISTINCT FROM (told.n, kept.n)""",
    "a step that was due did not fire": """
        SELECT t.code, s.index, s.due_at FROM tickets_ticketstep s JOIN tickets_ticket t ON t.id = s.ticket_id
         WHERE s.state = 'pending' AND s.generation = t.generation
           AND s.due_at < ioc_now(t.realm) - interval '5 seconds'
           AND t.state IN ('new', 'accepted', 'in_progress', 'waiting', 'returned')""",
    "a person whom a step reached has no message": f"""
        SELECT f.ticket, f.generation, f.step, person FROM {_FIRED} AS f, jsonb_array_elements(f.people) AS person
         WHERE NOT EXISTS (
               SELECT 1 FROM notify_message m WHERE m.realm = 'demo' AND m.subject = 'ticket:' || f.ticket
                  AND m.generation = f.generation AND m.step = f.step AND m.person_id = person::int)""",
    "a message tells of a step that did not fire": f"""
        SELECT m.subject, m.generation, m.step FROM notify_message m
         WHERE m.realm = 'demo' AND NOT EXISTS (
               SELECT 1 FROM {_FIRED} AS f WHERE m.subject = 'ticket:' || f.ticket AND m.generation = f.generation
                  AND m.step = f.step AND f.people @> to_jsonb(m.person_id))""",
    "a person was told twice of one step by one channel": """
        SELECT subject, generation, step, person_id, channel, count(*) FROM notify_message
         GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1""",
    "a message was not sent": """
        SELECT id, state, attempts, error FROM notify_message WHERE state IN ('pending', 'failed')""",
    "the frames have more than one epoch, or a number twice": """
        SELECT epoch, seq, count(*) FROM wall_frame WHERE realm = 'demo' AND seq > {since}
         GROUP BY 1, 2 HAVING count(*) > 1 OR epoch <> (SELECT epoch FROM wall_head WHERE realm = 'demo')""",
    "a number is missing among the frames": """
        SELECT n.seq FROM generate_series({since} + 1, (SELECT seq FROM wall_head WHERE realm = 'demo')) AS n (seq)
         WHERE NOT EXISTS (SELECT 1 FROM wall_frame f WHERE f.realm = 'demo' AND f.seq = n.seq)""",
    "a frame has a number beyond the head": """
        SELECT seq FROM wall_frame WHERE realm = 'demo' AND seq > (SELECT seq FROM wall_head WHERE realm = 'demo')""",
    "a tile says something else than its last frame": """
        SELECT t.key, t.version, f.version FROM wall_tile t
          LEFT JOIN LATERAL (SELECT * FROM wall_frame f WHERE f.realm = t.realm AND f.key = t.key
                              ORDER BY f.seq DESC LIMIT 1) AS f ON true
         WHERE t.realm = 'demo'
           AND (t.dirty OR t.gone OR f.gone OR (f.version, f.seq) IS DISTINCT FROM (t.version, t.seq)
                OR f.payload IS DISTINCT FROM t.payload)""",
    "a tile that the frames leave on the wall is not there": """
        SELECT last.key, last.seq
          FROM (SELECT DISTINCT ON (key) key, seq, gone FROM wall_frame WHERE realm = 'demo' ORDER BY key, seq DESC)
               AS last
         WHERE NOT last.gone AND NOT EXISTS (SELECT 1 FROM wall_tile t WHERE t.realm = 'demo' AND t.key = last.key)""",
    "an alert's tile does not say how it stands": """
        SELECT a.fingerprint, a.state, t.payload->>'state' FROM alerts_alert a
          LEFT JOIN wall_tile t ON t.realm = a.realm AND t.key = 'alert:' || a.public_id
         WHERE a.realm = 'demo' AND NOT a.historical
           AND CASE WHEN a.state IN ('active', 'acknowledged', 'resolved')
                    THEN (t.payload->>'state', (t.payload->>'generation')::int, (t.payload->>'count')::int)
                         IS DISTINCT FROM (a.state, a.generation, a.count::int)
                    ELSE t.id IS NOT NULL END""",
    "a ticket's tile does not say how it stands": """
        SELECT k.code, k.state, t.payload->>'state' FROM tickets_ticket k
          LEFT JOIN wall_tile t ON t.realm = k.realm AND t.key = 'ticket:' || k.public_id
         WHERE k.realm = 'demo'
           AND CASE WHEN k.state IN ('closed', 'cancelled', 'merged') THEN t.id IS NOT NULL
                    ELSE (t.payload->>'state', (t.payload->>'generation')::int)
                         IS DISTINCT FROM (k.state, k.generation) END""",
    "a report does not know its ticket": """
        SELECT r.external_id, r.ticket, t.public_id FROM field_reports_report r
          JOIN alerts_alert a ON a.realm = r.realm AND a.fingerprint = 'field_reports.new_report:' || r.public_id
          JOIN tickets_ticket t ON t.alert_id = a.id AND t.parent_id IS NULL
         WHERE r.realm = 'demo' AND r.ticket IS DISTINCT FROM t.public_id::text""",
    "the audit's chain has a hole or a fork": """
        SELECT position, count(*) FROM audit_auditentry WHERE realm = 'demo' AND position IS NOT NULL
         GROUP BY 1 HAVING count(*) > 1
        UNION ALL
        SELECT max(position), count(*) FROM audit_auditentry WHERE realm = 'demo' AND position IS NOT NULL
        HAVING max(position) <> count(*)""",
}


def broken(centre: IocProcesses, *, since: int = 0) -> list[str]:
    """Return each check that does not hold, with the first rows that break it."""
    found = []
    for sentence, statement in CHECKS.items():
        rows = centre.query(statement.replace("{since}", str(since)))
        if rows:
            found.append(f"{sentence}: {len(rows)} times, such as {rows[:3]}")
    return found


def head(centre: IocProcesses) -> int:
    """Return the number of the last frame."""
    rows: list[Any] = centre.query("SELECT seq FROM wall_head WHERE realm = 'demo'")
    return int(rows[0][0]) if rows else 0


def wrong_letters(centre: IocProcesses) -> list[str]:
    """Return what is wrong between e-mails and mail files: one sent without a file, a file of no e-mail."""
    mails = dict(
        centre.query("SELECT public_id::text, state FROM notify_message WHERE channel = 'email' AND realm = 'demo'")
    )
    files = {file.stem for file in (centre.folder / "mail" / REALM).glob("*.eml")}
    sent = {name for name, state in mails.items() if state == "sent"}
    lost = [f"mail {name} was sent into no file" for name in sent - files]
    return lost + [f"file {name} is no mail's" for name in files - mails.keys()]


def wrong_ledger(
    centre: IocProcesses, reports: set[str], hosts: Mapping[str, int], deeds: Mapping[str, int]
) -> list[str]:
    """Compare what clients were promised with what is there.

    ``reports`` are the accepted ids, ``hosts`` the accepted events by machine, ``deeds`` the verbs by their note:
    1 was done, 0 was refused.
    """
    stored = centre.query(
        "SELECT external_id, count(*) FROM field_reports_report WHERE external_id LIKE 'chaos-%' GROUP BY 1"
    )
    counted = centre.query(
        "SELECT split_part(fingerprint, ':', 3), sum(count) FROM alerts_alert "
        "WHERE rule = 'cybersecurity.signature' AND fingerprint LIKE '%:198.51.%' AND realm = 'demo' GROUP BY 1"
    )
    done = centre.query(
        # A resolve is told twice: what a ticket's resolve did to its alert, and an alert's to its ticket, has its note.
        "SELECT note, count(*) FROM (SELECT note FROM tickets_ticketentry WHERE note LIKE '%-tickets-%' "
        "UNION ALL SELECT note FROM alerts_alertchange WHERE note LIKE '%-alerts-%') AS d "
        "WHERE note LIKE 'chaos-%' GROUP BY 1"
    )
    return [
        *_differences("report", dict.fromkeys(reports, 1), dict(stored)),
        *_differences("events of", hosts, dict(counted)),
        *_differences("deed", {note: n for note, n in deeds.items() if n}, dict(done)),
    ]


def wrong_wall(centre: IocProcesses, shown: Tiles, fresh: Tiles) -> list[str]:
    """Compare what an open wall shows with the database, and with what a wall opened now is sent.

    A snapshot holds the worst entities only, so past that limit either wall may know some that the other does not.
    """
    there = dict(centre.query("SELECT key, version FROM wall_tile WHERE realm = 'demo' AND NOT gone"))
    wrong = [f"{key} is shown as it was" for key, (version, _payload) in shown.items() if there.get(key) != version]
    wrong += [f"{key} differs" for key in shown.keys() & fresh.keys() if shown[key] != fresh[key]]
    if sum(not key.startswith("panel:") for key in there) <= ENTITIES:
        wrong += [f"{key} is not shown" for key in fresh.keys() - shown.keys()]
    return wrong


def _differences(what: str, promised: Mapping[str, int], there: Mapping[str, int]) -> list[str]:
    names = promised.keys() | there.keys()
    return [
        f"{what} {name}: promised {promised.get(name, 0)} times, there {there.get(name, 0)} times"
        for name in sorted(names)
        if promised.get(name, 0) != there.get(name, 0)
    ]
