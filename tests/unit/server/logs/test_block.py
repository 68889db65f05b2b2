"""What members at the same place are behind, as one piece of bytes."""

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huechat.chat.log import Entry
from huechat.chat.names import name_key
from huechat.protocol import AnyEvent, Deleted, Edited, Message, Notice, Reacted, TopicSet
from huechat.server.logs.block import LINE_BYTES, MAX_BLOCK_BYTES, Block, Page, as_seen
from huechat.wire.plain import Plain

NOBODY: frozenset[str] = frozenset()


def encode(events: list[AnyEvent]) -> list[bytes]:
    """A wire of our own: `m3 ` is message 3, `a3 ` its ack."""
    return [f"{type(one).__name__[0].lower()}{one.seq} ".encode() for one in events]


def entries(*seqs: int, text: str = "hi") -> list[Entry]:
    return [Entry(Message("lobby", seq, f"id {seq}", "", "ana", "red", text)) for seq in seqs]


def shown(block: Block, *own: int, hides: frozenset[str] = NOBODY) -> str:
    return block.for_member(deque(own), hides).decode().strip()


def test_a_block_is_its_entries_in_order():
    block = Block(entries(3, 4, 7), encode)
    assert (block.data, block.last) == (b"m3 m4 m7 ", 7)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ([], "m3 m4 m7"),
        ([3], "a3 m4 m7"),
        ([4], "m3 a4 m7"),
        ([7], "m3 m4 a7"),
        ([3, 7], "a3 m4 a7"),
        ([3, 4, 7], "a3 a4 a7"),
    ],
)
def test_what_one_said_oneself_comes_back_as_acks(own, expected):
    assert shown(Block(entries(3, 4, 7), encode), *own) == expected


@pytest.mark.parametrize(
    ("own", "expected"), [([1], "m3 m4 m7"), ([5], "m3 m4 m7"), ([1, 4, 5, 7], "m3 a4 m7")]
)
def test_what_was_passed_over_is_passed_over(own, expected):
    """As when it was dropped from the store before its sender came so far."""
    expected = expected.replace("m7", "a7") if 7 in own else expected
    assert shown(Block(entries(3, 4, 7), encode), *own) == expected


def test_what_is_yet_to_come_stays_for_the_next_block():
    own = deque([4, 8, 9])
    Block(entries(3, 4, 7), encode).for_member(own, NOBODY)
    assert own == deque([8, 9])
    assert shown(Block(entries(8, 9), encode), *own) == "a8 a9"


@given(
    st.sets(st.integers(1, 30), min_size=1).map(sorted),
    st.sets(st.integers(1, 40)).map(sorted),
)
def test_each_entry_comes_once_as_itself_or_as_an_ack(seqs, mine):
    own = deque(mine)
    block = Block(entries(*seqs), encode)
    expected = [f"{'a' if seq in mine else 'm'}{seq}" for seq in seqs]
    assert block.for_member(own, NOBODY).decode().split() == expected
    assert list(own) == [seq for seq in mine if seq > seqs[-1]]


def test_where_a_wire_has_no_words_for_acks_there_is_nothing_in_their_place():
    assert Block(entries(1), Plain.encode).for_member(deque([1]), NOBODY) == b""
    assert Block(entries(1, 2), Plain.encode).for_member(deque([1]), NOBODY).count(b"\n") == 1


def test_each_wire_encodes_an_entry_once():
    calls = []

    def counted(events: list[AnyEvent]) -> list[bytes]:
        calls.append([one.seq for one in events])
        return encode(events)

    three = entries(1, 2, 3)
    Block(three[:2], counted)
    Block(three, counted)
    Block(three, counted)
    assert calls == [[1, 2], [3]]
    assert Block(three, Plain.encode).data != Block(three, counted).data


def test_a_block_has_about_as_much_as_a_send_may_carry():
    text = "x" * 1000
    block = Block(entries(*range(1, 1001), text=text), encode)
    carried = MAX_BLOCK_BYTES // (LINE_BYTES + len(text))
    assert [one.seq for one in block.entries] == list(range(1, carried + 1))
    assert block.last == carried


