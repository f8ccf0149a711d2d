"""Which stations fell silent together: examples of a technician's day, and what holds of every silence."""

import random

from hypothesis import given
from hypothesis import strategies as st

from monitors.environment.science.outages import FEW, Outage, outages, together

HILL = {f"hill-{n}": "hill" for n in range(4)}
PLAIN = {f"plain-{n}": "plain" for n in range(10)}
BOTH = HILL | PLAIN
networks = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.sampled_from("ABC"), max_size=40)
silences = networks.flatmap(lambda groups: st.tuples(st.just(groups), st.sets(st.sampled_from(sorted(groups) or [""]))))


def single(slug: str) -> Outage:
    return Outage("station", slug, (slug,), 1)


def test_two_silent_stations_are_two_outages():
    assert outages(["plain-1", "hill-0"], BOTH) == [single("hill-0"), single("plain-1")]


def test_three_of_a_commune_s_four_are_one_outage_and_others_stay_by_themselves():
    found = outages(["hill-0", "hill-1", "hill-3", "plain-7"], BOTH)
    assert found == [Outage("group", "hill", ("hill-0", "hill-1", "hill-3"), 4), single("plain-7")]


def test_half_of_a_commune_is_not_most_of_it():
    assert outages([f"plain-{n}" for n in range(5)], BOTH) == [single(f"plain-{n}") for n in range(5)]


def test_most_of_everything_is_one_outage():
    silent = sorted(BOTH)[:8]
    assert outages(silent, BOTH) == [Outage("all", "", tuple(silent), 14)]


def test_a_collector_of_thousands_is_one_outage():
    groups = {f"gauge-{n}": f"commune-{n % 100}" for n in range(10_000)}
    assert len(outages([f"gauge-{n}" for n in range(7_000)], groups)) == 1


def test_two_stations_are_everything_there_is_and_still_two():
    assert outages(["a", "b"], {"a": "x", "b": "x"}) == [single("a"), single("b")]


def test_a_station_that_never_spoke_is_not_missed():
    assert outages(["nobody"], BOTH) == []


@given(silences)
def test_each_silent_station_is_in_one_outage_and_nobody_else_is(network):
    groups, silent = network
    told = [slug for one in outages(silent, groups) for slug in one.silent]
    assert sorted(told) == sorted(silent & groups.keys())


@given(silences)
def test_the_same_silence_gives_the_same_outages_in_any_order(network):
    groups, silent = network
    shuffled = random.sample(sorted(silent), len(silent))
    turned = dict(reversed(groups.items()))
    found = outages(shuffled, turned)
    assert found == outages(silent, groups)
    assert len({(one.extent, one.key) for one in found}) == len(found)


@given(silences)
def test_where_most_are_silent_nobody_has_to_read_more_than_one(network):
    groups, silent = network
    found = outages(silent, groups)
    quiet = silent & groups.keys()
    if together(len(quiet), len(groups)):
        assert [one.extent for one in found] == ["all"]
    for one in found:
        assert one.extent == "station" or (len(one.silent) >= FEW and 2 * len(one.silent) > one.heard)


@given(silences)
def test_when_all_speak_again_nothing_is_left(network):
    assert outages([], network[0]) == []
