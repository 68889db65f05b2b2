"""At a terminal: what is mistyped, help that is asked for then, and leaving."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.screens import Screen
from tests.scenarios.talkers import JsonTalker

from huechat.wire.typed import VERBS


@pytest.mark.parametrize("word", ["quit", "quit see you", "bye"])
def test_quit_leaves_whatever_the_reason(served: int, tmp_path: Path, word: str) -> None:
    with Screen(tmp_path, served) as screen:
        screen.shows_prompt()
        screen.type(f"/{word}\r")
        assert screen.exit_code() == 0


MISTYPED = {
    "/jion": "Error: there is no /jion; did you mean /join? /help lists all",
    "/tme": "Error: there is no /tme; did you mean /time? /help lists all",
    "/gooo lobby": "Error: there is no /gooo; did you mean /go? /help lists all",
    "/xyzzy": "Error: there is no /xyzzy; /help lists all",
    "/help jion": "Error: there is no /jion; did you mean /join? /help lists all",
    "/join": "Error: a room is missing: write /join ROOM [private]",
    "/join my room": "Error: a room's name has no spaces: write /join ROOM [private]",
    "/slow soon": "Error: a number is wanted, a time like 1m30s, or off: write /slow SECONDS",
    "/password": "Error: you are a guest, and have no password: /login first",
    "/q ben": "Error: /msg NAME TEXT writes to somebody; to leave: write /quit [REASON]",
}


def test_what_is_mistyped_is_answered_with_what_is_right(screen: Screen) -> None:
    for typed, told in MISTYPED.items():
        screen.type(f"{typed}\r")
        screen.shows(f"You: {typed}", told, "You:")


@pytest.mark.parametrize("command", ["/quit", "/clear", "/topic"])
def test_what_is_pasted_is_not_done_whatever_it_begins_with(screen: Screen, command: str) -> None:
    screen.paste(f"{command}\nhow do I do that?")
    screen.type("\r")
    told = f"Error: {command} takes one line; to say all these lines, put /say before them"
    screen.shows(f"You: {command}", "     how do I do that?", told, "You:")


def test_several_lines_are_said_by_what_says_something(screen: Screen, other: JsonTalker) -> None:
    screen.paste("/say /quit\nis how one leaves")
    screen.type("\r")
    assert other.event("message")["text"] == "/quit\nis how one leaves"


def test_help_tells_of_all_commands_and_of_each(screen: Screen) -> None:
    screen.type("/help all\r")
    for verb in VERBS:
        begin = f"    {verb.usage} "
        screen.until(lambda begin=begin: any(line.startswith(begin) for line in screen.lines()))
    for asked, told in (("go", "/go ROOM"), ("/TIME", "/time"), ("nick", "/name NAME")):
        screen.type(f"/help {asked}\r")
        screen.until(lambda told=told: told in screen.lines(), told)


@pytest.fixture
def screen(served: int, tmp_path: Path) -> Iterator[Screen]:
    with Screen(tmp_path, served, "--name", "ana", size=(120, 80)) as ours:
        ours.shows_prompt()
        yield ours
