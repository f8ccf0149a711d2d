"""Workbooks in, marked copies out: what is wrong is said with its cell, and nothing is half stored."""

import io
import unicodedata
from datetime import date

import pandas as pd
import pytest
from openpyxl.styles import numbers

from services.indicators import periods
from services.indicators.actions import close_period
from services.indicators.catalogue import catalogue
from services.indicators.models import Revision, Sheet, Target, WorkbookPart
from services.indicators.workbooks.legacy import _TCVN3_LETTERS, _TCVN3_SIGNS, _VNI_MARKED, _VNI_PLAIN
from services.indicators.workbooks.template import template
from tests.services.indicators.books import HEADING, book, marks, problems, row, saved, send
from tests.services.indicators.kit import AN, BINH, PROVINCE, give, value

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _land(land):
    return land


def stored() -> int:
    return Sheet.objects.filter(realm="live").exclude(known__0__isnull=True).count() + sum(
        known is not None for one in Sheet.objects.filter(realm="live") for known in one.known
    )


def test_a_filled_template_is_stored_and_rolled_up():
    sent = send(book(row(value=5), row(unit=BINH, value="7"), row("stock", PROVINCE, value=1234.5)))
    assert (sent.state, sent.accepted, sent.errors) == ("stored", 3, [])
    assert value("firms", PROVINCE, "2026-09") == 12
    assert value("stock", PROVINCE, "2026-09") == 1234.5
    assert not WorkbookPart.objects.exists()


def test_the_template_is_read_back_by_pandas_and_by_the_centre():
    definitions = [catalogue()[code] for code in ("firms", "price")]
    made = template(definitions, [(AN, "Phường An"), (BINH, "Xã Bình")], [periods.parse("2026-09")])
    frame = pd.read_excel(io.BytesIO(made), dtype=str)
    assert frame["Mã chỉ tiêu"].tolist() == ["firms", "firms", "price", "price"]
    frame["Giá trị"] = ["3", "4", "1,5", ""]
    file = io.BytesIO()
    frame.to_excel(file, index=False)
    sent = send(file.getvalue())
    assert (sent.state, sent.accepted) == ("stored", 3)
    assert value("price", AN, "2026-09") == 1.5


def test_an_empty_template_stores_nothing_and_says_so():
    made = template([catalogue()["firms"]], [(AN, "Phường An")], [periods.parse("2026-09")])
    sent = send(made)
    assert (sent.state, list(problems(sent))) == ("refused", ["A1"])


def test_one_wrong_row_among_good_ones_stores_nothing_and_is_marked_in_its_cell():
    sent = send(book(row(value=5), row(code="nonsense"), row("rate", value=150), row(value="mười", unit=BINH)))
    assert (sent.state, sent.error_count, stored()) == ("refused", 3, 0)
    assert set(problems(sent)) == {"A3", "F4", "F5"}
    found = marks(sent)
    assert set(found) == {"A3", "F4", "F5"}
    assert {colour for colour, _text in found.values()} == {"FFC7CE"}
    assert "nonsense" in found["A3"][1]


@pytest.mark.parametrize("written, expected", [
    ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1 234,5", 1234.5), ("12,5", 12.5),
    ("1.234.567", 1234567), ("-3", -3), ("(3)", -3), ("0,125", 0.125), ("1234", 1234), (1.234, 1.234)])  # fmt: skip
def test_a_number_is_a_number_however_it_is_written(written, expected):
    sent = send(book(row("stock", value=written)))
    assert (sent.state, value("stock", AN, "2026-09")) == ("stored", expected), sent.errors


@pytest.mark.parametrize("written", ["1.234", "12,345", "1.2.3", "12a", "1,23,4", "#REF!", "#DIV/0!", "nan", "1e5",
                                     True, "1e400"])  # fmt: skip
def test_what_is_no_clear_number_is_refused_in_its_cell(written):
    sent = send(book(row("stock", value=written)))
    assert (sent.state, list(problems(sent))) == ("refused", ["F2"])


@pytest.mark.parametrize("written", [
    "2026-09", "9/2026", "09/2026", "T9/2026", "Tháng 9/2026", "tháng 9 năm 2026", "01/09/2026",
    "2026-09-01", "2026-09-30 00:00:00", date(2026, 9, 1), 46266, "46266"])  # fmt: skip
