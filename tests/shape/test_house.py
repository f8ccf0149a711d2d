"""The house keeps its shape: who may know whom, in imports and tables; whose realm a row is of; which clock counts."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, Model, OneToOneField, UniqueConstraint
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_init,
    post_save,
    pre_delete,
    pre_init,
    pre_save,
)

from services.kernel.records import StateHistory

ROOT = Path(__file__).resolve().parents[2]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
OURS = ("ioc", "services", "monitors")
FILES = sorted(file for folder in OURS for file in (ROOT / folder).rglob("*.py"))
MODELS = [model for model in apps.get_models() if model.__module__.startswith(OURS)]


def contract(kind: str, **values: object) -> dict[str, Any]:
    found = [
        one
        for one in LINTER["contracts"]
        if one["type"] == kind and all(one.get(name) == value for name, value in values.items())
    ]
    assert len(found) == 1, f"{kind} {values}"
    return dict(found[0])


def floors() -> dict[str, int]:
    """Return each package of services and its floor, 0 the lowest."""
    layers = contract("layers", containers=["services"])["layers"]
    return {
        name.strip(" ()"): len(layers) - height for height, layer in enumerate(layers, 1) for name in layer.split("|")
    }


def floor_of(module: str) -> tuple[int, int]:
    """Return how high a module of ours stands."""
    project = contract("layers", layers=["ioc", "monitors", "services"])["layers"]
    top, *rest = module.split(".")
    return len(project) - project.index(top), floors()[rest[0]] if top == "services" else 0


# --- imports ---------------------------------------------------------------------------------------------------------


def test_the_contracts_place_every_package_of_services():
    present = {path.name for path in (ROOT / "services").iterdir() if (path / "__init__.py").exists()}
    present |= {path.stem for path in (ROOT / "services").glob("*.py")} - {"__init__"}
    assert present <= floors().keys()


def test_the_contracts_are_those_of_the_house():
    assert LINTER["root_packages"] == ["ioc", "monitors", "services"]
    order = floors()
    chain = ("reports", "intake", "tickets", "alerts", "wall", "directory", "audit", "kernel", "registry", "contract")
    assert [order[name] for name in chain] == sorted((order[name] for name in chain), reverse=True)
    assert order["notify"] == order["wall"]
    assert order["worktime"] == order["directory"]
    assert contract("independence")["modules"] == ["monitors.*"]
    doors = {"services.alerts", "services.tickets", "services.wall", "services.notify"}
    assert doors <= set(contract("forbidden", source_modules=["monitors"])["forbidden_modules"])
    pure = contract("forbidden", source_modules=["monitors.*.rules", "monitors.*.panels"])
    assert {"celery", "channels", "rest_framework"} <= set(pure["forbidden_modules"])
    assert not any(one.get("ignore_imports") for one in LINTER["contracts"])


@pytest.mark.slow
def test_no_import_hides_in_a_function():
    """The linter's way out of a circle is an import at run time; only Django's late loading needs one."""
    hidden = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in FILES
        for function in ast.walk(ast.parse(file.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and module_of(node).startswith(OURS)
    ]
    assert {place for place in hidden if not place.partition(":")[0].endswith(LATE)} == set()


LATE = ("/apps.py", "services/intake/__init__.py")
"""Monitors are registered, and ``receive`` is offered by its short name, once Django's models are there."""


