"""A room's log in memory: its newest entries, as many as the budget lets it keep."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huechat.chat.log import ENTRY_BYTES, MOST_AT_ONCE, Entry, GoneError, Log
from huechat.chat.tail_budget import TailBudget
from huechat.protocol import Deleted, Edited, Message

ENOUGH = 1024 * 1024
TIME = "2026-11-22T19:00:00.000Z"
lines_said = st.lists(st.text("ab", min_size=1, max_size=300), max_size=30)
budgets = st.integers(ENTRY_BYTES, 10 * ENTRY_BYTES)


def said(seq: int, text: str) -> Message:
    return Message("lobby", seq, f"id {seq}", "2026-11-22T19:00:00.000Z", "ana", "red", text)


def numbered(*texts: str, first: int = 1) -> list[Message]:
    return [said(seq, text) for seq, text in zip(count(first), texts, strict=False)]


def log_of(*texts: str, max_bytes: int = ENOUGH) -> Log:
    log = Log("lobby", TailBudget(max_bytes))
    for message in numbered(*texts):
        log.append([message])
    return log


def texts(entries: list[Entry]) -> list[str]:
    return [entry.message.text for entry in entries]


def kept(log: Log) -> list[Entry]:
    """All entries that the log still has."""
    for seq in range(log.last + 1):
        try:
            return log.after(seq)
        except GoneError:
            continue
    raise AssertionError("not even the end can be asked for")


def test_a_new_log_has_nothing():
    log = Log("lobby", TailBudget(ENOUGH))
    assert (log.last, log.after(0)) == (0, [])


def test_entries_stand_where_the_store_put_them():
    log = log_of("a", "b", "c")
    assert [entry.seq for entry in log.after(0)] == [1, 2, 3]
    assert [entry.message.seq for entry in log.after(0)] == [1, 2, 3]
    assert log.last == 3


def test_a_cursor_sees_all_that_came_after_it():
    log = log_of("a", "b", "c")
    assert texts(log.after(1)) == ["b", "c"]
    assert log.after(3) == []


def test_what_was_given_does_not_change_when_more_is_said():
    log = log_of("a")
    before = log.after(0)
    log.append(numbered("b", first=2))
    assert texts(before) == ["a"]


def test_who_is_far_behind_gets_as_much_at_once_as_a_send_can_carry():
    log = log_of(max_bytes=10**9)
    log.append(numbered(*["x"] * (MOST_AT_ONCE + 1)))
    assert [one.seq for one in log.after(0)] == list(range(1, MOST_AT_ONCE + 1))


def test_what_is_no_longer_kept_is_an_error_and_not_a_gap():
    log = log_of(*"abcdefgh", max_bytes=4 * ENTRY_BYTES)
    with pytest.raises(GoneError):
        log.after(0)


def test_a_cursor_at_the_oldest_entry_kept_loses_nothing():
    log = log_of(*"abcdefgh", max_bytes=4 * ENTRY_BYTES)
    seqs = [entry.seq for entry in kept(log)]
    assert seqs[0] > 1
    assert seqs == list(range(seqs[0], 9))


def test_the_newest_entry_is_kept_however_long_it_is():
    log = log_of("a", "x" * 10_000, max_bytes=ENTRY_BYTES)
    assert texts(log.after(1)) == ["x" * 10_000]


def test_a_full_log_keeps_more_than_half_of_what_it_may():
    log = log_of(*["x"] * 10, max_bytes=10 * (ENTRY_BYTES + 3))
    for seq in range(11, 40):
        log.append(numbered("x", first=seq))
        assert len(kept(log)) > 5


@given(lines_said, budgets)
def test_text_up_to_the_bound_is_kept_and_no_more(lines, max_bytes):
    log = log_of(max_bytes=max_bytes)
    for message in numbered(*lines):
        log.append([message])
        entries = kept(log)
        size = sum(ENTRY_BYTES + 3 * len(one.message.text) for one in entries)
        assert size <= max_bytes or len(entries) == 1


@given(lines_said, budgets)
def test_a_log_is_the_end_of_the_list_of_all_that_was_said(lines, max_bytes):
    log = log_of(*lines, max_bytes=max_bytes)
    oldest = kept(log)[0].seq if lines else 1
    for seq in range(len(lines) + 1):
        if seq >= oldest - 1:
            assert texts(log.after(seq)) == lines[seq:]
        else:
            with pytest.raises(GoneError):
                log.after(seq)


@pytest.mark.parametrize(
    ("wanted", "place"), [(0, 3), (1, 2), (3, 0), (100, 0)], ids=["none", "one", "all", "more"]
)
def test_the_newest_few_begin_after_a_place(wanted, place):
    assert log_of("a", "b", "c").place_of_newest(wanted) == place


def test_in_an_empty_log_the_newest_few_begin_at_the_end():
    assert log_of().place_of_newest(20) == 0


def test_what_is_deleted_is_left_without_its_words():
    log = log_of("one", "two", "three")
    before = log.after(0)
    log.append([deletion(4, 2), deletion(5, 9)])
    assert texts(log.after(0)[:3]) == ["one", "", "three"]
    assert texts(before) == ["one", "two", "three"]
    assert (log.last, log.deletions) == (5, 1)


def test_what_is_deleted_before_it_was_seen_is_left_without_its_words_too():
    log = log_of("one")
    log.append([said(2, "two"), deletion(3, 2)])
    assert texts(log.after(0)[:2]) == ["one", ""]


def test_words_that_are_gone_take_no_memory():
    log = log_of("a" * 3_000, max_bytes=ENTRY_BYTES * 8)
    log.append([deletion(2, 1)])
    for seq in range(3, 9):
        log.append([deletion(seq, 1)])
    assert kept(log)[0].seq == 1


def test_what_quotes_it_and_comes_late_has_no_words_of_it():
    log = log_of("one")
    log.append([deletion(2, 1)])
    reply = Message("lobby", 3, "c", TIME, "ben", "red", "yes", 1, "ana: one")
    edit = Edited("lobby", 4, "d", TIME, "ana", "red", "two", 1, "ana: one")
    log.append([reply, edit])
    late = [entry.message for entry in log.after(2)]
    assert [(one.text, one.about) for one in late] == [("yes", "ana"), ("", "ana")]


def deletion(seq: int, target: int) -> Deleted:
    return Deleted("lobby", seq, f"id {seq}", "2026-11-22T19:00:00.000Z", "ana", "red", target, "")
