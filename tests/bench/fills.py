"""A million records of each main table of each monitor, written by PostgreSQL itself: what panels are measured on.

A monitor without a fill fails the benchmark.
"""

from tests.bench.filling import COMMON, OFFICE, RECORD, ROWS, STATE, UNIT, UNITS, Fill, spread
from tests.bench.fills_of_departments import ATTENDANCE, COMPLAINTS, LODGINGS, PROJECT_REPORTS, SITE_COUNTS, TASKS

ENVIRONMENT = Fill(
    "environment_observation",
    "environment/observations",
    f"""
WITH streams AS MATERIALIZED (
    SELECT station, prop, unit AS code, row_number() OVER (ORDER BY station, prop) - 1 AS k, count(*) OVER () AS many
      FROM environment_latestvalue WHERE realm = 'demo')
INSERT INTO environment_observation ({COMMON}, station, prop, value, measure, quality, flaw, interpolated)
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
    ("environment_latestvalue", "environment_rainday"),
)
"""Hourly readings of every datastream there is, back from now; the sums of rain follow by themselves."""

CYBERSECURITY = Fill(
    "cybersecurity_event",
    "cybersecurity/suricata",
    f"""
WITH {UNITS}
INSERT INTO cybersecurity_event ({COMMON}, event_type, sensor, src_ip, src_port, dest_ip, dest_port, proto,
                                 signature_id, signature, classtype, level, blocked, threat, host, system)
SELECT {RECORD.format(at=spread(30))}, '', {OFFICE}, CASE WHEN n %% 20 = 0 THEN 'alert' ELSE 'flow' END, 'fill',
       ('10.0.' || n %% 200 || '.' || n %% 250)::inet, 1024 + n %% 60000, ('10.9.0.' || n %% 250)::inet, 443, 'TCP',
       CASE WHEN n %% 20 = 0 THEN 2000000 + n %% 300 END, CASE WHEN n %% 20 = 0 THEN 'ET FILL ' || n %% 300 ELSE '' END,
       CASE WHEN n %% 20 = 0 THEN 'web application attack' ELSE '' END, CASE WHEN n %% 20 = 0 THEN 2 END, false,
       CASE WHEN n %% 20 = 0 THEN 'vulnerability' ELSE '' END,
       CASE WHEN n %% 20 = 0 THEN ('10.9.0.' || n %% 250)::inet END, ''
  FROM {ROWS}
""",
)
"""A month of events, one in twenty a sign of something."""

PUBLIC_SERVICES = Fill(
    "public_services_dossier",
    "public_services/dossiers",
    f"""
WITH {UNITS}
INSERT INTO public_services_dossier ({COMMON}, as_of, version, public_id, procedure, procedure_name, status, channel,
       submitted_at, accepted_at, supplements, ended_at, due_at, overdue_at, overdue_on, left_slips, on_time, calendar)
SELECT {RECORD.format(at="at")}, CASE WHEN n %% 3 = 0 THEN '' ELSE {UNIT} END,
       CASE WHEN n %% 3 = 0 THEN {OFFICE} ELSE '' END, at, 0, gen_random_uuid(), 'p' || n %% 200, 'Thủ tục',
       CASE WHEN is_open THEN 4 ELSE 10 END, 1 + n %% 3, at - interval '9 days', at - interval '8 days', '[]',
       CASE WHEN NOT is_open THEN at END, at + interval '1 day', at + interval '1 day', (at + interval '1 day')::date,
       '[]', CASE WHEN NOT is_open THEN n %% 20 <> 0 END, 1
  FROM {ROWS}, LATERAL (SELECT {spread(1095)} AS at, n %% 1000 = 0 AS is_open) AS one
""",
)
"""Three years of dossiers, one in a thousand never ended."""

FIELD_REPORTS = Fill(
    "field_reports_report",
    "field_reports/portal",
    f"""
WITH {UNITS}
INSERT INTO field_reports_report ({COMMON}, public_id, code, category, urgent, description, place, address,
       unit_suggested, status, status_at, assigned_at, closed_at, outcome, public_text, ticket)
SELECT {RECORD.format(at="at")}, {UNIT}, {OFFICE}, gen_random_uuid(), 'F' || n, 'moi-truong', n %% 50 = 0, 'x',
       ST_SetSRID(ST_MakePoint(108 + (n %% 1000) / 1000.0, 12.5 + (n %% 700) / 1000.0), 4326), '', false,
       CASE WHEN n %% 2000 = 0 THEN 'received' ELSE 'done' END, at,
       CASE WHEN n %% 2000 <> 0 THEN at + interval '1 hour' END,
       CASE WHEN n %% 2000 <> 0 THEN at + interval '20 hours' END, '', '', ''
  FROM {ROWS}, LATERAL (SELECT {spread(1825)} AS at) AS one
""",
)
"""Five years of reports, one in two thousand awaiting an office."""

_PUBLIC = "gen_random_uuid()"

INCIDENTS = Fill(
    "public_safety_incident",
    "public_safety/incidents",
    f"""
WITH {UNITS}
INSERT INTO public_safety_incident ({STATE}, public_id, kind, category, deaths, injuries, cleared, road, place)
SELECT {RECORD.format(at="at")}, {UNIT}, {OFFICE}, at, 0, {_PUBLIC},
       CASE n %% 5 WHEN 0 THEN 'crime' WHEN 1 THEN 'crime' WHEN 2 THEN 'fire' ELSE 'accident' END, 'fill',
       (n %% 40 = 3)::int, n %% 3, n %% 4 <> 0, '',
       ST_SetSRID(ST_MakePoint(108 + (n %% 1000) / 1000.0, 12.5 + (n %% 700) / 1000.0), 4326)
  FROM {ROWS}, LATERAL (SELECT {spread(1825)} AS at) AS one
""",
)
"""Five years of accidents, crimes and fires."""

TRAFFIC = Fill(
    "public_safety_trafficcount",
    "public_safety/traffic_counts",
    f"""
WITH sections AS (SELECT array_agg(DISTINCT road ORDER BY road) AS roads FROM public_safety_trafficcount
                   WHERE realm = 'demo'),
     {UNITS}
INSERT INTO public_safety_trafficcount ({COMMON}, road, minutes, vehicles, speed)
SELECT {RECORD.format(at="at")}, {UNIT}, {OFFICE}, roads[1 + n %% cardinality(roads)], 5, 20 + n %% 90, 30 + n %% 25
  FROM {ROWS}, sections,
       LATERAL (SELECT ioc_now('demo') - (n / cardinality(roads)) * interval '5 minutes' AS at) AS one
""",
)
"""Counts of five minutes of every road section there is, back from now: more than a year."""

CAMERA_EVENTS = Fill(
    "public_safety_cameraevent",
    "public_safety/camera_events",
    f"""
WITH known AS (SELECT array_agg(camera ORDER BY camera) AS cameras FROM public_safety_camerastate WHERE realm = 'demo'),
     {UNITS}
INSERT INTO public_safety_cameraevent ({STATE}, public_id, camera, kind, label, confidence, zones, ended_at, place)
SELECT {RECORD.format(at="at")}, {UNIT}, {OFFICE}, at, 0, {_PUBLIC}, cameras[1 + n %% cardinality(cameras)],
       (ARRAY['no_helmet', 'red_light', 'object', 'object', 'congestion', 'fire_smoke', 'lane', 'speed'])[1 + n %% 8],
       'fill', 0.5 + (n %% 50) / 100.0, '[]', at + interval '10 seconds',
       ST_SetSRID(ST_MakePoint(108 + (n %% 1000) / 1000.0, 12.5 + (n %% 700) / 1000.0), 4326)
  FROM {ROWS}, known, LATERAL (SELECT {spread(180)} AS at) AS one
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
WITH {UNITS}
INSERT INTO health_casereport ({STATE}, disease, day, first_day, reporter, reporting_unit, reported_unit, suspected,
       probable, confirmed, deaths, cases, cluster, ages, due_at, heard_at)
SELECT {RECORD.format(at="at")}, code, 'so-y-te', at, 0, disease, day, day, '', code, '', cases, 0, 0, 0, cases,
       CASE WHEN cases > 0 AND n %% 997 = 0 THEN 'fill' ELSE '' END, '{{}}', at + interval '1 day',
       at + (n %% 30) * interval '1 hour'
  FROM {ROWS},
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
