"""Who is in a room, as one at a terminal sees and completes it; and that one is away oneself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.processes import ServerProcess
from tests.scenarios.screens import TAB, Screen
from tests.scenarios.talkers import JsonTalker


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """Give a server that takes rooms of more than two for large: it does not tell who is there."""
    with ServerProcess(tmp_path, HUECHAT_PRESENCE_LISTED="2") as running:
        yield running


@pytest.fixture
def ana(server: ServerProcess, tmp_path: Path) -> Iterator[Screen]:
    """Give a screen in a large room, with ben, Bernadette and cyd."""
    with (
        JsonTalker(server.port, name="ben"),
        JsonTalker(server.port, name="Bernadette"),
        JsonTalker(server.port, name="cyd"),
        Screen(tmp_path, server.port, "--name", "ana") as screen,
    ):
        screen.shows_status("4 here")
        yield screen


def test_names_that_were_not_told_are_completed(ana: Screen) -> None:
    ana.type("hello @c" + TAB)
    ana.shows_prompt("hello @cyd")
    ana.type("\r/msg ber" + TAB)
    ana.shows_prompt("/msg Bernadette")
    ana.type("\x15@be" + TAB)
    ana.until(lambda: {"@ben", "@Bernadette"} <= set(" ".join(ana.lines()).split()), "a menu")


def test_what_is_asked_for_a_completion_is_not_shown(ana: Screen) -> None:
    ana.type("@c" + TAB)
    ana.shows_prompt("@cyd")
    ana.type("\r/whois cyd\r")
    ana.until(lambda: any(line.startswith("cyd (") for line in ana.lines()), "an answer")
    assert not any("in all" in line for line in ana.lines())


def test_a_word_that_nobody_is_called_stays_as_it_is(ana: Screen) -> None:
    ana.type("zebra" + TAB + "s")
    ana.shows_prompt("zebras")


def test_the_bar_tells_that_one_is_away(ana: Screen) -> None:
    ana.type("/away at lunch\r")
    ana.shows_status(" ana, away")
    ana.type("/back\r")
    ana.until(lambda: ana.status().endswith("ana"), "one who is back")


def test_the_bar_tells_what_one_does_at_another_client(
    server: ServerProcess, tmp_path: Path
) -> None:
    with Screen(tmp_path, server.port, "--name", "ana") as ana:
        ana.type("/register correct-horse-battery\r")
        ana.shows_anywhere("You are logged in as ana.")
        with JsonTalker(server.port) as other:
            other.logs_in("ana", "correct-horse-battery")
            other.ask(type="away", text="at lunch")
            ana.shows_status(" ana, away")
            other.ask(type="away", back=True)
            ana.until(lambda: ana.status().endswith("ana"), "one who is back")
