import asyncio

from services.wall.outlet import PATIENCE, Outlet


class Line:
    """A server's ``send`` whose socket can be full; ``sent`` is what the other side got."""

    def __init__(self):
        self.writable = asyncio.Event()
        self.writable.set()
        self.sent = []
        self.broken = False

    async def send(self, message):
        await self.writable.wait()
        if self.broken:
            raise OSError("the other side is gone")
        self.sent.append(message["n"])


def numbered(*numbers):
    return [{"n": n} for n in numbers]


def outlet_for(line, refill=()):
    async def fresh():
        return refill() if callable(refill) else list(refill)

    return Outlet(line.send, fresh)


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


def test_while_the_socket_takes_data_a_message_is_out_before_push_returns():
    async def scene():
        line = Line()
        outlet = outlet_for(line)
        for message in numbered(1, 2, 3):
            outlet.push(message)
        assert line.sent == [1, 2, 3]
        assert len(asyncio.all_tasks()) == 1, "a task was started for a socket that takes data"

    asyncio.run(scene())


def test_a_full_socket_gets_a_few_messages_later_and_in_order():
    async def scene():
        line = Line()
        outlet = outlet_for(line)
        line.writable.clear()
        for message in numbered(*range(10)):
            outlet.push(message)
        await settle()
        assert (line.sent, outlet.behind) == ([], False)
        line.writable.set()
        await settle()
        assert line.sent == list(range(10))
        outlet.push({"n": 10})
        assert line.sent[-1] == 10

    asyncio.run(scene())


def test_a_socket_that_stays_full_is_behind_and_then_gets_one_snapshot():
    async def scene():
        line = Line()
        outlet = outlet_for(line, lambda: numbered("snapshot", "after"))
        line.writable.clear()
        for message in numbered(*range(5_000)):
            outlet.push(message)
        assert outlet.behind
        line.writable.set()
        await settle()
        assert line.sent == [0, "snapshot", "after"]
        outlet.push({"n": "live"})
        assert line.sent[-1] == "live"

    asyncio.run(scene())


def test_what_happens_while_the_snapshot_is_taken_is_not_sent_twice_and_not_lost():
    async def scene():
        line = Line()
        asked, answer = asyncio.Event(), asyncio.Event()
        told: list[int] = []

        async def refill():
            asked.set()
            await answer.wait()
            return numbered("snapshot", *told)

        outlet = Outlet(line.send, refill)
        outlet.fall_behind()
        await asked.wait()
        outlet.push({"n": 1})
        told.append(1)  # what the feed would find in its ring
        answer.set()
        await settle()
        outlet.push({"n": 2})
        assert line.sent == ["snapshot", 1, 2]

    asyncio.run(scene())


def test_a_socket_that_falls_behind_again_while_it_takes_the_snapshot_gets_another():
    async def scene():
        line = Line()
        taken: list[int] = []

        def refill():
            taken.append(len(taken))
            line.writable.clear()
            return numbered(f"snapshot {len(taken)}")

        outlet = outlet_for(line, refill)
        outlet.fall_behind()
        await settle()
        for message in numbered(*range(PATIENCE + 1)):
            outlet.push(message)
        assert outlet.behind
        line.writable.set()
        await settle()
        line.writable.set()
        await settle()
        assert line.sent == ["snapshot 1", "snapshot 2"]

    asyncio.run(scene())


def test_a_broken_socket_takes_nothing_and_disturbs_nobody():
    async def scene():
        for full in (False, True):
            line = Line()
            outlet = outlet_for(line)
            line.broken = True
            if full:
                line.writable.clear()
            outlet.push({"n": 1})
            line.writable.set()
            await settle()
            outlet.push({"n": 2})
            assert (outlet.closed, line.sent) == (True, [])

    asyncio.run(scene())


def test_closing_gives_up_what_still_waits():
    async def scene():
        line = Line()
        outlet = outlet_for(line)
        line.writable.clear()
        for message in numbered(1, 2):
            outlet.push(message)
        await settle()
        outlet.close()
        line.writable.set()
        await settle()
        assert line.sent == []
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(scene())
