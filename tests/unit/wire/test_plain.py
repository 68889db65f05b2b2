"""Plain text coming in: what `nc`, `telnet` and the first client of all send."""

import pytest

from huechat.protocol import HERE, LOBBY, Error, Hello, Recolor, Say
from huechat.wire.plain import LONE_BYTES_S, Plain

MAX = 200


@pytest.fixture
def wire():
    """A wire that was greeted by an empty line."""
    plain = Plain(MAX, "s")
    assert plain.receive(b"\n") == [Hello(v=1)]
    return plain


def said(heard: list) -> list[str]:
    return [one.text for one in heard if isinstance(one, Say)]


def test_the_first_bytes_are_a_hello_too():
    assert Plain(MAX, "s").receive(b"hi\n") == [Hello(v=1), Say("s-1", "hi", HERE)]


def test_silence_is_a_hello_and_only_once():
    plain = Plain(MAX, "s")
    assert plain.quiet() == [Hello(v=1)]
    assert plain.receive(b"hi\n") == [Say("s-1", "hi", HERE)]


def test_every_message_has_an_id_of_its_own(wire):
    assert wire.receive(b"a\nb\n") == [Say("s-1", "a", HERE), Say("s-2", "b", HERE)]


def test_the_seeds_form_gives_color_and_text(wire):
    assert wire.receive(b"[COLOR (red)] said -> hi\n") == [Recolor("red"), Say("s-1", "hi", LOBBY)]


def test_a_color_is_told_only_when_it_changes(wire):
    lines = [b"[COLOR (%s)] said -> hi\n" % color for color in (b"red", b"red", b"blue")]
    heard = wire.receive(b"".join(lines))
    assert [one for one in heard if isinstance(one, Recolor)] == [Recolor("red"), Recolor("blue")]


@pytest.mark.parametrize(
    "line",
    [
        "[COLOR (purple)] said -> hi",
        "[COLOR (RED)] said -> hi",
        "[COLOR ()] said -> hi",
        "[COLOR (red)] sang -> hi",
        "so [COLOR (red)] said -> hi",
    ],
)
def test_a_line_that_is_not_quite_the_seeds_form_is_the_text(wire, line):
    assert wire.receive(f"{line}\n".encode()) == [Say("s-1", line, HERE)]


def test_the_seeds_form_with_nothing_said_says_nothing(wire):
    assert wire.receive(b"[COLOR (red)] said -> \n") == [Recolor("red")]


@pytest.mark.parametrize("line", [b"\n", b"\r\n", b"  \t \n", "\u3000\n".encode()])
def test_an_empty_line_says_nothing(wire, line):
    assert wire.receive(line) == []


def test_a_carriage_return_before_the_newline_is_not_part_of_the_text(wire):
    assert said(wire.receive(b"hi\r\nho\r\n")) == ["hi", "ho"]


def test_bytes_with_no_newline_wait_a_little_and_are_a_message_then(wire):
    assert wire.receive(b"hi") == []
    assert wire.patience_s == LONE_BYTES_S
    assert said(wire.quiet()) == ["hi"]
    assert wire.patience_s is None


def test_bytes_with_no_newline_are_a_message_at_the_end(wire):
    wire.receive(b"good")
    wire.receive(b"bye")
    assert said(wire.end()) == ["goodbye"]


def test_several_of_the_seeds_lines_that_came_at_once_are_several_messages(wire):
    wire.receive(b"[COLOR (red)] said -> one[COLOR (red)] said -> two")
    wire.receive(b"[COLOR (blue)] said -> three")
    heard = wire.quiet()
    assert said(heard) == ["one", "two", "three"]
    assert heard[3:] == [Recolor("blue"), Say("s-3", "three")]


def test_a_character_cut_in_two_by_a_pause_comes_through_whole(wire):
    for byte in "café 🎨".encode():
        wire.receive(bytes([byte]))
        heard = wire.quiet()
        assert not any(isinstance(one, Error) for one in heard)
    assert heard[-1].text[-1] == "🎨"


def test_a_line_in_many_pieces_is_one_message(wire):
    heard = [one for byte in "café 🎨\n".encode() for one in wire.receive(bytes([byte]))]
    assert said(heard) == ["café 🎨"]


@pytest.mark.parametrize("data", [b"\xff\n", b"caf\xe9\n", b"\xed\xa0\x80\n", b"\xc0\xaf\n"])
def test_a_line_that_is_not_utf8_is_an_error_and_the_next_is_taken(wire, data):
    reason, message = wire.receive(data + b"hi\n")
    assert (reason.code, message.text) == ("bad_utf8", "hi")


def test_a_character_cut_off_by_the_end_is_not_sent(wire):
    wire.receive("é".encode()[:1])
    (reason,) = wire.end()
    assert reason.code == "bad_utf8"


def test_a_line_too_long_is_an_error_and_its_neighbours_are_taken(wire):
    before, reason, after = wire.receive(b"a\n" + b"x" * (MAX + 1) + b"\nb\n")
    assert (before.text, reason.code, after.text) == ("a", "too_long", "b")


@pytest.mark.parametrize(
    "command",
    [b"\xff\xfd\x06", b"\xff\xf4", b"\xff\xf4\xff\xfd\x06", b"\xff\xfb\x1f\xff\xfc\x01"],
    ids=["do timing-mark", "interrupt", "Ctrl-C in telnet", "will and won't"],
)
def test_a_telnet_clients_commands_are_not_part_of_the_text(wire, command):
    assert said(wire.receive(command + b"he" + command + b"llo\r\n" + command)) == ["hello"]


def test_a_telnet_command_that_ends_in_a_newlines_byte_ends_no_line(wire):
    assert said(wire.receive(b"he\xff\xfd\nllo\n")) == ["hello"]
