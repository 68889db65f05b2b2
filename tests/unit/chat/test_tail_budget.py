"""What all tails together may take: the longest give first, and not at each message."""

from huechat.chat.log import ENTRY_BYTES, GoneError, Log
from huechat.chat.tail_budget import ROOM_LEFT, TailBudget
from huechat.protocol import Message

ENTRIES = 64
MAX_BYTES = ENTRIES * ENTRY_BYTES


def grow(log: Log, entries: int) -> None:
    """Append so many entries, each of `ENTRY_BYTES` bytes."""
    for seq in range(log.last + 1, log.last + 1 + entries):
        log.append([Message(log.room, seq, f"id {seq}", "", "ana", "red", "")])


def kept(log: Log) -> int:
    """Return how many entries the tail has."""
    for seq in range(log.last + 1):
        try:
            return len(log.after(seq))
        except GoneError:
            continue
    raise AssertionError("not even the end can be asked for")


def test_the_longest_tail_gives_first():
    budget = TailBudget(MAX_BYTES)
    long, short = Log("long", budget), Log("short", budget)
    grow(short, ENTRIES // 8)
    grow(long, ENTRIES)
    assert kept(short) == ENTRIES // 8
    assert kept(long) + kept(short) <= ENTRIES


def test_after_a_cut_there_is_room_for_a_while():
    budget = TailBudget(MAX_BYTES)
    log = Log("lobby", budget)
    grow(log, ENTRIES + 1)
    after_the_cut = kept(log)
    free = ENTRIES - after_the_cut
    assert free >= ENTRIES // ROOM_LEFT
    grow(log, free)
    assert kept(log) == after_the_cut + free
    grow(log, 1)
    assert kept(log) <= ENTRIES


def test_tails_of_equal_length_give_about_as_much():
    budget = TailBudget(MAX_BYTES)
    logs = [Log(f"room {number}", budget) for number in range(8)]
    for _ in range(ENTRIES):
        for log in logs:
            grow(log, 1)
    lengths = [kept(log) for log in logs]
    assert sum(lengths) <= ENTRIES
    assert max(lengths) - min(lengths) <= ENTRIES // 8


def test_a_tail_that_was_released_counts_no_more():
    budget = TailBudget(MAX_BYTES)
    gone, other = Log("gone", budget), Log("other", budget)
    grow(gone, ENTRIES // 2)
    budget.release(gone)
    grow(other, ENTRIES)
    assert kept(other) == ENTRIES


def test_the_newest_entry_of_each_stays_even_where_all_together_are_too_many():
    budget = TailBudget(MAX_BYTES)
    logs = [Log(f"room {number}", budget) for number in range(2 * ENTRIES)]
    for log in logs:
        grow(log, 2)
    assert [kept(log) for log in logs[:-1]] == [1] * (2 * ENTRIES - 1)
