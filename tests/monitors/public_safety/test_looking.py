"""Cameras are looked at for real: what is seen becomes records, states, findings, and a private picture."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from monitors.public_safety import panels
from monitors.public_safety.actions import purge
from monitors.public_safety.cameras import cameras, stream_of
from monitors.public_safety.models import CameraCheck, CameraState, Health, Picture
from monitors.public_safety.watching import looking
from monitors.public_safety.watching.looking import check_cameras, follow_pack, judge
from monitors.public_safety.watching.reading import NoPicture
from monitors.public_safety.watching.reading import Picture as Read
from services.alerts.models import Alert
from services.contract import Scope
from services.intake.models import IntakeBatch
from services.kernel import clock
from tests.monitors.kit import judge as run_rules
from tests.monitors.public_safety.streams import http_cameras, jpeg
from tests.monitors.public_safety.test_science import grid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
REALM = "demo"


@pytest.fixture(scope="module")
def address():
    with http_cameras() as found:
        yield found


@pytest.fixture
def streams(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.IOC_CAMERA_STREAMS = tmp_path / "streams.toml"

    def configure(**addresses):
        lines = [f'{slug.replace("_", "-")} = "{to}"' for slug, to in addresses.items()]
        settings.IOC_CAMERA_STREAMS.write_text("\n".join(["[streams]", *lines]))
        follow_pack(REALM)

    return configure


def look(times=1):
    for _turn in range(times):
        assert check_cameras(REALM)
        run_rules()
        clock.move(REALM, timedelta(minutes=6))


def state(slug):
    return CameraState.objects.get(realm=REALM, camera=slug)


def shown():
    return panels.cameras_with_picture(Scope(REALM, clock.now(REALM)))


def test_a_camera_without_a_stream_is_not_watched_and_never_healthy(streams):
    streams()
    assert check_cameras(REALM) == 0
    assert set(CameraState.objects.values_list("state", flat=True)) == {Health.NOT_WATCHED}
    assert CameraState.objects.count() == len(cameras())
    figure = shown()
    assert (figure.value, figure.target, figure.target_text["params"]["unwatched"]) == (
        0,
        len(cameras()),
        len(cameras()),
    )
    assert not IntakeBatch.objects.exists()


def test_what_a_living_camera_shows_is_kept_privately_and_only_the_latest(streams, address, settings):
    streams(cho_an=f"{address}/still")
    look(2)
    found = state("cho-an")
    assert (found.state, found.seen, found.bad_count, found.same_count) == (Health.OK, True, 0, 1)
    assert found.difference
    assert found.difference > 1
    picture = Picture.objects.get()
    assert found.picture_id == picture.pk
    assert picture.expires_at - picture.taken_at == cameras()["cho-an"].retention
    assert str(picture.file.name).startswith(f"{REALM}/public_safety/")
    assert len(list(settings.MEDIA_ROOT.rglob("*.jpg"))) == 1
    assert CameraCheck.objects.filter(camera="cho-an", state="ok", seen=True).count() == 2
    assert shown().value == 1
    assert not Alert.objects.exists()


def test_a_repeated_picture_is_frozen_at_the_third_look_and_fine_when_it_moves(streams, address):
    streams(cho_an=f"{address}/repeated")
    look(2)
    assert state("cho-an").state == Health.OK
    look(2)
    assert state("cho-an").state == Health.FROZEN
    alert = Alert.objects.get(rule="public_safety.camera_down")
    assert (alert.state, alert.severity) == ("active", 1)
    streams(cho_an=f"{address}/still")
    look()
    alert.refresh_from_db()
    assert (state("cho-an").state, alert.state) == (Health.OK, "cleared")


def test_no_picture_twice_is_an_alert_with_its_reason_and_no_address_anywhere(streams, address):
    streams(cho_an=f"{address.replace('http://', 'http://user:word@')}/html")
    look()
    assert not Alert.objects.exists()
    look()
    assert (state("cho-an").state, state("cho-an").reason) == (Health.NO_PICTURE, "not_video")
    assert Alert.objects.get().rule == "public_safety.camera_down"
    (row,) = [row for row in shown().rows if row["id"] == "cho-an"]
    assert row["state"]["params"]["reason"]["msgid"] == "answers, but with no picture"
    assert "word" not in str(list(CameraCheck.objects.values())) + str(list(Alert.objects.values()))


def test_a_covered_lens_is_dark_but_the_night_of_a_camera_without_infrared_is_not():
    black = Read(640, 360, b"", grid(4, 1))
    assert judge(black, before=b"", same_count=0, night=False).state == Health.DARK
    for repeats in range(5):
        assert judge(black, before=black.grid, same_count=repeats, night=True).state == Health.OK


def test_no_picture_does_not_forget_what_the_last_one_looked_like():
    kept = judge(NoPicture("timeout"), before=grid(99), same_count=2, night=False)
    assert (kept.state, kept.grid, kept.same_count) == (Health.NO_PICTURE, grid(99), 2)


def test_cameras_wait_for_their_turn_and_a_claim_runs_out(streams, address, monkeypatch):
    streams(cho_an=f"{address}/still", cau_an=f"{address}/still")
    claimed = looking._claim(REALM)
    assert {one.camera for one in claimed} == {"cho-an", "cau-an"}
    assert check_cameras(REALM) == 0, "somebody else is looking"
    clock.move(REALM, looking.CLAIMED_FOR)
    assert check_cameras(REALM) == 2
    assert check_cameras(REALM) == 0, "just looked"
    clock.move(REALM, timedelta(minutes=5))
    assert check_cameras(REALM) == 2


@pytest.mark.slow
def test_a_camera_that_hangs_keeps_no_other_from_being_seen(streams, address):
    streams(cho_an=f"{address}/still", cau_an=f"{address}/silent", truong_an=f"{address}/torn-and-silent")
    assert check_cameras(REALM, seconds=4) == 3
    assert [state(slug).state for slug in ("cho-an", "cau-an", "truong-an")] == ["ok", "no_picture", "no_picture"]
    assert state("cau-an").reason == "timeout"


def test_a_stream_that_is_taken_away_is_not_watched_any_more(streams, address):
    streams(cho_an=f"{address}/still")
    look()
    streams()
    assert state("cho-an").due_at is None
    clock.move(REALM, timedelta(hours=1))
    assert shown().value == 0
    assert stream_of(cameras()["cho-an"]) == ""


def test_pictures_go_when_their_retention_is_over(streams, address, settings):
    streams(cho_an=f"{address}/still")
    look()
    assert purge() == 0
    clock.move(REALM, cameras()["cho-an"].retention)
    assert purge() == 1
    assert not Picture.objects.exists()
    assert not list(settings.MEDIA_ROOT.rglob("*.jpg"))
    assert state("cho-an").picture_id is None


def test_statements_of_a_round_do_not_grow_with_the_pack(streams, monkeypatch):
    picture = Read(640, 360, jpeg(), grid(99))
    monkeypatch.setattr(looking, "read_pictures", lambda addresses, **_more: [picture for _one in addresses])
    streams(cho_an="http://127.0.0.1/a")
    with CaptureQueriesContext(connection) as statements:
        check_cameras(REALM)
    assert len(statements) < 45


def test_the_kept_picture_is_small(streams, address):
    streams(cho_an=f"{address}/still")
    look()
    with Image.open(io.BytesIO(Picture.objects.get().file.read())) as kept:
        assert kept.width <= 640
