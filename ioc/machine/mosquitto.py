"""A private MQTT broker: loopback only, a password of its own, messages kept on disk until they are taken in."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

USER = "ioc"
_ELSEWHERE = ("/usr/sbin", "/usr/local/sbin")
"""Where distributions put it, which a person's PATH may not name."""


def program(name: str) -> str | None:
    """Return where a program of the broker's package is, None when it is not installed."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), *_ELSEWHERE]))


@dataclass(frozen=True)
class Mosquitto:
    """One broker with its files in ``data``."""

    data: Path

    @property
    def port(self) -> int:
        """The port of this installation, chosen once: the usual one if it is free."""
        return int((self.data / "port").read_text(encoding="ascii"))

    def url(self) -> str:
        """Return its address for MQTT_URL, with the password; empty before it is created."""
        if not (self.data / "password").exists():
            return ""
        password = (self.data / "password").read_text(encoding="ascii")
        return f"mqtt://{USER}:{password}@127.0.0.1:{self.port}"

    def create(self) -> None:
        """Make its folder, password and configuration."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (self.data / "password").exists():
            password = secrets.token_urlsafe(24)
            self._write("users", "")
            command = [
                program("mosquitto_passwd") or "mosquitto_passwd",
                "-b",
                str(self.data / "users"),
                USER,
                password,
            ]
            subprocess.run(command, check=True, capture_output=True)
            self._write("port", str(_free_port(1883)))
            self._write("password", password)
        lines = (
            f"user {pwd.getpwuid(os.geteuid()).pw_name}",
            f"listener {self.port} 127.0.0.1",
            "allow_anonymous false",
            f"password_file {self.data / 'users'}",
            "persistence true",  # what no listener has taken in yet outlives a restart
            f"persistence_location {self.data}/",
            "autosave_interval 5",
            "max_inflight_messages 1000",  # they are acknowledged together, after the commit
            "max_queued_messages 1000000",
            "log_dest stderr",
            "log_type error",
            "log_type warning",
        )
        self._write("mosquitto.conf", "\n".join(lines) + "\n")

    def command(self) -> list[str]:
        """Return the broker's command line; it dies with whoever starts it."""
        return ["setpriv", "--pdeathsig", "TERM", "--", program("mosquitto") or "mosquitto", "-c",
                str(self.data / "mosquitto.conf")]  # fmt: skip

    def ready(self) -> bool:
        """Return whether somebody answers on its port."""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=0.5).close()
        except OSError:
            return False
        return True

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return wanted
