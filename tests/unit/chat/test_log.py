"""A room's log: one order, and as much of it as is kept."""

from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huechat.chat.log import Entry, GoneError, Log
from huechat.protocol import Message
from huechat.wire.jsonlines import encode_line
from huechat.wire.plain import Plain

ENOUGH = 1024 * 1024


def said(text: str) -> Message:
    return Message("lobby", 0, f"id of {text}", "2026-11-22T19:00:00.000Z", "ana", "red", text)


def log_of(*texts: str, max_bytes: int = ENOUGH) -> Log:
    log = Log("lobby", max_bytes)
    for text in texts:
        log.append(said(text), 1)
    return log


def texts(entries: list[Entry]) -> list[str]:
    return [entry.message.text for entry in entries]


def oldest_kept(log: Log) -> int:
    """The `seq` of the oldest entry that the log still has."""
    for seq in range(log.last):
        try:
            return log.after(seq)[0].seq
        except GoneError:
            continue
    return 0


def test_a_new_log_has_nothing():
    log = Log("lobby", ENOUGH)
    assert (log.last, log.after(0)) == (0, [])


def test_entries_are_numbered_from_1_and_without_gaps():
    log = log_of("a", "b", "c")
    assert [entry.seq for entry in log.after(0)] == [1, 2, 3]
    assert [entry.message.seq for entry in log.after(0)] == [1, 2, 3]
    assert log.last == 3


def test_an_entry_is_the_draft_at_its_place():
    entry = Log("lobby", ENOUGH).append(said("hi"), 7)
    assert (entry.message.id, entry.message.text, entry.origin) == ("id of hi", "hi", 7)


def test_a_cursor_sees_all_that_came_after_it():
    log = log_of("a", "b", "c")
    assert texts(log.after(1)) == ["b", "c"]
    assert log.after(3) == []


def test_what_was_given_does_not_change_when_more_is_said():
    log = log_of("a")
    before = log.after(0)
    log.append(said("b"), 1)
    assert texts(before) == ["a"]


def test_what_is_no_longer_kept_is_an_error_and_not_a_gap():
    log = log_of(*"abcdefgh", max_bytes=4)
    with pytest.raises(GoneError):
        log.after(0)


def test_a_cursor_at_the_oldest_entry_kept_loses_nothing():
    log = log_of(*"abcdefgh", max_bytes=4)
    oldest = oldest_kept(log)
    assert oldest > 1
    assert [entry.seq for entry in log.after(oldest - 1)] == list(range(oldest, 9))


def test_the_newest_entry_is_kept_however_long_it_is():
    log = log_of("a", "x" * 100, max_bytes=10)
    assert texts(log.after(1)) == ["x" * 100]


def test_a_full_log_keeps_more_than_half_of_what_it_may():
    log = log_of(*["x" * 10_000] * 10, max_bytes=100_000)
    for _ in range(30):
        log.append(said("x" * 10_000), 1)
        assert len(log.after(oldest_kept(log) - 1)) > 5


@given(st.lists(st.text("ab", min_size=1, max_size=30)), st.integers(30, 200))
def test_text_up_to_the_bound_is_kept_and_no_more(lines, max_bytes):
    log = Log("lobby", max_bytes)
    for line in lines:
        log.append(said(line), 1)
        kept = texts(log.after(oldest_kept(log) - 1))
        assert len("".join(kept)) <= max_bytes


@given(st.lists(st.text("ab", min_size=1, max_size=30)), st.integers(30, 200))
def test_a_log_is_the_end_of_the_list_of_all_that_was_said(lines, max_bytes):
    log = log_of(*lines, max_bytes=max_bytes)
    oldest = oldest_kept(log)
    for seq in range(len(lines) + 1):
        if seq >= oldest - 1:
            assert texts(log.after(seq)) == lines[seq:]
        else:
            with pytest.raises(GoneError):
                log.after(seq)


def test_each_wire_encodes_an_entry_once():
    entry = Log("lobby", ENOUGH).append(said("hi"), 1)
    assert entry.encoded(encode_line) is entry.encoded(encode_line)
    assert entry.encoded(encode_line) == encode_line(entry.message)
    assert entry.encoded(Plain.encode) == Plain.encode(entry.message)


def test_many_threads_make_one_order():
    log = Log("lobby", ENOUGH)
    speakers = [
        Thread(target=lambda who=who: [log.append(said(f"{who} {n}"), who) for n in range(200)])
        for who in range(8)
    ]
    for speaker in speakers:
        speaker.start()
    for speaker in speakers:
        speaker.join()
    entries = log.after(0)
    assert [entry.seq for entry in entries] == list(range(1, 1601))
    for who in range(8):
        assert texts([e for e in entries if e.origin == who]) == [f"{who} {n}" for n in range(200)]
