"""Commands on plain text: who types them, and who never does."""

import pytest

from huechat.protocol import HERE, LOBBY, Done, Error, Join, ListRooms, Login, Recolor, Say
from huechat.wire.plain import COMMAND_S, LONE_BYTES_S, Plain


@pytest.fixture
def wire():
    plain = Plain(200, "s")
    plain.quiet()
    return plain


def test_a_line_that_begins_with_a_slash_is_a_command(wire):
    assert wire.receive(b"/join builds\r\n") == [Join("builds", id="s-1")]


def test_an_unknown_command_is_answered_and_not_said(wire):
    (reason,) = wire.receive(b"/jion builds\n")
    assert isinstance(reason, Error)
    assert reason.code == "no_such_command"


def test_help_is_answered_by_the_wire_itself(wire):
    for asked, told in ((b"/help\n", b" /join /leave "), (b"/help all\n", b"    /join ROOM [")):
        (answer,) = wire.receive(asked)
        assert isinstance(answer, Done)
        (shown,) = Plain.encode([answer])
        assert told in shown


@pytest.mark.parametrize("end", [b"\n", b""])
@pytest.mark.parametrize("text", ["/join x", "/quit", "//x", "/nonsense"])
def test_in_the_seeds_form_nothing_is_a_command(wire, text, end):
    heard = wire.receive(f"[COLOR (red)] said -> {text}".encode() + end) + wire.quiet()
    assert heard == [Recolor("red"), Say("s-1", text, LOBBY)]
    assert not wire.done


def test_one_who_quits_gets_an_answer_and_is_done_with(wire):
    assert wire.receive(b"/quit\nand more\n\xff\n") == [Done("", "Goodbye.")]
    assert wire.done


def test_a_command_that_was_not_ended_is_waited_for_longer(wire):
    wire.receive(b"hi")
    assert wire.patience_s == LONE_BYTES_S
    wire.quiet()
    wire.receive(b"/login ana se")
    assert wire.patience_s == COMMAND_S
    assert wire.receive(b"cret\n") == [Login("ana", "secret", "s-2")]


def test_a_command_with_no_newline_is_one_in_the_end(wire):
    wire.receive(b"/rooms")
    assert wire.quiet() == [ListRooms(id="s-1")]
    wire.receive(b"/rooms")
    assert wire.end() == [ListRooms(id="s-2")]


def test_the_seeds_form_within_a_command_with_no_newline_is_not_said_to_all(wire):
    wire.receive(b"/msg ben [COLOR (red)] said -> secret")
    assert wire.quiet() == [Say("s-1", "[COLOR (red)] said -> secret", LOBBY, "ben")]


@pytest.mark.parametrize("rest", [b"/quit", b"/join x", b"//x"])
def test_what_the_first_client_sends_after_a_pause_is_no_command(wire, rest):
    wire.receive(b"[COLOR (red)] said -> begun ")
    wire.quiet()
    wire.receive(rest)
    assert wire.patience_s == LONE_BYTES_S
    assert wire.quiet() == [Say("s-2", rest.decode(), HERE)]
    assert not wire.done


def test_a_color_that_a_command_may_have_changed_is_told_again(wire):
    line = b"[COLOR (red)] said -> hi\n"
    wire.receive(line)
    wire.receive(b"/color blue\n")
    assert wire.receive(line)[0] == Recolor("red")
    assert [type(one) for one in wire.receive(b"/me waves\n" + line)] == [Say, Say]
