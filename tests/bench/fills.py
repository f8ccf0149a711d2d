"""A million records of each main table of each monitor, written by PostgreSQL itself: what panels are measured on.

A monitor without a fill fails the benchmark. They are spread as a province's own would be:
a share of them in the last day, the rest behind it. Timestamps follow the realm's clock.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg

MANY = 50_000
"""From so many records on it is quicker to build indexes anew than to keep them."""
RECORD = "'demo', %(source)s, 'fill-' || n, {at}, {at}, false, '\\x00'::bytea, '{{}}'::jsonb"
"""realm, source, external_id, occurred_at, received_at, historical, digest, raw: what every record has."""
_COMMON = "realm, source, external_id, occurred_at, received_at, historical, digest, raw, unit, department"


@dataclass(frozen=True)
class Fill:
    """How a main table of a monitor is filled: ``statement`` writes records ``%(first)s`` to ``%(last)s`` by number."""

    table: str
    source: str
    statement: str
    after: tuple[str, ...] = ()
    """What follows from the records in other tables: one statement after the other, each time records were added."""
    others: tuple[str, ...] = ()
    """The other tables written to."""

    def write(self, connection: psycopg.Connection, first: int, last: int) -> None:
        """Write records with these numbers and bring the planner's knowledge up to date."""
        given = {"source": self.source, "first": first, "last": last}
        with ExitStack() as stack:
            for table in (self.table, *self.others) if last - first > MANY else ():
                stack.enter_context(_without_indexes(connection, table))
            connection.execute(self.statement, given)
            for statement in self.after:
                connection.execute(statement, given)
        connection.execute(f"VACUUM ANALYZE {', '.join((self.table, *self.others))}")


@contextmanager
def _without_indexes(connection: psycopg.Connection, table: str) -> Iterator[None]:
    """Take away the indexes that no constraint needs and build them anew afterwards: a third of the time."""
    rows = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [table],
    ).fetchall()
    for name, _definition in rows:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in rows:
        connection.execute(definition.replace(" ON ONLY ", " ON "))


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
WITH streams AS MATERIALIZED (
    SELECT station, prop, unit AS code, row_number() OVER (ORDER BY station, prop) - 1 AS k, count(*) OVER () AS many
      FROM environment_latestvalue WHERE realm = 'demo')
INSERT INTO environment_observation ({_COMMON}, station, prop, value, measure, quality, flaw, interpolated)
SELECT {RECORD.format(at="at")}, code, 'so-nong-nghiep-moi-truong', station, prop,
       CASE prop WHEN 'rain' THEN (n %% 7) * 0.2 ELSE 10 + (n %% 50) * 0.1 END, 'm', 'good', '', false
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
  JOIN streams ON k = n %% (SELECT count(*) FROM streams),
       LATERAL (SELECT ioc_now('demo') - (n / many) * interval '1 hour' - k * interval '0.3 seconds' AS at) AS one
""",
    (
        """
UPDATE environment_latestvalue AS l SET sound_id = o.id, observation = o.id, occurred_at = o.occurred_at,
       sound_at = o.occurred_at
  FROM (SELECT DISTINCT ON (station, prop) station, prop, id, occurred_at FROM environment_observation
         WHERE realm = 'demo' AND external_id LIKE 'fill-%%' ORDER BY station, prop, occurred_at DESC) AS o
 WHERE l.realm = 'demo' AND l.station = o.station AND l.prop = o.prop
""",
    ),
    ("environment_latestvalue",),
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

_STATE = f"{_COMMON}, as_of, version"
_PUBLIC = "gen_random_uuid()"

INCIDENTS = Fill(
    "public_safety_incident",
    "public_safety/incidents",
    f"""
WITH {_UNITS}
INSERT INTO public_safety_incident ({_STATE}, public_id, kind, category, deaths, injuries, cleared, road, place)
SELECT {RECORD.format(at="at")}, {_UNIT}, {_OFFICE}, at, 0, {_PUBLIC},
       CASE n %% 5 WHEN 0 THEN 'crime' WHEN 1 THEN 'crime' WHEN 2 THEN 'fire' ELSE 'accident' END, 'fill',
       (n %% 40 = 3)::int, n %% 3, n %% 4 <> 0, '',
       ST_SetSRID(ST_MakePoint(108 + (n %% 1000) / 1000.0, 12.5 + (n %% 700) / 1000.0), 4326)
  FROM {_ROWS}, LATERAL (SELECT {_spread(1825)} AS at) AS one
