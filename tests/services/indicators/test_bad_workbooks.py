"""What people send instead of a workbook, and workbooks that hide something: said with its place, never half stored."""

import contextlib
import io
import unicodedata
import zipfile
from typing import Any

import openpyxl
import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from services.indicators.models import Sheet, WorkbookPart
from services.indicators.workbooks.circles import circular
from services.indicators.workbooks.opening import UnreadableError
from services.indicators.workbooks.reading import read
from tests.services.indicators.books import HEADING, book, marks, problems, row, saved, send
from tests.services.indicators.kit import AN, BINH, CAT, value

SHEET = "xl/worksheets/sheet1.xml"


def rewritten(body: bytes, changes: dict[str, Any], *, more: dict[str, bytes] | None = None) -> bytes:
    """Return a workbook with parts changed by functions of their bytes, and parts added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, bytes)(old.read(name)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return file.getvalue()


def computed(made: openpyxl.Workbook, shown: bytes = b"0") -> bytes:
    """Return a workbook whose formulas carry what Excel last showed for them."""
    return rewritten(
        saved(made), {SHEET: lambda xml: xml.replace(b"</f><v/>", b"</f><v>" + shown + b"</v>")
                      .replace(b"</f><v />", b"</f><v>" + shown + b"</v>")
                      .replace(b"</f><v></v>", b"</f><v>" + shown + b"</v>")}
    )  # fmt: skip


def stored() -> int:
    return sum(known is not None for one in Sheet.objects.filter(realm="live") for known in one.known)


def nothing_of(sent: Any) -> bool:
    """Tell whether a workbook was refused and left nothing behind."""
    return sent.state == "refused" and sent.error_count > 0 and not stored() and not WorkbookPart.objects.exists()


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _land(land):
    return land


# --- formulas --------------------------------------------------------------------------------------------------------


def test_a_circular_formula_is_refused_in_its_cells_though_excel_shows_a_number():
    sent = send(computed(book(row(value="=F3+1"), row(unit=BINH, value="=F2"), row(unit=CAT, value=3))))
    assert nothing_of(sent)
    assert set(problems(sent)) == {"F2", "F3"}
    assert set(marks(sent)) == {"F2", "F3"}


def test_a_sum_that_holds_itself_is_circular_and_one_that_does_not_is_a_number():
    assert set(problems(send(computed(book(row(), row(unit=BINH, value="=SUM(F2:F3)")))))) == {"F3"}
    good = computed(book(row(), row(unit=BINH, value="=SUM(F2:F2)*2")), b"10")
    assert send(good).state == "stored"
    assert value("firms", BINH, "2026-09") == 10


def test_formulas_that_share_one_are_followed_too():
    def share(xml: bytes) -> bytes:
        first, second = b"<f>F3</f>", b"<f>F4</f>"
        assert first in xml
        assert second in xml
        xml = xml.replace(first, b'<f t="shared" ref="F2:F3" si="0">F3</f>')
        return xml.replace(second, b'<f t="shared" si="0"/>')

    made = computed(book(row(value="=F3"), row(unit=BINH, value="=F4"), row(unit=CAT, value="=F2")), b"5")
    assert set(problems(send(rewritten(made, {SHEET: share})))) == {"F2", "F3", "F4"}


@pytest.mark.parametrize("shown", ["#REF!", "#DIV/0!", "#NAME?", "#VALUE!", "#N/A"])
def test_what_a_broken_formula_shows_is_named(shown):
    sent = send(book(row(value=shown), row(unit=BINH)))
    assert nothing_of(sent)
    assert shown in problems(sent)["F2"]


PLACES = [f"{column}{number}" for column in "ABC" for number in range(1, 6)]


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES)), max_size=30))
def test_circles_are_those_that_following_every_reference_finds(pairs):
    needs: dict[str, set[str]] = {}
    for one, other in pairs:
        needs.setdefault(one, set()).add(other)
    formulas = {one: "+".join(sorted(others)) for one, others in needs.items()}
    found = set(circular(formulas))
    assert {one for one in needs if one in reached(one, needs)} <= found
    assert bool(found) == any(one in reached(one, needs) for one in needs)


def reached(start: str, needs: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(needs.get(start, ()))
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += needs.get(one, ())
    return seen


@pytest.mark.parametrize("formula, circles", [
    ('"F2"&"x"', 0), ("Other!F2+1", 0), ("$F$2", 1), ("SUM(E1:G9)", 1), ("F22+AF2", 0), ("LOG10(3)", 0), ("F2*2", 1),
])  # fmt: skip
def test_what_is_a_reference_to_the_cell_itself(formula, circles):
    assert len(circular({"F2": formula})) == circles


# --- merged, moved, hidden, stretched --------------------------------------------------------------------------------


def test_merged_headings_that_hide_nothing_are_remarked_and_read():
    made = book(row())
    made.worksheets[0].insert_rows(1)
    made.worksheets[0]["A1"] = "Biểu số 1"
    made.worksheets[0].merge_cells("A1:F1")
    assert send(made).state == "stored"
    made = book([*row(value=6), "x"], heading=(*HEADING, "Khác"))
    made.worksheets[0].merge_cells("G1:H1")
    sent = send(made)
    assert (sent.state, [one["level"] for one in sent.errors]) == ("stored", ["warning"])
    assert "G1:H1" in sent.errors[0]["text"]


def test_headings_of_two_rows_are_read_where_the_second_says_nothing():
    made = book()
    page = made.worksheets[0]
    for column in "ABCDEF":
        page.merge_cells(f"{column}1:{column}2")
    page.append(row(value=8))
    assert send(made).state == "stored"
    assert value("firms", AN, "2026-09") == 8


def test_a_file_that_could_not_be_read_comes_back_with_the_reason_in_its_heading():
    made = book(row())
    made.worksheets[0].merge_cells("E1:F1")
    sent = send(made)
    assert nothing_of(sent)
    assert "E1:F1" in marks(sent)["A1"][1]


def test_a_column_whose_heading_is_there_twice_is_named():
    sent = send(book([*row(), 7], heading=(*HEADING, "Số liệu")))
    assert nothing_of(sent)
    assert "Giá trị" in problems(sent)["A1"]


def test_rows_beyond_what_the_file_says_of_its_size_are_read():
    made = rewritten(
        saved(book(row(), row(unit=BINH), row(unit=CAT, value="x"))),
        {SHEET: lambda xml: xml.replace(b'<dimension ref="A1:F4"', b'<dimension ref="A1:F2"')},
    )
    assert set(problems(send(made))) == {"F4"}


def test_a_sheet_whose_looks_reach_to_its_last_cell_is_read_like_any_other():
    made = book(row(), row(unit=BINH))
    made.worksheets[0]["XFD1048576"].font = Font(bold=True)
    sent = send(made)
    assert (sent.state, sent.accepted) == ("stored", 2)


def test_names_of_sheets_and_headings_in_pieces_are_the_same_letters():
    apart = [unicodedata.normalize("NFD", heading) for heading in HEADING]
    made = book(row("stock", value="1.234,5"), heading=apart, title=unicodedata.normalize("NFD", "Số liệu"))
    assert send(made).state == "stored"
    assert value("stock", AN, "2026-09") == 1234.5


@pytest.mark.parametrize("written", ["1\u00a0234,5", "1\u202f234.5", "'1234,5", " 1234,5 ", "1'234.5"])
def test_thousands_set_apart_in_any_way(written):
    assert send(book(row("stock", value=written))).state == "stored"
    assert value("stock", AN, "2026-09") == 1234.5


# --- no workbook at all ----------------------------------------------------------------------------------------------


def test_macros_are_told_and_neither_read_nor_given_back():
    body = rewritten(saved(book(row())), {}, more={"xl/vbaProject.bin": b"macro"})
    sent = send(body)
    assert (sent.state, sent.errors[0]["level"]) == ("stored", "warning")
    refused = send(rewritten(saved(book(row(value="x"))), {}, more={"xl/vbaProject.bin": b"macro"}))
    with zipfile.ZipFile(io.BytesIO(bytes(refused.marked or b""))) as parts:
        assert "xl/vbaProject.bin" not in parts.namelist()


def locked() -> bytes:
    """A workbook behind a password, as Excel writes it: an OLE file with one stream of that name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)


