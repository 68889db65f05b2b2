"""What one types at the prompt: completion, pasted blocks, further lines, small screens."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from tests.scenarios.processes import ServerProcess
from tests.scenarios.screens import ALT, CTRL_C, CTRL_U, TAB, UP, Screen
from tests.scenarios.talkers import FAILURE_S, Heard, JsonTalker


@pytest.fixture
def screen(served: int, tmp_path: Path) -> Iterator[Screen]:
    with Screen(tmp_path, served, "--name", "ana", "--color", "red") as ours:
        ours.shows_prompt()
        yield ours


def says(other: JsonTalker, text: str, id_: str = "a") -> None:
    other.ask(type="say", id=id_, text=text)


def test_a_command_is_completed_and_the_menu_tells_what_it_does(screen: Screen) -> None:
    screen.type("/hist")
    screen.until(lambda: any("/history  show the newest" in line for line in screen.lines()))
    screen.type(TAB + "3")
    screen.shows_prompt("/history 3")


def test_in_an_open_menu_tab_goes_from_one_to_the_next(screen: Screen) -> None:
    screen.type("/r")
    screen.until(lambda: any("/reply " in line for line in screen.lines()), "the menu")
    for command in ("/react", "/register", "/reply"):
        screen.type(TAB)
        screen.until(lambda typed=command: f"You: {typed}" in screen.lines(), command)


def test_a_name_is_completed_after_the_sign_and_without(screen: Screen, served: int) -> None:
    with JsonTalker(served, name="benedict"):
        screen.shows_status("2 here")
        screen.type("hi @bene" + TAB + "and bened" + TAB)
        screen.shows_prompt("hi @benedict and benedict")


def test_a_room_and_a_color_are_completed_where_a_command_takes_them(screen: Screen) -> None:
    screen.type("/go lob" + TAB)
    screen.shows_prompt("/go lobby")
    screen.type(CTRL_U + "/color light_m" + TAB)
    screen.shows_prompt("/color light_magenta")


def test_an_emoji_is_completed_from_its_name(screen: Screen, other: JsonTalker) -> None:
    screen.type("done :rocke" + TAB + "\r")
    other.hears(Heard("red", "done 🚀 ", "ana"))


def test_what_is_pasted_is_one_message_and_a_block_for_others(
    screen: Screen, served: int, tmp_path: Path
) -> None:
    with Screen(tmp_path, served) as reader, JsonTalker(served) as listener:
        reader.shows_prompt()
        screen.paste("one\r\ntwo\nben [COLOR (blue)] said -> three\n")
        screen.shows("You: one", "     two", "     ben [COLOR (blue)] said -> three")
        screen.type("\r")
        listener.hears(Heard("red", "one\ntwo\nben [COLOR (blue)] said -> three", "ana"))
        reader.shows(
            "ana [COLOR (red)] said ->",
            "    one",
            "    two",
            "    ben [COLOR (blue)] said -> three",
            "You:",
        )


def test_all_of_what_is_taller_than_the_screen_is_on_it_once_it_is_sent(
    screen: Screen, other: JsonTalker
) -> None:
    lines = [f"line {number} of many" for number in range(60)]
    screen.paste("\n".join(lines))
    screen.until(lambda: any("line 59 of many" in line for line in screen.lines()), "the end")
    before = len(screen.raw)
    screen.type("\r")
    other.hears(Heard("red", "\n".join(lines), "ana"))
    screen.shows("     line 59 of many", "You:")
    written = screen.raw[before:].decode()
    assert all(f"{line}\r\n" in written for line in lines)


def test_ctrl_z_is_not_said(screen: Screen, other: JsonTalker) -> None:
    screen.type("a\x1ab\r")
    other.hears(Heard("red", "ab", "ana"))


def test_a_hundred_pasted_lines_are_one_message(screen: Screen, other: JsonTalker) -> None:
    block = "\n".join(f"line {number}" for number in range(100))
    screen.paste(block)
    screen.type("\r")
    other.hears(Heard("red", block, "ana"))


def test_what_is_pasted_and_looks_like_a_path_is_said(screen: Screen, other: JsonTalker) -> None:
    screen.paste("/etc/hosts\n/etc/passwd")
    screen.type("\r")
    other.hears(Heard("red", "/etc/hosts\n/etc/passwd", "ana"))


def test_what_is_pasted_right_after_enter_is_one_message(screen: Screen, other: JsonTalker) -> None:
    screen.type("first\r")
    other.hears(Heard("red", "first", "ana"))
    screen.type("/clear\r")
    screen.paste("/quit\nnow")  # before there is another prompt
    screen.type("\r")
    screen.shows_anywhere(
        "Error: /quit takes one line; to say all these lines, put /say before them"
    )
    assert screen.raw.count(b"\x1b[?2004h") == 1
    assert b"\x1b[?2004l" not in screen.raw


@pytest.mark.parametrize("key", ["0", "-"])
def test_alt_with_no_rooms_number_swallows_nothing(
    screen: Screen, other: JsonTalker, key: str
) -> None:
    screen.type(f"{ALT}{key}/me waves\r")
    other.hears(Heard("red", "* waves", "ana"))


def test_bytes_that_are_no_text_are_not_sent_and_told_so(screen: Screen, other: JsonTalker) -> None:
    screen.type(b"caf\xe9\r")
    told = "Error: there is a byte in it that is not UTF-8 (0xe9); it was not sent"
    screen.shows_anywhere(told)
    other.hears_nothing_more()


def test_alt_enter_begins_a_line_and_enter_sends_all(screen: Screen, other: JsonTalker) -> None:
    screen.type("one" + ALT + "\rtwo")
    screen.shows("You: one", "     two")
    screen.type("\r")
    other.hears(Heard("red", "one\ntwo", "ana"))
    screen.shows("You: one", "     two", "You:")
    screen.type(UP)
    screen.shows("You: one", "     two", "You: one", "     two")


def test_a_block_that_is_not_sent_leaves_no_empty_rows(screen: Screen) -> None:
    screen.paste("one\ntwo\nthree")
    screen.shows("You: one", "     two", "     three")
    screen.type(CTRL_C)
    screen.shows_prompt()
    screen.until(lambda: screen.bar_row() == len(screen.lines()), "a bar below the prompt")


def test_a_message_in_mid_word_leaves_the_completion_working(
    screen: Screen, other: JsonTalker
) -> None:
    screen.type("/his")
    screen.until(lambda: "/history" in screen.last())
    says(other, "I interrupt")
    screen.shows_anywhere("[COLOR (green)] said -> I interrupt")
    screen.type(TAB + "7")
    screen.shows("You: /history 7")


def test_a_resized_screen_is_drawn_anew(screen: Screen, other: JsonTalker) -> None:
    screen.type("a rather long line that is being typed")
    screen.shows_prompt("a rather long line that is being typed")
    screen.resize(20, 30)
    screen.until(
        lambda: screen.lines()[-2:] == ["You: a rather long line that i", "     s being typed"]
    )
    screen.resize(24, 80)
    screen.shows_prompt("a rather long line that is being typed")
    says(other, "hi")
    screen.shows_anywhere("[COLOR (green)] said -> hi")
    screen.type("\r")
    other.hears(Heard("red", "a rather long line that is being typed", "ana"))


def test_thirty_columns_are_enough(served: int, tmp_path: Path, other: JsonTalker) -> None:
    with Screen(tmp_path, served, "--name", "ana", size=(12, 30)) as narrow:
        narrow.shows_prompt()
        narrow.shows_status("#lobby", "here")
        narrow.type("/help me\r")
        narrow.shows("/me TEXT", "  Say what you do.", "  For example: /me waves", "You:")
        narrow.type("x" * 40)
        narrow.shows("You: " + "x" * 25, "     " + "x" * 15)
        says(other, "z" * 40)
        narrow.until(lambda: sum(line.count("z") for line in narrow.lines()) == 40, "all of it")
        narrow.type("\r")
        other.hears(Heard("blue", "x" * 40, "ana"))


class Flood:
    """Somebody who says a thousand things a second, as long as it is entered."""

    def __init__(self, port: int) -> None:
        self._ended = threading.Event()
        self._talker = JsonTalker(port, name="eve")
        self._thread = threading.Thread(target=self._say)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(FAILURE_S)
        self._talker.close()

    def _say(self) -> None:
        numbers = itertools.count()
        while not self._ended.wait(0.01):
            for number in itertools.islice(numbers, 10):
                self._talker.ask(type="say", id=f"f{number}", text=f"flood {number} ends")
            while (
                self._talker.line_of("ack", "message") and self._talker.last["id"] != f"f{number}"
            ):
                pass


def heard_from(listener: JsonTalker, name: str) -> str:
    while (heard := listener.next_heard()).name != name:
        pass
    return heard.text


def test_in_a_flood_what_is_typed_is_shown_and_sent_and_nothing_is_lost(tmp_path: Path) -> None:
    typed = [f"line {number} of one who is not disturbed" for number in range(10)]
    with (
        ServerProcess(tmp_path, HUECHAT_MESSAGES_PER_S="0") as server,
        Screen(tmp_path, server.port, "--name", "ana") as screen,
        JsonTalker(server.port, name="ben") as listener,
    ):
        screen.shows_prompt()
        with Flood(server.port):
            screen.logged("flood 100 ends")
            for line in typed:
                for key in line:
                    screen.type(key)
                screen.shows_prompt(line)
                screen.type("\r")
                assert heard_from(listener, "ana") == line
            screen.logged("flood 2000 ends")
        shown = re.findall(rb"said -> flood (\d+) ends", screen.raw)
        assert [int(number) for number in shown] == list(range(len(shown)))