def test_an_entry_larger_than_that_goes_by_itself():
    block = Block(entries(1, 2, text="x" * (MAX_BLOCK_BYTES + 1)), encode)
    assert (block.data, block.last) == (b"m1 ", 1)


def test_a_page_makes_its_block_once_per_wire():
    page = Page(entries(1, 2), 2)
    assert page.block(encode) is page.block(encode)
    assert page.block(Plain.encode) is not page.block(encode)


BEN = frozenset({name_key("ben")})
PLACE = ("lobby", 1, "id", "")


def by_turns(*seqs: int) -> list[Entry]:
    """Give what ana and ben say in turn: odd numbers are ana's."""
    names = {0: "ben", 1: "ana"}
    return [Entry(Message("lobby", seq, "", "", names[seq % 2], "red", "hi")) for seq in seqs]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ([], "m1 m3 m5"),
        ([1], "a1 m3 m5"),
        ([4], "m1 m3 a4 m5"),
        ([0, 1, 2, 5, 7], "a1 a2 m3 a5"),
    ],
)
def test_what_those_say_who_are_blocked_is_left_out(own, expected):
    mine = deque(own)
    block = Block(by_turns(1, 2, 3, 4, 5), encode)
    assert block.for_member(mine, BEN).decode().strip() == expected
    assert list(mine) == [seq for seq in own if seq > 5]


def test_a_block_of_those_who_are_blocked_is_empty():
    assert shown(Block(by_turns(2, 4), encode), hides=BEN) == ""


@given(
    st.sets(st.integers(1, 30), min_size=1).map(sorted),
    st.sets(st.integers(1, 40)).map(sorted),
)
def test_blocking_loses_nothing_of_others_and_no_ack(seqs, mine):
    block = Block(by_turns(*seqs), encode)
    kinds = ["a" if seq in mine else "m" for seq in seqs]
    expected = [
        f"{kind}{seq}" for kind, seq in zip(kinds, seqs, strict=True) if kind == "a" or seq % 2
    ]
    assert shown(block, *mine, hides=BEN).split() == expected
    assert shown(block, *mine).split() == [f"{k}{s}" for k, s in zip(kinds, seqs, strict=True)]


@pytest.mark.parametrize(
    "entry",
    [
        Message(*PLACE, "ben", "red", "hi"),
        Message(*PLACE, "BEN", "red", "hi"),
        Message(*PLACE, "bеn", "red", "hi"),
        Edited(*PLACE, "ben", "red", "hi", 1, "ben: ho"),
        Deleted(*PLACE, "ben", "red", 1, "ben"),
        Reacted(*PLACE, "ben", "red", "👍", 1, "ana: hi", True),
        Reacted(*PLACE, "ana", "red", "👍", 1, "ben: hi", True),
        TopicSet(*PLACE, "ben", "red", "hi"),
    ],
)
def test_nothing_of_those_who_are_blocked_is_seen(entry):
    assert as_seen(entry, BEN) is None
    assert as_seen(entry, NOBODY) is entry


@pytest.mark.parametrize(
    "entry",
    [
        Message(*PLACE, "ana", "red", "ben: hi"),
        Message(*PLACE, "ana", "red", "hi", 1, "cyd: ben: hi"),
        Message(*PLACE, "", "red", "hi"),
        Message(*PLACE, "benny", "red", "hi"),
        Deleted(*PLACE, "ana", "red", 1, "ben"),
        Reacted(*PLACE, "ana", "red", "👍", 1, "", True),
        Notice(*PLACE, "ben", "red", "kick", "cyd", "ben put cyd out of the room"),
    ],
)
def test_what_others_say_is_seen_and_what_those_do_who_may(entry):
    assert as_seen(entry, BEN) is entry


def test_an_answer_to_somebody_who_is_blocked_is_seen_without_what_it_quotes():
    answer = Message(*PLACE, "ana", "red", "no", 1, "ben: are we?")
    assert as_seen(answer, BEN) == Message(*PLACE, "ana", "red", "no", 1)
    block = Block([Entry(answer)], Plain.encode)
    assert block.for_member(deque(), BEN) == b"ana [COLOR (red)] said -> no\n"
    assert block.data == b"ana [COLOR (red)] said -> (to ben: are we?) no\n"
