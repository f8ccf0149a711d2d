"""What comes in: Frigate's messages in any order, pictures that are pictures, incidents without persons, counts."""

import base64
import io
import json
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from monitors.public_safety.incoming.frigate import adapt_event
from monitors.public_safety.models import (
    CameraCheck,
    CameraEvent,
    CameraEventVersion,
    CameraState,
    Incident,
    Picture,
    TrafficCount,
)
from monitors.public_safety.watching.snapshots import BadPictureError, checked_jpeg
from services.intake.models import Quarantined
from services.intake.topics import Letter, items_of, source_of
from services.kernel import clock
from tests.monitors.kit import FIXTURES, send, send_file
from tests.monitors.public_safety.kit import (
    CAMERA,
    CHECKS,
    EVENTS,
    INCIDENTS,
    TRAFFIC,
    accident,
    check,
    count,
    event,
    frigate,
)
from tests.monitors.public_safety.streams import HTML, jpeg

pytestmark = [pytest.mark.django_db]
in_sample = pytest.mark.usefixtures("province")
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


# --- camera events ---------------------------------------------------------------------------------------------------


def turns(start):
    return (
        frigate("f1", "new", start, frame_time=start.timestamp()),
        frigate("f1", "update", start, score=0.8, frame_time=start.timestamp() + 5),
        frigate("f1", "end", start, score=0.9, frame_time=start.timestamp() + 9, end_time=start.timestamp() + 10),
    )


@in_sample
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (2, 1, 0), (1, 2, 0)])
def test_messages_of_one_event_make_one_record_in_whatever_order_they_come(order):
    start = clock.now() - timedelta(minutes=1)
    messages = turns(start)
    for number in order:
        assert send(EVENTS, messages[number]).rejected == []
    found = CameraEvent.objects.get()
    assert (found.kind, found.confidence, found.version, found.camera) == ("fire_smoke", 0.9, 2, CAMERA)
    assert found.ended_at is not None
    assert abs(found.ended_at - start - 10 * SECOND) < timedelta(milliseconds=1)
    assert CameraEventVersion.objects.count() == 3


@in_sample
def test_an_end_alone_is_an_event_and_the_same_message_again_changes_nothing():
    start = clock.now() - timedelta(minutes=1)
    first = send(EVENTS, turns(start)[2])
    again = send(EVENTS, turns(start)[2])
    assert (first.accepted, again.duplicate) == (1, 1)
    before = CameraEvent.objects.get()
    send(EVENTS, turns(start)[0])
    after = CameraEvent.objects.get()
    assert (before.public_id, before.ended_at) == (after.public_id, after.ended_at)


@pytest.mark.parametrize(
    "label, sub, zones, kind",
    [
        ("fire", None, [], "fire_smoke"),
        ("car", None, ["wrong_way"], "wrong_way"),
        ("person", None, ["pavement", "encroachment"], "encroachment"),
        ("motorcycle", ["no_helmet", 0.8], [], "no_helmet"),
        ("person", "fight", [], "fight"),
        ("person", None, ["pavement"], "object"),
    ],
)
def test_a_kind_is_told_by_label_sub_label_or_zone(label, sub, zones, kind):
    raw = frigate("f", "new", clock.now(), label=label, sub_label=sub, current_zones=zones)
    assert adapt_event(raw)["kind"] == kind


@in_sample
def test_the_topic_of_the_detector_feeds_camera_events():
    assert source_of("frigate/events") == EVENTS
    message = json.dumps(frigate("mq", "new", clock.now())).encode()
    (item,) = items_of(Letter("frigate/events", message, 1, 1, 1))
    assert send(EVENTS, dict(item.value)).accepted == 1


@in_sample
def test_a_picture_is_written_anew_and_kept_apart_from_what_was_sent(tmp_path):
    hidden = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret position"
    with Image.open(io.BytesIO(jpeg())) as sent:
        sent.save(hidden, "JPEG", exif=exif)
    item = event("p1", "crowd", clock.now(), snapshot=encoded(hidden.getvalue() + b"secret tail"))
    (pk,) = send(EVENTS, item).records.values()
    record, picture = CameraEvent.objects.get(pk=pk), Picture.objects.get(event=pk)
    kept = picture.file.read()
    assert b"secret" not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (640, 360))
    assert "snapshot" not in record.raw
    assert "snapshot" not in CameraEventVersion.objects.get().raw
    assert picture.expires_at == record.occurred_at + timedelta(days=15)
    assert str(django_settings.MEDIA_ROOT) in picture.file.path


@in_sample
def test_a_picture_whose_retention_is_over_is_not_kept():
    old = clock.now() - timedelta(days=16)
    send(EVENTS, event("p1", "crowd", old, snapshot=encoded(jpeg())))
    assert CameraEvent.objects.count() == 1
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a" + b"\0" * 50, HTML, jpeg()[:2000], b"\xff\xd8\xff\xe0", jpeg() + b"\0" * 300_000],
    ids=["empty", "gif", "html", "torn", "head", "large"],
)
def test_what_is_no_small_picture_is_refused(content):
    with pytest.raises(BadPictureError):
        checked_jpeg(encoded(content) or "=")


