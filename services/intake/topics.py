"""Messages of a broker become items of a source: which topic feeds which source, and what a payload holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from paho.mqtt.client import topic_matches_sub

from services.intake import bodies
from services.intake.decoding import RawItem


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it came. ``connection`` counts connections: only on its own can it be acknowledged."""

    topic: str
    payload: bytes
    mid: int
    qos: int
    connection: int


def routes() -> Sequence[tuple[str, str]]:
    """Return (topic filter, ``<monitor>/<source>``), first match first."""
    found: Sequence[tuple[str, str]] = settings.IOC_MQTT_ROUTES
    return found


def source_of(topic: str) -> str | None:
    """Return the source that a topic feeds, None when it feeds none."""
    return next((source for wanted, source in routes() if topic_matches_sub(wanted, topic)), None)


def items_of(letter: Letter) -> list[RawItem]:
    """Return a message's items, each with its topic; what is no JSON is one item that goes to quarantine."""
    try:
        items = bodies.read(letter.payload, "application/json")
    except (bodies.UnreadableError, UnicodeDecodeError) as error:
        return [unreadable(letter, str(error))]
    return [
        RawItem({"topic": letter.topic, **item.value}) if isinstance(item.value, Mapping) else item for item in items
    ]


def unreadable(letter: Letter, reason: str) -> RawItem:
    """Return an item that keeps a message for whoever looks at the quarantine."""
    text = letter.payload.decode("utf-8", "replace").replace("\x00", "\ufffd")[: bodies.LINE_KEPT]
    return RawItem(text=f"{letter.topic} {text}", error=reason)
