"""A million records of the monitors that departments deliver to: plans, tasks, schools, tourism."""

from tests.bench.filling import COMMON, OFFICE, RECORD, ROWS, STATE, UNIT, UNITS, Fill, spread

PROJECT_REPORTS = Fill(
    "socioeconomy_projectversion",
    "socioeconomy/projects",
    f"""
WITH {UNITS}, reports AS (
    SELECT n, (n - 1) / 52 AS p, (n - 1) %% 52 AS week, 10 + (n - 1) / 52 %% 50 AS plan,
           extract(year FROM ioc_now('demo'))::int - ((n - 1) / 52 / 1500)::int AS year
      FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n),
projects AS (
    INSERT INTO socioeconomy_project (id, {STATE}, code, year, name, name_en, investor, investor_department,
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
WITH {UNITS}
INSERT INTO government_task ({STATE}, document, title, assigned_on, due_on, progress, state, completed_on, result,
                             place)
SELECT {RECORD.format(at="at")}, CASE WHEN n %% 3 = 0 THEN '' ELSE {UNIT} END,
       CASE WHEN n %% 3 = 0 THEN {OFFICE} ELSE '' END, at, 0, n || '/UBND-TH', 'fill', at::date,
       at::date + 20, CASE WHEN is_open THEN 40 ELSE 100 END, CASE WHEN is_open THEN 'in_progress' ELSE 'done' END,
       CASE WHEN NOT is_open THEN at::date + 18 END, '', NULL
  FROM {ROWS}, LATERAL (SELECT {spread(3650)} AS at, n %% 1000 = 0 AS is_open) AS one
""",
)
"""Ten years of assigned tasks, one in a thousand never done."""

ATTENDANCE = Fill(
    "education_attendance",
    "education/attendance",
    f"""
WITH {UNITS}, schools AS (
    INSERT INTO education_school ({STATE}, code, name, level, place, classes, pupils, teachers, standard, boarding,
                                  heard_day, heard_at, absent, usual, state)
    SELECT {RECORD.format(at="ioc_now('demo')")}, {UNIT}, 'so-giao-duc-dao-tao', ioc_now('demo'), 0, 'fill-' || n,
           'Trường ' || n, (ARRAY['preschool', 'primary', 'lower_secondary', 'upper_secondary'])[1 + n %% 4],
           ST_SetSRID(ST_MakePoint(108 + n / 2000.0, 12.5 + (n %% 70) / 100.0), 4326), 15, 450, 30, 0, false,
           ioc_now('demo')::date, ioc_now('demo'), 0.05, 0.03,
           CASE WHEN n %% 100 = 0 THEN 'absent' WHEN n %% 30 = 0 THEN 'crowded' ELSE 'usual' END
      FROM generate_series(0, 1499) AS n, units
        ON CONFLICT DO NOTHING)
INSERT INTO education_attendance ({STATE}, school, day, session, expected, present, excused, school_day)
SELECT {RECORD.format(at="at")}, codes[1 + n %% 1500 %% cardinality(codes)], 'so-giao-duc-dao-tao', at, 0,
       'fill-' || n %% 1500, at::date, 'day', 450,
       450 - n %% 40, n %% 20, true
  FROM {ROWS}, LATERAL (SELECT ioc_now('demo') - (n / 1500) * interval '1 day' AS at) AS one
""",
    (),
    ("education_school",),
)
"""Six hundred and sixty-six days of fifteen hundred schools: the school days of three years and more."""

LODGINGS = Fill(
    "tourism_lodgingday",
    "tourism/lodging",
    f"""
WITH {UNITS}
INSERT INTO tourism_lodgingday ({STATE}, establishment, kind, day, rooms, occupied, guests, arrivals,
                                foreign_arrivals, place)
SELECT {RECORD.format(at="at")}, codes[1 + n %% 1200 %% cardinality(codes)], 'so-van-hoa-the-thao-du-lich', at, 0,
       'fill-' || n %% 1200, 'hotel', at::date, 40, n %% 40, n %% 70, n %% 30, n %% 3,
       ST_SetSRID(ST_MakePoint(108 + (n %% 1200) / 2000.0, 12.5 + (n %% 70) / 100.0), 4326)
  FROM {ROWS}, LATERAL (SELECT ioc_now('demo') - (1 + n / 1200) * interval '1 day' AS at) AS one
""",
)
"""More than two years of declarations of twelve hundred places of lodging."""

SITE_COUNTS = Fill(
    "tourism_sitecount",
    "tourism/site_counts",
    f"""
WITH known AS (SELECT array_agg(site ORDER BY site) AS sites FROM tourism_sitestate WHERE realm = 'demo'), {UNITS}
INSERT INTO tourism_sitecount ({COMMON}, site, present, entered, "left")
SELECT {RECORD.format(at="at")}, {UNIT}, 'so-van-hoa-the-thao-du-lich', sites[1 + n %% cardinality(sites)], n %% 300,
       0, 0
  FROM {ROWS}, known,
       LATERAL (SELECT ioc_now('demo') - (n / cardinality(sites)) * interval '5 minutes' AS at) AS one
""",
)
"""Counts of every five minutes at every site that is counted, back from now."""

COMPLAINTS = Fill(
    "tourism_complaint",
    "tourism/complaints",
    f"""
WITH known AS (SELECT array_agg(site ORDER BY site) AS sites FROM tourism_sitestate WHERE realm = 'demo'), {UNITS}
INSERT INTO tourism_complaint ({STATE}, about, kind, due_at, settled_at)
SELECT {RECORD.format(at="at")}, {UNIT}, 'so-van-hoa-the-thao-du-lich', at, 0, sites[1 + n %% cardinality(sites)],
       'price', at + interval '10 days', CASE WHEN n %% 1000 <> 0 THEN at + interval '8 days' END
  FROM {ROWS}, known, LATERAL (SELECT {spread(3650)} AS at) AS one
""",
)
"""Ten years of complaints, one in a thousand never answered."""
