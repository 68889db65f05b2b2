"""What only our terminal has: /clear, and its part of the help."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.screens import NOBODY, ROWS, Screen
from tests.scenarios.talkers import Heard, JsonTalker

from huechat.wire.typed import VERBS


@pytest.fixture
def screen(served: int, tmp_path: Path) -> Iterator[Screen]:
    with Screen(tmp_path, served, "--name", "ana", "--color", "red") as ours:
        ours.shows_prompt()
        yield ours


def test_clear_empties_the_screen_and_keeps_what_was_on_it_above(
    screen: Screen, other: JsonTalker
) -> None:
    screen.type("one\rtwo\r")
    other.hears(Heard("red", "one", "ana"), Heard("red", "two", "ana"))
    screen.type("/clear\r")
    screen.until(lambda: screen.lines() == ["You:"], "an empty screen")
    assert screen.scrolled()[1:] == ["You: one", "You: two", "You: /clear"]
    screen.shows_status("#lobby", "here")
    screen.type("three\r")
    other.hears(Heard("red", "three", "ana"))
    other.says("I see")
    screen.until(
        lambda: screen.lines() == ["You: three", "[COLOR (green)] said -> I see", "You:"],
        "the rest",
    )


def test_clear_of_a_full_screen_keeps_each_line_once(screen: Screen) -> None:
    for number in range(ROWS + 5):
        screen.type(f"line {number}\r")
    screen.shows(f"You: line {ROWS + 4}", "You:")
    screen.type("/clear\rbegun")
    screen.until(lambda: screen.lines() == ["You: begun"], "an empty screen")
    typed = [f"You: line {number}" for number in range(ROWS + 5)]
    assert screen.scrolled()[1:] == [*typed, "You: /clear"]


def test_clear_sends_no_cursor_about_where_a_terminal_knows_nothing_of_that(
    served: int, tmp_path: Path
) -> None:
    with Screen(tmp_path, served, "--name", "ana", TERM="dumb") as dumb:
        dumb.shows_prompt()
        dumb.type("/clear\r")
        dumb.until(lambda: dumb.lines()[:-1] == [""] * len(dumb.lines()[:-1]), "an empty screen")
        dumb.shows_prompt()
        assert b"\x1b[H" not in dumb.raw


def test_where_nobody_has_a_screen_there_is_none_to_clear(served: int, tmp_path: Path) -> None:
    with Screen(tmp_path, served, "--name", "ana", size=NOBODY) as log:
        log.logged("Connected to server")
        log.type("/clear\n")
        log.logged("Error: there is no screen here to clear")


def test_help_fits_the_screen_and_tells_of_this_terminal(screen: Screen) -> None:
    screen.type("/clear\r/help\r")
    screen.until(lambda: screen.last() == "You:" and len(screen.lines()) > ROWS // 2, "the help")
    shown = screen.lines()
    assert len(shown) < ROWS  # what was typed, the help, the prompt and the status bar
    assert shown[0] == "You: /help"
    words = " ".join(shown).replace(",", " ").split()
    assert [verb.name for verb in VERBS if f"/{verb.name}" not in words] == []
    assert {"/go", "/time", "/clear", "Alt-Enter", "Tab", ":fire:"} <= set(words)


@pytest.mark.parametrize("asked", ["/help all", "/H /ALL", "/? all"])
def test_help_of_all_tells_of_this_terminal_in_the_end(
    served: int, tmp_path: Path, asked: str
) -> None:
    with Screen(tmp_path, served, "--name", "ana", size=(120, 80)) as tall:
        tall.shows_prompt()
        tall.type(f"{asked}\r")
        tall.shows("    A name such as :fire: becomes its emoji; Tab completes it.", "You:")
        shown = tall.lines()
        for usage in (*(verb.usage for verb in VERBS), "/go ROOM", "/time", "/clear"):
            assert any(line.startswith(f"    {usage} ") for line in shown), usage
        columns = {line.index("  ", 5) for line in shown if line.startswith("    /login NAME P")}
        assert columns, "help of the commands stands before"


def test_help_of_what_only_this_terminal_has(screen: Screen) -> None:
    for asked, last in (
        ("go", "  For example: /go lobby"),
        ("/TIME", "  For example: /time"),
        ("clear", "  For example: /clear"),
    ):
        screen.type(f"/help {asked}\r")
        screen.shows(last, "You:")
    screen.type("/cler\r")
    screen.shows("Error: there is no /cler; did you mean /clear? /help lists all", "You:")
