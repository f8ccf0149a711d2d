"""Every form in which a source may send: the same items arrive, whatever wraps them."""

import gzip
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from monitors.field_reports.models import Report
from services.intake.bodies import XLSX
from services.intake.models import IntakeBatch, IntakeChunk
from tests.services.intake.kit import CSV, JSON, NDJSON, counts, held, report, stored

pytestmark = pytest.mark.django_db
HEADING = "external_id,description,category,lon,lat"
ROWS = ("a,Ổ gà,giao-thong,110.05,10.1", "b,Đèn hỏng,ha-tang-chieu-sang,110.15,10.1")


def lines(*items):
    return "\n".join(json.dumps(item, ensure_ascii=False) for item in items)


def workbook(*rows):
    book = Workbook()
    sheet = book.create_sheet(index=0)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_single_object_is_stored_with_one_chunk_to_judge(sender):
    answer = sender.post(report("a"))
    assert counts(answer) == (1, 0, 0, 0)
    record = Report.objects.get()
    assert (record.external_id, record.realm, record.unit, record.department) == ("a", "demo", "99001", "so-xay-dung")
    chunk = IntakeChunk.objects.get()
    assert (chunk.ids, chunk.evaluated_at, chunk.realm) == ([record.pk], None, "demo")
    batch = IntakeBatch.objects.get()
    assert (str(batch.public_id), batch.total, batch.accepted) == (answer.json()["batch"], 1, 1)


def test_an_array_is_answered_item_by_item(sender):
    answer = sender.post([report("a"), report("b", category="no-such"), report("c"), report("a")])
    assert counts(answer) == (2, 0, 1, 1)
    assert stored() == ["a", "c"]


def test_a_line_of_ndjson_that_is_no_json_is_refused_alone(sender):
    body = "\n".join([lines(report("a")), "{not json", "", lines(report("b")), "[1, 2]"])
    answer = sender.post(body, NDJSON)
    assert counts(answer) == (2, 0, 0, 2)
    assert [refused["index"] for refused in answer.json()["rejected"]] == [1, 3]
    assert [row.raw for row in held()] == ["{not json", "[1,2]"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_as_csv_with_any_usual_separator(sender, separator):
    body = "\r\n".join([HEADING, *ROWS]).replace(",", separator)
    assert counts(sender.post(b"\xef\xbb\xbf" + body.encode(), CSV)) == (2, 0, 0, 0)
    assert stored() == ["a", "b"]


def test_a_csv_row_with_too_many_cells_is_refused_alone(sender):
    body = "\n".join([HEADING, ROWS[0], ROWS[1] + ",one too many"])
    assert counts(sender.post(body, CSV)) == (1, 0, 0, 1)


def test_a_csv_without_rows_is_an_empty_batch(sender):
    assert counts(sender.post(HEADING, CSV)) == (0, 0, 0, 0)


def test_a_workbook_is_read_like_a_table(sender):
    body = workbook(HEADING.split(","), ["a", "Ổ gà", "giao-thong", 110.05, 10.1], ["b", "Đèn", None, 110.15, 10.1])
    assert counts(sender.post(body, XLSX)) == (2, 0, 0, 0)
    assert stored() == ["a", "b"]


def test_a_file_sent_by_a_form_is_read_by_its_own_type(sender):
    file = SimpleUploadedFile("reports.ndjson", lines(report("a"), report("b")).encode(), content_type=NDJSON)
    assert counts(sender.upload(file)) == (2, 0, 0, 0)


@pytest.mark.parametrize("content_type", [JSON, NDJSON])
def test_gzip_around_a_body_is_undone(sender, content_type):
    body = gzip.compress(lines(report("a")).encode())
    assert counts(sender.post(body, content_type, content_encoding="gzip")) == (1, 0, 0, 0)


def test_json_without_a_content_type_parameter_or_with_one(sender):
    assert counts(sender.post(report("a"), "application/json; charset=utf-8")) == (1, 0, 0, 0)


def test_an_empty_array_is_a_batch_of_nothing(sender):
    assert counts(sender.post([])) == (0, 0, 0, 0)
    assert IntakeBatch.objects.get().total == 0


def test_a_backfill_is_marked_so_and_needs_a_clear_yes(sender):
    assert counts(sender.post(report("a"), query="?historical=1")) == (1, 0, 0, 0)
    assert Report.objects.get().historical
    assert IntakeChunk.objects.get().historical
    assert sender.post(report("b"), query="?historical=yes").status_code == 400


def test_the_realm_comes_from_the_token_and_never_from_the_payload(sender):
    assert counts(sender.post(report("a", realm="live"))) == (1, 0, 0, 0)
    assert Report.objects.get().realm == "demo"
