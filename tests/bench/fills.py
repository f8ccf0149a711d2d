"""A million records of each monitor, written by PostgreSQL itself: what panels and rules are measured on.

One function for each monitor; a monitor without one fails the benchmark. They are spread as a province's own would be:
a share of them in the last day, the rest behind it. Timestamps follow the realm's clock.
"""

from dataclasses import dataclass

import psycopg

RECORD = "'demo', %(source)s, 'fill-' || n, {at}, {at}, false, '\\x00'::bytea, '{{}}'::jsonb"
"""realm, source, external_id, occurred_at, received_at, historical, digest, raw: what every record has."""
_COMMON = "realm, source, external_id, occurred_at, received_at, historical, digest, raw, unit, department"


@dataclass(frozen=True)
class Fill:
    """How a monitor's main table is filled: ``statement`` writes records ``%(first)s`` to ``%(last)s`` by number."""

    table: str
    source: str
    statement: str
    after: str = ""
    """What follows from the records in other tables, once all are there."""

    def write(self, connection: psycopg.Connection, first: int, last: int) -> None:
        """Write records with these numbers and bring the planner's knowledge up to date."""
        given = {"source": self.source, "first": first, "last": last}
        connection.execute(self.statement, given)
        if self.after:
            connection.execute(self.after, given)
        connection.execute(f"VACUUM ANALYZE {self.table}")


def _spread(days: int) -> str:
    """SQL for the instant of record ``n``: evenly back from now over so many days, newest where ``n`` is a multiple."""
    return f"(ioc_now('demo') - ((n * 7919) %% 1000003) / 1000003.0 * interval '{days} days')"


_UNITS = """units AS (SELECT array_agg(code ORDER BY code) AS codes FROM directory_unit
            WHERE level = 'commune' AND valid_to IS NULL),
     offices AS (SELECT array_agg(slug ORDER BY slug) AS slugs FROM directory_department)"""
_UNIT = "codes[1 + n %% cardinality(codes)]"
_OFFICE = "slugs[1 + n %% cardinality(slugs)]"
_ROWS = "generate_series(%(first)s::bigint, %(last)s::bigint) AS n, units, offices"

ENVIRONMENT = Fill(
    "environment_observation",
    "environment/observations",
    f"""
WITH streams AS (SELECT array_agg(station ORDER BY station, prop) AS stations,
                        array_agg(prop ORDER BY station, prop) AS props,
                        array_agg(unit ORDER BY station, prop) AS codes, count(*)::bigint AS many
                   FROM environment_latestvalue WHERE realm = 'demo')
INSERT INTO environment_observation ({_COMMON}, station, prop, value, measure, quality, flaw, interpolated)
SELECT {RECORD.format(at="at")}, codes[k], 'so-nong-nghiep-moi-truong', stations[k], props[k],
       CASE props[k] WHEN 'rain' THEN (n %% 7) * 0.2 ELSE 10 + (n %% 50) * 0.1 END, 'm', 'good', '', false
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n, streams,
       LATERAL (SELECT 1 + (n %% many)::int AS k,
                       ioc_now('demo') - (n / many) * interval '1 hour' - (n %% many) * interval '0.3 seconds' AS at
               ) AS one
""",
    """
UPDATE environment_latestvalue AS l SET sound_id = o.id, observation = o.id, occurred_at = o.occurred_at,
       sound_at = o.occurred_at
  FROM (SELECT DISTINCT ON (station, prop) station, prop, id, occurred_at FROM environment_observation
         WHERE realm = 'demo' AND external_id LIKE 'fill-%%' ORDER BY station, prop, occurred_at DESC) AS o
 WHERE l.realm = 'demo' AND l.station = o.station AND l.prop = o.prop
""",
)
"""Hourly readings of every datastream there is, back from now."""

CYBERSECURITY = Fill(
    "cybersecurity_event",
    "cybersecurity/suricata",
    f"""
WITH {_UNITS}
INSERT INTO cybersecurity_event ({_COMMON}, event_type, sensor, src_ip, src_port, dest_ip, dest_port, proto,
                                 signature_id, signature, classtype, level, blocked, threat, host, system)
SELECT {RECORD.format(at=_spread(30))}, '', {_OFFICE}, CASE WHEN n %% 20 = 0 THEN 'alert' ELSE 'flow' END, 'fill',
       ('10.0.' || n %% 200 || '.' || n %% 250)::inet, 1024 + n %% 60000, ('10.9.0.' || n %% 250)::inet, 443, 'TCP',
       CASE WHEN n %% 20 = 0 THEN 2000000 + n %% 300 END, CASE WHEN n %% 20 = 0 THEN 'ET FILL ' || n %% 300 ELSE '' END,
       CASE WHEN n %% 20 = 0 THEN 'web application attack' ELSE '' END, CASE WHEN n %% 20 = 0 THEN 2 END, false,
       CASE WHEN n %% 20 = 0 THEN 'vulnerability' ELSE '' END,
       CASE WHEN n %% 20 = 0 THEN ('10.9.0.' || n %% 250)::inet END, ''
  FROM {_ROWS}
""",
)
"""A month of events, one in twenty a sign of something."""

PUBLIC_SERVICES = Fill(
    "public_services_dossier",
    "public_services/dossiers",
    f"""
WITH {_UNITS}
INSERT INTO public_services_dossier ({_COMMON}, as_of, version, public_id, procedure, procedure_name, status, channel,
       submitted_at, accepted_at, supplements, ended_at, due_at, overdue_at, overdue_on, left_slips, on_time, calendar)
SELECT {RECORD.format(at="at")}, CASE WHEN n %% 3 = 0 THEN '' ELSE {_UNIT} END,
       CASE WHEN n %% 3 = 0 THEN {_OFFICE} ELSE '' END, at, 0, gen_random_uuid(), 'p' || n %% 200, 'Thủ tục',
       CASE WHEN is_open THEN 4 ELSE 10 END, 1 + n %% 3, at - interval '9 days', at - interval '8 days', '[]',
       CASE WHEN NOT is_open THEN at END, at + interval '1 day', at + interval '1 day', (at + interval '1 day')::date,
       '[]', CASE WHEN NOT is_open THEN n %% 20 <> 0 END, 1
  FROM {_ROWS}, LATERAL (SELECT {_spread(1095)} AS at, n %% 1000 = 0 AS is_open) AS one
""",
)
"""Three years of dossiers, one in a thousand never ended."""

FIELD_REPORTS = Fill(
    "field_reports_report",
    "field_reports/portal",
    f"""
WITH {_UNITS}
INSERT INTO field_reports_report ({_COMMON}, public_id, code, category, urgent, description, place, address,
       unit_suggested, status, status_at, assigned_at, closed_at, outcome, public_text, ticket)
SELECT {RECORD.format(at="at")}, {_UNIT}, {_OFFICE}, gen_random_uuid(), 'F' || n, 'moi-truong', n %% 50 = 0, 'x',
       ST_SetSRID(ST_MakePoint(108 + (n %% 1000) / 1000.0, 12.5 + (n %% 700) / 1000.0), 4326), '', false,
       CASE WHEN n %% 2000 = 0 THEN 'received' ELSE 'done' END, at,
       CASE WHEN n %% 2000 <> 0 THEN at + interval '1 hour' END,
       CASE WHEN n %% 2000 <> 0 THEN at + interval '20 hours' END, '', '', ''
  FROM {_ROWS}, LATERAL (SELECT {_spread(1825)} AS at) AS one
""",
)
"""Five years of reports, one in two thousand awaiting an office."""

FILLS: dict[str, Fill] = {
    "environment": ENVIRONMENT,
    "cybersecurity": CYBERSECURITY,
    "public_services": PUBLIC_SERVICES,
    "field_reports": FIELD_REPORTS,
}
"""By the monitor's slug. A new monitor adds its own here."""
