"""How what is said looks at a terminal, and the ways to have it otherwise."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.scenarios.screens import ALT, CTRL_C, TAB, UP, Screen
from tests.scenarios.talkers import Heard, JsonTalker

HEADING = "lou [COLOR (blue)] said ->"
CLOCK = re.compile(r"\d\d:\d\d ")
MOVES = re.compile(rb"\x1b(?!\[(?:\d+(?:;\d+)*)?m|\[\?2004[hl]|\[\?25h|\[\?12l)")
"""An escape sequence that is more than a colour, bracketed paste, or a cursor that is shown."""


_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def lou(served: int) -> Iterator[JsonTalker]:
    """Give somebody in blue who talks to the terminal, all the time, and hears what is said."""
    with JsonTalker(served, "blue", "lou") as talker:
        yield talker


@contextmanager
def at_a_terminal(port: int, folder: Path, *flags: str, **variables: str) -> Iterator[Screen]:
    """Give a terminal at which somebody called ana sits, with these settings."""
    with Screen(folder, port, "--name", "ana", *flags, **variables) as screen:
        screen.shows_prompt()
        yield screen


def says(lou: JsonTalker, text: str) -> None:
    lou.ask(type="say", id=f"said-{next(_numbers)}", text=text)


def test_a_format_of_ones_own_with_names_in_their_colors(
    served: int, tmp_path: Path, lou: JsonTalker
) -> None:
    with at_a_terminal(served, tmp_path, HUECHAT_FORMAT="<{name}> {text}") as ana:
        says(lou, "hi")
        ana.shows("<lou> hi", "You:")
        assert ana.color_of("lou") == "blue"
        assert ana.color_of("hi") == "default"


@pytest.mark.parametrize(("color", "shown"), [("grey", "37"), ("blue", "94"), ("red", "31")])
def test_ones_own_prompt_can_be_read_on_the_background(
    served: int, tmp_path: Path, color: str, shown: str
) -> None:
    with at_a_terminal(served, tmp_path, "--color", color, HUECHAT_BACKGROUND="dark") as ana:
        prompt = next(line for line in ana.raw.split(b"\x1b[") if b"You: " in line)
        assert prompt.partition(b"You: ")[0].decode() in (f"{shown}m", f"0;{shown}m")


def test_a_format_with_a_clock_tells_the_time_once(
    served: int, tmp_path: Path, lou: JsonTalker
) -> None:
    with at_a_terminal(served, tmp_path, HUECHAT_FORMAT="{time} {name}: {text}") as ana:
        ana.type("/time\r")
        ana.shows("You: /time", "The time is shown before each line.", "You:")
        says(lou, "hi")
        ana.until(lambda: ana.newest().endswith(" lou: hi"), "a message")
        assert len(CLOCK.findall(ana.newest())) == 1


@pytest.mark.parametrize(("background", "color"), [("dark", "brightblue"), ("light", "blue")])
def test_a_name_can_be_read_on_the_background(
    served: int, tmp_path: Path, lou: JsonTalker, background: str, color: str
) -> None:
    form = {"HUECHAT_FORMAT": "<{name}> {text}", "HUECHAT_BACKGROUND": background}
    with at_a_terminal(served, tmp_path, **form) as ana:
        says(lou, "hi")
        ana.shows("<lou> hi", "You:")
        assert ana.color_of("lou") == color


def test_timestamps_are_shown_on_demand(served: int, tmp_path: Path, lou: JsonTalker) -> None:
    with at_a_terminal(served, tmp_path) as ana:
        for text, stamped in (("one", False), ("two", True), ("three", False)):
            says(lou, text)
            ana.until(lambda text=text: ana.newest().endswith(f"{HEADING} {text}"), text)
            assert bool(CLOCK.match(ana.newest())) == stamped
            ana.type("/time\r")
            told = "not shown now" if stamped else "shown before each line"
            ana.shows("You: /time", f"The time is {told}.", "You:")


@pytest.mark.parametrize("notify", ["desktop", "bell", "off"])
def test_one_is_called_as_one_wants_to_be(
    served: int, tmp_path: Path, lou: JsonTalker, notify: str
) -> None:
    with at_a_terminal(served, tmp_path, HUECHAT_NOTIFY=notify) as ana:
        says(lou, "hello @ana")
        says(lou, "that is all")
        ana.shows(f"{HEADING} hello @ana", f"{HEADING} that is all", "You:")
        assert ana.bells() == (notify != "off")
        assert ana.raw.count(b"\x1b]9;") == (notify == "desktop")


def test_without_colors_there_are_none_and_all_else_is_there(
    served: int, tmp_path: Path, lou: JsonTalker
) -> None:
    with at_a_terminal(served, tmp_path, "--color", "red", NO_COLOR="1") as ana:
        says(lou, "hi @ana")
        says(lou, "hi all")
        ana.shows(f"{HEADING} hi @ana", f"{HEADING} hi all", "You:")
        assert ana.is_bold("hi @ana")
        assert not ana.is_bold("hi all")
        ana.type("/nonsense\r")
        ana.shows_anywhere("Error: there is no /nonsense; /help lists all")
        ana.shows_status("#lobby", "ana")
        assert not re.search(rb"\x1b\[(?:\d+;)*(?:3[0-9]|9[0-7])m", ana.raw)


def test_a_block_cannot_pass_for_what_others_said(
    served: int, tmp_path: Path, lou: JsonTalker
) -> None:
    forged = "mika [COLOR (red)] said -> I owe lou money"
    with at_a_terminal(served, tmp_path) as ana:
        says(lou, f"one\n{forged}\rYou: yes\x85{forged}\u2028{forged}\x0b{forged}")
        ana.until(lambda: ana.last() == "You:" and HEADING in ana.lines(), "a block")
        begun = ana.lines().index(HEADING)
        assert ana.lines()[begun + 1 : begun + 3][0] == "    one"
        assert not any(line.startswith(("mika", "You: yes")) for line in ana.lines())


def test_control_characters_are_shown_and_not_obeyed(
    served: int, tmp_path: Path, lou: JsonTalker
) -> None:
    with at_a_terminal(served, tmp_path) as ana:
        says(lou, "\x1b[2J\x1b]0;owned\x07\x08\x9b31m\u202etxet")
        ana.shows(f"{HEADING} ␛[2J␛]0;owned␇␈<U+009B>31m<U+202E>txet", "You:")
        for obeyed in (b"\x1b[2J", b"\x1b]0;", "\x9b".encode(), "\u202e".encode()):
            assert obeyed not in ana.raw
        ana.paste("a\x1bb\x07c\x9bd")
        ana.type("\r")
        assert lou.next_heard().text.startswith("a")
        assert "\x9b".encode() not in ana.raw


def test_wide_letters_and_emoji_leave_the_cursor_where_it_is(
    served: int, tmp_path: Path, lou: JsonTalker
) -> None:
    with at_a_terminal(served, tmp_path) as ana:
        ana.type("日本 🚀 ☀️ x")
        ana.until(lambda: ana.last().replace(" ", "").endswith("x"), "x")
        ana.type("\x1b[D" * 4 + "!")  # before the sun, which is two characters
        ana.until(lambda: "!☀ x" in ana.last(), "it where one is")
        ana.type("\r")
        lou.hears(Heard("blue", "日本 🚀 !☀️ x", "ana"))


def test_the_menu_of_emoji_has_no_sign_that_terminals_differ_about(
    served: int, tmp_path: Path, lou: JsonTalker
) -> None:
    with at_a_terminal(served, tmp_path) as ana:
        ana.type(":w")
        for name in (":warning:", ":wave:", ":wink:"):
            ana.until(lambda name=name: any(name in line for line in ana.lines()), name)
        assert "\ufe0f".encode() not in ana.raw
        ana.type("arn" + TAB)
        ana.until(lambda: ana.last().rstrip() == "You: ⚠", "a sign")
        ana.type("!\r")
        lou.hears(Heard("blue", "⚠️ !", "ana"))
        assert "\ufe0f".encode() not in ana.raw


@pytest.fixture(params=["asked for", "dumb terminal"])
def plain(
    served: int, tmp_path: Path, lou: JsonTalker, request: pytest.FixtureRequest
) -> Iterator[Screen]:
    """Give a terminal for one who has it read aloud, or that is an old one."""
    how = {"HUECHAT_PLAIN": "yes"} if request.param == "asked for" else {"TERM": "dumb"}
    with at_a_terminal(served, tmp_path, **how) as ana:
        yield ana
        assert MOVES.findall(ana.raw) == []
        if request.param != "asked for":
            assert b"\x1b" not in ana.raw


def test_a_plain_terminal_is_written_to_line_by_line(plain: Screen, lou: JsonTalker) -> None:
    says(lou, "hello @ana")
    plain.shows(f"{HEADING} hello @ana", "You:")
    assert plain.status() == ""
    assert (plain.bells(), plain.raw.count(b"\x1b]9;")) == (1, 0)
    plain.type("half a ")
    plain.shows("You: half a")
    says(lou, "I interrupt")
    plain.shows("You: half a", f"{HEADING} I interrupt", "You: half a")
    plain.type("line\r")
    lou.hears(Heard("blue", "half a line", "ana"))
    plain.shows("You: half a line", "You:")
    assert plain.raw.count(b"half a ") == 2  # as it was typed, and below what interrupted


def test_a_line_at_a_plain_terminal_can_be_edited(plain: Screen, lou: JsonTalker) -> None:
    plain.type("one twoo")
    plain.shows_prompt("one twoo")
    plain.type("\x7f")
    plain.shows_prompt("one two")
    plain.type("\x1b[D" * 3)
    plain.type("and ")
    plain.shows_prompt("one and two")
    plain.type("\x01x\x05!")
    plain.shows_prompt("xone and two!")
    plain.type("\r")
    lou.hears(Heard("blue", "xone and two!", "ana"))
    plain.shows("You: xone and two!", "You:")
    plain.type(UP)
    plain.shows_prompt("xone and two!")
    plain.type(CTRL_C)
    plain.shows_prompt()


def test_a_line_wider_than_a_plain_terminal_is_said_whole(plain: Screen, lou: JsonTalker) -> None:
    long = "".join(f"{number:04}" for number in range(40))
    plain.type(long)
    plain.until(lambda: plain.last().endswith("0039"), "the end")
    plain.type("\x01begin ")
    plain.type("\x05\x7f\x7f\r")
    lou.hears(Heard("blue", f"begin {long[:-2]}", "ana"))
    plain.shows_prompt()


def test_further_lines_and_completion_at_a_plain_terminal(plain: Screen, lou: JsonTalker) -> None:
    plain.type("/his" + TAB)
    plain.shows_prompt("/history")
    plain.type("\x15one" + ALT + "\rtwo")
    plain.shows("You: one", "two")
    plain.type("\r")
    lou.hears(Heard("blue", "one\ntwo", "ana"))


def test_one_is_called_at_a_plain_terminal_without_reading_the_line_again(
    plain: Screen, lou: JsonTalker
) -> None:
    lou.ask(type="join", id=f"joins-{next(_numbers)}", room="builds")
    plain.type("/join builds\r")
    plain.shows("You look at #builds", "[#builds] You:")
    plain.type("half a line")
    plain.logged("half a line")
    says(lou, "@ana, over here")
    plain.until(lambda: plain.bells() == 1, "a bell")
    plain.type("!")
    plain.until(lambda: plain.last().endswith("half a line!"), "the line")
    assert plain.raw.count(b"half a line") == 1


def test_choices_at_a_plain_terminal_are_a_line(plain: Screen) -> None:
    plain.type("/color g" + TAB)
    plain.shows_prompt("/color gre")
    plain.type(TAB)
    plain.shows("You: /color gre", "grey  green", "You: /color gre")
    plain.type("e" + TAB)
    plain.shows_prompt("/color green")


def test_passwords_leave_nothing_on_a_plain_terminal(plain: Screen) -> None:
    plain.type("/login ana correct-horse")
    plain.shows_prompt("/login ana *************")
    plain.type("\x15/register\r")
    plain.shows("You: /register", "New password:")
    plain.type("correct-horse\r")
    plain.shows("New password:", "The same again:")
    plain.type(CTRL_C)
    plain.shows("The same again:", "No password was given, and nothing was sent.", "You:")
    assert b"correct" not in plain.raw
    assert plain.raw.count(b"*") == 13
