"""The API's description can be made and is valid; ``test_schema`` holds the API to it."""

from django.core.management import call_command


def test_the_description_is_made_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
