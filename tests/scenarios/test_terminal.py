"""The client as a person at a terminal sees it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.processes import FakeServer, ServerProcess
from tests.scenarios.screens import CTRL_C, CTRL_D, CTRL_U, UP, Screen
from tests.scenarios.talkers import Heard, JsonTalker


@pytest.fixture
def screen(served: int, tmp_path: Path) -> Iterator[Screen]:
    with Screen(tmp_path, served, "--color", "red") as ours:
        ours.shows(f"Connected to server at 127.0.0.1:{served}", "You:")
        yield ours


def test_the_prompt_has_the_clients_color_and_connected_is_green(screen: Screen) -> None:
    assert screen.color_of("You:") == "red"
    assert screen.color_of("Connected") == "green"


def test_what_is_typed_is_said(screen: Screen, other: JsonTalker) -> None:
    screen.type("hi there\r")
    other.hears(Heard("red", "hi there"))
    screen.shows("You: hi there", "You:")


def test_what_others_say_is_cyan_and_above_the_prompt(screen: Screen, other: JsonTalker) -> None:
    other.says("hello")
    screen.shows("[COLOR (green)] said -> hello", "You:")
    assert screen.color_of("[COLOR") == "cyan"


def test_a_message_does_not_tear_the_line_that_is_being_typed(
    screen: Screen, other: JsonTalker
) -> None:
    screen.type("half a ")
    screen.shows("You: half a")
    other.says("I interrupt")
    screen.shows("[COLOR (green)] said -> I interrupt", "You: half a")
    screen.type("line\r")
    other.hears(Heard("red", "half a line"))


def test_many_messages_at_once_leave_one_prompt(screen: Screen, other: JsonTalker) -> None:
    screen.type("typing")
    for number in range(10):
        other.says(f"{number}")
    screen.shows(*(f"[COLOR (green)] said -> {number}" for number in range(10)), "You: typing")
    assert sum(line.startswith("You:") for line in screen.lines()) == 1


def test_arrow_up_brings_back_what_was_said(screen: Screen, other: JsonTalker) -> None:
    screen.type("first\r")
    screen.type("second\r")
    screen.shows("You: first", "You: second", "You:")
    screen.type(UP + UP)
    screen.shows("You: second", "You: first")
    screen.type("!\r")
    other.hears(Heard("red", "first"), Heard("red", "second"), Heard("red", "first!"))


def test_an_empty_line_says_nothing(screen: Screen, other: JsonTalker) -> None:
    screen.type("\r   \rnext\r")
    other.hears(Heard("red", "next"))


def test_ctrl_c_clears_the_line_and_on_an_empty_one_leaves(
    screen: Screen, other: JsonTalker
) -> None:
    screen.type("never mind")
    screen.shows("You: never mind")
    screen.type(CTRL_C)
    screen.shows("You:")
    screen.type("well\r")
    other.hears(Heard("red", "well"))
    screen.shows("You: well", "You:")
    screen.type(CTRL_C)
    assert screen.exit_code() == 0


def test_ctrl_d_leaves_but_not_in_the_middle_of_a_line(screen: Screen, other: JsonTalker) -> None:
    screen.type("word" + CTRL_D)
    screen.shows("You: word")
    screen.type("\r")
    other.hears(Heard("red", "word"))
    screen.shows("You: word", "You:")
    screen.type(CTRL_D)
    assert screen.exit_code() == 0


def test_what_was_said_last_is_heard_although_one_leaves_at_once(
    screen: Screen, other: JsonTalker
) -> None:
    screen.type("bye\r" + CTRL_D)
    assert screen.exit_code() == 0
    other.hears(Heard("red", "bye"))


@pytest.mark.parametrize("way", ["ctrl-d", "ctrl-c", "sigterm", "sigterm in mid-line"])
def test_leaving_restores_the_terminals_modes(
    served: int, tmp_path: Path, screen: Screen, way: str
) -> None:
    with Screen(tmp_path, 1) as never_connected:
        usual = never_connected.modes()
    in_use = screen.modes()
    if way == "sigterm in mid-line":
        screen.type("half")
        screen.shows("You: half")
    if way.startswith("sigterm"):
        screen.signal(signal.SIGTERM)
    else:
        screen.type(CTRL_D if way == "ctrl-d" else CTRL_C)
    assert screen.exit_code() == 0
    assert in_use != usual
    assert screen.modes() == usual
    assert b"\x1b[?2004l" in screen.raw[screen.raw.rindex(b"\x1b[?2004h") :]  # bracketed paste


def test_a_line_wider_than_the_screen_is_edited_and_said_whole(
    screen: Screen, other: JsonTalker
) -> None:
    long = "".join(f"{number:04}" for number in range(60))
    screen.type(long)
    screen.until(lambda: screen.last().endswith("0059"))
    other.says("in between")
    screen.until(lambda: "[COLOR (green)] said -> in between" in screen.lines())
    screen.type("\r")
    other.hears(Heard("red", long))


def test_a_line_can_be_emptied(screen: Screen, other: JsonTalker) -> None:
    screen.type("not this" + CTRL_U + "this\r")
    other.hears(Heard("red", "this"))


def test_connection_refused_is_red_and_exits_with_1(tmp_path: Path) -> None:
    with Screen(tmp_path, 1) as ours:
        assert ours.exit_code() == 1
        assert "connection refused at 127.0.0.1:1" in " ".join(ours.lines())
        assert ours.color_of("Error:") == "red"


def test_a_server_that_goes_is_yellow_and_the_prompt_stays(tmp_path: Path) -> None:
    with ServerProcess(tmp_path) as server, Screen(tmp_path, server.port) as ours:
        ours.shows_prompt()
        ours.type("mid")
        ours.shows("You: mid")
        server.process.kill()
        server.exit_code()
        ours.until(lambda: any(line.startswith("Disconnected") for line in ours.lines()))
        ours.shows_prompt("mid")
        assert ours.color_of("Disconnected") == "brown"  # as pyte calls a terminal's yellow
        with ServerProcess(tmp_path, server.port) as again:
            ours.until(lambda: any(line.endswith(", all sent") for line in ours.lines()))
            with JsonTalker(again.port) as listener:
                ours.shows_prompt("mid")
                ours.type("sentence\r")
                listener.hears(Heard("blue", "midsentence"))


def test_sigterm_while_it_still_connects_ends_it(tmp_path: Path) -> None:
    silent = FakeServer(b"")
    with Screen(tmp_path, silent.port) as ours, silent:
        silent.hears(b"hello")
        ours.signal(signal.SIGTERM)
        assert ours.exit_code() == 0


def test_no_color_means_none(served: int, tmp_path: Path) -> None:
    with Screen(tmp_path, served, NO_COLOR="1") as ours, JsonTalker(served, "red") as red:
        ours.shows_prompt()
        red.says("hi")
        ours.shows("[COLOR (red)] said -> hi", "You:")
        assert {ours.color_of(word) for word in ("You:", "Connected", "[COLOR")} == {"default"}
