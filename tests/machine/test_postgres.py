import os
import signal

import psycopg
import pytest

from ioc.machine.places import MachineError
from ioc.machine.postgres import EXTENSIONS, Postgres


@pytest.mark.slow
def test_a_cluster_whose_postmaster_was_killed_comes_back_with_what_was_committed(doomed_servers):
    url = doomed_servers.postgres.url()
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    doomed_servers.children["postgres"].kill(signal.SIGKILL)
    doomed_servers.start_postgres()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        have = {row[0] for row in connection.execute("SELECT extname FROM pg_extension")}
        assert set(EXTENSIONS) <= have


def test_a_folder_that_the_servers_user_may_not_enter_is_named(tmp_path):
    if os.geteuid() != 0:
        tmp_path.chmod(0o755)
        Postgres(tmp_path / "var" / "pg", tmp_path / "var" / "run").create()  # one user: nothing is in the way
        return
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(MachineError, match=r"user postgres, who may not pass through /"):
        Postgres(closed / "var" / "pg", closed / "var" / "run").create()


def test_data_of_a_version_that_is_not_installed_is_refused_with_the_packages_name(tmp_path):
    data = tmp_path / "pg"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(MachineError, match="postgresql-9-postgis-3"):
        Postgres(data, tmp_path / "run").command()
