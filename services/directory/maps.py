"""Maps of units as GeoJSON text, built by the database: no geometry passes through Python."""

from datetime import date

from django.db import connection

_FEATURES = """
    SELECT COALESCE(string_agg(
        '{"type":"Feature","id":' || to_json(code)
        || ',"properties":' || json_build_object(
            'code', code, 'name', name, 'kind', kind, 'level', level, 'approximate', approximate)
        || ',"geometry":' || ST_AsGeoJSON(outline, 4) || '}',
        ',' ORDER BY code), '')
    FROM directory_unit
    WHERE level = %s AND valid_from <= %s AND (valid_to IS NULL OR valid_to >= %s) AND outline IS NOT NULL
"""


def feature_collection(level: str, on: date) -> str:
    """Return the simplified boundaries of a level's units on a day as a GeoJSON FeatureCollection (EPSG:4326)."""
    with connection.cursor() as cursor:
        cursor.execute(_FEATURES, [level, on, on])
        features: str = cursor.fetchone()[0]
    return f'{{"type":"FeatureCollection","features":[{features}]}}'