def module_of(node: ast.Import | ast.ImportFrom) -> str:
    return (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name


# --- tables ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_relation_of_a_table_leads_upward(model: type[Model]):
    """A foreign key named by a string escapes the import linter."""
    own, home = floor_of(model.__module__), model.__module__.split(".")[:2]
    for field in (*model._meta.fields, *model._meta.many_to_many):
        if not isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
            continue
        other = field.related_model.__module__
        if not other.startswith(OURS) or other.split(".")[:2] == home:
            continue
        assert floor_of(other) < own, f"{field.name} points up or sideways, at {other}"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_table_with_realms_has_the_realm_in_its_unique_keys(model: type[Model]):
    """Two realms may hold the same thing; a random public id or code, and a row's own parent, need no realm."""
    names = {field.name for field in model._meta.fields}
    if "realm" not in names:
        return
    parents = {f.name for f in model._meta.fields if isinstance(f, ForeignKey) and has_realm(f.related_model)}
    if issubclass(model, StateHistory):
        parents.add("record_id")  # the row whose versions these are, without a foreign key
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            keys = set(constraint.fields)
            assert "realm" in keys or keys & parents, constraint.name
    for field in model._meta.fields:
        if field.unique and not field.primary_key and not isinstance(field, OneToOneField):
            assert field.name in {"public_id", *RANDOM.get(model._meta.label, ())}, field.name


RANDOM = {
    "field_reports.Report": {"code"},  # 60 random bits
    "tickets.PhoneLink": {"key"},  # 58 random bits, and it opens nothing without our signature
    "intake.SourceToken": {"digest"},  # of 256 random bits
    "directory.User": {"username"},  # people sign in by it, whatever they look at
}


def has_realm(model: object) -> bool:
    return isinstance(model, type) and issubclass(model, Model) and "realm" in {f.name for f in model._meta.fields}


REALMLESS = {
    *("directory.Unit", "directory.UnitSuccessor", "directory.Department", "directory.DutyRoster"),  # from the pack
    *("directory.Position", "directory.Rung", "tickets.Policy"),  # from the pack too
    *("tickets.Checklist", "tickets.ChecklistItem", "tickets.StandardText"),  # words of the house, in every realm
    *("indicators.Definition", "indicators.Edition"),  # what an indicator means, in every realm
    *("worktime.CalendarDay", "worktime.CalendarEdition"),  # one working time for all
    *("kernel.Realm", "kernel.Lease", "kernel.ClockTick"),  # of the machine
    "kernel.IdempotencyKey",  # of an account or a token, which has a realm
    "wall.BoardSetting",  # how boards look to a role, whatever they show
    "notify.Token",  # of a gateway, which only live has
    "screens.Pairing",  # a code that is forgotten after minutes
}


def test_what_has_no_realm_hangs_on_a_row_that_has_one():
    """``wipe_realm`` leaves nothing: a table has a realm, belongs to a row that has one, or is the province's own."""
    assert {model._meta.label for model in MODELS if not has_realm(model) and not hangs(model)} == REALMLESS


def hangs(model: type[Model]) -> bool:
    required = [f.related_model for f in model._meta.fields if isinstance(f, ForeignKey) and not f.null]
    return any(has_realm(parent) or (parent in MODELS and parent is not model and hangs(parent)) for parent in required)


# --- signals and clocks ----------------------------------------------------------------------------------------------


def test_nobody_listens_to_signals_of_models():
    for signal in (pre_init, post_init, pre_save, post_save, pre_delete, post_delete, m2m_changed):
        listeners = [receiver() for _key, receiver, *_more in signal.receivers]
        assert not [one for one in listeners if getattr(one, "__module__", "").startswith(OURS)]


@pytest.mark.parametrize("folder", OURS)
def test_no_signal_is_declared_or_received(folder):
    """A new connection is nobody's news but the database layer's: no app hears of another by it."""
    words = ("django.dispatch", "signals", "receiver")
    allowed = "django.db.backends.signals ['connection_created']"
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(word in told(node) for word in words)
        and told(node) != allowed
    ]
    assert not found


def told(node):
    return f"{module_of(node)} {[name.name for name in node.names]}"


CLOCKS = {("timezone", "now"), ("timezone", "localtime"), ("datetime", "now"), ("datetime", "utcnow")} | {
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}


def test_services_and_monitors_know_one_clock():
    """``kernel.clock`` asks the database; a call of Python's or Django's own clock is a second opinion."""
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for folder in ("services", "monitors")
        for file in (ROOT / folder).rglob("*.py")
        if "migrations" not in file.parts
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (name_of(node.value), node.attr) in CLOCKS
    ]
    assert not found


def name_of(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr
