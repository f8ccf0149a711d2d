"""Which alerts make one incident: a property of the alerts, not of the order in which they came."""

from hypothesis import given
from hypothesis import strategies as st

from services.incidents.grouping import groups

PAIRS = st.sets(st.tuples(st.integers(1, 14), st.integers(1, 14)).filter(lambda pair: pair[0] < pair[1]), max_size=20)


def components(pairs):
    """The connected parts, the slow way."""
    parts: list[set[int]] = []
    for pair in pairs:
        touched = [part for part in parts if part & set(pair)]
        parts = [part for part in parts if part not in touched] + [set(pair).union(*touched)]
    return {frozenset(part) for part in parts}


def settled(pairs, order, batch):
    """Let alerts come in this order, so many at once; return who is together in the end."""
    homes: dict[int, int] = {}
    number, known = 0, set[int]()
    for start in range(0, len(order), batch):
        fresh = set(order[start : start + batch])
        known |= fresh
        near = [pair for pair in pairs if set(pair) <= known and fresh & set(pair)]
        for group in groups(near, homes):
            number += 1
            target = group.incidents[0] if group.incidents else number
            homes |= {alert: target for alert, home in homes.items() if home in group.incidents}
            homes |= dict.fromkeys(group.alerts, target)
    return {frozenset(a for a, home in homes.items() if home == one) for one in set(homes.values())}


@given(pairs=PAIRS, order=st.permutations(range(1, 15)), batch=st.integers(1, 14))
def test_the_order_of_arrival_and_the_batches_do_not_change_the_groups(pairs, order, batch):
    assert settled(sorted(pairs), order, batch) == components(pairs)


def test_two_incidents_that_a_newcomer_joins_become_the_older_one():
    (group,) = groups([(1, 9), (5, 9)], {1: 11, 5: 12})
    assert (group.alerts, group.incidents) == ((1, 5, 9), (11, 12))


def test_nothing_near_is_no_group():
    assert groups([], {1: 11}) == []


def test_two_groups_that_meet_in_one_incident_are_one():
    (group,) = groups([(1, 20), (2, 20), (3, 21), (4, 21)], {1: 11, 2: 12, 3: 12, 4: 13})
    assert group.incidents == (11, 12, 13)
