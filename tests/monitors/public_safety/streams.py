"""Cameras for tests: a real HTTP server with pictures made on the spot, and a real RTSP server. No footage."""

import io
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

RTSP = Path(__file__).with_name("rtsp_server.py")
SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's own: GStreamer's bindings belong to it."""


def jpeg(seed: int = 0, *, level: float = 120.0, noise: float = 3.0, size: tuple[int, int] = (360, 640)) -> bytes:
    """Return a street without a street: a slope of grey with a sensor's noise."""
    slope = np.linspace(-40, 40, size[1])[None, :, None] if level > 60 else np.zeros((1, size[1], 1))
    pixels = level + slope + np.random.default_rng(seed).normal(0, noise, (*size, 3))
    kept = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(kept, "JPEG", quality=85)
    return kept.getvalue()


HTML = b"<!doctype html><html><body><form>Login: <input name=u></form></body></html>" * 40
_MOTION = "multipart/x-mixed-replace; boundary=frame"
_SEEDS = count(1)


class _Camera(BaseHTTPRequestHandler):
    """One camera per path."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Be the camera of the path."""
        name = self.path.strip("/").partition("?")[0].replace("-", "_")
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"be_{name}", self.be_away)()

    def be_away(self) -> None:
        self.send_error(404)

    def be_locked(self) -> None:
        self.send_error(401)

    def be_ill(self) -> None:
        self.send_error(500)

    def be_elsewhere(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/still")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def be_html(self) -> None:
        self._whole("text/html", HTML)

    def be_html_as_video(self) -> None:
        self._whole(_MOTION, HTML)

    def be_still(self) -> None:
        self._whole("image/jpeg", jpeg(next(_SEEDS)))

    def be_repeated(self) -> None:
        self._whole("image/jpeg", jpeg(7))

    def be_black(self) -> None:
        self._whole("image/jpeg", jpeg(next(_SEEDS), level=4, noise=2))

    def be_huge(self) -> None:
        kept = io.BytesIO()
        Image.new("L", (9000, 9000), 128).save(kept, "JPEG")
        self._whole("image/jpeg", kept.getvalue())

    def be_moving(self) -> None:
        self._begin(_MOTION)
        for _turn in range(200):
            self._part(jpeg(next(_SEEDS)))
            time.sleep(0.05)

    def be_torn(self) -> None:
        self._begin(_MOTION)
        picture = jpeg(1)
        self._part(picture, said=len(picture) // 2)

    def be_torn_and_silent(self) -> None:
        self.be_torn()
        self.server.ended.wait(60)  # type: ignore[attr-defined]

    def be_silent(self) -> None:
        self.server.ended.wait(60)  # type: ignore[attr-defined]

    def be_dripping(self) -> None:
        self._begin(_MOTION)
        while not self.server.ended.wait(0.05):  # type: ignore[attr-defined]
            self.wfile.write(b"x")

    def be_playlist(self) -> None:
        """Offer a file of this machine as the video."""
        text = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"
        self._whole("application/vnd.apple.mpegurl", text.encode())

    def _whole(self, kind: str, content: bytes) -> None:
        self._begin(kind, len(content))
        self.wfile.write(content)

    def _begin(self, kind: str, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _part(self, picture: bytes, said: int | None = None) -> None:
        head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
        self.wfile.write(head.encode() + picture[:said] + (b"\r\n" if said is None else b""))
        self.wfile.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


@contextmanager
def http_cameras() -> Iterator[str]:
    """Serve every camera above; yield the address they are below."""
    server = _Server(("127.0.0.1", 0), _Camera)
    server.ended = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.ended.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()


@contextmanager
def rtsp_camera() -> Iterator[str]:
    """Serve GStreamer's moving test picture over RTSP; yield its address."""
    server = subprocess.Popen([SYSTEM_PYTHON, str(RTSP)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        assert port.isdecimal(), f"the RTSP server did not start: {server.stderr.read() if server.stderr else ''}"
        yield f"rtsp://127.0.0.1:{port}/live"
    finally:
        server.kill()
        server.communicate()
