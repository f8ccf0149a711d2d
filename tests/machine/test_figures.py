import json

import pytest

from tests.bench.figure import Figure, quantile, table, write


@pytest.mark.parametrize(
    "values,share,expected",
    [([7], 0.95, 7), ([3, 1, 2], 0.5, 2), (range(1, 101), 0.95, 95), (range(1, 101), 1, 100), ([1, 2], 0.5, 1)],
)
def test_a_quantile_is_a_measured_value(values, share, expected):
    assert quantile(values, share) == expected


def test_a_broken_promise_is_seen_in_the_table_and_in_the_file(tmp_path):
    kept = Figure("post to frame, p95", 0.4, "s", at_most=1)
    broken = Figure("events stored", 900, "/s", peer="COPY", peer_value=3000, at_least=1000)
    assert "BROKEN" not in table([kept])
    assert table([kept, broken]).splitlines()[2].endswith("≥ 1,000  BROKEN")
    written = json.loads(write("walk", [kept, broken], tmp_path).read_text())
    assert [figure["kept"] for figure in written["figures"]] == [True, False]
    assert written["figures"][1]["ratio"] == pytest.approx(0.3)
