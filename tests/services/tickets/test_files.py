"""Files on a ticket: what they are is told by their content, how large they may be before a byte is read."""

import hashlib
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client

from services.kernel.problems import InvalidInputError
from services.tickets.flow.files import kind_of
from services.tickets.models import Attachment
from tests.services.tickets.kit import OTHER, PNG, archive, as_, desk, do, file, opened

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 40
TYPES = "[Content_Types].xml"
KEPT = {
    "image/jpeg": JPEG,
    "image/png": PNG,
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 40,
    "image/heic": b"\0\0\0\x18ftypheic" + b"\0" * 40,
    "video/mp4": b"\0\0\0\x18ftypisom" + b"\0" * 40,
    "video/quicktime": b"\0\0\0\x14ftypqt  " + b"\0" * 40,
    "video/webm": b"\x1aE\xdf\xa3" + b"\0" * 40,
    "audio/mpeg": b"ID3\x04" + b"\0" * 40,
    "audio/wav": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40,
    "audio/amr": b"#!AMR\n" + b"\0" * 40,
    "application/pdf": b"%PDF-1.7\n" + b"\0" * 40,
    "application/x-ole-storage": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": archive(
        **{TYPES: "<Types/>", "word__document.xml": "<w/>"}
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": archive(
        **{TYPES: "<Types/>", "xl__workbook.xml": "<w/>"}
    ),
    "application/vnd.oasis.opendocument.text": archive(
        mimetype="application/vnd.oasis.opendocument.text", content="<office/>"
    ),
}
REFUSED = {
    "a program of Windows": b"MZ\x90\0" + b"\0" * 60,
    "a program of Linux": b"\x7fELF" + b"\0" * 60,
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a drawing that can run": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a script": b"#!/bin/sh\nrm -rf /",
    "plain words": "Biên bản".encode(),
    "any archive": archive(**{"a.txt": "x"}),
    "a document with macros": archive(
        **{TYPES: "<Types/>", "word__document.xml": "<w/>", "word__vbaProject.bin": "macro"}
    ),
    "a broken archive": b"PK\x03\x04" + b"\xff" * 60,
    "a foreign type named as office": archive(mimetype="application/x-msdownload"),
    "an empty head": b"\0" * 64,
}


@pytest.mark.parametrize("kind", KEPT)
def test_a_kind_on_the_list_is_told_by_its_content(kind):
    content = io.BytesIO(KEPT[kind])
    assert kind_of(content) == kind
    assert content.tell() == 0, "whoever keeps it reads it from its beginning"


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_on_the_list_has_no_kind_whatever_it_is(what):
    assert kind_of(io.BytesIO(REFUSED[what])) is None


@pytest.fixture
def officer(province):
    return desk(province, "hanh", "officer")


def send(client, ticket, upload, **more):
    return client.post(f"/api/tickets/{ticket.public_id}/attach/", {"file": upload, **more})


@pytest.mark.django_db
def test_a_file_is_kept_under_its_digest_and_its_true_kind_whatever_its_name_says(officer):
    ticket = opened()
    upload = SimpleUploadedFile("../../<b>biên bản.exe", JPEG, "application/x-msdownload")
    answer = send(as_(officer), ticket, upload, note="trước khi sửa")
    shown = answer.json()["attachments"][0]
    assert answer.status_code == 200
    assert (shown["content_type"], shown["size"]) == ("image/jpeg", len(JPEG))
    assert shown["sha256"] == hashlib.sha256(JPEG).hexdigest()
    kept = Attachment.objects.get()
    assert str(kept.file.name).startswith(f"{ticket.realm}/tickets/"), "never under the sender's name"
    page = as_(officer).get(f"/tickets/{ticket.public_id}/").content.decode()
    assert f"/tickets/pictures/{kept.public_id}/" in page
    assert "<b>biên" not in page


@pytest.mark.django_db
def test_a_wrong_kind_is_refused_by_api_and_page_and_nothing_is_kept(officer):
    ticket = opened()
    client = as_(officer)
    for content in REFUSED.values():
        answer = send(client, ticket, SimpleUploadedFile("anh.jpg", content, "image/jpeg"))
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["file"]
    shown = client.post(f"/tickets/{ticket.public_id}/attach/", {"file": file(b"MZ", "anh.png")})
    assert shown.status_code == 422
    assert "this file is none of them" in shown.content.decode()
    assert client.post(f"/tickets/{ticket.public_id}/attach/", {}).status_code == 422
    assert client.post(f"/tickets/{ticket.public_id}/comment/", {"file": file(b"MZ")}).status_code == 422
    assert not Attachment.objects.exists()
    assert list(ticket.entries.values_list("verb", flat=True)) == ["open"]


class Unread(io.RawIOBase):
    """A body that must not be read."""

    def readable(self):
        return True

    def readinto(self, buffer):
        raise AssertionError("a byte was read")


@pytest.mark.django_db
def test_a_hundred_megabytes_are_refused_by_their_announced_length_before_a_byte_is_read(officer, settings):
    ticket = opened()
    client: Any = as_(officer)
    length = 100 * 1024 * 1024
    answer = client.generic(
        "POST",
        f"/api/tickets/{ticket.public_id}/attach/",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": Unread()},
    )
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["detail"] == "A file of at most 20 MB."
    settings.IOC_ATTACHMENT_MAX_BYTES = 100
    assert send(client, ticket, file(PNG + b"\0" * 100)).status_code == 400, "a little too large is named by its field"


@pytest.mark.django_db
def test_a_file_too_large_is_refused_by_its_size_and_never_read(officer, settings):
    ticket = opened()
    upload = TemporaryUploadedFile("phim.mp4", "video/mp4", 100 * 1024 * 1024, None)
    upload.close()  # whoever reads it now fails
    with pytest.raises(InvalidInputError) as refusal:
        do("attach", ticket, officer, file=upload)
    assert "at most 20 MB" in str(refusal.value.errors["file"][0])


@pytest.mark.django_db
def test_a_picture_is_shown_in_place_to_those_who_see_its_ticket_and_can_run_nothing(province, officer):
    ticket = opened()
    do("attach", ticket, officer, file=file())
    do("attach", ticket, officer, file=file(KEPT["application/pdf"], "a.pdf", "application/pdf"))
    picture, paper = Attachment.objects.order_by("pk")
    answer = as_(officer).get(f"/tickets/pictures/{picture.public_id}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert as_(officer).get(f"/tickets/pictures/{paper.public_id}/").status_code == 404
    stranger = as_(desk(province, "vy", "officer", OTHER))
    for address in (f"/tickets/pictures/{picture.public_id}/", f"/api/tickets/attachments/{picture.public_id}/"):
        assert stranger.get(address).status_code == 404
        assert Client().get(address).status_code in {302, 403}


@pytest.mark.django_db
def test_a_comment_may_come_with_a_file_and_both_are_kept_or_neither(officer):
    ticket = opened()
    client = as_(officer)
    said = {"note": "Ảnh sau khi sửa", "audience": "public", "file": file(name="sau.png")}
    assert client.post(f"/tickets/{ticket.public_id}/comment/", said).status_code == 302
    assert list(ticket.entries.order_by("pk").values_list("verb", "public"))[1:] == [
        ("comment", True),
        ("attach", False),
    ]
    assert client.post(f"/tickets/{ticket.public_id}/comment/", {"file": file()}).status_code == 302
    assert ticket.entries.count() == 4
    wrong = {"note": "kèm tệp lạ", "file": file(b"MZ")}
    assert client.post(f"/tickets/{ticket.public_id}/comment/", wrong).status_code == 422
    assert ticket.entries.count() == 4
