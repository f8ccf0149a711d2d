"""Workbooks as departments send them, made for tests: what is right, and one way of each of being wrong."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from openpyxl import Workbook

from services.indicators.models import Workbook as Uploaded
from services.indicators.workbooks import processing

HEADING = ("Mã chỉ tiêu", "Tên chỉ tiêu", "Đơn vị tính", "Mã đơn vị hành chính", "Kỳ báo cáo", "Giá trị")


def row(
    code: str = "firms", unit: str = "99001", period: Any = "2026-09", value: Any = 5, measure: str = ""
) -> list[Any]:
    """Return a row in the order of ``HEADING``."""
    return [code, f"Chỉ tiêu {code}", measure, unit, period, value]


def book(*rows: Sequence[Any], heading: Sequence[str] = HEADING, title: str = "Số liệu") -> Workbook:
    """Return a workbook of one sheet."""
    made = Workbook()
    page = made.worksheets[0]
    page.title = title
    page.append(list(heading))
    for one in rows:
        page.append(list(one))
    return made


def saved(made: Workbook) -> bytes:
    """Return a workbook's bytes."""
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def send(body: "bytes | Workbook", realm: str = "live", **more: Any) -> Uploaded:
    """Submit a file and let the worker work."""
    content = body if isinstance(body, bytes) else saved(body)
    sent = processing.submit(realm=realm, name="so-lieu.xlsx", body=content, **more)
    while processing.process_due():
        pass
    sent.refresh_from_db()
    return sent


def problems(sent: Uploaded) -> dict[str, str]:
    """Return cell → what is said of it."""
    return {error["cell"]: error["text"] for error in sent.errors}


def marks(sent: Uploaded) -> dict[str, tuple[str, str]]:
    """Return cell → colour and comment of the copy that goes back, from its first sheet."""
    assert sent.marked is not None
    page = openpyxl.load_workbook(io.BytesIO(bytes(sent.marked))).worksheets[0]
    return {
        cell.coordinate: (cell.fill.start_color.rgb[-6:], cell.comment.text)
        for line in page.iter_rows()
        for cell in line
        if cell.comment
    }