def test_a_picture_with_more_pixels_than_bytes_is_refused():
    bomb = io.BytesIO()
    Image.new("L", (8000, 8000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 300_000
    with pytest.raises(BadPictureError):
        checked_jpeg(encoded(bomb.getvalue()))


@given(st.binary(max_size=300))
def test_no_bytes_make_the_picture_check_fail_otherwise(content):
    with pytest.raises(BadPictureError):
        checked_jpeg(encoded(content))


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(["new", "update", "end", "x"]),
    st.dictionaries(
        st.sampled_from(["id", "camera", "label", "sub_label", "score", "start_time", "end_time", "current_zones"]),
        _JSON,
    ),
)
def test_whatever_a_detector_says_is_read_or_refused(turn, after):
    try:
        adapt_event({"type": turn, "after": after})
    except ValueError:
        return


@in_sample
def test_a_detectors_old_picture_field_is_not_kept_either():
    raw = frigate("t1", "new", clock.now(), thumbnail="aGVsbG8=")
    send(EVENTS, raw)
    assert "thumbnail" not in str(CameraEvent.objects.get().raw)


# --- incidents -------------------------------------------------------------------------------------------------------


@in_sample
def test_an_incident_is_brought_up_to_date_and_older_news_changes_nothing():
    at = clock.now() - timedelta(days=3)
    send(INCIDENTS, {**accident("c1", at), "kind": "crime"})
    newer = {**accident("c1", at), "kind": "crime", "cleared": True, "as_of": (at + timedelta(days=1)).isoformat()}
    assert send(INCIDENTS, newer).updated == 1
    late = {**accident("c1", at), "kind": "crime", "as_of": (at + timedelta(hours=1)).isoformat()}
    send(INCIDENTS, late)
    assert Incident.objects.get().cleared is True


@in_sample
def test_no_person_enters_with_an_incident():
    send(INCIDENTS, accident("n1", clock.now(), victim="Nguyễn Văn A", plate="47A-123.45"))
    assert "Nguyễn" not in str(Incident.objects.values())
    assert "plate" not in Incident.objects.get().raw


@in_sample
def test_a_place_finds_its_commune():
    item = {**accident("w1", clock.now(), lon=110.15, lat=10.10)}
    del item["unit"]
    send(INCIDENTS, item)
    assert Incident.objects.get().unit == "99002"


# --- bad files ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("pack_loaded")
@pytest.mark.parametrize(
    "name, source", [("incidents_malformed", INCIDENTS), ("traffic_malformed", TRAFFIC), ("checks_malformed", CHECKS)]
)
def test_of_a_malformed_file_only_the_last_item_is_good(name, source):
    receipt = send_file(FIXTURES / "public_safety" / f"{name}.json", source=source)
    assert receipt.accepted == 1
    assert all(rejection.errors for rejection in receipt.rejected)
    assert Quarantined.objects.count() == len(receipt.rejected) > 4


@pytest.mark.usefixtures("pack_loaded")
@pytest.mark.parametrize("name, source", [("incidents.json", INCIDENTS), ("traffic.ndjson", TRAFFIC)])
def test_the_other_sources_files_are_accepted_and_sent_again_change_nothing(name, source):
    first = send_file(FIXTURES / "public_safety" / name, source=source)
    again = send_file(FIXTURES / "public_safety" / name, source=source)
    assert (first.rejected, again.rejected, again.accepted, again.updated) == ([], [], 0, 0)


# --- counts and checks -----------------------------------------------------------------------------------------------


@in_sample
def test_an_empty_road_has_no_speed():
    send(TRAFFIC, count(clock.now(), 30.0, vehicles=0))
    assert TrafficCount.objects.get().speed is None


@in_sample
def test_checks_that_come_late_or_out_of_order_do_not_change_how_a_camera_stands():
    now = clock.now()
    send(CHECKS, check(CAMERA, now - 20 * SECOND, "no_picture"), check(CAMERA, now - 60 * SECOND, "ok"))
    send(CHECKS, check(CAMERA, now - 40 * SECOND, "dark"))
    found = CameraState.objects.get(camera=CAMERA)
    assert (found.state, found.bad_count, found.since) == ("no_picture", 1, now - 20 * SECOND)
    assert CameraCheck.objects.count() == 3


@in_sample
@pytest.mark.parametrize("items", [1, 40])
def test_statements_do_not_grow_with_the_batch(items, django_assert_max_num_queries):
    now = clock.now()
    with django_assert_max_num_queries(24):
        send(CHECKS, *(check(CAMERA, now - n * SECOND, "ok") for n in range(items)))
    with django_assert_max_num_queries(22):
        send(INCIDENTS, *(accident(f"i{n}", now, lon=110.05, lat=10.1) for n in range(items)))
    with django_assert_max_num_queries(18):
        send(TRAFFIC, *(count(now - n * SECOND, 30) for n in range(items)))