def locked_part() -> bytes:
    body = bytearray(saved(book(row())))
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = body.find(sign)
        while at >= 0:
            body[at + offset] |= 1
            at = body.find(sign, at + 1)
    return bytes(body)


def bomb() -> bytes:
    return rewritten(
        saved(book(row())), {SHEET: lambda xml: xml.replace(b"</sheetData>", b" " * (20 << 20) + b"</sheetData>")}
    )


def texts_bomb() -> bytes:
    entity = (
        b'<!DOCTYPE x [<!ENTITY a "'
        + b"x" * 1000
        + b'">'
        + b"".join(b'<!ENTITY %c "' % (98 + n) + b"&%c;" % (97 + n) * 100 + b'">' for n in range(5))
        + b"]>"
    )
    head = b"<?xml version='1.0' encoding='UTF-8'?>"
    return rewritten(
        saved(book(row(value="x"))),
        {SHEET: lambda xml: head + entity + xml.removeprefix(head).replace(b"<v>5</v>", b"<v>&f;</v>")},
    )


def cut() -> bytes:
    """A workbook whose sheet ends in the middle of a row."""
    return rewritten(saved(book(row(), row(unit=BINH))), {SHEET: lambda xml: xml[: xml.rindex(b'<c r="F3"')]})


def other(name: str) -> bytes:
    """A packed file of another program."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("mimetype", name)
        parts.writestr("content.xml", "<a/>")
    return file.getvalue()


@pytest.mark.parametrize("body", [
    b"", b"   \r\n", b"\xef\xbb\xbf", locked(), locked_part(), bomb(), texts_bomb(), cut(),
    saved(book(row()))[:700], other("application/vnd.oasis.opendocument.spreadsheet"), b"\xd0\xcf\x11\xe0" + bytes(900),
    b"<html><table></table></html>", b"{\"code\": 1}", b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
], ids=["empty", "blank", "mark alone", "password", "locked part", "bomb", "bomb of entities", "cut short", "cut file",
        "ods", "xls", "html", "json", "picture"])  # fmt: skip
def test_what_is_no_workbook_is_told_in_one_sentence(body):
    sent = send(body)
    assert nothing_of(sent)
    assert sent.error_count == 1
    assert len(sent.errors[0]["text"]) > 5


def test_a_password_and_an_old_file_are_told_apart():
    assert "xls" not in send(locked()).errors[0]["text"]
    assert ".xls" in send(b"\xd0\xcf\x11\xe0" + bytes(900)).errors[0]["text"]


def test_a_file_that_grows_a_thousand_times_when_unpacked_is_not_unpacked():
    with override("en"), pytest.raises(UnreadableError, match="too large once unpacked"):
        read(bomb())


def test_a_csv_that_breaks_off_stores_nothing_of_what_came_before():
    lines = f"Mã chỉ tiêu;Mã đơn vị;Kỳ báo cáo;Giá trị\nfirms;{AN};2026-09;5\nfirms;{BINH};2026-09;{'9' * 200_000}\n"
    sent = send(lines.encode())
    assert nothing_of(sent)
    assert sent.errors[0]["sheet"] == "CSV"


GOOD = saved(book(*(row(unit=unit) for unit in (AN, BINH, CAT))))


@hypothesis_settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_damaged_file_is_read_or_refused_and_breaks_nothing(changes):
    body = bytearray(GOOD)
    for at, byte in changes:
        body[at] = byte
    with contextlib.suppress(UnreadableError):
        assert len(list(read(bytes(body)).rows)) <= 3
