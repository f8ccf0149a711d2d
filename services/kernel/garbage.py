"""When Python looks for cycles of references, and in what.

A batch that makes tens of thousands of rows and no cycle of references need not have cycles looked for meanwhile.

Python looks through all that is young after every 700 containers more than were given back, and through everything
there is once enough of it survived: a chunk of the ladder spent as much on that as on all of its own work. What a batch
made goes with its last reference all the same.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search() -> Iterator[None]:
    """Look for no cycles inside; outside again as before. Of threads that overlap the first to leave looks again."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


def settle() -> None:
    """Look for cycles no more in what is loaded by now: a program's modules live as long as it does.

    Call it once, when a program has loaded what it needs. Each thorough search through them stood still for a tenth of
    a second, in the middle of somebody's request.
    """
    gc.collect()
    gc.freeze()
