"""A server that hangs: it is not gone, and yet confirms nothing. People see that."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.processes import ServerProcess
from tests.scenarios.screens import CTRL_D, Screen
from tests.scenarios.talkers import Heard, JsonTalker

YELLOW = "brown"
"""As pyte calls it."""


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[tuple[Screen, ServerProcess]]:
    """Give a terminal, and its server, which was stopped by SIGSTOP."""
    with (
        ServerProcess(tmp_path) as server,
        Screen(tmp_path, server.port, "--name", "ana") as ana,
    ):
        ana.shows_prompt()
        ana.shows_status("1 here")
        server.signal(signal.SIGSTOP)
        yield ana, server


def test_a_server_that_hangs_is_seen_in_the_status_bar_with_no_key_pressed(
    hanging: tuple[Screen, ServerProcess],
) -> None:
    ana, server = hanging
    ana.type("one\rtwo\rbegun")
    ana.shows("You: one", "You: two", "You: begun")
    assert "waiting" not in ana.status()
    ana.shows_status("#lobby · 2 waiting · 1 here · ana")
    server.signal(signal.SIGCONT)
    ana.until(lambda: "waiting" not in ana.status(), "nothing that waits")
    ana.shows("You: one", "You: two", "You: begun")


def test_a_server_that_hangs_is_seen_by_one_who_only_listens(tmp_path: Path) -> None:
    with (
        ServerProcess(tmp_path) as server,
        Screen(tmp_path, server.port, "--name", "ana", HUECHAT_KEEPALIVE_S="1") as ana,
    ):
        ana.shows_prompt()
        ana.shows_status("1 here")
        server.signal(signal.SIGSTOP)
        ana.shows_status("#lobby · no answer for ")
        server.signal(signal.SIGCONT)
        ana.until(lambda: "no answer" not in ana.status(), "an answer")


def test_a_server_that_hung_for_a_while_has_all_once_and_in_order(
    hanging: tuple[Screen, ServerProcess],
) -> None:
    ana, server = hanging
    ana.type("one\rtwo\r")
    ana.shows_status("2 waiting")
    server.signal(signal.SIGCONT)
    ana.until(lambda: "waiting" not in ana.status(), "nothing that waits")
    with JsonTalker(server.port) as ben:
        ben.hears(Heard("blue", "one", "ana"), Heard("blue", "two", "ana"))
        ben.hears_nothing_more()


@pytest.mark.parametrize("leaves", ["/quit\r", CTRL_D])
def test_who_leaves_is_told_what_the_client_waits_for(
    hanging: tuple[Screen, ServerProcess], leaves: str
) -> None:
    ana, server = hanging
    ana.type(f"one\r{leaves}")
    waiting = f"Waiting for the server at 127.0.0.1:{server.port} to confirm 1 message"
    ana.shows_anywhere(waiting)
    assert ana.color_of(waiting) == YELLOW
    server.signal(signal.SIGCONT)
    assert ana.exit_code() == 0
    assert ana.last() == waiting


def test_who_leaves_a_server_that_goes_on_hanging_is_told_that_nothing_was_confirmed(
    hanging: tuple[Screen, ServerProcess],
) -> None:
    ana, _ = hanging
    ana.type("one\r/quit\r")
    assert ana.exit_code() == 1
    assert ana.last() == "Error: the server did not confirm 1 message: perhaps lost, perhaps not"


def test_who_leaves_a_server_that_confirms_is_told_of_no_waiting(
    served: int, tmp_path: Path
) -> None:
    with Screen(tmp_path, served, "--name", "ana") as ana, JsonTalker(served) as ben:
        ana.shows_prompt()
        ana.type("one\r/whois nobody\r")
        ben.hears(Heard("blue", "one", "ana"))
        ana.until(
            lambda: any(line.startswith("Error: ") for line in ana.lines()),
            "an answer, which comes after the confirmation",
        )
        ana.type("/quit\r")
        assert ana.exit_code() == 0
        assert not any("Waiting" in line for line in ana.lines())


def test_a_server_that_hangs_for_too_long_is_left_and_has_all_once_when_it_works_again(
    tmp_path: Path,
) -> None:
    waits = {
        "HUECHAT_SILENCE_TIMEOUT_S": "1",
        "HUECHAT_CONNECT_TIMEOUT_S": "0.3",
        "HUECHAT_RECONNECT_MAX_S": "0.3",
    }
    with (
        ServerProcess(tmp_path) as server,
        Screen(tmp_path, server.port, "--name", "ana", **waits) as ana,
    ):
        ana.shows_prompt()
        ana.shows_status("1 here")
        server.signal(signal.SIGSTOP)
        ana.type("one\rtwo\r")
        ana.shows_status("disconnected, 2 waiting")
        ana.type("three\r")
        ana.shows_status("disconnected, 3 waiting")
        server.signal(signal.SIGCONT)
        ana.until(lambda: "ana" in ana.status() and "waiting" not in ana.status(), "all confirmed")
        with JsonTalker(server.port) as ben:
            ben.hears(*(Heard("blue", text, "ana") for text in ("one", "two", "three")))
            ben.hears_nothing_more()
