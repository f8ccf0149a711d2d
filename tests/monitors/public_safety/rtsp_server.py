"""An RTSP camera, run by the system's own Python: GStreamer's test picture as motion JPEG. Prints its port."""

import sys
from typing import Any

import gi  # type: ignore[import-not-found]

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402 - after the versions


def main() -> None:
    """Serve until killed."""
    Gst.init(None)
    server: Any = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    factory: Any = GstRtspServer.RTSPMediaFactory()
    picture = "videotestsrc is-live=true pattern=snow ! video/x-raw,width=320,height=240,framerate=10/1"
    factory.set_launch(f"( {picture} ! videoconvert ! video/x-raw,format=I420 ! jpegenc ! rtpjpegpay name=pay0 pt=26 )")
    factory.set_shared(True)
    server.get_mount_points().add_factory("/live", factory)
    server.attach(None)
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
