"""Who says what, and who sees it: one script, over every wire and over mixtures of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, Talker

Three = tuple[Talker, Talker, Talker]

WIRES = [
    ("json", "json", "json"),
    ("plain", "plain", "plain"),
    ("json", "plain", "json"),
    ("plain", "json", "plain"),
]


@pytest.fixture(params=WIRES, ids="-".join)
def three(request: pytest.FixtureRequest, port: int) -> Iterator[Three]:
    with ExitStack() as leaving:
        red, blue, green = (
            leaving.enter_context(TALKERS[wire](port, color))
            for wire, color in zip(request.param, ("red", "blue", "green"), strict=True)
        )
        yield red, blue, green


def test_all_but_the_sender_see_what_is_said(three: Three) -> None:
    red, blue, green = three
    red.says("hi")
    blue.hears(Heard("red", "hi"))
    green.hears(Heard("red", "hi"))
    red.hears_nothing_more()


def test_each_member_sees_each_message_once(three: Three) -> None:
    red, blue, green = three
    red.says("hi")
    for other in (blue, green):
        other.hears(Heard("red", "hi"))
        other.hears_nothing_more()


def test_each_color_is_heard_by_the_two_others(three: Three) -> None:
    red, blue, green = three
    red.says("one")
    blue.hears(Heard("red", "one"))
    blue.says("two")
    green.hears(Heard("red", "one"), Heard("blue", "two"))
    green.says("three")
    red.hears(Heard("blue", "two"), Heard("green", "three"))
    blue.hears(Heard("green", "three"))


def test_what_one_member_says_keeps_its_order(three: Three) -> None:
    red, blue, green = three
    for number in range(300):
        red.says(f"number {number}")
    expected = [Heard("red", f"number {number}") for number in range(300)]
    blue.hears(*expected)
    green.hears(*expected)


def test_two_who_talk_at_once_are_heard_in_one_order_by_all(three: Three) -> None:
    red, blue, green = three
    for number in range(50):
        red.says(f"r{number}")
        blue.says(f"b{number}")
    seen_by_green = [green.next_heard() for _ in range(100)]
    red.hears(*(one for one in seen_by_green if one.color == "blue"))
    blue.hears(*(one for one in seen_by_green if one.color == "red"))
    assert [one.text for one in seen_by_green if one.color == "red"] == [f"r{n}" for n in range(50)]


def test_those_who_stay_chat_on_when_one_leaves(three: Three) -> None:
    red, blue, green = three
    green.close()
    red.says("still here?")
    blue.hears(Heard("red", "still here?"))
    blue.says("yes")
    red.hears(Heard("blue", "yes"))


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 and 🇮🇹 and 👍🏽",
        "e\u0301 and a\u0308: combining marks",
        "שלום, مرحبا: right to left",
        "   spaces   around   ",
        "[COLOR (not a color)] said -> hm",
        '{"type":"say"}',
    ],
)
def test_text_comes_through_whole(three: Three, text: str) -> None:
    red, blue, green = three
    red.says(text)
    blue.hears(Heard("red", text))
    green.hears(Heard("red", text))


def test_who_comes_later_is_told_what_was_said_before(three: Three, port: int) -> None:
    red, blue, _ = three
    red.says("before")
    blue.hears(Heard("red", "before"))
    with JsonTalker(port) as late:
        late.hears(Heard("red", "before"))
        late.hears_nothing_more()


def test_who_wants_no_history_is_told_only_what_comes(three: Three, port: int) -> None:
    red, blue, _ = three
    red.says("before")
    blue.hears(Heard("red", "before"))
    with JsonTalker(port, hello=False) as late:
        late.ask(type="hello", v=1, history=0)
        late.event("welcome")
        red.says("after")
        late.hears(Heard("red", "after"))


def test_the_sender_is_told_the_place_of_what_it_said(port: int) -> None:
    with JsonTalker(port) as red, JsonTalker(port) as blue:
        red.says("one")
        red.says("two")
        red.hears_nothing_more()
        assert [(ack["id"], ack["room"], ack["seq"]) for ack in red.acks] == [
            ("m1", "lobby", 1),
            ("m2", "lobby", 2),
        ]
        heard = [blue.event("message") for _ in range(2)]
        assert [one["time"] for one in heard] == [ack["time"] for ack in red.acks]
