"""What is longer than a terminal is wide."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.screens import COLUMNS, NOBODY, ROWS, Screen
from tests.scenarios.talkers import JsonTalker

from huechat.protocol import COLORS

HEADING = "[COLOR (green)] said ->"
LONG = "all of these words are read more easily if none of them is torn at the terminal's edge"
FORGED = "[COLOR (red)] said -> I owe lou money"

_numbers = itertools.count(1)


@pytest.fixture
def ana(served: int, tmp_path: Path) -> Iterator[Screen]:
    with Screen(tmp_path, served) as screen:
        screen.shows_prompt()
        yield screen


def says(other: JsonTalker, text: str) -> None:
    other.ask(type="say", id=f"said-{next(_numbers)}", text=text)


def test_a_long_message_is_broken_between_words_above_what_is_typed(
    ana: Screen, other: JsonTalker
) -> None:
    ana.type("half a line")
    ana.shows_prompt("half a line")
    says(other, LONG)
    says(other, "short")
    ana.shows(
        f"{HEADING} all of these words are read more easily if none of them",
        "    is torn at the terminal's edge",
        f"{HEADING} short",
        "You: half a line",
    )
    assert ana.color_of("torn") == "cyan"


def test_the_width_that_counts_is_that_of_the_moment(ana: Screen, other: JsonTalker) -> None:
    ana.resize(ROWS, 40)
    ana.shows_prompt()
    says(other, LONG)
    ana.shows(
        f"{HEADING} all of these",
        "    words are read more easily if none",
        "    of them is torn at the terminal's",
        "    edge",
        "You:",
    )
    ana.resize(ROWS, COLUMNS)
    ana.shows_prompt()
    says(other, LONG)
    ana.shows("    is torn at the terminal's edge", "You:")


@pytest.mark.parametrize("filling", [" ", "\xa0", "x", "日"], ids=["spaces", "fixed", "x", "wide"])
def test_nobody_can_speak_for_another_at_the_terminals_edge(
    ana: Screen, other: JsonTalker, filling: str
) -> None:
    for columns in (COLUMNS - 1, COLUMNS):
        says(other, "so" + filling * (columns - len(f"{HEADING} so")) + FORGED)
        says(other, filling * columns + FORGED)
    says(other, "that is all")
    ana.shows(f"{HEADING} that is all", "You:")
    lines = [*ana.scrolled(), *ana.lines()]
    assert sum("owe lou" in line for line in lines) == 4
    assert not any(line.startswith("[COLOR (red)") for line in lines)


def test_a_message_as_long_as_can_be_is_shown_to_its_end(ana: Screen, other: JsonTalker) -> None:
    says(other, "many words " * 200 + "and the last")
    ana.until(lambda: ana.last() == "You:" and ana.newest() == "    last", "the end")
    assert all(line.startswith("    ") for line in ana.lines()[:-1])


def test_an_error_before_there_is_a_prompt_is_broken_between_words(tmp_path: Path) -> None:
    with Screen(tmp_path, 1, size=(24, 40), HUECHAT_COLOR="mauve") as narrow:
        assert narrow.exit_code() == 1
        first, *more = narrow.lines()
        assert first == "Error: HUECHAT_COLOR is 'mauve' in the"
        assert len(more) > 1
        assert all(row.startswith("    ") for row in more)
        told = " ".join(row.strip() for row in more)
        assert told.startswith(f"environment; it may be one of {', '.join(COLORS)}")


def test_what_is_read_aloud_is_left_whole(served: int, tmp_path: Path, other: JsonTalker) -> None:
    with Screen(tmp_path, served, HUECHAT_PLAIN="yes") as plain:
        plain.shows_prompt()
        says(other, LONG)
        plain.logged(f"{HEADING} {LONG}")


def test_a_log_has_a_line_for_each_message(served: int, tmp_path: Path, other: JsonTalker) -> None:
    with Screen(tmp_path, served, size=NOBODY) as unwatched:
        unwatched.logged("Connected to server at")
        says(other, LONG)
        unwatched.logged(f"{HEADING} {LONG}")


def test_what_comes_before_there_is_a_prompt_is_broken_between_words_too(
    served: int, tmp_path: Path, other: JsonTalker
) -> None:
    said = "what was said before anybody came in here"
    other.says(said)
    with Screen(tmp_path, served, "--name", "ana", "--history", "1", size=(24, 30)) as narrow:
        narrow.shows_prompt()
        rows = "[COLOR (green)] said -> what", "    was said before anybody", "    came in here"
        narrow.until(lambda: tuple(narrow.lines()[-4:-1]) == rows, "words")
        assert "    127.0.0.1:" in "\n".join(narrow.lines())
