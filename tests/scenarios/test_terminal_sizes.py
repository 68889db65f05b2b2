"""Terminals of all sizes, that change while one types."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.screens import ALT, CTRL_U, TAB, UP, Screen
from tests.scenarios.talkers import Heard, JsonTalker

_numbers = itertools.count(1)


@pytest.fixture
def ana(served: int, tmp_path: Path) -> Iterator[Screen]:
    with Screen(tmp_path, served, "--name", "ana") as screen:
        screen.shows_prompt()
        yield screen


def says(other: JsonTalker, text: str) -> None:
    other.ask(type="say", id=f"said-{next(_numbers)}", text=text)


def test_a_menu_that_is_open_outlives_another_size(ana: Screen, other: JsonTalker) -> None:
    ana.type("/his")
    ana.until(lambda: any("/history  show the newest" in line for line in ana.lines()))
    ana.resize(12, 30)
    ana.until(lambda: any("/history" in line and "You" not in line for line in ana.lines()))
    ana.shows_status("#lobby")
    ana.resize(24, 80)
    ana.until(lambda: any("/history  show the newest" in line for line in ana.lines()))
    ana.type(TAB + "3")
    ana.shows_prompt("/history 3")
    ana.type(CTRL_U + "still here\r")
    other.hears(Heard("blue", "still here", "ana"))


def test_a_block_that_was_begun_outlives_another_size(ana: Screen, other: JsonTalker) -> None:
    ana.paste("one\ntwo and a half")
    ana.shows("You: one", "     two and a half")
    ana.resize(10, 18)
    ana.shows("You: one", "     two and a hal", "     f")
    says(other, "hi")
    ana.until(lambda: any("-> hi" in line for line in ana.lines()), "a message")
    ana.resize(24, 80)
    ana.shows("You: one", "     two and a half")
    ana.type(ALT + "\rthree\r")
    other.hears(Heard("blue", "one\ntwo and a half\nthree", "ana"))


@pytest.mark.parametrize("size", [(12, 20), (3, 80), (2, 20), (1, 40)], ids=str)
def test_one_can_talk_on_a_screen_however_small(
    served: int, tmp_path: Path, other: JsonTalker, size: tuple[int, int]
) -> None:
    with Screen(tmp_path, served, "--name", "ana", size=size) as small:
        small.logged("You: ")
        says(other, "hi")
        small.logged("-> hi")
        small.type("a long line that wraps here /")
        small.until(lambda: small.last().endswith("here /"), "the end of what is typed")
        small.type("\r")
        other.hears(Heard("blue", "a long line that wraps here /", "ana"))
        small.type("/his")
        small.until(lambda: any("/his" in line for line in small.lines()), "a command")
        small.type(CTRL_U + "bye\r")
        other.hears(Heard("blue", "bye", "ana"))
        if size[0] > 2:
            small.shows_status("#lobby")


@pytest.mark.parametrize("rows", [3, 5, 7])
def test_nothing_is_chosen_from_a_menu_for_which_there_are_no_rows(
    served: int, tmp_path: Path, other: JsonTalker, rows: int
) -> None:
    with Screen(tmp_path, served, "--name", "ana", size=(rows, 60)) as small:
        small.shows_prompt()
        small.type("first\r")
        small.shows_prompt()
        small.type("/color g" + TAB)
        small.shows_prompt("/color gre")
        small.type(TAB)
        small.shows("grey  green", "You: /color gre")
        small.type(TAB + "e" + TAB)
        small.shows_prompt("/color green")
        small.type(CTRL_U + "/his" + UP)
        small.shows_prompt("first")


def test_what_scrolls_by_is_whole_and_in_its_order(ana: Screen, other: JsonTalker) -> None:
    """What a terminal keeps of what went over its upper edge is what is looked for there."""
    ana.type("half a line")
    ana.shows_prompt("half a line")
    told = [f"number {number} {'x' * (number % 5)}" for number in range(60)]
    for text in told:
        says(other, text)
    ana.until(lambda: ana.last() == "You: half a line" and told[-1] in ana.newest())
    lines = [*ana.scrolled(), *ana.lines()]
    heard = [line.partition("said -> ")[2] for line in lines if "said -> " in line]
    assert heard == [text.rstrip() for text in told]
    assert sum(line.startswith("You:") for line in lines) == 1
