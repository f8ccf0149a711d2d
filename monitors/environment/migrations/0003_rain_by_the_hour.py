"""A day's rain is summed where the values are stored: by PostgreSQL, in the same statement, whoever writes them."""

import django.contrib.postgres.fields
from django.db import migrations, models

import services.kernel.models

KEY = "realm, day, station, unit, department"
"""Rows are taken in this order, so that no two transactions wait for each other."""
HOURS = range(24)
SUMS = f"ARRAY[{', '.join(f'COALESCE(sum(o.value) FILTER (WHERE u.hour <= {n}), 0)' for n in HOURS)}]"
HEARD = "COALESCE(bit_or(1 << u.hour), 0)"
ITS_KEY = "o.realm, u.day, o.station, o.unit, o.department"
DAY_AND_HOUR = """
       LATERAL (SELECT (o.occurred_at AT TIME ZONE 'UTC')::date AS day,
                       date_part('hour', o.occurred_at AT TIME ZONE 'UTC')::integer AS hour) AS u"""
USABLE = "o.prop = 'rain' AND o.quality = 'good'"
SAME = "(t.realm, t.day, t.station, t.unit, t.department) = (k.realm, k.day, k.station, k.unit, k.department)"


def counted(rows: str) -> str:
    """Return the statement that writes the sums of these rows (a table's name)."""
    return f"""
        INSERT INTO environment_rainday AS t ({KEY}, mm, heard)
        SELECT {ITS_KEY}, {SUMS}, {HEARD} FROM {rows} AS o,{DAY_AND_HOUR}
         WHERE {USABLE} GROUP BY {ITS_KEY} ORDER BY {ITS_KEY}"""  # noqa: S608 - nothing from outside


STORED = f"""
    CREATE FUNCTION environment_rain_stored() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {counted("stored")}
            ON CONFLICT ({KEY}) DO UPDATE
           SET mm = ARRAY[{", ".join(f"t.mm[{n + 1}] + excluded.mm[{n + 1}]" for n in HOURS)}],
               heard = t.heard | excluded.heard;
        RETURN NULL;
    END $$;
    CREATE TRIGGER environment_rain_stored AFTER INSERT ON environment_observation
        REFERENCING NEW TABLE AS stored FOR EACH STATEMENT EXECUTE FUNCTION environment_rain_stored();
"""  # noqa: S608
# What is taken back is not subtracted, for sums of binary fractions would keep a trace of it, but counted anew. The row
# is made and held first: the count is a statement of its own and sees what another transaction was adding meanwhile.
CHANGED = f"""
    CREATE FUNCTION environment_rain_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        k record;
    BEGIN
        FOR k IN SELECT DISTINCT {ITS_KEY} FROM touched AS o,{DAY_AND_HOUR} WHERE {USABLE} ORDER BY {ITS_KEY} LOOP
            INSERT INTO environment_rainday AS t ({KEY}, mm, heard)
            VALUES (k.realm, k.day, k.station, k.unit, k.department, array_fill(0::double precision, ARRAY[24]), 0)
                ON CONFLICT ({KEY}) DO UPDATE SET heard = t.heard;
            UPDATE environment_rainday AS t SET mm = c.mm, heard = c.heard
              FROM (SELECT {SUMS} AS mm, {HEARD} AS heard FROM environment_observation AS o,{DAY_AND_HOUR}
                     WHERE o.realm = k.realm AND o.station = k.station AND {USABLE}
                       AND o.unit = k.unit AND o.department = k.department
                       AND o.occurred_at >= k.day::timestamp AT TIME ZONE 'UTC'
                       AND o.occurred_at < (k.day + 1)::timestamp AT TIME ZONE 'UTC') AS c
             WHERE {SAME};
            DELETE FROM environment_rainday AS t WHERE {SAME} AND t.heard = 0;
        END LOOP;
        RETURN NULL;
    END $$;
    CREATE TRIGGER environment_rain_removed AFTER DELETE ON environment_observation
        REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION environment_rain_changed();
    CREATE TRIGGER environment_rain_changed_from AFTER UPDATE ON environment_observation
        REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION environment_rain_changed();
    CREATE TRIGGER environment_rain_changed_to AFTER UPDATE ON environment_observation
        REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION environment_rain_changed();
"""  # noqa: S608


class Migration(migrations.Migration):
    """Makes the table and what keeps it, then counts what is there: nobody stores anything between the two."""

    dependencies = [
        ("environment", "0002_panels_from_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="RainDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("realm", services.kernel.models.RealmField(max_length=40)),
                ("day", models.DateField()),
                ("station", models.CharField(max_length=60)),
                ("unit", models.CharField(blank=True, default="", max_length=5)),
                ("department", models.CharField(blank=True, default="", max_length=60)),
                ("mm", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=24)),
                ("heard", models.IntegerField()),
            ],
            options={
                "verbose_name": "rain of a day",
                "verbose_name_plural": "rain of days",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("realm", "day", "station", "unit", "department"), name="rain_day_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(STORED, "DROP FUNCTION environment_rain_stored() CASCADE"),
        migrations.RunSQL(CHANGED, "DROP FUNCTION environment_rain_changed() CASCADE"),
        migrations.RunSQL(counted("environment_observation"), migrations.RunSQL.noop),
    ]
