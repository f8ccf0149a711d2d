import psycopg
import pytest

from ioc.machine import database
from ioc.machine.database import prepare_database
from tests.harness.databases import drop
from tests.harness.plugin import SERVERS

NAME = "steps_under_test"


@pytest.fixture
def url():
    SERVERS.postgres.prepare(NAME)
    yield SERVERS.postgres.url(NAME)
    drop(SERVERS.postgres, NAME)


@pytest.fixture
def called(monkeypatch):
    commands = []
    monkeypatch.setattr(database, "_call", lambda *command: commands.append(command[0]))
    return commands


@pytest.fixture
def prepare(url, tmp_path, called):
    def run(*, demo=True, province="daklak", accounts=True):
        called.clear()
        file = tmp_path / "demo.json"
        if accounts:
            file.touch()
        else:
            file.unlink(missing_ok=True)
        prepare_database(url, province=province, demo=demo, accounts=file, report=lambda step: None)
        return list(called)

    return run


def test_a_new_database_gets_every_step_and_a_second_start_none(prepare):
    assert prepare() == ["migrate", "load_province", "load_policies", "load_indicators", "seed_demo"]
    assert prepare() == []


def test_another_province_is_loaded_and_seeded_again(prepare):
    prepare()
    assert prepare(province="elsewhere") == ["load_province", "load_policies", "load_indicators", "seed_demo"]


def test_lost_passwords_are_made_again(prepare):
    prepare()
    assert prepare(accounts=False) == ["seed_demo"]


def test_without_demo_no_demo_data_is_made_and_what_there_was_is_wiped_once(prepare):
    assert prepare(demo=False) == ["migrate", "load_province", "load_policies", "load_indicators"]
    assert prepare(demo=True) == ["seed_demo"]
    assert prepare(demo=False) == ["wipe_realm"]
    assert prepare(demo=False) == []
    assert prepare(demo=True) == ["seed_demo"]


def test_a_step_that_fails_is_tried_again(prepare, monkeypatch):
    def fail(*command):
        raise RuntimeError(command[0])

    with monkeypatch.context() as broken:
        broken.setattr(database, "_call", fail)
        with pytest.raises(RuntimeError, match="migrate"):
            prepare()
    assert prepare()[0] == "migrate"


def test_the_marks_live_in_the_database_they_speak_of(prepare, url):
    prepare()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE ioc_machine_step")
    assert prepare() == ["migrate", "load_province", "load_policies", "load_indicators", "seed_demo"]
