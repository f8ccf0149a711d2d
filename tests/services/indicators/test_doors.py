"""The ways in and out: rows through intake's contract, the files of the project, and HTTP."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.contract import Batch, Item
from services.directory.models import User
from services.indicators import periods, rows, selectors
from services.indicators.catalogue import CatalogueError, build, catalogue
from services.indicators.loading import pack_file, read_definitions
from services.indicators.models import Definition, Target, Workbook
from services.indicators.workbooks import processing
from services.intake.bodies import READERS, XLSX
from tests.services.indicators.books import HEADING, book, row, saved
from tests.services.indicators.kit import AN, BINH, DEFINITIONS, PROVINCE, define, definition, give, value

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _land(land):
    return land


# --- intake ----------------------------------------------------------------------------------------------------------


def batch(*raws, loose=False):
    items = [
        Item(n, msgspec.convert(rows.adapt(raw), rows.IndicatorRow, strict=not loose), raw, bytes(32))
        for n, raw in enumerate(raws)
    ]
    return Batch("demo", "socioeconomy/workbook", NOW, False, items)


def test_rows_of_json_are_answered_one_by_one():
    sent: list[dict[str, Any]] = [{"code": "firms", "unit": AN, "period": "2026-09", "value": 5},
            {"code": "firms", "unit": BINH, "period": "2026-09", "value": "1.234,5"},
            {"code": "nothing", "period": "2026-09", "value": 5},
            {"code": "budget", "period": 2026, "value": 99, "kind": "plan"}]  # fmt: skip
    answers = {one.index: one for one in rows.store(batch(*sent))}
    assert [answers[n].outcome for n in range(4)] == ["accepted", "accepted", "rejected", "accepted"]
    assert set(answers[2].errors or {}) == {"code"}
    assert value("firms", PROVINCE, "2026-09", realm="demo") == 1239.5
    assert Target.objects.get(realm="demo").value == 99
    again = {one.index: one for one in rows.store(batch(sent[0], {**sent[1], "value": 7}))}
    assert [again[n].outcome for n in range(2)] == ["duplicate", "updated"]
    assert [again[n].record_id for n in range(2)] == [answers[n].record_id for n in range(2)]


def test_the_templates_headings_come_through_intake_as_csv_and_xlsx():
    made = book(row("stock", value=1.234), row("stock", BINH, value="2,5"))
    items = READERS[XLSX](saved(made))
    text = 'Mã chỉ tiêu,Mã đơn vị,Kỳ báo cáo,Giá trị\nstock,99003,T9/2026,"3,25"\n'
    items += READERS["text/csv"](text.encode())
    answers = rows.store(batch(*(one.value for one in items), loose=True))
    assert [one.outcome for one in answers] == ["accepted"] * 3
    assert value("stock", PROVINCE, "2026-09", realm="demo") == pytest.approx(1.234 + 2.5 + 3.25)


# --- files and commands ----------------------------------------------------------------------------------------------


def test_every_definition_of_the_project_fits_the_others():
    found = read_definitions()
    assert len(found) > 60
    assert len(build(found).order) == len(found)


@pytest.mark.parametrize("pack", ["sample", "daklak"])
def test_plans_and_duties_of_the_packs_name_indicators_and_departments_that_are_there(pack, settings):
    settings.IOC_PROVINCE = pack
    codes = {one.code for one in read_definitions()}
    file = pack_file()
    assert {row.code for row in file.targets} | {code for duty in file.duties for code in duty.codes} <= codes


def test_loading_twice_changes_nothing():
    call_command("load_indicators", verbosity=0)
    assert Definition.objects.count() > len(DEFINITIONS)
    told = io.StringIO()
    call_command("load_indicators", stdout=told)
    assert told.getvalue().startswith("0 indicators")


def test_a_circle_stores_nothing():
    with pytest.raises(CatalogueError):
        define(definition("one", formula="two"), definition("two", formula="one"))
    assert "one" not in catalogue().by_code


def test_a_workbook_by_command_and_its_marked_copy(tmp_path: Path):
    file = tmp_path / "so-lieu.xlsx"
    file.write_bytes(saved(book(row(), row(code="nothing"))))
    with pytest.raises(CommandError, match="1 errors; nothing stored"):
        call_command("import_indicators", str(file), stderr=io.StringIO())
    marked = openpyxl.load_workbook(tmp_path / "so-lieu-marked.xlsx")
    assert marked.worksheets[0]["A3"].comment is not None
    file.write_bytes(saved(book(row())))
    call_command("import_indicators", str(file), stdout=io.StringIO())
    assert value("firms", AN, "2026-09") == 5


# --- HTTP ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(land):
    """Ask as somebody of a role: ``asked("leader", "series/?…")``."""

    def ask(role: str, path: str, **place: str):
        name = f"{role}{''.join(place.values())}"
        known = asked_users.get(name) or land.user(name, role, **place)
        asked_users[name] = known
        browser = Client(raise_request_exception=False)
        browser.force_login(known)
        return browser.get(f"/api/indicators/{path}")

    asked_users: dict[str, User] = {}
    return ask


def test_a_series_a_pivot_and_a_comparison(asked):
    give(("firms", AN, "2026-08", 1), ("firms", AN, "2026-09", 3), ("firms", AN, "2025-09", 2), realm="demo")
    answer = asked("leader", f"series/?code=firms&unit={AN}&first=2026-08&last=2026-10").json()
    assert [(one["period"], one["value"]) for one in answer["points"]] == [
        ("2026-08", 1), ("2026-09", 3), ("2026-10", None)]  # fmt: skip
    table = asked("leader", f"pivot/?code=firms&unit={AN},{BINH}&first=2026-09&last=2026-09").json()
    assert (table["units"], table["rows"]) == ([AN, BINH], [[3], [None]])
    (found,) = asked("leader", "comparison/?code=firms&period=2026-09").json()
    assert (found["unit"], found["change"], found["to_date"]) == (PROVINCE, 0.5, 4)
    assert asked("leader", "history/?code=firms&unit=99001&period=2026-09").json()[0]["value"] == 3


def test_csv_is_exactly_what_the_address_asks(asked):
    give(("firms", AN, "2026-09", 3), realm="demo")
    path = f"pivot/?code=firms&unit={AN}&first=2026-08&last=2026-09&format=csv"
    text = b"".join(asked("leader", path).streaming_content).decode()
    assert text.splitlines() == ["\ufeffunit,2026-08,2026-09", f"{AN},,3.0"]
    assert b"firms" in b"".join(asked("leader", "?format=csv").streaming_content)


@pytest.mark.parametrize("path, status", [
    ("series/?code=nothing", 404), ("series/", 400), ("series/?code=firms&first=x", 400),
    ("series/?code=firms&first=1900&last=2026", 200), ("series/?code=firms&first=1900-01&last=2026-01", 400),
    ("series/?code=firms&first=2026&last=2026-01", 400), ("series/?code=firms&joined=maybe", 400),
    ("series/?code=firms&known_at=yesterday", 400), ("series/?code=firms&known_at=2026-01-01T00:00:00Z", 200),
    ("comparison/?code=firms", 400), ("template/?period=2026-09", 200), ("template/?period=2026-09&codes=x", 404),
    ("?frequency=hour", 400), ("?topic=none", 200),
])  # fmt: skip
def test_what_is_asked_wrongly_is_said_to_be_so(asked, path, status):
    assert asked("operator", path).status_code == status


def test_a_commune_sees_its_own_values_and_a_department_its_own_indicators(asked):
    give(("firms", AN, "2026-09", 3), realm="demo")
    define(definition("foreign", owner="so-y-te"))
    assert asked("officer", "series/?code=firms", unit=AN).json()["points"][-3]["unit"] == AN
    assert asked("officer", f"series/?code=firms&unit={BINH}", unit=AN).status_code == 404
    assert asked("officer", f"series/?code=firms&unit={BINH}", department="so-xay-dung").status_code == 200
    assert asked("officer", "series/?code=foreign", department="so-xay-dung").status_code == 404


def test_a_workbook_is_sent_followed_and_got_back(land):
    head = land.user("truong", "head", department="so-xay-dung")
    browser = Client(raise_request_exception=False)
    browser.force_login(head)

    def send(body: bytes):
        file = SimpleUploadedFile("a.xlsx", body, XLSX)
        return browser.post("/api/indicators/workbooks/", {"file": file}, headers={"idempotency-key": str(len(body))})

    body = saved(book(row(), row(code="nothing")))
    sent = send(body)
    assert (sent.status_code, sent.json()["state"], send(body).json()["id"]) == (202, "waiting", sent.json()["id"])
    assert browser.get(f"{sent['Location']}marked/").status_code == 404
    while processing.process_due():
        pass
    told = browser.get(sent["Location"]).json()
    assert (told["state"], told["error_count"], told["errors"][0]["cell"]) == ("refused", 1, "A3")
    marked = browser.get(told["marked"])
    assert openpyxl.load_workbook(io.BytesIO(marked.content)).worksheets[0]["A3"].comment
    assert Workbook.objects.get().department == "so-xay-dung"
    stranger = Client()
    stranger.force_login(land.user("khac", "head", department="so-y-te"))
    assert stranger.get(sent["Location"]).status_code == 404


def test_the_template_has_a_row_for_every_commune_that_owes(asked):
    answer = asked("operator", "template/?period=2026-09&codes=firms&communes=1")
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [line[3] for line in page.iter_rows(min_row=2, values_only=True)] == [AN, BINH, "99003"]
    assert page["A1"].value == HEADING[0]


def test_questions_cost_the_same_whatever_the_span(asked):
    give(("firms", AN, "2026-09", 3), realm="demo")
    asked("leader", "series/?code=firms")
    counts = []
    for first in ("2026-09", "2020-01"):
        with CaptureQueriesContext(connection) as asked_of_database:
            asked("leader", f"series/?code=firms&unit={AN},{BINH}&first={first}&last=2026-09")
        counts.append(len(asked_of_database))
    assert counts[1] <= counts[0] + 1, "one more for the predecessors"


def test_another_monitors_figures_are_read_with_two_statements(django_assert_max_num_queries):
    catalogue()
    with django_assert_max_num_queries(2):
        selectors.published(["firms", "stock"], [AN, BINH], periods.parse("2026-09"), realm="live")
