"""``script/bench NAME``: runs ``measure`` of ``tests/bench/bench_NAME.py`` on servers of its own."""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from ioc.machine.places import ROOT
from tests.bench.figure import table, write
from tests.harness.slot import Servers, take_slot


def names() -> list[str]:
    """Return what can be measured."""
    return sorted(file.stem.removeprefix("bench_") for file in Path(__file__).parent.glob("bench_*.py"))


def main() -> int:
    """Measure what is named; 1 when a promise is not kept."""
    parser = argparse.ArgumentParser(prog="script/bench", description="Measures, and compares in the same run.")
    parser.add_argument("name", nargs="?", choices=names(), help="without a name: list them")
    arguments, rest = parser.parse_known_args()
    if arguments.name is None:
        print("\n".join(names()))
        return 0
    folder, lock = take_slot()
    servers = Servers(folder)
    try:
        servers.start()
        figures = import_module(f"tests.bench.bench_{arguments.name}").measure(servers, rest)
    finally:
        servers.stop()
        lock.close()
    print(table(figures))
    print(f"\n{write(arguments.name, figures, ROOT / 'var' / 'bench').relative_to(ROOT)}")
    return 0 if all(figure.kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
