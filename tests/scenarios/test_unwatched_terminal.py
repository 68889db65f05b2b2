"""The client in a container: its terminal has nobody in front of it, until somebody attaches."""

from __future__ import annotations

import re
import signal
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.keepers import administrator
from tests.scenarios.screens import COLUMNS, CTRL_D, NOBODY, ROWS, Screen
from tests.scenarios.talkers import Heard, JsonTalker

from huechat import ChatServer

LAST_OF_PROMPT = b"\x1b[?2004l"
"""Turns bracketed paste off: the last that prompt_toolkit writes."""

_COLORS = re.compile(rb"\x1b\[\d*(?:;\d+)*m")


@pytest.fixture
def unwatched(served: int, tmp_path: Path) -> Iterator[Screen]:
    """Give a client that nobody is attached to, with a prompt that hides after half a second."""
    with Screen(
        tmp_path, served, "--color", "red", size=NOBODY, HUECHAT_PROMPT_IDLE_S="0.5"
    ) as ours:
        ours.logged("Connected to server at")
        yield ours


def attach(screen: Screen) -> None:
    """Do what `docker attach` does: the size plus one, and then the size."""
    screen.resize(ROWS + 1, COLUMNS)
    screen.resize(ROWS, COLUMNS)


def hidden(screen: Screen) -> None:
    """Wait until the prompt is gone, and the terminal is no longer as the prompt wants it."""
    screen.until(lambda: "You:" not in screen.lines(), "no prompt")
    screen.until(lambda: screen.raw.endswith(LAST_OF_PROMPT), "the prompt's last bytes")
    screen.until_modes(lambda iflag, lflag: iflag & termios.ICRNL and not lflag & termios.ICANON)


def plain(screen: Screen) -> bytes:
    """Return all that was written, without the colours."""
    return _COLORS.sub(b"", screen.raw)


def test_its_log_has_colors_and_no_other_escape_sequence_and_no_prompt(
    unwatched: Screen, other: JsonTalker
) -> None:
    for number in range(5):
        other.says(f"{number}")
    unwatched.logged("said -> 4")
    assert b"\x1b[36m[COLOR (green)] said -> 4" in unwatched.raw
    _, *said = plain(unwatched).splitlines()
    assert said == [b"[COLOR (green)] said -> %d" % number for number in range(5)]


def test_one_that_is_shut_out_ends_also_while_its_prompt_is_hidden(
    tmp_path: Path, cheap_passwords: None
) -> None:
    with (
        ChatServer(port=0) as server,
        Screen(tmp_path, server.port, "--name", "ana", size=NOBODY) as ana,
    ):
        ana.logged("Connected to server at")
        with administrator(server) as boss:
            boss.ask(type="ban", id="b", room="*", name="ana", reason="spam")
            assert ana.exit_code() == 1


def test_a_line_written_to_it_is_said_and_logged(unwatched: Screen, other: JsonTalker) -> None:
    unwatched.type("hi\n")
    other.hears(Heard("red", "hi"))
    unwatched.logged("hi\r\n")
    assert plain(unwatched).splitlines()[1:] == [b"You: hi"]  # and no echo of it
    assert b"\x1b[31mYou: \x1b[0mhi" in unwatched.raw


def test_several_lines_written_at_once_are_said_one_by_one(
    unwatched: Screen, other: JsonTalker
) -> None:
    unwatched.type("one\ntwo\nthree\n")
    other.hears(Heard("red", "one"), Heard("red", "two"), Heard("red", "three"))


def test_attaching_shows_the_prompt_without_a_key(unwatched: Screen) -> None:
    attach(unwatched)
    unwatched.shows_prompt()
    assert unwatched.color_of("You:") == "red"


def test_attaching_while_it_starts_shows_the_prompt_too(served: int, tmp_path: Path) -> None:
    """As `docker compose run` does: it gives the terminal its size some moments later."""
    with Screen(tmp_path, served, size=NOBODY) as ours:
        attach(ours)
        ours.shows_prompt()


def test_after_attaching_one_types_and_reads_as_at_any_terminal(
    unwatched: Screen, other: JsonTalker
) -> None:
    attach(unwatched)
    unwatched.shows_prompt()
    unwatched.type("half")
    unwatched.shows_prompt("half")
    other.says("hello")
    unwatched.shows("[COLOR (green)] said -> hello", "You: half")
    unwatched.type(" whole\r")
    other.hears(Heard("red", "half whole"))


def test_without_a_key_the_prompt_hides_and_the_log_is_clean_again(
    unwatched: Screen, other: JsonTalker
) -> None:
    attach(unwatched)
    unwatched.shows_prompt()
    hidden(unwatched)
    before = len(unwatched.raw)
    other.says("one")
    other.says("two")
    unwatched.logged("said -> two\x1b[0m\r\n")
    assert _COLORS.sub(b"", unwatched.raw[before:]) == (
        b"[COLOR (green)] said -> one\r\n[COLOR (green)] said -> two\r\n"
    )


def test_any_key_brings_the_prompt_back_and_is_not_lost(
    unwatched: Screen, other: JsonTalker
) -> None:
    attach(unwatched)
    unwatched.shows_prompt()
    hidden(unwatched)
    unwatched.type("x")
    unwatched.shows_prompt("x")
    unwatched.type("yz\r")
    other.hears(Heard("red", "xyz"))


def test_attaching_again_brings_the_prompt_back(unwatched: Screen) -> None:
    attach(unwatched)
    unwatched.shows_prompt()
    hidden(unwatched)
    attach(unwatched)
    unwatched.shows_prompt()


@pytest.mark.parametrize("attached", [False, True], ids=["unattached", "attached"])
@pytest.mark.parametrize("way", ["sigterm", "ctrl-d"])
def test_it_can_be_told_to_leave(unwatched: Screen, attached: bool, way: str) -> None:
    if attached:
        attach(unwatched)
        unwatched.shows_prompt()
    if way == "sigterm":
        unwatched.signal(signal.SIGTERM)
    else:
        unwatched.type(CTRL_D)
    assert unwatched.exit_code() == 0
