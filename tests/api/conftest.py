import pytest

from tests.shape.world import World, inhabited


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker):
    """The world of one file, in a transaction that the file's tests only add savepoints to."""
    with django_db_blocker.unblock(), inhabited() as world:
        yield world


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world
