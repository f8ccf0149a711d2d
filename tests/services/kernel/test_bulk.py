"""Rows that go to the database as one parameter arrive as they were, whatever they hold."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.contrib.gis.geos import Point
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from monitors.cybersecurity.models import Event, Threat
from monitors.environment.models import LatestValue
from services.directory.models import Person
from services.kernel import bulk
from services.notify.models import Message

AT = datetime(2026, 11, 21, 8, 30, 0, 123456, tzinfo=timezone(timedelta(hours=7)))


def event(name="a", **more):
    given = {"realm": "demo", "source": "cybersecurity/suricata", "external_id": name, "occurred_at": AT}
    given |= {"received_at": AT, "digest": b"\x00\xff", "raw": {"a": 1}, "event_type": "flow", "sensor": "s"}
    return Event(**given | more)


def put(*rows, **more):
    bulk.insert(rows, **more)
    return list(Event.objects.order_by("external_id"))


TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(-1e9, 1e9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


class AnyRow(TestCase):
    @given(st.dictionaries(TEXTS, VALUES, max_size=4), TEXTS, st.binary(max_size=32), st.datetimes())
    def test_comes_back_as_it_went(self, raw, text, digest, at):
        (row,) = put(event(raw=raw, signature=text, digest=digest, occurred_at=at.replace(tzinfo=UTC)))
        assert (row.signature, bytes(row.digest), row.occurred_at) == (text, digest, at.replace(tzinfo=UTC))
        assert row.raw == raw


@pytest.mark.django_db
def test_enumerations_addresses_nothing_and_places_are_stored():
    one, two = put(event("a", threat=Threat.MALWARE, src_ip="::1", src_port=None), event("b", blocked=True, level=3))
    assert (one.threat, one.src_ip, one.src_port, one.blocked) == (Threat.MALWARE, "::1", None, False)
    assert (two.blocked, two.level, two.occurred_at) == (True, 3, AT)
    latest = LatestValue(
        realm="demo", station="s", prop="rain", value=0.1, measure="mm", quality="good", occurred_at=AT, received_at=AT,
        observation=1, place=Point(108.05, 12.67, srid=4326), same_value=0.1, same_since=AT,
    )  # fmt: skip
    bulk.insert([latest])
    found = LatestValue.objects.get()
    assert (found.value, found.place.coords, found.place.srid) == (0.1, (108.05, 12.67), 4326)


@pytest.mark.django_db
def test_what_returning_asks_is_said_of_each_row_that_was_written():
    put(event("b"))
    said = bulk.insert([event("a"), event("b"), event("c")], returning="t.external_id")
    assert said == [("a",), ("c",)]
    assert bulk.insert([], returning="t.id") == []


@pytest.mark.django_db
def test_what_rows_of_columns_leave_out_has_the_models_default_and_what_is_made_is_made_for_each(province):
    person = Person.objects.all()[0].pk
    row = {
        "realm": "demo", "subject": "test:1", "generation": 1, "person_id": person, "channel": "email", "template": "t",
        "context": {"a": [None, "đ"]}, "created_at": AT, "due_at": AT,
    }  # fmt: skip
    bulk.insert_values(Message, [{**row, "step": 0}, {**row, "step": 1}])
    one, two = Message.objects.order_by("step")
    assert one.public_id != two.public_id
    assert (two.context, two.state, two.held, two.parts, two.error) == (row["context"], "pending", "", 0, "")
    assert (two.bundle, two.sent_at, two.going_out) == (None, None, False)


def test_rows_that_do_not_name_the_same_columns_are_refused():
    with pytest.raises(ValueError, match="same columns"):
        bulk.insert_values(Message, [{"realm": "demo"}, {"realm": "demo", "subject": "s"}])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"event_type": "x" * 41}, {"signature": "a\x00"}, {"raw": {"a": "\x00"}}, {"level": 70_000}]
)
def test_what_the_database_refuses_is_an_error_that_can_be_told_from_a_fault(wrong):
    with pytest.raises((DataError, ValueError)):
        put(event(**wrong))


@pytest.mark.django_db
def test_a_thousand_rows_are_one_statement():
    with CaptureQueriesContext(connection) as asked:
        assert len(put(*(event(f"{n:04}") for n in range(1000)))) == 1000
    assert len(asked) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 1, 8, 9, 500])
def test_ids_and_texts_are_asked_for_by_the_hundred_in_one_parameter(count):
    rows = put(*(event(f"{n:04}") for n in range(600)))
    wanted = rows[:count]
    with CaptureQueriesContext(connection) as asked:
        assert set(Event.objects.filter(pk__in=[row.pk for row in wanted])) == set(wanted)
        assert set(Event.objects.filter(external_id__in={row.external_id for row in wanted})) == set(wanted)
        assert Event.objects.exclude(pk__in=[row.pk for row in wanted]).count() == 600 - count
    assert all(query["sql"].count(",") < 60 or "ANY" in query["sql"] for query in asked.captured_queries)
    assert Event.objects.filter(pk__in=[None, *(row.pk for row in wanted)]).count() == count
    assert Event.objects.filter(pk__in=Event.objects.filter(external_id="0003")).count() == 1
