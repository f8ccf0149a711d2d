import asyncio

from services.wall.outlet import PATIENCE, Outlet, Packet


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


class Door:
    """A server's door for ready bytes, beside the ``send`` of the same line."""

    def __init__(self, line):
        self.line = line
        self.open = True

    def hand_over(self, data):
        if self.open:
            self.line.sent.append(data)
        return self.open


def together(*numbers):
    return Packet(tuple(numbered(*numbers)), bytes(numbers))


def test_ready_bytes_wait_in_line_behind_messages_that_wait():
    async def scene():
        line = Line()
        door = Door(line)
        outlet = Outlet(line.send, None, door.hand_over)  # type: ignore[arg-type]
        outlet.push_all(together(1, 2))
        door.open = False
        line.writable.clear()
        outlet.push_all(together(3, 4))
        door.open = True
        outlet.push_all(together(5, 6))
        await settle()
        assert line.sent == [b"\1\2"]
        line.writable.set()
        await settle()
        outlet.push_all(together(7))
        assert line.sent == [b"\1\2", 3, 4, 5, 6, b"\7"]

    asyncio.run(scene())


def test_no_ready_bytes_go_out_while_a_snapshot_is_awaited_nor_after_the_end():
    async def scene():
        line, asked = Line(), asyncio.Event()

        async def refill():
            await asked.wait()
            return numbered("snapshot")

        outlet = Outlet(line.send, refill, Door(line).hand_over)
        outlet.fall_behind()
        await settle()
        outlet.push_all(together(1))
        asked.set()
        await settle()
        outlet.push_all(together(2))
        outlet.close()
        outlet.push_all(together(3))
        assert line.sent == ["snapshot", b"\2"]

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
