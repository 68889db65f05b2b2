"""Cutting a stream into lines of bounded length."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from huechat.wire.lines import LineBuffer

MAX = 8

streams = st.lists(st.sampled_from([b"\n", b"a", b"bc", b"x" * MAX, b"\r", b"\xff"])).map(b"".join)
cuts = st.lists(st.integers(0, 60))


def lines_of(stream: bytes) -> list[bytes | None]:
    """The model: what any split must give. A line not ended is told of only if it is too long."""
    *ended, rest = stream.split(b"\n")
    every = ended + [rest] * (len(rest) > MAX)
    return [line if len(line) <= MAX else None for line in every]


def pieces(stream: bytes, at: list[int]) -> list[bytes]:
    places = [0, *sorted(min(place, len(stream)) for place in at), len(stream)]
    return [stream[a:b] for a, b in pairwise(places)]


def feed_all(lines: LineBuffer, *parts: bytes) -> list[bytes | None]:
    return [line for part in parts for line in lines.feed(part)]


def test_a_line_is_given_once_its_newline_came():
    lines = LineBuffer(MAX)
    assert lines.feed(b"hel") == []
    assert lines.feed(b"lo\n") == [b"hello"]


def test_several_lines_in_one_piece_come_in_order():
    assert LineBuffer(MAX).feed(b"one\ntwo\n\nfour\n") == [b"one", b"two", b"", b"four"]


def test_a_line_as_long_as_allowed_is_given():
    assert LineBuffer(MAX).feed(b"x" * MAX + b"\n") == [b"x" * MAX]


def test_a_line_too_long_is_dropped_and_its_neighbours_stay():
    assert LineBuffer(MAX).feed(b"a\n" + b"x" * (MAX + 1) + b"\nb\n") == [b"a", None, b"b"]


def test_a_line_too_long_is_told_of_once_and_before_it_ends():
    lines = LineBuffer(MAX)
    assert lines.feed(b"x" * (MAX + 1)) == [None]
    assert lines.feed(b"x" * 100) == []
    assert lines.feed(b"x\nb\n") == [b"b"]


def test_two_lines_too_long_are_told_of_twice():
    assert LineBuffer(2).feed(b"long\nlonger\n") == [None, None]


@given(st.lists(st.binary(max_size=4 * MAX)))
def test_no_more_than_one_line_is_ever_held(parts):
    lines = LineBuffer(MAX)
    for part in parts:
        lines.feed(part)
        assert len(lines.rest) <= MAX


@given(streams, cuts)
def test_lines_are_the_same_however_the_stream_is_split(stream, at):
    assert feed_all(LineBuffer(MAX), *pieces(stream, at)) == lines_of(stream)


@given(streams, cuts)
def test_nothing_is_lost_of_a_stream_with_no_line_too_long(stream, at):
    lines = LineBuffer(len(stream))
    told = feed_all(lines, *pieces(stream, at))
    assert b"\n".join([*told, lines.rest]) == stream


def test_the_rest_is_what_has_no_newline_yet():
    lines = LineBuffer(MAX)
    lines.feed(b"one\ntw")
    assert lines.rest == b"tw"


def test_taking_the_rest_begins_a_new_line():
    lines = LineBuffer(MAX)
    lines.feed(b"one")
    assert lines.take_rest() == b"one"
    assert lines.feed(b"two\n") == [b"two"]
