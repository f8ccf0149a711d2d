"""The sender waits, repeats and never gives up; the loop goes on where it stopped."""

import json
import threading
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from ioc.simulator import progress, sending
from ioc.simulator.feed import Sent
from ioc.simulator.running import Run
from ioc.simulator.sending import AT_ONCE, Sender

SOURCE = "field_reports/portal"
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


class Server:
    """A server that answers what it is told to, and remembers what it was sent."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else 202
        if isinstance(answer, Exception):
            raise answer
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        return httpx.Response(status, headers=headers, text="{}")

    @property
    def items(self):
        return [json.loads(line) for request in self.requests for line in request.content.decode().splitlines()]


@pytest.fixture
def accounts(tmp_path):
    file = tmp_path / "demo.json"
    file.write_text(json.dumps({"url": "http://centre", "tokens": {SOURCE: "secret"}}))
    return file


@pytest.fixture
def made(accounts):
    def make(*answers):
        server = Server(*answers)
        return server, Sender(httpx.Client(transport=httpx.MockTransport(server)), accounts)

    return make


def again(sender):
    """Let the waiting time be over and try again."""
    sender.wait.until = 0.0
    sender.flush()


def test_one_item_goes_as_json_and_many_as_lines_with_the_sources_own_token(made):
    server, sender = made()
    sender.add(SOURCE, [{"n": 1}])
    sender.flush()
    sender.add(SOURCE, [{"n": n} for n in range(AT_ONCE + 1)])
    sender.flush()
    assert [request.headers["content-type"] for request in server.requests] == [
        "application/json",
        "application/x-ndjson",
        "application/json",
    ]
    assert {request.headers["authorization"] for request in server.requests} == {"Token secret"}
    assert str(server.requests[0].url) == "http://centre/api/intake/field_reports/portal/"
    assert (sender.sent, sender.waiting) == (AT_ONCE + 2, 0)


@pytest.mark.parametrize("trouble", [500, 503, 401, 403, 429, httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
def test_trouble_is_waited_out_and_nothing_is_lost_or_reordered(trouble, made):
    server, sender = made(trouble, trouble)
    sender.add(SOURCE, [{"n": 1}])
    sender.flush()
    assert not sender.wait.over
    sender.add(SOURCE, [{"n": 2}])
    sender.flush()
    assert len(server.requests) == 1
    again(sender)
    again(sender)
    assert sender.waiting == 0
    assert server.items[-2:] == [{"n": 1}, {"n": 2}]


def test_a_server_that_names_its_time_is_obeyed(made, monkeypatch):
    monkeypatch.setattr("ioc.simulator.sending.time.monotonic", lambda: 100.0)
    _server, sender = made((429, {"Retry-After": "7"}))
    sender.add(SOURCE, [{"n": 1}])
    sender.flush()
    assert sender.wait.until == 107.0


def test_waiting_grows_up_to_half_a_minute_and_ends_with_success(made):
    _server, sender = made(*[500] * 8)
    sender.add(SOURCE, [{"n": 1}])
    waits = []
    for _ in range(8):
        again(sender)
        waits.append(sender.wait.seconds)
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    again(sender)
    assert (sender.wait.seconds, sender.waiting) == (0, 0)


def test_what_a_server_refuses_for_good_is_let_go(made):
    server, sender = made(400)
    sender.add(SOURCE, [{"n": 1}])
    sender.flush()
    sender.add(SOURCE, [{"n": 2}])
    sender.flush()
    assert (sender.sent, sender.dropped, sender.waiting) == (1, 1, 0)
    assert server.items[-1] == {"n": 2}


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"url": 1}'])
def test_without_accounts_it_waits(text, accounts, made):
    server, sender = made()
    whole = accounts.read_text()
    accounts.write_text(text)
    sender.add(SOURCE, [{"n": 1}])
    sender.flush()
    assert (server.requests, sender.waiting) == ([], 1)
    accounts.write_text(whole)
    again(sender)
    assert sender.waiting == 0


def test_a_queue_without_end_lets_the_oldest_go(made, monkeypatch):
    monkeypatch.setattr(sending, "KEPT", 3)
    _server, sender = made()
    sender.add(SOURCE, [{"n": n} for n in range(5)])
    assert [item["n"] for item in sender.queues[SOURCE]] == [2, 3, 4]
    assert sender.dropped == 2


# --- the loop --------------------------------------------------------------------------------------------------------


class EveryMinute:
    """A world in which something happens every minute."""

    def between(self, start, end, monitors):
        minute = start.replace(second=0, microsecond=0)
        minutes = (minute + timedelta(minutes=n) for n in range(int((end - minute) / timedelta(minutes=1)) + 1))
        return [Sent(at, SOURCE, f"{at:%H%M}", {"at": f"{at:%H:%M}"}) for at in minutes if start <= at < end]


class Hands:
    """A clock that is moved by hand and stops the loop after its last time."""

    def __init__(self, stop, *times):
        self.stop, self.times = stop, list(times)

    def now(self):
        if len(self.times) == 1:
            self.stop.set()
            return self.times[0]
        return self.times.pop(0)


def run(made, *times, resumes=True):
    server, sender = made()
    stop = threading.Event()
    Run(EveryMinute(), frozenset({"field_reports"}), sender, Hands(stop, *times), stop, resumes=resumes).run(None)
    return [item["at"] for item in server.items]


def test_items_are_sent_when_their_time_has_come_and_not_before(made):
    assert run(made, NOW, NOW, NOW + timedelta(minutes=2, seconds=30), resumes=False) == ["02:00", "02:01", "02:02"]


def test_a_restart_goes_on_where_it_stopped(made, settings, tmp_path):
    settings.VAR = tmp_path
    progress.remember({"field_reports": NOW - timedelta(minutes=5)})
    told = run(made, NOW, NOW, NOW)
    assert told[0] == "01:53"
    assert told[-1] == "02:00"
    assert progress.recall()["field_reports"] == NOW


def test_a_world_that_stood_still_for_weeks_makes_up_for_two_days_only(made, settings, tmp_path):
    settings.VAR = tmp_path
    progress.remember({"field_reports": NOW - timedelta(days=30)})
    assert len(run(made, NOW, NOW, NOW)) == 48 * 60 + 1


def test_a_world_beside_begins_now_and_leaves_no_trace(made, settings, tmp_path):
    settings.VAR = tmp_path
    progress.remember({"field_reports": NOW - timedelta(minutes=5)})
    assert run(made, NOW, NOW, NOW, resumes=False) == ["02:00"]
    assert progress.recall()["field_reports"] == NOW - timedelta(minutes=5)


def test_a_run_ends_with_its_time_and_gives_back_what_it_took_over(made, settings, tmp_path):
    settings.VAR = tmp_path
    server, sender = made()
    stop, taken = threading.Event(), frozenset({"field_reports"})
    hands = Hands(stop, NOW, NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=2), NOW + timedelta(hours=2))
    beside = Run(EveryMinute(), taken, sender, hands, stop, resumes=False, takes_over=taken, speed=360.0)
    beside.until = NOW + timedelta(hours=1)
    beside.run(None)
    assert server.items[-1] == {"at": "03:00"}
    assert progress.spoken_for(NOW + timedelta(hours=1)) == taken
    assert progress.spoken_for(NOW + timedelta(hours=2)) == frozenset()


def test_while_another_world_speaks_nothing_is_drawn_and_nothing_sent(made, settings, tmp_path):
    settings.VAR = tmp_path
    progress.take_over(["field_reports"], NOW + timedelta(hours=1))
    assert run(made, NOW, NOW, NOW + timedelta(minutes=9), NOW + timedelta(minutes=9)) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"a": 1}', "nonsense"])
def test_progress_that_cannot_be_read_is_none(text, settings, tmp_path):
    settings.VAR = tmp_path
    (tmp_path / "simulated.json").write_text(text)
    assert progress.recall() == {}
