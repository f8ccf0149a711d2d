import os
import tempfile
from pathlib import Path

import pytest

from ioc.machine.places import MachineError, places


def test_sockets_live_below_var_when_the_path_fits(tmp_path):
    where = places(tmp_path / "var")
    assert where.run == tmp_path.resolve() / "var" / "run"
    assert where.run.is_dir()


@pytest.fixture
def temp_directory(monkeypatch):
    with tempfile.TemporaryDirectory(prefix="t") as short:
        monkeypatch.setattr("tempfile.tempdir", short)
        yield Path(short)


def test_a_deep_checkout_gets_a_private_socket_folder_in_the_temp_directory(tmp_path, temp_directory):
    deep = tmp_path.joinpath(*["a-rather-long-name"] * 6)
    where = places(deep)
    assert where.run.is_relative_to(temp_directory)
    assert len(os.fsencode(where.run / "pg" / ".s.PGSQL.5432.lock")) <= 107
    assert not where.run.stat().st_mode & 0o022
    assert places(deep).run == where.run


@pytest.mark.usefixtures("temp_directory")
def test_a_socket_folder_that_others_can_write_is_refused(tmp_path):
    deep = tmp_path.joinpath(*["a-rather-long-name"] * 6)
    places(deep).run.chmod(0o777)
    with pytest.raises(MachineError, match="remove it"):
        places(deep)


def test_recorded_addresses_are_readable_by_their_owner_alone(tmp_path):
    where = places(tmp_path)
    where.record({"DATABASE_URL": "postgresql://secret", "IOC_DEMO": "0"})
    assert where.env_file.read_text() == "DATABASE_URL=postgresql://secret\nIOC_DEMO=0\n"
    assert where.env_file.stat().st_mode & 0o777 == 0o600