""",
)
"""Five years of accidents, crimes and fires."""

TRAFFIC = Fill(
    "public_safety_trafficcount",
    "public_safety/traffic_counts",
    f"""
WITH sections AS (SELECT array_agg(DISTINCT road ORDER BY road) AS roads FROM public_safety_trafficcount
                   WHERE realm = 'demo'),
     {_UNITS}
INSERT INTO public_safety_trafficcount ({_COMMON}, road, minutes, vehicles, speed)
SELECT {RECORD.format(at="at")}, {_UNIT}, {_OFFICE}, roads[1 + n %% cardinality(roads)], 5, 20 + n %% 90, 30 + n %% 25
  FROM {_ROWS}, sections,
       LATERAL (SELECT ioc_now('demo') - (n / cardinality(roads)) * interval '5 minutes' AS at) AS one
""",
)
"""Counts of five minutes of every road section there is, back from now: more than a year."""

CAMERA_EVENTS = Fill(
    "public_safety_cameraevent",
    "public_safety/camera_events",
    f"""
WITH known AS (SELECT array_agg(camera ORDER BY camera) AS cameras FROM public_safety_camerastate WHERE realm = 'demo'),
     {_UNITS}
INSERT INTO public_safety_cameraevent ({_STATE}, public_id, camera, kind, label, confidence, zones, ended_at, place)
SELECT {RECORD.format(at="at")}, {_UNIT}, {_OFFICE}, at, 0, {_PUBLIC}, cameras[1 + n %% cardinality(cameras)],
       (ARRAY['no_helmet', 'red_light', 'object', 'object', 'congestion', 'fire_smoke', 'lane', 'speed'])[1 + n %% 8],
       'fill', 0.5 + (n %% 50) / 100.0, '[]', at + interval '10 seconds',
       ST_SetSRID(ST_MakePoint(108 + (n %% 1000) / 1000.0, 12.5 + (n %% 700) / 1000.0), 4326)
  FROM {_ROWS}, known, LATERAL (SELECT {_spread(180)} AS at) AS one
""",
    (
        """
INSERT INTO public_safety_eventreview (realm, event_id, state, by_id, at, note)
SELECT 'demo', id, 'confirmed', (SELECT min(id) FROM directory_user), occurred_at, ''
  FROM public_safety_cameraevent
 WHERE realm = 'demo' AND occurred_at > ioc_now('demo') - interval '10 days' AND id %% 2 = 0
    ON CONFLICT DO NOTHING
""",
    ),
    ("public_safety_eventreview",),
)
"""Half a year of what cameras saw; of the last ten days' people looked at every second."""

CASES = Fill(
    "health_casereport",
    "health/cases",
    f"""
WITH {_UNITS}
INSERT INTO health_casereport ({_STATE}, disease, day, first_day, reporter, reporting_unit, reported_unit, suspected,
       probable, confirmed, deaths, cases, cluster, ages, due_at, heard_at)
SELECT {RECORD.format(at="at")}, code, 'so-y-te', at, 0, disease, day, day, '', code, '', cases, 0, 0, 0, cases,
       CASE WHEN cases > 0 AND n %% 997 = 0 THEN 'fill' ELSE '' END, '{{}}', at + interval '1 day',
       at + (n %% 30) * interval '1 hour'
  FROM {_ROWS},
       LATERAL (SELECT codes[1 + (n / 5) %% cardinality(codes)] AS code,
                       (ARRAY['all', 'dengue', 'measles', 'hand-foot-mouth', 'rabies'])[1 + n %% 5] AS disease,
                       CASE WHEN n %% 5 = 0 THEN 0 ELSE (n / 5) %% 3 END AS cases,
                       ioc_now('demo') - (n / 5 / cardinality(codes)) * interval '1 day' AS at) AS one,
       LATERAL (SELECT (at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day) AS two
""",
    (
        """
INSERT INTO health_tally AS t (realm, disease, unit, grain, start, cases, confirmed, deaths, days, exact)
SELECT realm, disease, unit, 'd', day, sum(cases), 0, 0, 1, true
  FROM health_casereport
 WHERE realm = 'demo' AND external_id LIKE 'fill-%%' AND substr(external_id, 6)::bigint >= %(first)s
 GROUP BY realm, disease, unit, day
    ON CONFLICT (realm, disease, unit, grain, start) DO UPDATE SET cases = t.cases + EXCLUDED.cases, days = 1
""",
        """
INSERT INTO health_tally AS t (realm, disease, unit, grain, start, cases, confirmed, deaths, days, exact)
SELECT realm, disease, unit, span.grain, span.start, sum(cases), sum(confirmed), sum(deaths), sum(days), true
  FROM health_tally,
       LATERAL (VALUES ('w', date_trunc('week', start)::date), ('m', date_trunc('month', start)::date))
               AS span (grain, start)
 WHERE realm = 'demo' AND health_tally.grain = 'd'
 GROUP BY realm, disease, unit, span.grain, span.start
    ON CONFLICT (realm, disease, unit, grain, start) DO UPDATE
   SET cases = EXCLUDED.cases, confirmed = EXCLUDED.confirmed, deaths = EXCLUDED.deaths, days = EXCLUDED.days
""",
    ),
    ("health_tally",),
)
"""Five years of daily reports of every commune, four diseases and "nothing else", with the tallies they add up to."""

