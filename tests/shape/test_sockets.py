"""The wall's websocket for every role: the access table's row decides, and its reach decides what comes."""

import asyncio

import pytest

from services.directory.access import ROLES, TABLE
from services.wall.consumers import WallConsumer
from services.wall.door import NOT_YOURS, SIGN_IN
from tests.services.wall.conftest import committed
from tests.services.wall.kit import put, relay_once
from tests.services.wall.sockets import in_db, sign_in, walls

__all__ = ["committed"]
pytestmark = pytest.mark.usefixtures("committed")
OWN, OTHER = "so-y-te", "so-gddt"


def test_every_role_gets_the_wall_that_the_table_gives_it():
    reach = TABLE[WallConsumer.access]

    async def scene():
        await in_db(put, "alert:own", audience=["province", f"department:{OWN}"])
        await in_db(put, "alert:other", audience=["province", f"department:{OTHER}"])
        await in_db(relay_once)
        async with walls() as open_wall:
            return {role: await seen(open_wall, role) for role in ROLES}

    async def seen(open_wall, role):
        placed = {"departments": [OWN]} if role in {"officer", "head", "local_kiosk"} else {}
        session = "" if role == "anonymous" else await in_db(sign_in, role, role, **placed)
        wall = await open_wall(session)
        if role not in reach:
            return await wall.close_code()
        return {tile["key"] for tile in (await wall.next())["tiles"]}

    by_reach = {None: NOT_YOURS, "place": {"alert:own"}, "all": {"alert:own", "alert:other"}}
    expected = {role: by_reach[reach.get(role)] for role in ROLES} | {"anonymous": SIGN_IN}
    assert asyncio.run(scene()) == expected
