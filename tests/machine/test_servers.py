from django.conf import settings
from django.db import connection


def test_the_test_database_has_postgis_and_the_applications_role_is_no_superuser(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT postgis_version(), current_setting('is_superuser'), current_setting('TimeZone')")
        version, superuser, zone = cursor.fetchone()
    assert version.startswith("3.")
    assert superuser == "off"
    assert zone == "UTC"


def test_redis_of_the_run_is_reached_by_a_unix_socket_only(redis_client):
    assert redis_client.ping()
    assert redis_client.config_get("port")["port"] == "0"
    assert settings.REDIS_URL.startswith("unix://")
