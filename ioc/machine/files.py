"""``python -m ioc.machine.files``: the front end and the translations, without servers or a database."""

import sys

from ioc.machine.places import MachineError
from ioc.machine.prepare import prepare_files


def main() -> int:
    """Make what is missing; exit 1 after saying what a person must do."""
    try:
        prepare_files()
    except MachineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
