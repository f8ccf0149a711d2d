"""A plan becomes files: templates are filled in, and written all or none."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine

from ioc.startmonitor.plan import Plan, PlanError

HERE = Path(__file__).resolve().parent
SUFFIX = "-tpl"


def write(plan: Plan) -> list[Path]:
    """Write the monitor, its payload files, tests and texts; return their paths below the project.

    PlanError, and nothing written, when one of them is there already.
    """
    made = dict(_files(plan))
    there = sorted(str(path) for path in made if not path.is_absolute() and (settings.BASE_DIR / path).exists())
    if there:
        message = f"already there: {', '.join(there)}"
        raise PlanError(message)
    for path, text in made.items():
        target = settings.BASE_DIR / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return list(made)


def _files(plan: Plan) -> Iterator[tuple[Path, str]]:
    """Yield each file's path below the project, or a whole one for the list of its texts, and what it holds."""
    for folder, target in (
        ("monitor", Path("monitors", plan.name)),
        ("fixtures", Path("fixtures", plan.name)),
        ("tests", Path("tests", "monitors", plan.name)),
    ):
        for source in sorted(path for path in (HERE / folder).rglob("*") if path.is_file()):
            yield target / str(source.relative_to(HERE / folder)).removesuffix(SUFFIX), _filled(source, plan)
    yield Path(settings.VAR) / f"{plan.name}.tsv", _filled(HERE / "texts.tsv", plan)


def _filled(source: Path, plan: Plan) -> str:
    values = {name: getattr(plan, name) for name in ("name", "title_en", "title_vi", "department", "position")}
    context = Context({**values, "camel": plan.camel, "address": plan.address}, autoescape=False, use_l10n=False)
    return str(Engine().from_string(source.read_text(encoding="utf-8")).render(context))