def test_a_month_is_a_month_however_it_is_written(written):
    sent = send(book(row(period=written)))
    assert (sent.state, value("firms", AN, "2026-09")) == ("stored", 5), sent.errors


@pytest.mark.parametrize(
    "written, period", [("Quý III/2026", "2026-Q3"), ("Q3/2026", "2026-Q3"), ("Năm 2025", "2025"), (2025, "2025")]
)
def test_so_are_quarters_and_years(written, period):
    assert send(book(row(period=written))).state == "stored"
    assert value("firms", AN, period) == 5


@pytest.mark.parametrize("written", ["", "13/2026", "31/02/2026", "hôm qua", "2031-01", "2010-01"])
def test_a_wrong_period_is_refused_in_its_cell(written):
    assert list(problems(send(book(row(period=written))))) == ["E2"]


def test_a_delivery_of_one_period_takes_no_other():
    assert list(problems(send(book(row(period="2026-08")), period="2026-09"))) == ["E2"]


def test_percentages_as_fractions():
    give(("rate", AN, "2026-08", 62.0))
    made = book(row("rate", value=0.069), row("rate", unit=BINH, value=0.07), row("firms", value=0.5))
    made.worksheets[0]["F3"].number_format = made.worksheets[0]["F4"].number_format = numbers.FORMAT_PERCENTAGE_00
    found = problems(send(made))
    assert "6.9" in found["F2"]
    assert set(found) == {"F2", "F4"}
    right = book(row("rate", unit=BINH, value=0.07))
    right.worksheets[0]["F2"].number_format = numbers.FORMAT_PERCENTAGE
    assert send(right).state == "stored"
    assert value("rate", BINH, "2026-09") == pytest.approx(7)


def test_units_of_measurement_mixed_up():
    sent = send(
        book(row("budget", PROVINCE, value=5, measure="triệu đồng"), row("budget", PROVINCE, "2026-08", 5, "Tỷ đồng"))
    )
    assert list(problems(sent)) == ["C2"]


def test_moved_columns_and_headings_further_down():
    made = book(["x"], heading=("Biểu số 1",))
    page = made.worksheets[0]
    page.append(["Số liệu", "Ghi chú", "KỲ", "ma chi tieu", "Mã đơn vị"])
    page.append([5, "", "2026-09", "firms", AN])
    assert send(made).state == "stored"
    assert value("firms", AN, "2026-09") == 5


def test_merged_headings_that_hide_a_column_are_named():
    made = book(row())
    page = made.worksheets[0]
    page.merge_cells("E1:F1")
    sent = send(made)
    assert "E1:F1" in problems(sent)["A1"]
    assert "Giá trị" in problems(sent)["A1"]


def test_merged_values_are_refused_where_they_are():
    made = book(row(), row(unit=BINH))
    made.worksheets[0].merge_cells("F2:F3")
    assert list(problems(send(made))) == ["F2"]


def test_a_hidden_sheet_is_not_read_and_told():
    made = book(row())
    page = made.create_sheet("Cũ")
    page.append(list(HEADING))
    page.append(row(value=9))
    page.sheet_state = "hidden"
    sent = send(made)
    assert (sent.state, sent.errors[0]["level"]) == ("stored", "warning")
    assert "Cũ" in sent.errors[0]["text"]
    made.worksheets[0].sheet_state, page.sheet_state = "hidden", "visible"
    assert send(made).accepted == 1
    assert value("firms", AN, "2026-09") == 9


def test_a_formula_that_was_never_computed_does_not_vanish():
    assert list(problems(send(book(row(value="=1+1"), row(unit=BINH))))) == ["F2"]


def test_the_same_workbook_twice_is_pointed_out():
    made = saved(book(row()))
    first, second = send(made), send(made)
    assert (second.state, second.repeats_id, second.accepted) == ("repeated", first.pk, 0)


def test_the_same_values_in_another_file_change_nothing():
    send(book(row()))
    sent = send(book(row(), row(unit=BINH)))
    assert (sent.accepted, sent.unchanged, Revision.objects.count()) == (1, 1, 0)


def test_the_same_place_twice_with_two_values_is_refused():
    assert list(problems(send(book(row(value=1), row(value=1), row(value=2))))) == ["F3", "F4"]


def test_a_closed_period_needs_a_reason():
    give(("firms", AN, "2026-09", 3))
    close_period(realm="live", codes=["firms"], period=periods.parse("2026-Q3"))
    assert list(problems(send(book(row())))) == ["E2"]
    assert send(book(row()), reason="Đính chính số liệu").state == "stored"
    assert Revision.objects.get().after_close