PROJECT_REPORTS = Fill(
    "socioeconomy_projectversion",
    "socioeconomy/projects",
    f"""
WITH {_UNITS}, reports AS (
    SELECT n, (n - 1) / 52 AS p, (n - 1) %% 52 AS week, 10 + (n - 1) / 52 %% 50 AS plan,
           extract(year FROM ioc_now('demo'))::int - ((n - 1) / 52 / 1500)::int AS year
      FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n),
projects AS (
    INSERT INTO socioeconomy_project (id, {_STATE}, code, year, name, name_en, investor, investor_department,
           investor_unit, "group", status, plan, disbursed, month, place, share, expected, progress, paid, told)
    SELECT 1000000000 + p, 'demo', %(source)s, 'fill-' || p, at, at, false, '\\x00'::bytea, '{{}}'::jsonb,
           codes[1 + p %% cardinality(codes)], 'so-tai-chinh', at, 0, 'fill-' || p, year, 'fill', '', office, office,
           '', 'C', 'ongoing', plan,
           0.6 * plan, make_date(year, 9, 1), NULL, 60, 60,
           CASE WHEN p %% 97 = 0 THEN 'far_behind' WHEN p %% 20 = 0 THEN 'behind' ELSE 'on_track' END,
           (SELECT array_agg(least(m, 9) / 15.0 * plan ORDER BY m) FROM generate_series(1, 13) AS m), 511
      FROM (SELECT DISTINCT p, plan, year FROM reports) AS one, units, offices,
           LATERAL (SELECT least(make_timestamptz(year, 9, 28, 9, 0, 0), ioc_now('demo')) AS at,
                           slugs[1 + p %% cardinality(slugs)] AS office) AS two
        ON CONFLICT DO NOTHING)
INSERT INTO socioeconomy_projectversion (realm, record_id, as_of, version, digest, raw, received_at)
SELECT 'demo', 1000000000 + p, at, n, int8send(n),
       jsonb_build_object('month', to_char(at, 'YYYY-MM'), 'disbursed', week / 80.0 * plan, 'plan', plan), at
  FROM reports, LATERAL (SELECT make_timestamptz(year, 1, 3, 9, 0, 0) + week * interval '5 days' AS at) AS one
""",
    (),
    ("socioeconomy_project",),
)
"""Thirteen years of weekly reports of fifteen hundred projects each, with the projects they are of."""

TASKS = Fill(
    "government_task",
    "government/tasks",
    f"""
WITH {_UNITS}
INSERT INTO government_task ({_STATE}, document, title, assigned_on, due_on, progress, state, completed_on, result,
                             place)
SELECT {RECORD.format(at="at")}, CASE WHEN n %% 3 = 0 THEN '' ELSE {_UNIT} END,
       CASE WHEN n %% 3 = 0 THEN {_OFFICE} ELSE '' END, at, 0, n || '/UBND-TH', 'fill', at::date,
       at::date + 20, CASE WHEN is_open THEN 40 ELSE 100 END, CASE WHEN is_open THEN 'in_progress' ELSE 'done' END,
       CASE WHEN NOT is_open THEN at::date + 18 END, '', NULL
  FROM {_ROWS}, LATERAL (SELECT {_spread(3650)} AS at, n %% 1000 = 0 AS is_open) AS one
""",
)
"""Ten years of assigned tasks, one in a thousand never done."""

