"""A room that one asks for while the link is down: one comes into it once the server is back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.processes import ServerProcess
from tests.scenarios.screens import Screen
from tests.scenarios.talkers import Heard, JsonTalker

from huechat.client.joins import MOST_JOINS

YELLOW = "brown"
"""As pyte calls it."""


@pytest.fixture
def lost(tmp_path: Path) -> Iterator[tuple[Screen, int]]:
    """Give a terminal whose server was killed, and where that was."""
    with (
        ServerProcess(tmp_path) as server,
        Screen(
            tmp_path, server.port, "--name", "ana", size=(40, 110), HUECHAT_RECONNECT_MAX_S="0.2"
        ) as ana,
    ):
        ana.shows_prompt()
        server.process.kill()
        server.exit_code()
        gone = f"Disconnected from server at 127.0.0.1:{server.port}, no messages waiting"
        ana.shows(gone, "You:")
        yield ana, server.port


def later(port: int, room: str) -> str:
    return f"When the server at 127.0.0.1:{port} is back, you will come into #{room}"


def test_a_room_asked_for_without_a_link_is_looked_at_once_it_is_back(
    lost: tuple[Screen, int], tmp_path: Path
) -> None:
    ana, port = lost
    ana.type("/join den\rbegun")
    ana.shows("You: /join den", later(port, "den"), "[#den] You: begun")
    assert ana.color_of("When the server") == YELLOW
    with ServerProcess(tmp_path, port), JsonTalker(port) as ben:
        ana.shows(
            f"Back at server at 127.0.0.1:{port}, all sent",
            "You look at #den",
            "[#den] You: begun",
        )
        ben.joins("den")
        ana.type(" here\r")
        ben.hears_in("den", Heard("blue", "begun here", "ana"))


def test_of_rooms_asked_for_without_a_link_one_comes_into_all_and_looks_at_the_last(
    lost: tuple[Screen, int], tmp_path: Path
) -> None:
    ana, port = lost
    rooms = [f"room{number}" for number in range(MOST_JOINS)]
    for room in rooms:
        ana.type(f"/join {room}\r")
        ana.shows(later(port, room), f"[#{room}] You:")
    ana.type("/join toomany\r")
    ana.shows(
        f"Error: there is no connection now, and {MOST_JOINS} rooms are asked for already; try"
        " that again when it is back",
        f"[#{rooms[-1]}] You:",
    )
    with ServerProcess(tmp_path, port):
        ana.shows(f"You look at #{rooms[-1]}", f"[#{rooms[-1]}] You:")
        ana.type("/go 2\r")
        ana.shows(f"You look at #{rooms[0]}", f"[#{rooms[0]}] You:")
        ana.type("/go toomany\r")
        ana.shows("Error: you are not in toomany: /join it, or see /rooms", f"[#{rooms[0]}] You:")


def test_a_room_that_cannot_be_is_refused_once_the_server_is_back(
    lost: tuple[Screen, int], tmp_path: Path
) -> None:
    ana, port = lost
    ana.type("/join no/room\r")
    ana.shows(later(port, "no/room"), "[#no/room] You:")
    with ServerProcess(tmp_path, port):
        ana.until(lambda: any(line.startswith("Error: ") for line in ana.lines()), "a refusal")
        ana.type("/go lobby\r")
        ana.shows("You look at #lobby", "You:")


def test_a_room_that_one_is_in_is_looked_at_at_once(lost: tuple[Screen, int]) -> None:
    ana, _ = lost
    ana.type("/join lobby\r")
    ana.shows("You: /join lobby", "You look at #lobby", "You:")
