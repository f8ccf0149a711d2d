"""A stopped engine is told by another process: on the wall, to the supervisor, in /readyz and in /metrics."""

import socketserver
import threading
from datetime import timedelta

import pytest

from services.alerts.models import Alert
from services.alerts.raising import raise_alerts
from services.contract import Finding, message
from services.kernel import clock, clockguard
from services.tickets import engine, following
from services.tickets.lateness import oldest, oldest_due
from services.tickets.models import Ticket
from services.tickets.watchman import RULE, Watchman
from services.wall.models import Tile

LIMIT = 60.0


@pytest.fixture
def ticket(province):
    """A live ticket whose next step has been due for five minutes."""
    now = clock.now()
    result = Finding("probe.level", "high", "x", message("Level"), now, department="so-xay-dung")
    raise_alerts(realm="live", monitor="field_reports", results=[result], now=now)
    following.follow_alerts()
    engine.fire_timers()
    Ticket.objects.update(escalate_at=now - timedelta(minutes=5))
    return Ticket.objects.get()


@pytest.fixture
def mail_server(settings):
    """A mail server on a real socket; what it was sent."""
    letters = []

    class Session(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 here\r\n")
            body, reading = [], False
            for line in self.rfile:
                text = line.decode().rstrip("\r\n")
                if reading:
                    body.append(text)
                    if text == ".":
                        letters.append("\n".join(body))
                        body, reading = [], False
                        self.wfile.write(b"250 taken\r\n")
                    continue
                reading = text.upper() == "DATA"
                self.wfile.write(b"354 go on\r\n" if reading else b"250 fine\r\n")
                if text.upper() == "QUIT":
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.server_address[1]}"
        yield letters
        server.shutdown()


class Uptime:
    """A process's own clock that stands still unless told."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.mark.django_db
def test_the_alarm_is_raised_once_when_lateness_lasts_and_ends_when_the_engine_runs(ticket):
    uptime = Uptime()
    watchman = Watchman(LIMIT, monotonic=uptime)
    assert watchman.look() == []
    uptime.seconds = 11
    assert watchman.look() == ["live"]
    assert watchman.look() == ["live"]
    alert = Alert.objects.get(rule=RULE)
    assert (alert.severity_name, alert.state, alert.count) == ("critical", "active", 1)
    assert Tile.objects.filter(key=f"alert:{alert.public_id}", audience=["province"], gone=False).exists()
    Ticket.objects.update(escalate_at=None)
    assert Watchman(LIMIT, monotonic=uptime).look() == [], "another process, which knows of nothing, clears it"
    alert.refresh_from_db()
    assert alert.state == "cleared"
    following.follow_alerts()
    assert Ticket.objects.count() == 1, "no ticket: nobody could have opened it"


@pytest.mark.django_db
def test_a_realms_clock_that_was_moved_is_no_stopped_engine(ticket):
    uptime = Uptime()
    watchman = Watchman(LIMIT, monotonic=uptime)
    watchman.look()
    uptime.seconds = 5
    Ticket.objects.update(escalate_at=None)
    watchman.look()
    Ticket.objects.update(escalate_at=clock.now() - timedelta(minutes=5))
    uptime.seconds = 12
    assert watchman.look() == []
    assert not Alert.objects.filter(rule=RULE).exists()


@pytest.mark.django_db
def test_the_supervisor_is_written_to_without_the_worker_and_once(ticket, province, mail_server):
    province.user("sup", "supervisor")
    province.user("op", "operator")
    uptime = Uptime()
    watchman = Watchman(LIMIT, monotonic=uptime)
    watchman.look()
    uptime.seconds = 11
    watchman.look()
    watchman.look()
    assert len(mail_server) == 1
    assert "To: sup@example.vn" in mail_server[0]


@pytest.mark.django_db
def test_a_mail_server_that_is_away_is_asked_again(ticket, province, settings, mail_server):
    province.user("sup", "supervisor")
    there, settings.EMAIL_URL = settings.EMAIL_URL, "smtp://127.0.0.1:1"
    uptime = Uptime()
    watchman = Watchman(LIMIT, monotonic=uptime)
    watchman.look()
    uptime.seconds = 11
    watchman.look()
    assert Alert.objects.filter(rule=RULE).exists(), "the wall is told all the same"
    settings.EMAIL_URL = there
    watchman.look()
    assert len(mail_server) == 1


@pytest.mark.django_db
def test_every_kind_of_timer_has_an_age(ticket):
    ages = {one.kind: one.age for one in oldest_due() if one.realm == "live"}
    assert ages["ticket_steps"] == pytest.approx(300, abs=30)
    assert ages["messages"] > 0, "written and not sent"
    assert ages["alert_timers"] == 0
    longest = oldest(oldest_due(), "live")
    assert longest is not None
    assert longest.kind == "ticket_steps"
    assert oldest(oldest_due(), "demo") is None


@pytest.mark.django_db
def test_readyz_and_metrics_say_for_how_long(ticket, client):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["timers"].startswith("late: ticket_steps of live due for 30")
    text = client.get("/metrics").content.decode()
    line = next(line for line in text.splitlines() if 'realm="live",kind="ticket_steps"' in line)
    assert float(line.split()[-1]) == pytest.approx(300, abs=30)
    clockguard.look(boot="b", uptime=1000.0)
    clockguard.look(boot="b", uptime=1000.0 - 400)
    assert "resume_clock" in client.get("/readyz").json()["checks"]["timers"]
