"""What a new monitor may be called; the files themselves are proven in ``tests/machine`` and ``tests/flow``."""

import pytest

from ioc.startmonitor.plan import Plan, PlanError, made_from
from ioc.startmonitor.writing import write

GOOD = {"title_en": "Lakes", "title_vi": "Hồ chứa", "department": "trung-tam-ioc", "position": None}


def plan(name: str = "lakes", **more: object) -> Plan:
    return made_from(name, **{**GOOD, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["class", "Water", "wa", "water-supply", "2water", "water__supply", "_water", "a" * 21]
)
def test_a_name_that_python_or_an_index_cannot_have_is_refused(name):
    with pytest.raises(PlanError, match="is no name"):
        plan(name)


@pytest.mark.parametrize("name", ["environment", "field_reports"])
def test_the_name_of_another_monitor_is_refused(name):
    with pytest.raises(PlanError, match="already"):
        plan(name)


@pytest.mark.parametrize("name", ["tickets", "kernel", "json", "filter", "simulator", "tests"])
def test_the_name_of_a_service_or_a_module_is_refused(name):
    with pytest.raises(PlanError, match="is taken"):
        plan(name)


def test_a_department_that_a_pack_does_not_have_is_refused_and_those_there_are_named():
    with pytest.raises(PlanError, match="van-phong-ubnd"):
        plan(department="nowhere")


@pytest.mark.parametrize("position", [9, -1])
def test_a_cell_that_is_taken_or_none_is_refused(position):
    with pytest.raises(PlanError, match=f"cell {position}"):
        plan(position=position)


@pytest.mark.parametrize("title", ['La"kes', "{lakes}", "50% lakes", "<b>", "x" * 61, "\\"])
def test_a_title_that_would_break_code_or_texts_is_refused(title):
    for language in ("title_en", "title_vi"):
        with pytest.raises(PlanError, match="a title has"):
            plan(**{language: title})


def test_without_titles_it_is_called_by_its_name_and_stands_behind_the_ten():
    made = plan("water_supply", title_en="", title_vi="")
    assert (made.title_en, made.title_vi, made.position >= 10) == ("Water supply", "Water supply", True)
    assert (made.camel, made.address) == ("WaterSupply", "water-supply")


def test_nothing_is_written_over_what_is_there(settings, tmp_path):
    settings.BASE_DIR, settings.VAR = tmp_path, tmp_path / "var"
    assert tmp_path / "monitors" / "lakes" / "rules.py" in [tmp_path / path for path in write(plan())]
    rules = tmp_path / "monitors" / "lakes" / "rules.py"
    rules.write_text("mine")
    with pytest.raises(PlanError, match="already there"):
        write(plan())
    assert rules.read_text() == "mine"