ATTENDANCE = Fill(
    "education_attendance",
    "education/attendance",
    f"""
WITH {_UNITS}, schools AS (
    INSERT INTO education_school ({_STATE}, code, name, level, place, classes, pupils, teachers, standard, boarding,
                                  heard_day, heard_at, absent, usual, state)
    SELECT {RECORD.format(at="ioc_now('demo')")}, {_UNIT}, 'so-giao-duc-dao-tao', ioc_now('demo'), 0, 'fill-' || n,
           'Trường ' || n, (ARRAY['preschool', 'primary', 'lower_secondary', 'upper_secondary'])[1 + n %% 4],
           ST_SetSRID(ST_MakePoint(108 + n / 2000.0, 12.5 + (n %% 70) / 100.0), 4326), 15, 450, 30, 0, false,
           ioc_now('demo')::date, ioc_now('demo'), 0.05, 0.03,
           CASE WHEN n %% 100 = 0 THEN 'absent' WHEN n %% 30 = 0 THEN 'crowded' ELSE 'usual' END
      FROM generate_series(0, 1499) AS n, units
        ON CONFLICT DO NOTHING)
INSERT INTO education_attendance ({_STATE}, school, day, session, expected, present, excused, school_day)
SELECT {RECORD.format(at="at")}, codes[1 + n %% 1500 %% cardinality(codes)], 'so-giao-duc-dao-tao', at, 0,
       'fill-' || n %% 1500, at::date, 'day', 450,
       450 - n %% 40, n %% 20, true
  FROM {_ROWS}, LATERAL (SELECT ioc_now('demo') - (n / 1500) * interval '1 day' AS at) AS one
""",
    (),
    ("education_school",),
)
"""Six hundred and sixty-six days of fifteen hundred schools: the school days of three years and more."""

LODGINGS = Fill(
    "tourism_lodgingday",
    "tourism/lodging",
    f"""
WITH {_UNITS}
INSERT INTO tourism_lodgingday ({_STATE}, establishment, kind, day, rooms, occupied, guests, arrivals,
                                foreign_arrivals, place)
SELECT {RECORD.format(at="at")}, codes[1 + n %% 1200 %% cardinality(codes)], 'so-van-hoa-the-thao-du-lich', at, 0,
       'fill-' || n %% 1200, 'hotel', at::date, 40, n %% 40, n %% 70, n %% 30, n %% 3,
       ST_SetSRID(ST_MakePoint(108 + (n %% 1200) / 2000.0, 12.5 + (n %% 70) / 100.0), 4326)
  FROM {_ROWS}, LATERAL (SELECT ioc_now('demo') - (1 + n / 1200) * interval '1 day' AS at) AS one
""",
)
"""More than two years of declarations of twelve hundred places of lodging."""

SITE_COUNTS = Fill(
    "tourism_sitecount",
    "tourism/site_counts",
    f"""
WITH known AS (SELECT array_agg(site ORDER BY site) AS sites FROM tourism_sitestate WHERE realm = 'demo'), {_UNITS}
INSERT INTO tourism_sitecount ({_COMMON}, site, present, entered, "left")
SELECT {RECORD.format(at="at")}, {_UNIT}, 'so-van-hoa-the-thao-du-lich', sites[1 + n %% cardinality(sites)], n %% 300,
       0, 0
  FROM {_ROWS}, known,
       LATERAL (SELECT ioc_now('demo') - (n / cardinality(sites)) * interval '5 minutes' AS at) AS one
""",
)
"""Counts of every five minutes at every site that is counted, back from now."""

COMPLAINTS = Fill(
    "tourism_complaint",
    "tourism/complaints",
    f"""
WITH known AS (SELECT array_agg(site ORDER BY site) AS sites FROM tourism_sitestate WHERE realm = 'demo'), {_UNITS}
INSERT INTO tourism_complaint ({_STATE}, about, kind, due_at, settled_at)
SELECT {RECORD.format(at="at")}, {_UNIT}, 'so-van-hoa-the-thao-du-lich', at, 0, sites[1 + n %% cardinality(sites)],
       'price', at + interval '10 days', CASE WHEN n %% 1000 <> 0 THEN at + interval '8 days' END
  FROM {_ROWS}, known, LATERAL (SELECT {_spread(3650)} AS at) AS one
""",
)
"""Ten years of complaints, one in a thousand never answered."""

FILLS: dict[str, tuple[Fill, ...]] = {
    "environment": (ENVIRONMENT,),
    "cybersecurity": (CYBERSECURITY,),
    "public_services": (PUBLIC_SERVICES,),
    "field_reports": (FIELD_REPORTS,),
    "public_safety": (INCIDENTS, TRAFFIC, CAMERA_EVENTS),
    "health": (CASES,),
    "socioeconomy": (PROJECT_REPORTS,),
    "government": (TASKS,),
    "education": (ATTENDANCE,),
    "tourism": (LODGINGS, SITE_COUNTS, COMPLAINTS),
}
"""By the monitor's slug. A new monitor adds its own here."""
