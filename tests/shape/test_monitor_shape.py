"""Every monitor has the same rooms, knows no other, and shows no figure without the query it came from."""

from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from msgspec import Struct

from services import registry
from services.contract import Figure, Monitor, Panel, Scope
from services.directory.pack import load_pack
from services.kernel import clock
from services.kernel.records import Record, StateRecord

ROOT = Path(__file__).resolve().parents[2]
MONITORS = registry.monitors()
FOLDERS = sorted(path.name for path in (ROOT / "monitors").iterdir() if (path / "__init__.py").exists())
ROOMS = ("apps.py", "monitor.py", "models.py", "feeds.py", "rules.py", "panels.py", "api.py", "pages.py", "admin.py")
ALSO = (
    *("selectors.py", "actions.py", "forms.py", "queries.py", "tasks.py", "deadlines.py", "systems.py", "stations.py"),
    *("diseases.py", "facilities.py", "places.py", "lateness.py", "cameras.py", "sites.py", "schools.py"),
    *("publishing.py", "index766.py", "standing.py", "layers.py", "curves.py", "showing.py"),
)
"""Rooms that a monitor may add: reads, writes, forms, jobs, pure rules of its domain, its part of the pack."""
CLEARED_BY_RECORDS = ("education", "environment", "health", "public_safety")
"""Monitors whose records themselves say that a condition is over: a river falls, silence clears nothing."""
KERNEL_APPS = {"kernel", "directory", "worktime", "audit", "moderation", "indicators"}


def ids(value: object) -> str:
    return value.slug if isinstance(value, Monitor | Panel) else str(value)


def models_of(monitor: Monitor) -> list[type[Model]]:
    return list(apps.get_app_config(monitor.slug).get_models())


def test_every_folder_is_a_registered_monitor():
    assert sorted(monitor.slug for monitor in MONITORS) == FOLDERS


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_monitor_has_the_same_rooms_as_every_other(folder):
    found = {path.name for path in (ROOT / "monitors" / folder).glob("*.py")} - {"__init__.py"}
    assert set(ROOMS) <= found, f"missing: {sorted(set(ROOMS) - found)}"
    assert found <= {*ROOMS, *ALSO}, f"unknown rooms: {sorted(found - {*ROOMS, *ALSO})}"
    assert (ROOT / "monitors" / folder / "migrations" / "__init__.py").exists()


@pytest.mark.parametrize("monitor", MONITORS, ids=ids)
def test_a_monitor_says_all_that_a_monitor_has_to_say(monitor):
    assert monitor.title
    assert monitor.sources
    assert monitor.rules
    assert sum(panel.key for panel in monitor.panels) == 1, "one key figure on the overview"
    assert {"number", "list"} <= {"list" if panel.kind == "table" else panel.kind for panel in monitor.panels}
    for slugs in ([s.slug for s in monitor.sources], [p.slug for p in monitor.panels], [r.id for r in monitor.rules]):
        assert len(slugs) == len(set(slugs))


@pytest.mark.parametrize("monitor", MONITORS, ids=ids)
def test_its_sources_rules_and_panels_fit_each_other(monitor):
    sources = {source.slug for source in monitor.sources}
    for source in monitor.sources:
        assert issubclass(source.payload, Struct)
        assert source.silent_after is not None, f"{source.slug} may fall silent unnoticed"
        assert source.kind in {"event", "state"}
    for rule in monitor.rules:
        assert set(rule.sources) <= sources
        assert rule.detect or rule.sweep, f"{rule.id} never runs"
        assert rule.sources or not rule.detect
        assert rule.basis
        looked_for = rule.sweep or monitor.slug in CLEARED_BY_RECORDS
        assert looked_for or not rule.clears, f"{rule.id} clears but nothing looks for it"
    for panel in monitor.panels:
        assert panel.sources
        assert set(panel.sources) <= sources


@pytest.mark.parametrize("monitor", MONITORS, ids=ids)
def test_its_owner_exists_in_every_pack(monitor):
    for pack in sorted(path.name for path in (ROOT / "fixtures" / "province").iterdir() if path.is_dir()):
        assert monitor.department in {department.slug for department in load_pack(pack).departments}


