"""Says, once the centre answers, where its pages are and who may log in. ``python -m ioc.machine.announce``."""

import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

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
        lines += ["", *_accounts(json.loads(accounts_file.read_text(encoding="utf-8"))["accounts"], accounts_file)]
    return "\n".join([*lines, "", "Ctrl-C stops everything."])


def _accounts(accounts: dict[str, str], file: Path) -> list[str]:
    """Return the lines of the demo accounts: every role and department, and one commune for all of them."""
    communes = sorted(name for name in accounts if name.rpartition(".")[2].isdigit())
    shown = sorted(accounts.keys() - set(communes[1:]), key=lambda name: ("." in name, name))
    width = max(map(len, shown), default=0)
    lines = ["  Demo accounts", *(f"  {name:<{width}}  {accounts[name]}" for name in shown)]
    return [*lines, f"  and one for each other commune: {len(accounts)} accounts in {file}"]


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