def test_another_departments_indicator_and_another_units_value_are_refused():
    assert list(problems(send(book(row()), department="so-y-te"))) == ["A2"]
    assert list(problems(send(book(row()), unit=BINH))) == ["D2"]


def test_a_unit_by_its_name_and_one_that_was_not_there():
    heading = ("Chỉ tiêu", "Xã, phường", "Kỳ", "Giá trị")
    assert send(book(["Chỉ tiêu firms", "phường an", "2026-09", 4], heading=heading)).state == "stored"
    assert value("firms", AN, "2026-09") == 4
    assert list(problems(send(book(["Chỉ tiêu firms", "Không Đâu", "2026-09", 4], heading=heading)))) == ["B2"]
    assert list(problems(send(book(row(unit="99005"))))) == ["D2"]


def test_plans_come_by_workbook_too():
    made = book([*row(value=100, period="2026"), "Kế hoạch"], heading=(*HEADING, "Loại số liệu"))
    assert send(made).state == "stored"
    plan = Target.objects.exclude(indicator__topic="socioeconomy").get()
    assert (plan.kind, plan.period, plan.value, value("firms", AN, "2026")) == ("plan", "2026", 100, None)


# --- other encodings -------------------------------------------------------------------------------------------------

CSV = (
    "Mã chỉ tiêu;Tên chỉ tiêu;Mã đơn vị;Kỳ báo cáo;Giá trị;Đơn vị tính\n"
    "firms;Chỉ tiêu firms;99001;Quý III/2026;1.234,5;doanh nghiệp\n"
)


def tcvn3(text: str) -> str:
    table = dict(zip(_TCVN3_LETTERS, _TCVN3_SIGNS, strict=True))
    return "".join(table.get(c, table.get(c.lower(), c)) for c in unicodedata.normalize("NFC", text))


def vni(text: str) -> str:
    table = {made: base + mark for base, ones in _VNI_MARKED.items() for mark, made in ones.items()}
    table |= {made: sign for sign, made in _VNI_PLAIN.items()}
    return "".join(
        table[c] if c in table else table[c.lower()].upper() if c.lower() in table and c.isupper() else c for c in text
    )


def cp1258(text: str) -> bytes:
    """Letters with their tone as a mark after them, as Windows-1258 writes them."""
    out = b""
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            marks_of = unicodedata.normalize("NFD", letter)
            tone = next(m for m in marks_of if m in "\u0300\u0301\u0303\u0309\u0323")
            out += unicodedata.normalize("NFC", marks_of.replace(tone, "")).encode("cp1258") + tone.encode("cp1258")
    return out


@pytest.mark.parametrize(
    "body",
    [CSV.encode(), CSV.encode("utf-8-sig"), CSV.encode("utf-16"),
     unicodedata.normalize("NFD", CSV).encode(), cp1258(CSV),
     tcvn3(CSV).encode("latin-1"), vni(CSV).encode("latin-1"), CSV.replace(";", "\t").encode()],
    ids=["utf-8", "bom", "utf-16", "decomposed", "windows-1258", "tcvn3", "vni", "tabs"],
)  # fmt: skip
def test_csv_in_any_vietnamese_encoding(body):
    sent = send(body)
    assert sent.state == "stored", sent.errors
    assert value("firms", AN, "2026-Q3") == 1234.5


@pytest.mark.parametrize("font", [tcvn3, vni], ids=["tcvn3", "vni"])
def test_a_workbook_typed_with_an_old_font(font):
    heading = [font(name) for name in HEADING]
    sent = send(
        book(["firms", font("Chỉ tiêu firms"), font("doanh nghiệp"), AN, font("quý III/2026"), 5], heading=heading)
    )
    assert sent.state == "stored", sent.errors
    assert sent.errors[0]["level"] == "warning"
    assert value("firms", AN, "2026-Q3") == 5


@pytest.mark.parametrize(
    "body", [b"", b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0old", b"\x00\x01\x02", b"a,b\n1,2\n", b"%PDF-1.4"]
)
def test_what_is_no_workbook_is_refused_with_a_reason(body):
    sent = send(body)
    assert (sent.state, sent.error_count) == ("refused", 1)
    assert sent.errors[0]["text"]
