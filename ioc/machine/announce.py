"""Says, once the centre answers, where its pages are and who may log in. ``python -m ioc.machine.announce``."""

import json
import sys
import time
import urllib.error
import urllib.request

from ioc.machine.child import wait_until
from ioc.machine.places import MachineError
from ioc.machine.settings import Machine, machine_from_environment

_PAGES = (("citizens", "/"), ("wall", "/wall/"), ("tickets", "/tickets/"), ("admin", "/admin/"), ("API", "/api/docs/"))


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def announcement(machine: Machine) -> str:
    """Return the pages and, with demo data, the accounts and their passwords."""
    lines = [f"The centre is running at {machine.url}", ""]
    lines += [f"  {name:<9} {machine.url}{path}" for name, path in _PAGES]
    accounts_file = machine.places.var / "demo.json"
    if machine.demo and accounts_file.exists():
        accounts = json.loads(accounts_file.read_text(encoding="utf-8"))["accounts"]
        width = max(map(len, accounts), default=0)
        shown = sorted(accounts.items(), key=lambda item: ("." in item[0], item[0]))
        lines += ["", f"  Demo accounts (all {len(accounts)} in {accounts_file}):"]
        lines += [f"  {name:<{width}}  {password}" for name, password in shown]
    return "\n".join([*lines, "", "Ctrl-C stops everything."])


def main() -> int:
    """Wait for the first answer, then print; exit 1 when none comes within a minute."""
    machine = machine_from_environment()
    started = time.monotonic()
    try:
        wait_until(lambda: _answers(machine.url), seconds=60, what="The web server")
    except MachineError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"answering after {time.monotonic() - started:.1f} s\n\n{announcement(machine)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
