"""A picture is read from real servers, and every way of showing none is told apart; nothing hangs longer than said."""

import io
import json
import time
from pathlib import Path

import pytest
from PIL import Image

from monitors.public_safety.science import pictures
from monitors.public_safety.watching import reading
from monitors.public_safety.watching.reading import NoPicture, Picture, read_picture, read_pictures
from tests.monitors.public_safety.streams import http_cameras, rtsp_camera

SECONDS = 2.0


@pytest.fixture(scope="module")
def cameras():
    with http_cameras() as address:
        yield address


@pytest.mark.parametrize("name", ["still", "moving"])
def test_a_picture_is_read_over_http(cameras, name):
    found = read_picture(f"{cameras}/{name}", seconds=8)
    assert isinstance(found, Picture)
    assert (found.width, found.height) == (640, 360)
    with Image.open(io.BytesIO(found.jpeg)) as kept:
        assert (kept.format, kept.size) == ("JPEG", (640, 360))
    assert 110 < pictures.brightness(found.grid) < 130
    assert not pictures.is_dark(found.grid)


@pytest.mark.slow
def test_a_picture_is_read_over_rtsp():
    with rtsp_camera() as address:
        found = read_picture(address, seconds=8)
        away = read_picture(address.replace("/live", "/nothing"), seconds=4)
    assert isinstance(found, Picture)
    assert (found.width, found.height) == (320, 240)
    assert not pictures.is_dark(found.grid)
    assert away == NoPicture("not_found")


def test_two_looks_at_a_living_camera_differ_and_a_repeated_picture_does_not(cameras):
    looks = read_pictures([f"{cameras}/{name}" for name in ("still", "still", "repeated", "repeated", "black")])
    assert all(isinstance(look, Picture) for look in looks)
    one, two, three, four, black = (look.grid for look in looks)  # type: ignore[union-attr]
    assert (pictures.difference(one, two) or 0) > 3 * pictures.SAME
    assert pictures.is_same(three, four)
    assert pictures.is_dark(black)


@pytest.mark.parametrize(
    "name, reason",
    [
        ("away", "not_found"),
        ("locked", "forbidden"),
        ("ill", "http_error"),
        ("html", "not_video"),
        ("html-as-video", "broken"),
        ("torn", "broken"),
        ("huge", "too_large"),
    ],
)
def test_each_way_of_showing_nothing_has_its_name(cameras, name, reason):
    assert read_picture(f"{cameras}/{name}", seconds=6) == NoPicture(reason)


def test_a_redirection_is_not_followed(cameras):
    assert isinstance(read_picture(f"{cameras}/elsewhere", seconds=6), NoPicture)


def test_a_playlist_leads_to_no_file_of_this_machine(cameras):
    assert isinstance(read_picture(f"{cameras}/playlist", seconds=6), NoPicture)


@pytest.mark.parametrize("name", ["silent", "dripping", "torn-and-silent"])
@pytest.mark.slow
def test_a_stream_that_hangs_is_left_after_the_time_allowed(cameras, name):
    began = time.monotonic()
    assert read_picture(f"{cameras}/{name}", seconds=SECONDS) == NoPicture("timeout")
    assert time.monotonic() - began < SECONDS + reading.START + 2


def test_a_reader_that_never_answers_is_killed(tmp_path, monkeypatch):
    stuck = tmp_path / "stuck.py"
    stuck.write_text("import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: signal.pause()\n")
    monkeypatch.setattr(reading, "PROBE", stuck)
    monkeypatch.setattr(reading, "START", 0.5)
    began = time.monotonic()
    assert read_picture("http://127.0.0.1/", seconds=0.5) == NoPicture("timeout")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("said", ["", "nonsense", "[]", '{"reason": "made up"}', '{"width": 1}', '{"jpeg": null}'])
def test_a_reader_that_answers_nonsense_is_a_failed_check(tmp_path, monkeypatch, said):
    odd = tmp_path / "odd.py"
    odd.write_text(f"print({said!r})\n")
    monkeypatch.setattr(reading, "PROBE", odd)
    assert read_picture("http://127.0.0.1/") == NoPicture("failed")


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "concat:/etc/hostname", "/etc/hostname", "ftp://127.0.0.1/x", "", "pipe:0"]
)
def test_only_rtsp_and_http_addresses_are_read(address):
    assert read_picture(address) == NoPicture("not_allowed")


def test_nobody_at_the_address_is_refused():
    assert read_picture("rtsp://127.0.0.1:1/x", seconds=4) == NoPicture("refused")


def test_the_reader_gets_neither_the_address_on_its_command_line_nor_our_environment(tmp_path, monkeypatch):
    spy = tmp_path / "spy.py"
    told = tmp_path / "told.json"
    spy.write_text(f"import json, os, sys\nopen({str(told)!r}, 'w').write(json.dumps([sys.argv, dict(os.environ)]))\n")
    monkeypatch.setattr(reading, "PROBE", spy)
    monkeypatch.setenv("IOC_SECRET_KEY", "hush")
    read_picture("rtsp://user:word@127.0.0.1/x")
    argv, environment = json.loads(Path(told).read_text())
    assert "word" not in json.dumps(argv)
    assert "IOC_SECRET_KEY" not in environment


def test_every_reason_has_its_words():
    assert all(text for text in reading.REASONS.values())
