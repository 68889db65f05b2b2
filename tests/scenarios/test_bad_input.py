"""What cannot be taken is answered with an error; the connection and its neighbours live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.scenarios.talkers import TALKERS, Heard, JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings
from huechat.protocol import COLORS

TOO_LONG = b"x" * 70_000


@pytest.fixture
def listener(port: int) -> Iterator[JsonTalker]:
    with JsonTalker(port) as talker:
        yield talker


@pytest.fixture
def json_red(port: int) -> Iterator[JsonTalker]:
    with JsonTalker(port, "red") as talker:
        yield talker


@pytest.fixture
def plain_red(port: int) -> Iterator[PlainTalker]:
    with PlainTalker(port, "red") as talker:
        yield talker


def test_invalid_utf8_in_json_is_refused_between_two_that_are_heard(
    json_red: JsonTalker, listener: JsonTalker
) -> None:
    json_red.send(
        b'{"type":"say","id":"1","text":"one"}\n'
        b'{"type":"say","id":"2","text":"\xff\xfe"}\n'
        b'{"type":"say","id":"3","text":"three"}\n'
    )
    listener.hears(Heard("red", "one"), Heard("red", "three"))
    json_red.error("bad_utf8")


def test_invalid_utf8_in_plain_text_is_refused_between_two_that_are_heard(
    plain_red: PlainTalker, listener: JsonTalker
) -> None:
    plain_red.send(b"one\n\xe2\x82 broken\nthree\n")
    listener.hears(Heard("blue", "one"), Heard("blue", "three"))
    assert plain_red.line() == PlainTalker.ANSWER


@pytest.mark.parametrize("text", ["", " ", "\n", "\u3000\t"])
def test_an_empty_message_in_json_is_refused(
    json_red: JsonTalker, listener: JsonTalker, text: str
) -> None:
    json_red.ask(type="say", id="empty", text=text)
    assert json_red.error("empty")["id"] == "empty"
    json_red.says("next")
    listener.hears(Heard("red", "next"))


@pytest.mark.parametrize("line", [b"\n", b"   \r\n", b"[COLOR (red)] said -> \n"])
def test_an_empty_line_of_plain_text_is_passed_over(
    plain_red: PlainTalker, listener: JsonTalker, line: bytes
) -> None:
    plain_red.send(line)
    plain_red.hears_nothing_more()
    plain_red.says("next")
    listener.hears(Heard("red", "next"))


def test_a_line_too_long_in_json_loses_no_neighbour(
    json_red: JsonTalker, listener: JsonTalker
) -> None:
    json_red.send(
        b'{"type":"say","id":"1","text":"one"}\n'
        b'{"type":"say","id":"2","text":"%b"}\n'
        b'{"type":"say","id":"3","text":"three"}\n' % TOO_LONG
    )
    listener.hears(Heard("red", "one"), Heard("red", "three"))
    json_red.error("too_long")
    json_red.hears_nothing_more()


def test_a_line_too_long_in_plain_text_loses_no_neighbour(
    plain_red: PlainTalker, listener: JsonTalker
) -> None:
    plain_red.send(b"one\n" + TOO_LONG + b"\nthree\n")
    listener.hears(Heard("blue", "one"), Heard("blue", "three"))
    assert plain_red.line().startswith(b"Error: a line may have 65536 bytes")
    plain_red.hears_nothing_more()


@pytest.mark.parametrize("wire", TALKERS)
def test_the_longest_line_that_the_server_takes_is_its_own_setting(wire: str) -> None:
    with (
        ChatServer(port=0, settings=ServerSettings(max_line_bytes=128)) as small,
        TALKERS[wire](small.port, "red") as red,
        JsonTalker(small.port) as listener,
    ):
        assert listener.welcome["max_line_bytes"] == 128
        red.says("y" * 200)
        assert b"128 bytes" in red.line()
        red.says("short")
        listener.hears(Heard("red", "short"))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{nonsense", "bad_json"),
        (b"[1, 2]", "bad_json"),
        (b'{"type":"say"}', "bad_json"),
        (b'{"type":"say","id":5,"text":"hi"}', "bad_json"),
        (b'{"type":"say","id":"","text":"hi"}', "bad_json"),
        (b'{"type":"say","id":"1","text":"\\ud800"}', "bad_json"),
        (b"{" + b'"a":[' * 10_000, "bad_json"),
        (b'{"type":"dance"}', "unknown_type"),
        (b"{}", "unknown_type"),
        (b'{"type":"say","id":"1","text":"hi","room":"attic"}', "not_in_room"),
        (b'{"type":"color","color":"mauve"}', "bad_color"),
        (b'{"type":"hello","v":1}', "hello_twice"),
    ],
)
def test_nonsense_is_answered_with_its_code_and_the_connection_lives(
    json_red: JsonTalker, listener: JsonTalker, line: bytes, code: str
) -> None:
    json_red.send(line + b"\n")
    assert json_red.error(code)["message"]
    json_red.says("still here")
    listener.hears(Heard("red", "still here"))


def test_an_error_names_the_message_that_it_is_about(json_red: JsonTalker) -> None:
    json_red.ask(type="say", id="lost", text="hi", room="attic")
    assert json_red.error("not_in_room")["id"] == "lost"


def test_fields_that_nobody_knows_are_passed_over(
    json_red: JsonTalker, listener: JsonTalker
) -> None:
    json_red.ask(type="say", id="1", text="hi", mood="sunny")
    listener.hears(Heard("red", "hi"))


def test_nothing_can_be_said_before_hello(port: int, listener: JsonTalker) -> None:
    with JsonTalker(port, hello=False) as hasty:
        hasty.says("hi")
        assert hasty.error("hello_first")["id"] == "m1"
        hasty.hears_nothing_more()
    listener.hears_nothing_more()


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        ({"v": 2}, "bad_version"),
        ({"v": 1, "color": "mauve"}, "bad_color"),
        ({"v": 1, "name": "two words"}, "bad_name"),
        ({"v": 1, "name": "[COLOR"}, "bad_name"),
        ({"v": 1, "name": "\u202eana"}, "bad_name"),
        ({"v": 1, "name": "\x1b[31mana"}, "bad_name"),
        ({"v": 1, "name": "a" * 33}, "bad_name"),
        ({}, "bad_json"),
    ],
)
def test_a_hello_that_is_refused_may_be_said_again(
    port: int, hello: dict[str, object], code: str
) -> None:
    with JsonTalker(port, hello=False) as newcomer:
        newcomer.ask(type="hello", **hello)
        newcomer.error(code)
        newcomer.ask(type="hello", v=1, name="ana", color="red")
        assert newcomer.event("welcome")["name"] == "ana"


def test_the_error_for_an_unknown_color_lists_the_known_ones(port: int) -> None:
    with JsonTalker(port, hello=False) as newcomer:
        newcomer.ask(type="hello", v=1, color="mauve")
        told = newcomer.error("bad_color")["message"]
        assert all(color in told for color in COLORS)
