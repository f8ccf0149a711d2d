"""Real servers that the senders talk to over sockets, and a browser that reads what push services would bring it."""

import os
import smtplib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.directory.models import Person
from services.kernel import clock
from services.kernel.models import LIVE
from services.notify.actions import Notice, enqueue_many
from services.notify.models import Message
from services.notify.webpush import base64url, from_base64url, point_of

_numbers = count(1)


@dataclass
class Seen:
    """One request as the gateway read it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Reply = Callable[["Gateway", BaseHTTPRequestHandler], None]


def answer(status: int = 200, body: str = '{"status":"ok","id":"m-1"}', **headers: str) -> Reply:
    """Answer as a gateway does."""

    def reply(_gateway: "Gateway", handler: BaseHTTPRequestHandler) -> None:
        content = body.encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return reply


def hang_up(_gateway: "Gateway", handler: BaseHTTPRequestHandler) -> None:
    """Read the request, then close the connection without a word."""
    handler.close_connection = True


def never_end(gateway: "Gateway", handler: BaseHTTPRequestHandler) -> None:
    """Take the request and stay silent until the test is over."""
    gateway.over.wait(20)
    handler.close_connection = True


def twice(_gateway: "Gateway", handler: BaseHTTPRequestHandler) -> None:
    """Answer, and then answer the same request once more."""
    for _ in range(2):
        answer()(_gateway, handler)


@dataclass
class Gateway:
    """An HTTP server: ``replies`` are used up one by one, then ``usual`` answers."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    usual: Reply = field(default_factory=answer)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def bodies(self) -> list[str]:
        """What was posted, as text."""
        return [one.body.decode() for one in self.seen]


@contextmanager
def gateway() -> Iterator[Gateway]:
    """Run an HTTP server on a free port."""
    state = Gateway()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.seen.append(Seen(self.command, self.path, dict(self.headers), body))
            reply = state.replies.pop(0) if state.replies else state.usual
            reply(state, self)

        do_GET = do_PUT = do_POST  # noqa: N815 - http.server's names

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()


@dataclass
class Mailbox:
    """A mail server: what it took, and what it says (``replies`` first, by stage) instead of taking."""

    url: str = ""
    letters: list[Any] = field(default_factory=list)
    to_recipient: list[str] = field(default_factory=list)
    to_letter: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take a recipient, or say the next thing."""
        if self.to_recipient:
            return self.to_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a letter, or say the next thing; ``lost`` closes the connection after it was read."""
        said = self.to_letter.pop(0) if self.to_letter else "250 taken"
        if said.startswith(("250", "lost")):
            self.letters.append(envelope)
        if said == "lost":
            server.transport.close()
        return said if said != "lost" else "250 taken"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Run a mail server on a free port."""
    state = Mailbox()
    with smtplib.socket.socket() as probe:  # type: ignore[attr-defined]
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(state, hostname="127.0.0.1", port=port)
    controller.start()
    state.url = f"smtp://127.0.0.1:{port}"
    try:
        yield state
    finally:
        controller.stop()


class FakeBrowser:
    """A browser's half of RFC 8291: it subscribed with these keys and reads with their private parts."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = os.urandom(16)
        self.p256dh, self.auth = base64url(point_of(self._key)), base64url(self._secret)

    def read(self, body: bytes) -> bytes:
        """Open a message; InvalidTag when it is for another one."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        info = b"WebPush: info\x00" + from_base64url(self.p256dh) + sender
        secret = _derived(shared, self._secret, info, 32)
        content = _derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _derived(secret, salt, b"Content-Encoding: nonce\x00", 12)
        opened = AESGCM(content).decrypt(nonce, sealed, None)
        assert opened.rstrip(b"\x00").endswith(b"\x02")
        return opened.rstrip(b"\x00")[:-1]


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def person(name: str = "Y Thắng Niê", *, phone: str = "0905 000 318", email: str = "thang@example.vn") -> Person:
    """Store a person."""
    made = Person(phone=phone, email=email)
    made.set_names(name)
    made.save()
    return made


def tell(*people: Person, realm: str = LIVE, severity: str = "medium", times: int = 1, **context: Any) -> list[Message]:
    """Tell of so many tickets; return the messages written."""
    now = clock.now(realm)
    notices = []
    for _ in range(times):
        number = next(_numbers)
        told = {
            "code": f"PA-{number:04}",
            "title": {"msgid": f"Ổ gà sâu giữa đường số {number}", "params": {}},
            "severity": severity,
            "due_at": "2026-11-23T10:00:00+00:00",
            "url": f"/tickets/{number}/",
            **context,
        }
        template = told.pop("template", "ticket_new")
        given = {"realm": realm, "subject": f"ticket:{number}", "people": people, "template": template, "now": now}
        notices.append(Notice(generation=1, step=0, context=told, **given))
    enqueue_many(notices)
    return list(Message.objects.filter(subject__in=[one.subject for one in notices]).order_by("pk"))


def states(channel: str) -> list[str]:
    """Return the states of a channel's messages, oldest first."""
    return list(Message.objects.filter(channel=channel).order_by("pk").values_list("state", flat=True))
