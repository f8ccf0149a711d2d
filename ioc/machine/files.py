"""``python -m ioc.machine.files``: the front end and the translations, without servers or a database.

``--packages`` stops after the npm packages, which is all that the linters need.
"""

import sys

from ioc.machine.frontend import install_packages
from ioc.machine.places import MachineError
from ioc.machine.prepare import prepare_files


def main() -> int:
    """Make what is missing; exit 1 after saying what a person must do."""
    try:
        if "--packages" in sys.argv:
            install_packages()
        else:
            prepare_files()
    except MachineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
