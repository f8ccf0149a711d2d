"""Read one picture from a stream and say what became of it. A program of its own: a stream that hangs hangs only this.

The address comes on standard input (a command line can be read by everybody on the machine), the answer goes to
standard output: one line of JSON, then the small JPEG and the grid of luma that it announces. It knows nothing of the
project, gets no secret from its parent, and is killed when it takes too long (``reading.py``).
"""

import errno
import io
import json
import os
import resource
import sys
import time
from typing import Any

import av
import numpy as np

WIDTH = 640
"""Pixels across the small picture that is kept."""
GRID = (36, 64)
"""Rows and columns of luma values by which two pictures are compared: single pixels, so that a sensor's noise stays."""
LARGEST = 40_000_000
"""Pixels of a picture that is still decoded."""
MOST_BYTES = 12 * 1024 * 1024
MOST_PACKETS = 400
MEMORY = 3 * 1024**3
SCHEMES = ("rtsp", "rtsps", "http", "https")
FORMATS = "mjpeg,mpjpeg,jpeg_pipe,png_pipe,image2pipe,hls,mpegts,mov,matroska,flv,live_flv,h264,hevc,rtsp,rtp,sdp"
"""What may be in a stream: without a list FFmpeg also takes text for a picture and scripts for an order."""
PROTOCOLS = "http,https,tls,tcp,udp,rtp,rtsp,rtsps,crypto,httpproxy"
"""What a playlist may lead to: never a file of this machine."""


class NoPictureError(Exception):
    """There is no picture; the argument is one of the reasons of ``reading.REASONS``."""


def options(scheme: str, seconds: float) -> dict[str, str]:
    """Return FFmpeg's options for a scheme: nothing is followed, nothing waits longer than ``seconds``."""
    micros = str(int(seconds * 1_000_000))
    common = {"protocol_whitelist": PROTOCOLS, "format_whitelist": FORMATS, "probesize": "2000000"}
    common |= {"analyzeduration": "2000000", "rw_timeout": micros}
    if scheme.startswith("rtsp"):
        return {**common, "rtsp_transport": "tcp", "timeout": micros}
    return {**common, "max_redirects": "0", "max_reload": "2", "timeout": micros}


def read(address: str, seconds: float) -> tuple[dict[str, Any], bytes, bytes]:
    """Return size, small JPEG and luma grid of the first whole picture; NoPictureError with the reason."""
    began = time.monotonic()
    scheme = address.partition("://")[0].lower()
    if scheme not in SCHEMES:
        raise NoPictureError("not_allowed")
    try:
        with av.open(address, options=options(scheme, seconds), timeout=seconds) as stream:
            frame = first_frame(stream)
            size = {"width": frame.width, "height": frame.height}
            return size, small_jpeg(frame), grid_of(frame)
    except av.error.FFmpegError as error:
        late = time.monotonic() - began >= 0.95 * seconds  # RTSP calls an interrupted wait invalid data
        raise NoPictureError("timeout" if late else reason_of(error)) from error


def first_frame(stream: Any) -> Any:
    """Return the first picture that came whole; NoPictureError when the stream ends, or says too much, before it."""
    if not stream.streams.video:
        raise NoPictureError("not_video")
    video = stream.streams.video[0]
    if video.codec_context.width * video.codec_context.height > LARGEST:
        raise NoPictureError("too_large")
    video.codec_context.thread_count = 1
    seen, broken = 0, False
    for number, packet in enumerate(stream.demux(video)):
        seen += packet.size
        if seen > MOST_BYTES or number > MOST_PACKETS:
            raise NoPictureError("too_large")
        broken = broken or packet.is_corrupt
        frame = None if packet.is_corrupt else whole_frame(packet)
        if frame is not None:
            return frame
    raise NoPictureError("broken" if broken or seen else "not_video")


def whole_frame(packet: Any) -> Any:
    """Return the picture that a packet completes, None when it completes none or a damaged one."""
    if packet.size and packet.stream.codec_context.name == "mjpeg" and not ends(bytes(packet)):
        return None
    try:
        frames = packet.decode()
    except av.error.InvalidDataError:
        return None
    whole = [frame for frame in frames if not frame.is_corrupt]
    if whole and whole[0].width * whole[0].height > LARGEST:
        raise NoPictureError("too_large")
    return whole[0] if whole else None


def ends(jpeg: bytes) -> bool:
    """Tell whether a JPEG has its end mark: the decoder makes a picture of half of one as well."""
    return jpeg.rstrip(b"\x00\r\n")[-2:] == b"\xff\xd9"


def small_jpeg(frame: Any) -> bytes:
    """Return the picture, at most ``WIDTH`` across, as JPEG."""
    width = min(WIDTH, frame.width)
    height = max(2, round(frame.height * width / frame.width))
    kept = io.BytesIO()
    frame.reformat(width=width, height=height, format="rgb24").to_image().save(kept, "JPEG", quality=70)
    return kept.getvalue()


def grid_of(frame: Any) -> bytes:
    """Return luma (0 black to 255 white) at ``GRID`` points of the picture, row by row."""
    pixels = frame.reformat(format="rgb24").to_ndarray()
    rows = np.linspace(0, pixels.shape[0] - 1, GRID[0]).astype(int)
    columns = np.linspace(0, pixels.shape[1] - 1, GRID[1]).astype(int)
    luma = pixels[np.ix_(rows, columns)].astype(float) @ np.array([0.299, 0.587, 0.114])
    grid: bytes = np.clip(luma.round(), 0, 255).astype(np.uint8).tobytes()
    return grid


_REASONS = (
    (av.error.ConnectionRefusedError, "refused"),
    (av.error.HTTPNotFoundError, "not_found"),
    (av.error.HTTPUnauthorizedError, "forbidden"),
    (av.error.HTTPForbiddenError, "forbidden"),
    (av.error.HTTPError, "http_error"),
    (av.error.HTTPServerError, "http_error"),
    (av.error.TimeoutError, "timeout"),
    (av.error.ExitError, "timeout"),
    (av.error.InvalidDataError, "not_video"),
    (av.error.EOFError, "broken"),
    (av.error.ConnectionResetError, "broken"),
    (av.error.BrokenPipeError, "broken"),
)


def reason_of(error: Exception) -> str:
    """Return the reason behind FFmpeg's error."""
    if isinstance(error, OSError) and error.errno == errno.EIO:
        return "broken"  # the other side stopped before it had said all
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), "unreachable")


def main() -> None:
    """Read ``{"address": …, "seconds": …}``, answer, end."""
    asked = json.loads(sys.stdin.readline())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(asked["seconds"]) + 2,) * 2)
    av.logging.set_level(av.logging.PANIC)
    out = sys.stdout.buffer
    try:
        size, jpeg, grid = read(asked["address"], float(asked["seconds"]))
    except NoPictureError as error:
        out.write(json.dumps({"reason": str(error)}).encode() + b"\n")
    except MemoryError:
        out.write(json.dumps({"reason": "too_large"}).encode() + b"\n")
    else:
        out.write(json.dumps({**size, "jpeg": len(jpeg), "grid": len(grid)}).encode() + b"\n" + jpeg + grid)
    out.flush()
    os._exit(0)  # a stream's own threads may still wait for the network


if __name__ == "__main__":
    main()
