"""A file holds what is shown, whatever somebody typed: cells are written as text, and every file can be opened."""

import io

import pytest
from openpyxl import load_workbook

from services.kernel.api import safe_cell
from services.tickets.models import Ticket
from tests.services.tickets.queue_kit import as_, officer_of, report


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_what_a_spreadsheet_would_run_is_text(begins):
    assert safe_cell(f"{begins}HYPERLINK(1)") == f"'{begins}HYPERLINK(1)"


@pytest.mark.parametrize("value", ["", "Ổ gà = hỏng", "'=1", 5, None, -3.5, "\ud83d\ude00"])
def test_everything_else_stays_as_it_is(value):
    assert safe_cell(value) == value


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_characters_that_no_workbook_can_hold_do_not_stop_an_export(province, kind):
    """A report typed on a broken keyboard, or by somebody who tries: the list must still leave the house."""
    officer = officer_of(province)
    ticket = report()
    Ticket.objects.filter(pk=ticket.pk).update(title={"msgid": "{words}", "params": {"words": "Hỏng\x0bđèn\x1b\ufffe"}})
    answer = as_(officer).get(f"/tickets/export/?format={kind}&holder=all")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    if kind == "xlsx":
        cells = [str(cell) for row in load_workbook(io.BytesIO(content)).worksheets[0].values for cell in row]
    else:
        cells = content.decode().splitlines()
    assert any("Hỏng\ufffdđèn\ufffd" in cell for cell in cells)
