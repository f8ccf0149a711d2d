"""The clock every rule and timer uses, and the two realms every installation has."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION ioc_now(realm text) RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT clock_timestamp()
         + COALESCE((SELECT clock_offset FROM kernel_realm WHERE name = realm), interval '0')
$$;
INSERT INTO kernel_realm (name, clock_offset) VALUES ('live', '0'), ('demo', '0');
"""
BACKWARDS = "DROP FUNCTION ioc_now(text); DELETE FROM kernel_realm;"


class Migration(migrations.Migration):
    """Creates ``ioc_now`` and the realms."""

    dependencies = [("kernel", "0001_realms_leases_idempotency")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
