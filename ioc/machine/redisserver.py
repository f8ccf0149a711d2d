"""A private Redis: unix socket only, its queue kept on disk."""

import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RedisServer:
    """One Redis with its files in ``data``, answering at ``socket``."""

    data: Path
    socket: Path

    def url(self) -> str:
        """Return its address for REDIS_URL."""
        return f"unix://{self.socket}?db=0"

    def create(self) -> None:
        """Make its folders."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket.parent.mkdir(parents=True, exist_ok=True)

    def command(self) -> list[str]:
        """Return the server's command line; it dies with whoever starts it."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",  # Celery's queue outlives a crash
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "loglevel": "warning",
            "set-proc-title": "no",  # it would overwrite the environment by which a process is recognised
        }
        arguments = [argument for name, value in options.items() for argument in (f"--{name}", value)]
        return ["setpriv", "--pdeathsig", "TERM", "--", "redis-server", *arguments]

    def ready(self) -> bool:
        """Return whether the server answers (it doesn't while it reads its file after a crash)."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(0.5)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
