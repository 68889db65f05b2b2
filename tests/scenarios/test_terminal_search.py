"""Looking for what was typed before (Ctrl-R), and what may come in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.processes import ServerProcess
from tests.scenarios.screens import ALT, CTRL_C, CTRL_N, CTRL_U, Screen
from tests.scenarios.talkers import Heard, JsonTalker

CTRL_R = "\x12"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[int]:
    """Give the port of a server of its own: names and rooms are free."""
    (tmp_path / "server").mkdir()
    with ServerProcess(tmp_path / "server", HUECHAT_HISTORY="0") as process:
        yield process.port


@pytest.fixture
def ben(served: int) -> Iterator[JsonTalker]:
    with JsonTalker(served, "green", "ben") as talker:
        yield talker


@pytest.fixture
def ana(served: int, ben: JsonTalker, tmp_path: Path) -> Iterator[Screen]:
    """Give a terminal at which something was said."""
    with Screen(tmp_path, served, "--name", "ana", "--color", "red") as screen:
        screen.shows_prompt()
        for text in ("an apple", "a pear"):
            screen.type(f"{text}\r")
            ben.hears(Heard("red", text, "ana"))
        screen.shows("You: a pear", "You:")
        yield screen


def searches(ana: Screen, word: str, found: str) -> None:
    ana.type(f"{CTRL_R}{word}")
    ana.until(lambda: any(line == f"You: {found}" for line in ana.lines()), found)


def test_enter_takes_what_was_found_and_another_sends_it(ana: Screen, ben: JsonTalker) -> None:
    searches(ana, "app", "an apple")
    ana.type("\r")
    ana.shows("You: an apple")
    ben.hears_nothing_more()
    ana.type("!\r")
    ben.hears(Heard("red", "an !apple", "ana"))


def test_ctrl_c_leaves_the_search_and_not_the_client(ana: Screen, ben: JsonTalker) -> None:
    ana.type(f"begun{CTRL_R}")
    ana.until(lambda: any("search" in line for line in ana.lines()), "a search")
    ana.type(f"{CTRL_C} and ended\r")
    ben.hears(Heard("red", "begun and ended", "ana"))


def test_a_block_that_was_found_and_is_left_leaves_no_empty_rows(
    ana: Screen, ben: JsonTalker
) -> None:
    ana.paste("one\ntwo\nthree")
    ana.type("\r")
    ben.hears(Heard("red", "one\ntwo\nthree", "ana"))
    ana.shows("     three", "You:")
    ana.type(f"{CTRL_R}two")
    block = ["You: one", "     two", "     three"]
    ana.until(lambda: "search" in ana.last() and ana.lines()[-4:-1] == block, "a search")
    ana.type(CTRL_C)
    ana.shows("     three", "You:")
    ana.until(lambda: ana.bar_row() == len(ana.lines()), "a bar below the prompt")


@pytest.mark.parametrize("elsewhere", [CTRL_N, f"{CTRL_C}{ALT}1"])
def test_who_goes_on_from_a_search_has_a_prompt_that_works(
    ana: Screen, ben: JsonTalker, elsewhere: str
) -> None:
    ana.type(f"{CTRL_R}app{elsewhere}")
    ana.until(lambda: not any("search" in line for line in ana.lines()), "no search")
    ana.type(f"{CTRL_U}and more\r")
    ben.hears(Heard("red", "and more", "ana"))


def test_who_is_put_out_of_a_room_amid_a_search_has_a_prompt_that_works(
    ana: Screen, ben: JsonTalker
) -> None:
    ben.joins("den")
    ana.type("/join den\r")
    ana.until(lambda: ana.last() == "[#den] You:", "the room's prompt")
    ana.type(f"{CTRL_R}app")
    ana.until(lambda: any("search" in line for line in ana.lines()), "a search")
    ben.ask(type="kick", id="k", room="den", name="ana")
    ben.event("notice")
    ana.shows_anywhere("You are not in #den: /go #lobby goes back")
    ana.type(f"{CTRL_C}/go lobby\r")
    ana.shows("You look at #lobby", "You:")
    ana.type("here\r")
    ben.hears(Heard("red", "here", "ana"))
    ana.type("/join den\r")
    ana.until(lambda: ana.last() == "[#den] You:", "the room's prompt")
    ana.type(f"{CTRL_U}there\r")
    ben.hears_in("den", Heard("red", "there", "ana"))


def test_where_no_search_could_be_shown_there_is_none(
    served: int, ben: JsonTalker, tmp_path: Path
) -> None:
    with Screen(tmp_path, served, "--name", "pia", "--color", "red", "--plain") as pia:
        pia.shows_prompt()
        pia.type(f"{CTRL_R}hello\r")
        ben.hears(Heard("red", "hello", "pia"))


@pytest.mark.parametrize("flags", [(), ("--plain",)])
def test_who_is_put_out_of_a_room_is_still_asked_for_the_password(
    served: int, ben: JsonTalker, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    with Screen(tmp_path, served, "--name", "eve", *flags) as eve:
        eve.shows_prompt()
        ben.joins("den")
        eve.type("/join den\r")
        eve.until(lambda: "[#den] You:" in eve.lines(), "the room's prompt")
        eve.type("/register\rsecr")
        eve.until(lambda: any("New password" in line for line in eve.lines()), "a question")
        ben.ask(type="kick", id="k", room="den", name="eve")
        ben.event("notice")
        eve.until(lambda: any("put out" in line for line in eve.lines()), "why")
        eve.type("et-pw1\r")
        eve.until(lambda: any("The same again" in line for line in eve.lines()), "a question")
        eve.type("secret-pw1\r")
        eve.until(lambda: any("logged in as eve" in line for line in eve.lines()), "an account")
        eve.until(lambda: eve.last() == "[#den] You:", "a prompt")
        assert "secr" not in "".join(eve.lines())
