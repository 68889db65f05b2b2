"""Reading a room: forwards, backwards, by number and by time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.talk import TIME, fill, minute, said, seqs


@pytest.fixture
def ten(store):
    """A store of ten messages, said at minutes 1 to 10."""
    fill(store, 10)
    return store


def test_a_room_that_nobody_spoke_in_is_empty(store):
    assert (store.first("lobby"), store.last("lobby")) == (0, 0)
    assert store.after("lobby", 0, 10) == store.before("lobby", 10, 10) == []
    assert store.pick("lobby", [1]) == []
    assert store.seq_at("lobby", TIME) == 0


def test_first_and_last_are_the_ends(ten):
    assert (ten.first("lobby"), ten.last("lobby")) == (1, 10)


def test_after_goes_on_from_a_place_oldest_first(ten):
    assert seqs(ten.after("lobby", 3, 4)) == [4, 5, 6, 7]


@pytest.mark.parametrize(
    ("place", "there"), [(0, list(range(1, 11))), (9, [10]), (10, []), (99, [])]
)
def test_after_gives_what_there_is(ten, place, there):
    assert seqs(ten.after("lobby", place, 100)) == there


def test_before_gives_what_is_nearest_oldest_first(ten):
    assert seqs(ten.before("lobby", 8, 4)) == [4, 5, 6, 7]


@pytest.mark.parametrize(
    ("place", "there"),
    [(0, []), (1, []), (2, [1]), (11, list(range(1, 11))), (999, list(range(1, 11)))],
)
def test_before_gives_what_there_is(ten, place, there):
    assert seqs(ten.before("lobby", place, 100)) == there


@pytest.mark.parametrize("size", [1, 3, 10, 11])
def test_pages_forwards_make_the_whole(ten, size):
    at, read = 0, []
    while page := seqs(ten.after("lobby", at, size)):
        read += page
        at = page[-1]
    assert read == list(range(1, 11))


@pytest.mark.parametrize("size", [1, 3, 10, 11])
def test_pages_backwards_make_the_whole(ten, size):
    at, read = 11, []
    while page := seqs(ten.before("lobby", at, size)):
        read = page + read
        at = page[0]
    assert read == list(range(1, 11))


def test_pick_gives_those_that_are_there_newest_first(ten):
    assert seqs(ten.pick("lobby", [2, 99, 7, 1])) == [7, 2, 1]
    assert ten.pick("lobby", []) == []


def test_one_room_tells_nothing_of_another(ten):
    ten.append([said(room="cellar")], TIME)
    assert [one.room for one in ten.after("cellar", 0, 99)] == ["cellar"]
    assert (ten.last("cellar"), seqs(ten.pick("cellar", [1, 2, 3]))) == (1, [1])


@pytest.mark.parametrize(
    ("time", "seq"),
    [
        (minute(0), 0),
        (minute(1), 1),
        ("2026-11-22T00:05:59.999Z", 5),
        (minute(6), 6),
        (minute(10), 10),
        ("2030-01-01T00:00:00.000Z", 10),
    ],
)
def test_a_time_leads_to_the_newest_message_not_after_it(ten, time, seq):
    assert ten.seq_at("lobby", time) == seq


def test_of_many_at_one_time_it_leads_to_the_newest(store):
    store.append([said() for _ in range(5)], minute(1))
    store.append([said()], minute(2))
    assert store.seq_at("lobby", minute(1)) == 5


@given(st.lists(st.integers(0, 20), max_size=20).map(sorted), st.integers(0, 21))
def test_a_time_is_found_as_by_looking_at_each(store, minutes, asked):
    room = f"{minutes} {asked}"
    for number in minutes if not store.last(room) else []:
        store.append([said(room=room)], minute(number))
    assert store.seq_at(room, minute(asked)) == sum(number <= asked for number in minutes)
