"""Whatever is sent: a clear error per item or a refusal of the whole, never a 500, and good items are not held up."""

import gzip
import io
import json
import zipfile
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from services.intake.bodies import XLSX
from services.intake.models import Quarantined, SourceToken
from tests.services.intake.kit import CSV, JSON, NDJSON, PORTAL, Sender, counts, errors, held, report, stored

pytestmark = pytest.mark.django_db
TOO_LARGE = b"[" + b" " * (50 * 1024 * 1024) + b"]"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"description": 17}, "description"),
    ({"description": None}, "description"),
    ({"description": "   "}, "description"),
    ({"description": "x" * 5001}, "description"),
    ({"description": "a\x00b"}, "description"),
    ({"external_id": ""}, "external_id"),
    ({"external_id": 5}, "external_id"),
    ({"category": "no-such"}, "category"),
    ({"category": ["giao-thong"]}, "category"),
    ({"unit": "00000"}, "unit"),
    ({"unit": "991"}, "unit"),
    ({"lon": 2.35, "lat": 48.86}, "lon"),
    ({"lon": 10.10, "lat": 110.05}, "lat"),
    ({"lon": None}, "lon"),
    ({"lon": "east"}, "lon"),
    ({"occurred_at": "2099-01-01T00:00:00+07:00"}, "occurred_at"),
    ({"occurred_at": "2026-11-01T00:00:00"}, "occurred_at"),
    ({"occurred_at": "yesterday"}, "occurred_at"),
    ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
    ({"occurred_at": "1970-01-01T00:00:00Z"}, "occurred_at"),
    ({"reporter": {"name": 1}}, "reporter.name"),
    ({"history": [{"status": "done", "at": 5}]}, "history[0].at"),
    ({"more": {"nul": ["\x00"]}}, "more.nul[0]"),
]


def test_an_item_that_is_wrong_says_which_field_and_waits_in_quarantine(sender):
    items = [{**report(f"bad-{n}"), **change} for n, (change, _field) in enumerate(WRONG)]
    answer = sender.post([*items, report("good")])
    assert counts(answer) == (1, 0, 0, len(WRONG))
    told = {refused["index"]: refused["errors"] for refused in answer.json()["rejected"]}
    assert {n: list(found) for n, found in told.items()} == {n: [field] for n, (_change, field) in enumerate(WRONG)}
    assert all(reason for found in told.values() for reason in found.values())
    assert stored() == ["good"]
    kept = held()
    assert [row.errors for row in kept] == [told[row.index] for row in kept]
    assert {(row.source, row.realm) for row in kept} == {(PORTAL, "demo")}
    sent = [{name: _storable(value) for name, value in item.items()} for item in items]
    assert [json.loads(row.raw) for row in kept] == sent


def _storable(value):
    """A NUL character is kept as the sign for what cannot be shown."""
    return json.loads(json.dumps(value).replace("\\u0000", "\\ufffd"))


UNREADABLE = [
    '{"external_id": "a", "description": "x", "lon": NaN, "lat": 1}',
    '{"external_id": "a", "description": "x", "lon": 1e999, "lat": 1}',
    '{"external_id": "a", "description": "x", "extra": 1e999}',
    '{"external_id": "a", "description": "\\ud800"}',
    '{"external_id": "a"',
    "[" * 990 + "]" * 990,
    "[" * 100_000,
    '{"a":' * 100_000,
    "",
    "null null",
    "\x00",
]


def test_what_json_does_not_allow_is_a_400_that_says_so(sender):
    for text in UNREADABLE:
        answer = sender.post(text)
        assert answer.status_code == 400, (text[:60], answer.content)
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["errors"]
    assert stored() == []


def test_what_is_no_object_is_refused_item_by_item(sender):
    for text in ("null", "17", '"text"', "true"):
        assert counts(sender.post(text)) == (0, 0, 0, 1)
    assert counts(sender.post("[null, 18, []]")) == (0, 0, 0, 3)
    assert sorted(row.raw for row in held()) == ['"text"', "17", "18", "[]", "null", "true"]


def test_an_integer_that_no_column_holds_is_kept_or_refused_but_no_500(sender):
    for number in (2**63, 2**64, 10**30, -(10**30), 10**4000):
        item = json.dumps(report("a", extra=0)).replace('"extra": 0', f'"extra": 1{"0" * len(str(number))}')
        assert sender.post(item).status_code in {202, 400}
        assert sender.post(item.replace("110.05", "1" + "0" * 400)).status_code in {202, 400}


