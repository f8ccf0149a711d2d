"""The frames of the measurement: 300 bytes each, whoever sends them."""

import json
from typing import Any

SIZE = 300
TILES = 100
"""Tiles that come round."""
GROUP = "wall"
GREETING = '{"type":"snapshot","seq":0}'
_EPOCH = "00000000-0000-4000-8000-000000000000"


def payload(at: float, number: int) -> dict[str, Any]:
    """Return a tile's payload whose frame is about 300 bytes long and says when it was put (monotonic seconds)."""
    said: dict[str, Any] = {"kind": "alert", "monitor": "health", "state": "active", "at": at, "n": number}
    return said | {"text": "x" * (SIZE - len(frame_text(number, said | {"text": ""})))}


def frame_text(number: int, said: dict[str, Any] | None = None) -> str:
    """Return the text of a frame as the hub would make it."""
    said = payload(0.0, number) if said is None else said
    tile = json.dumps({"key": key(number), "payload": said, "version": 1})
    return f'{{"type":"frame","epoch":"{_EPOCH}","seq":{number},"prev":{max(0, number - 1)},"tile":{tile}}}'


def key(number: int) -> str:
    """Return the key of the tile that a frame changes; they come round."""
    return f"alert:bench-{number % TILES:02}"


def layers(redis_url: str) -> dict[str, Any]:
    """Return the setting of Channels for its Redis layer."""
    hosts = [{"address": redis_url, "max_connections": 10_000}]
    return {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": hosts}}}
