"""``manage.py startmonitor NAME``: a whole, working monitor to start from; see ``monitors/README.md``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ioc.startmonitor.plan import Plan, PlanError, made_from
from ioc.startmonitor.writing import write


class Command(BaseCommand):
    """Write the nine files, migration, payload files and tests of a new monitor; nothing else has to be edited."""

    help = "Make a new monitor: nine files, its migration, payload files and tests"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its name, what it is called, who answers for it and where it stands on the overview."""
        parser.add_argument("name", help="folder and slug: lower-case letters, digits and _, such as water_supply")
        parser.add_argument("--title-en", default="", help="what it is called in English (default: from the name)")
        parser.add_argument("--title-vi", default="", help="what it is called in Vietnamese (default: as in English)")
        parser.add_argument("--department", default="trung-tam-ioc", help="slug of the department that answers for it")
        parser.add_argument("--position", type=int, help="its cell on the overview (default: the next behind the ten)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write everything or nothing; CommandError says what is wrong with the name, title, department or cell."""
        try:
            plan: Plan = made_from(
                options["name"],
                title_en=options["title_en"],
                title_vi=options["title_vi"],
                department=options["department"],
                position=options["position"],
            )
            written = write(plan)
        except PlanError as error:
            raise CommandError(str(error)) from error
        for path in written:
            self.stdout.write(f"  {path}")
        self.stdout.write(_NEXT.format(name=plan.name, texts=written[-1]))


_NEXT = """
It is installed: settings find monitors by their folder. What is left:
  manage.py migrate
  script/messages --fill {texts}     its texts into the catalogue
  manage.py source_token {name}/events      a token; then POST to /api/intake/{name}/events/
  script/test tests/monitors/{name}
A running centre shows it after a restart."""