@pytest.mark.parametrize("levels", [101, 500])
def test_an_item_nested_too_deeply_is_refused_alone(sender, levels):
    item = json.dumps(report("deep", extra=0)).replace('"extra": 0', f'"extra": {"[" * levels}{"]" * levels}')
    assert counts(sender.post(f"[{json.dumps(report('good'))}, {item}]")) == (1, 0, 0, 1)
    assert counts(sender.post(item)) == (0, 0, 0, 1)
    assert counts(sender.post(item + "\n", NDJSON)) == (0, 0, 0, 1)
    assert stored() == ["good"]
    assert "extra" in held()[0].raw


def test_good_items_are_not_held_up_by_bad_ones(sender):
    items = [report(f"good-{n}") if n % 3 else report(f"bad-{n}", description=n) for n in range(60)]
    assert counts(sender.post(items)) == (40, 0, 0, 20)
    assert len(stored()) == 40
    assert len(held()) == 20


def test_the_same_bad_item_again_is_counted_and_kept_once(sender):
    for _ in range(3):
        errors(sender.post(report("bad", description=1)))
    (kept,) = held()
    assert kept.count == 3


def test_a_body_that_is_not_of_its_type_is_a_400(sender):
    for body, content_type in ((b"\xff\xfe", CSV), (b"PK\x03\x04 broken", XLSX), (b"", XLSX), (b"\xff{}", JSON)):
        assert sender.post(body, content_type).status_code == 400


def test_bytes_that_are_no_text_are_refused_line_by_line(sender):
    assert counts(sender.post(b"\xff\xfe\n" + json.dumps(report("a")).encode(), NDJSON)) == (1, 0, 0, 1)


def test_broken_gzip_is_a_400(sender):
    for body in (b"no gzip", gzip.compress(b"[]")[:-4], zlib.compress(b"[]")):
        assert sender.post(body, content_encoding="gzip").status_code == 400


def test_an_encoding_nobody_offered_is_a_400(sender):
    assert sender.post(b"[]", content_encoding="br").status_code == 400


def test_fifty_megabytes_are_a_413(sender):
    assert sender.post(TOO_LARGE).status_code == 413


def test_a_body_sent_in_pieces_without_a_length_are_a_413(sender, settings):
    settings.IOC_INTAKE_MAX_BYTES = 1024
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
    assert sender.post(b"[" + b" " * 2000 + b"]").status_code == 413


def test_a_file_of_fifty_megabytes_is_a_413(sender):
    file = SimpleUploadedFile("big.json", TOO_LARGE, content_type="application/json")
    assert sender.upload(file).status_code == 413


def test_a_gzip_that_grows_without_end_is_a_413(sender, settings):
    settings.IOC_INTAKE_MAX_BYTES = 64 * 1024
    bomb = gzip.compress(b" " * (10 * 1024 * 1024), 9)
    assert len(bomb) < settings.IOC_INTAKE_MAX_BYTES
    assert sender.post(bomb, content_encoding="gzip").status_code == 413


def test_a_workbook_that_grows_without_end_is_a_413(sender):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts, parts.open("sheet", "w") as part:
        for _ in range(300):
            part.write(b" " * 1024 * 1024)
    assert sender.post(file.getvalue(), XLSX).status_code == 413


def test_a_type_nobody_reads_is_a_415(sender):
    for content_type in ("text/plain", "application/xml", "image/png", "nonsense"):
        assert sender.post(b"{}", content_type).status_code == 415


def test_a_form_with_a_file_of_a_type_nobody_reads_is_a_415(sender):
    assert sender.upload(SimpleUploadedFile("a.png", b"x", content_type="image/png")).status_code == 415


def test_a_form_without_a_file_is_a_400(sender):
    assert sender.upload("no file").status_code == 400


def test_nobody_sends_without_a_token(sender):
    answer = Sender(token="").post(report())
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"


def test_an_unknown_token_is_a_401(sender):
    for token in ("ioc_unknown", "\xe9", "x" * 5000):
        assert Sender(token=token).post(report()).status_code == 401


def test_a_revoked_token_is_a_401(sender):
    SourceToken.objects.update(revoked_at=SourceToken.objects.get().created_at)
    assert sender.post(report()).status_code == 401


def test_a_token_speaks_for_its_own_source_alone(sender):
    other = Sender("cybersecurity/suricata")
    assert other.post(report(), to=PORTAL).status_code == 403
    assert stored() == []


def test_a_source_that_no_longer_exists_is_a_404(sender):
    SourceToken.objects.update(source="field_reports/gone")
    assert sender.post(report(), to="field_reports/gone").status_code == 404


def test_nothing_of_what_was_refused_is_lost(sender):
    items = [report("x", description=None), "text", 5, {"external_id": "only"}]
    assert counts(sender.post(items)) == (0, 0, 0, 4)
    kept = [json.loads(raw) for raw in Quarantined.objects.order_by("index").values_list("raw", flat=True)]
    assert kept == items
