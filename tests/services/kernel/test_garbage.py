"""A batch that looks for no cycles leaves the search as it found it."""

import gc

import pytest

from services.kernel import garbage


def test_nothing_is_looked_for_inside_and_again_afterwards_whatever_happens():
    assert gc.isenabled()
    with garbage.no_search():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), garbage.no_search():
        1 / 0  # noqa: B018 - what goes wrong in a batch
    assert gc.isenabled()


def test_who_searches_never_is_left_alone():
    gc.disable()
    try:
        with garbage.no_search():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
