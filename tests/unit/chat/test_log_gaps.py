"""A room's log where numbers are missing, and the budget that all logs share."""

import pytest

from huechat.chat.log import ENTRY_BYTES, GoneError, Log
from huechat.chat.tail_budget import TailBudget
from huechat.protocol import Message

ENOUGH = 1024 * 1024
SMALL = ENTRY_BYTES + 3  # an entry of one letter


def said(seq: int, text: str = "x") -> Message:
    return Message("lobby", seq, f"id {seq}", "2026-11-22T19:00:00.000Z", "ana", "red", text)


def seqs(log: Log, after: int) -> list[int]:
    return [entry.seq for entry in log.after(after)]


@pytest.fixture
def log() -> Log:
    return Log("lobby", TailBudget(ENOUGH))


def test_a_log_begins_with_what_the_store_has(log):
    log.load([said(7), said(9)], 9)
    assert (log.last, seqs(log, 6)) == (9, [7, 9])


def test_what_the_store_has_from_before_is_asked_of_the_store(log):
    log.load([said(7), said(9)], 9)
    with pytest.raises(GoneError):
        log.after(5)


def test_a_store_that_has_lost_its_messages_goes_on_where_it_was(log):
    log.load([], 9)
    assert (log.last, seqs(log, 9)) == (9, [])
    with pytest.raises(GoneError):
        log.after(8)


def test_after_a_jump_who_was_before_it_asks_the_store(log):
    log.append([said(1), said(2)])
    log.append([said(10), said(11)])
    assert seqs(log, 9) == [10, 11]
    with pytest.raises(GoneError):
        log.after(2)


def test_what_the_store_dropped_is_dropped_here(log):
    log.append([said(seq) for seq in range(1, 6)])
    log.forget_before(4)
    assert seqs(log, 3) == [4, 5]
    with pytest.raises(GoneError):
        log.after(2)


def test_a_log_of_which_all_was_dropped_goes_on(log):
    log.append([said(1), said(2)])
    log.forget_before(3)
    assert (log.last, seqs(log, 2)) == (2, [])
    log.append([said(3)])
    assert seqs(log, 2) == [3]


def test_what_a_jump_freed_may_be_used_again():
    log = Log("lobby", TailBudget(10 * SMALL))
    log.append([said(seq) for seq in range(1, 10)])
    log.append([said(100)])
    log.append([said(seq) for seq in range(101, 109)])
    assert seqs(log, 99) == list(range(100, 109))


def test_what_the_store_dropped_may_be_used_again():
    log = Log("lobby", TailBudget(10 * SMALL))
    log.append([said(seq) for seq in range(1, 10)])
    log.forget_before(10)
    log.append([said(seq) for seq in range(10, 19)])
    assert seqs(log, 9) == list(range(10, 19))


def test_all_logs_share_one_budget_and_the_longest_gives_way():
    budget = TailBudget(10 * SMALL)
    long, short = Log("long", budget), Log("short", budget)
    short.append([said(1)])
    long.append([said(seq) for seq in range(1, 12)])
    assert seqs(short, 0) == [1]
    with pytest.raises(GoneError):
        long.after(0)


def test_one_long_message_does_not_keep_the_other_logs_from_giving_way():
    budget = TailBudget(10 * SMALL)
    one, other = Log("one", budget), Log("other", budget)
    one.append([said(1, "x" * 3 * SMALL)])
    other.append([said(seq) for seq in range(1, 9)])
    assert seqs(one, 0) == [1]
    with pytest.raises(GoneError):
        other.after(0)
