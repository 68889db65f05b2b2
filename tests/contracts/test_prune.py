"""Dropping what is old, or too much."""

import pytest
from tests.contracts.talk import TIME, everything, fill, minute, said, seqs

ALL = 1_000_000
MIB = 1024 * 1024
LONG = "x" * 10_000


def drop_to(store, max_bytes: int, limit: int = ALL) -> int:
    """Drop until nothing needs to be dropped; return how many were."""
    dropped = 0
    while found := store.prune("lobby", "", max_bytes, limit):
        dropped += found
    return dropped


def test_with_no_bound_nothing_is_dropped(store):
    fill(store, 3)
    assert store.prune("lobby", "", 0, ALL) == 0
    assert seqs(everything(store)) == [1, 2, 3]


def test_what_was_said_up_to_a_time_is_dropped(store):
    fill(store, 10)
    assert store.prune("lobby", minute(3), 0, ALL) == 3
    assert seqs(everything(store)) == list(range(4, 11))


def test_nothing_is_old_enough(store):
    fill(store, 3)
    assert store.prune("lobby", minute(0), 0, ALL) == 0


def test_all_may_be_too_old(store):
    fill(store, 3)
    assert store.prune("lobby", minute(60), 0, ALL) == 3
    assert everything(store) == []


def test_an_empty_room_has_nothing_to_drop(store):
    assert store.prune("lobby", TIME, 1, ALL) == 0


def test_only_some_are_dropped_at_once_the_oldest_first(store):
    fill(store, 10)
    assert store.prune("lobby", minute(8), 0, 5) == 5
    assert seqs(everything(store)) == [6, 7, 8, 9, 10]
    assert store.prune("lobby", minute(8), 0, 5) == 3


def test_no_other_room_is_touched(store):
    fill(store, 3, room="cellar")
    fill(store, 3)
    store.prune("lobby", minute(60), 0, ALL)
    assert seqs(everything(store, "cellar")) == [1, 2, 3]


def test_a_number_whose_message_was_dropped_is_not_given_again(open_store, tmp_path):
    store = open_store(tmp_path)
    fill(store, 3)
    store.prune("lobby", minute(60), 0, ALL)
    assert seqs(store.append([said()], TIME)) == [4]
    store.prune("lobby", "2100-01-01T00:00:00.000Z", 0, ALL)
    store.close()
    assert seqs(open_store(tmp_path).append([said()], TIME)) == [5]


def test_a_store_that_is_small_enough_drops_nothing(store):
    fill(store, 10)
    assert store.prune("lobby", "", MIB, ALL) == 0


def test_a_store_that_is_too_large_drops_its_oldest_until_it_is_not(store):
    store.append([said(LONG) for _ in range(200)], TIME)
    dropped = drop_to(store, MIB, limit=10)
    left = seqs(everything(store))
    assert left == list(range(dropped + 1, 201))
    assert 0 < dropped < 200
    assert store.prune("lobby", "", MIB, ALL) == 0


@pytest.mark.parametrize("limit", [10, 1_000])
def test_no_more_is_dropped_than_the_size_asks_for(store, limit):
    """Half of what may be kept is certainly kept, however many may be dropped at once."""
    store.append([said(LONG) for _ in range(200)], TIME)
    drop_to(store, MIB, limit)
    assert len(everything(store)) * len(LONG) > MIB // 2


def test_the_room_that_dropping_made_is_used_again(store):
    store.append([said(LONG) for _ in range(200)], TIME)
    drop_to(store, MIB, limit=10)
    before = len(everything(store))
    store.append([said(LONG) for _ in range(50)], TIME)
    drop_to(store, MIB, limit=10)
    assert abs(len(everything(store)) - before) <= 10


def test_where_numbers_were_skipped_as_many_are_dropped_at_once(open_store, died):
    store = open_store(died[0])
    assert store.prune("lobby", "2100-01-01T00:00:00.000Z", 0, 4) == 4
    assert len(everything(store)) == 1