@pytest.mark.parametrize("monitor", MONITORS, ids=ids)
def test_no_relation_leads_into_another_monitor_or_above(monitor):
    allowed = {monitor.slug, *KERNEL_APPS}
    for model in models_of(monitor):
        for field in model._meta.get_fields():
            other = field.related_model
            if field.is_relation and isinstance(other, type) and not field.auto_created:
                assert other._meta.app_label in allowed, f"{model.__name__}.{field.name}"


@pytest.mark.parametrize("monitor", MONITORS, ids=ids)
def test_every_row_has_a_realm_and_every_record_is_stored_once(monitor):
    for model in models_of(monitor):
        assert any(field.name == "realm" for field in model._meta.fields), model.__name__
        if issubclass(model, Record):
            keys = [constraint.fields[:3] for constraint in model._meta.constraints if hasattr(constraint, "fields")]
            assert ("realm", "source", "external_id") in keys, model.__name__
            kinds = {source.kind for source in monitor.sources}
            assert ("state" in kinds) if issubclass(model, StateRecord) else ("event" in kinds)


@pytest.mark.parametrize("monitor", MONITORS, ids=ids)
def test_records_are_read_only_in_the_admin(monitor, rf, admin_user):
    from django.contrib import admin  # noqa: PLC0415 - the site is filled when apps are ready

    request = rf.get("/")
    request.user = admin_user
    shown = [model for model in models_of(monitor) if admin.site.is_registered(model)]
    assert shown
    for model in shown:
        desk = admin.site.get_model_admin(model)
        assert not any(
            (desk.has_add_permission(request), desk.has_change_permission(request), desk.has_delete_permission(request))
        )


@pytest.mark.django_db
@pytest.mark.usefixtures("province")
@pytest.mark.parametrize(
    "scope", [{}, {"unit": "99001"}, {"department": "so-y-te"}], ids=["province", "unit", "department"]
)
@pytest.mark.parametrize("monitor", MONITORS, ids=ids)
def test_every_figure_names_its_query_and_the_query_its_columns(monitor, scope):
    at = Scope("live", clock.now(), **scope)
    for panel in monitor.panels:
        figure = panel.figure(at)
        assert_complete(panel, figure)
        for row in figure.query.rows(at)[:1]:
            for column in figure.query.columns:
                value_at(row, column.path)
    for layer in monitor.layers:
        model = layer.query.rows(at).model
        for name in (layer.geometry, *layer.properties):
            model._meta.get_field(name)


def assert_complete(panel: Panel, figure: Figure) -> None:
    assert figure.query is not None, f"{panel.slug} shows a figure from nowhere"
    assert figure.query.columns
    known = {rule.id for _monitor, rule in registry.rules()}
    assert set(figure.rules) <= known


def value_at(row: object, path: str) -> object:
    for name in path.split("."):
        row = getattr(row, name)
    return row


def test_a_figure_without_its_query_fails():
    panel = MONITORS[0].panels[0]
    with pytest.raises(AssertionError, match="from nowhere"):
        assert_complete(panel, Figure(value=1, as_of=None, query=None))  # type: ignore[arg-type]


@pytest.mark.parametrize("monitor", MONITORS, ids=ids)
def test_its_pages_and_its_api_have_addresses(monitor):
    for page in monitor.pages:
        try:
            assert reverse(page.address).startswith("/")
        except NoReverseMatch:  # pragma: no cover - the message is the test
            pytest.fail(f"{monitor.slug} offers {page.slug} at {page.address}, which has no address")
    api: ModuleType = __import__(f"monitors.{monitor.slug}.api", fromlist=["urlpatterns"])
    assert api.urlpatterns


@pytest.mark.parametrize("monitor", MONITORS, ids=ids)
def test_it_brings_a_payload_file_for_every_case(monitor):
    names = {path.stem for path in (ROOT / "fixtures" / monitor.slug).iterdir()}
    wanted = {"normal", "malformed", "duplicate", *(rule.id.partition(".")[2] for rule in monitor.rules)}
    assert wanted <= names, f"missing: {sorted(wanted - names)}"


def test_rules_and_panels_know_no_queue_no_socket_and_no_web_framework():
    for folder in FOLDERS:
        for room in ("rules.py", "panels.py"):
            text = (ROOT / "monitors" / folder / room).read_text(encoding="utf-8")
            for word in ("celery", "channels", "rest_framework", ".save(", ".create(", ".update(", ".delete(", "bulk_"):
                assert word not in text, f"{folder}/{room}: {word}"
