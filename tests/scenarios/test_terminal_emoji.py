"""Emoji at a terminal: who types a name says a sign."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.processes import run_client
from tests.scenarios.screens import TAB, Screen
from tests.scenarios.talkers import Heard, JsonTalker


@pytest.fixture
def screen(served: int, tmp_path: Path) -> Iterator[Screen]:
    with Screen(tmp_path, served, "--name", "ana", "--color", "red") as ours:
        ours.shows_prompt()
        yield ours


def test_what_is_said_answered_and_edited_has_the_signs(screen: Screen, other: JsonTalker) -> None:
    other.says("which one?")
    screen.shows("[COLOR (green)] said -> which one?", "You:")
    screen.type(":fire: in the ho:use: :nope:\r")
    other.hears(Heard("red", "🔥 in the ho:use: :nope:", "ana"))
    screen.type("/reply :+1:\r")
    other.hears(Heard("red", "👍", "ana"))
    screen.type("/edit no :-1:\r")
    assert other.event("edit")["text"] == "no 👎"


def test_what_is_said_to_one_alone_has_the_signs(screen: Screen, other: JsonTalker) -> None:
    screen.type(f"/msg {other.welcome['name']} :wave: you\r")
    other.event("joined")
    assert other.event("message")["text"] == "👋 you"


def test_a_pasted_block_stays_as_it_is(screen: Screen, other: JsonTalker) -> None:
    screen.paste("moods:\n  :fire: hot")
    screen.type("\r")
    other.hears(Heard("red", "moods:\n  :fire: hot", "ana"))


def test_a_reaction_is_the_sign_however_it_is_typed(screen: Screen, other: JsonTalker) -> None:
    other.says("look")
    screen.shows("[COLOR (green)] said -> look", "You:")
    screen.type("/react :+1:\r")
    put = other.event("react")
    assert (put["emoji"], put["on"]) == ("👍", True)
    for again in ("/unreact 👍", "/react 👍", "/unreact :thumbsup:"):
        screen.type(f"{again}\r")
        changed = other.event("react")
        assert (changed["emoji"], changed["on"]) == ("👍", again.startswith("/react"))


def test_what_comes_from_a_pipe_stays_as_it_is(
    served: int, other: JsonTalker, tmp_path: Path
) -> None:
    ended = run_client(tmp_path, "--port", str(served), "--name", "ci", given="it is :fire:\n")
    assert ended.returncode == 0
    other.hears(Heard("blue", "it is :fire:", "ci"))


def test_of_several_names_that_begin_so_the_most_usual_is_taken_first(
    screen: Screen, other: JsonTalker
) -> None:
    screen.type("done :rock")
    screen.until(lambda: any("🪨" in line and ":rock:" in line for line in screen.lines()), "rock")
    screen.type(f"{TAB}")
    screen.until(lambda: any(line.startswith("You: done 🚀") for line in screen.lines()), "🚀")
    screen.type("\r\r")
    other.hears(Heard("red", "done 🚀 ", "ana"))


def test_ones_own_line_is_shown_as_others_see_it_and_broken_between_words(
    served: int, tmp_path: Path
) -> None:
    with Screen(tmp_path, served, "--name", "ana", size=(24, 30)) as narrow:
        narrow.shows_prompt()
        narrow.type("this line is too long for :fire: a row\r")
        narrow.shows("You: this line is too long for", "    🔥 a row", "You:")
