"""``manage.py load_policies``: the province pack's escalation policies; a changed one becomes a new version."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from services.directory.pack import pack
from services.tickets import policies
from services.tickets.flow import loading


class Command(BaseCommand):
    """Load ``policies.toml`` of the pack in use; running it again changes nothing."""

    help = "Load the province pack's escalation policies"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and report; CommandError names the policy that is wrong."""
        del args, options
        try:
            made = policies.load(policies.read(pack().folder / "policies.toml"))
        except policies.PolicyError as error:
            raise CommandError(str(error)) from error
        added = loading.load(pack().folder / "casework.toml")
        self.stdout.write(f"policies: {made} new versions; checklists and standard texts: {added} new")
