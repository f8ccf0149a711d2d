"""What was published of 2025 enters by workbook, and comes out on the wall, in the pivot and in its export."""

import csv
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from services.contract import Scope
from services.directory.models import RoleGrant, User
from services.directory.pack import pack
from services.indicators import figures
from services.indicators.catalogue import catalogue
from services.indicators.checking import Checker
from services.indicators.territory import territory
from services.indicators.workbooks import processing
from services.indicators.workbooks.reading import read
from services.intake.bodies import XLSX
from services.kernel import clock
from tests.monitors.kit import FIXTURES, REALM, figure, send_file
from tests.monitors.socioeconomy.kit import PROJECTS, stand

pytestmark = pytest.mark.django_db
PUBLISHED = {
    ("grdp", "2025-Q3"): 67835.5,
    ("grdp_growth", "2025-Q3"): 6.90,
    ("grdp_growth_agriculture", "2025-Q3"): 5.39,
    ("grdp_growth_industry", "2025-Q3"): 9.34,
    ("grdp_growth_services", "2025-Q3"): 7.22,
    ("iip_growth", "2025-09"): 12.36,
    ("retail_sales", "2025-09"): 138779.1,
    ("investment_total", "2025-09"): 44750.0,
    ("durian_output", "2025-09"): 343212.0,
    ("budget_revenue", "2025-10"): 13966.0,
    ("budget_revenue_growth", "2025-10"): 24.94,
    ("visitors_to_date", "2025-09"): 4.45,
    ("visitors_growth", "2025-09"): 24.04,
}
"""Socio-economic reports of nine and ten months of 2025."""


@pytest.fixture
def operator(pack_loaded, settings):
    """Somebody of the centre, in the province whose figures these are."""
    settings.IOC_REALM = REALM
    stand()
    user = User.objects.create_user("operator")
    RoleGrant.objects.create(user=user, role="operator")
    browser = Client()
    browser.force_login(user)
    return browser


def rows_of_the_file():
    checker = Checker(REALM, clock.now(REALM), catalogue(), territory())
    found = {}
    for row in read((pack().folder / "figures_2025.csv").read_bytes()).rows:
        checked, problems = checker.check(row.cells)
        assert checked is not None, problems
        assert problems == []
        found[checked.given.code, checked.given.period.text] = checked.given.value
    return found


def assert_shown(browser):
    for (code, period), value in PUBLISHED.items():
        asked = f"/api/indicators/pivot/?code={code}&first={period}&last={period}"
        assert browser.get(asked).json()["rows"] == [[value]], code
        lines = b"".join(browser.get(f"{asked}&format=csv").streaming_content).decode("utf-8-sig").splitlines()
        assert list(csv.reader(lines)) == [["unit", period], [pack().code, str(value)]]
        assert figures.figure_of(code, Scope(REALM, clock.now(REALM))).value == value
    revenue = figure("socioeconomy", "revenue")
    assert (revenue.value, revenue.target) == (13966, 16310)
    shown = {row["id"]: row["value"] for row in figure("socioeconomy", "indicators").rows}
    published = {code: value for (code, _period), value in PUBLISHED.items()}
    assert shown == {code: published[code] for code in shown}
    assert {"budget_revenue", "retail_sales", "iip_growth", "grdp_growth", "investment_total"} <= set(shown)


def test_the_packs_file_says_what_was_published_and_the_system_takes_every_row(operator):
    assert rows_of_the_file() == PUBLISHED


def test_by_the_template_they_come_out_on_the_wall_in_the_pivot_and_in_the_export(operator):
    codes = ",".join(sorted({code for code, _period in PUBLISHED}))
    answer = operator.get(f"/api/indicators/template/?period=2025-09&codes={codes}")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    page = book.worksheets[0]
    of_code = {code: (period, value) for (code, period), value in PUBLISHED.items()}
    for line in page.iter_rows(min_row=2):
        line[5].value, line[6].value = of_code[str(line[0].value)]
    assert page.max_row == len(PUBLISHED) + 1
    file = io.BytesIO()
    book.save(file)
    sent = operator.post("/api/indicators/workbooks/", {"file": SimpleUploadedFile("2025.xlsx", file.getvalue(), XLSX)})
    assert sent.status_code == 202
    while processing.process_due():
        pass
    told = operator.get(sent["Location"]).json()
    assert (told["state"], told["accepted"], told["errors"]) == ("stored", len(PUBLISHED), [])
    assert_shown(operator)


def test_by_the_packs_own_file_as_csv_too(operator):
    receipt = send_file(pack().folder / "figures_2025.csv", source="socioeconomy/workbook", realm=REALM)
    assert (receipt.accepted, receipt.rejected) == (len(PUBLISHED), [])
    assert_shown(operator)


def test_ten_months_are_so_much_of_both_plans(operator):
    send_file(pack().folder / "figures_2025.csv", source="socioeconomy/workbook", realm=REALM)
    (found,) = operator.get("/api/indicators/comparison/?code=budget_revenue&period=2025-10").json()
    assert round(100 * found["of_plan"], 2) == 85.63
    row = next(row for row in figure("socioeconomy", "indicators").rows if row["id"] == "budget_revenue")
    assert row["of_plan"] == 85.63


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("name", ["projects.json", "projects.csv", "slow_project.json", "slow_investor.json"])
def test_files_of_projects_are_taken_unchanged_by_the_default_province(name):
    receipt = send_file(FIXTURES / "socioeconomy" / name, source=PROJECTS, realm=REALM)
    assert receipt.rejected == []
    assert receipt.accepted > 1
