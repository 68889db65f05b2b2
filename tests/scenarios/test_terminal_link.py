"""A person at a terminal whose link is lost, or whom the server wants to wait."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scenarios.processes import ServerProcess
from tests.scenarios.screens import CTRL_C, Screen
from tests.scenarios.talkers import PRIVATE, Heard, JsonTalker

YELLOW = "brown"
"""As pyte calls it."""


@pytest.fixture
def lost(tmp_path: Path) -> Iterator[tuple[Screen, int]]:
    """Give a terminal whose server was killed in the middle of a line, and where that was."""
    with (
        ServerProcess(tmp_path) as server,
        Screen(tmp_path, server.port, "--name", "ana", HUECHAT_RECONNECT_MAX_S="0.3") as ana,
    ):
        ana.shows_prompt()
        ana.type("half a ")
        ana.shows_prompt("half a")
        server.process.kill()
        server.exit_code()
        ana.shows(
            f"Disconnected from server at 127.0.0.1:{server.port}, no messages waiting",
            "You: half a",
        )
        yield ana, server.port


def back_lines(screen: Screen) -> list[str]:
    return [line for line in screen.lines() if line.startswith("Back at server")]


def test_what_is_entered_without_a_link_waits_visibly_and_goes_once_it_is_back(
    lost: tuple[Screen, int], tmp_path: Path
) -> None:
    ana, port = lost
    ana.shows_status("disconnected, 0 waiting")
    assert "here" not in ana.status()
    ana.type("line\r")
    ana.shows("You: half a line", f"1 message waiting for the server at 127.0.0.1:{port}", "You:")
    ana.shows_status("disconnected, 1 waiting")
    ana.type("second\r/react 👍\rbegun")
    ana.shows_status("disconnected, 3 waiting")
    ana.shows_prompt("begun")
    with ServerProcess(tmp_path, port), JsonTalker(port) as ben:
        ana.until(lambda: bool(back_lines(ana)), "the link")
        ana.shows_prompt("begun")
        ana.until(lambda: "disconnected" not in ana.status() and "waiting" not in ana.status())
        ana.type(" anew\r")
        ben.hears(Heard("blue", "half a line", "ana"), Heard("blue", "second", "ana"))
        assert ben.event("react")["emoji"] == "👍"
        ben.hears(Heard("blue", "begun anew", "ana"))
        ben.hears_nothing_more()
    assert back_lines(ana) == [f"Back at server at 127.0.0.1:{port}, all sent"]
    assert ana.color_of("Disconnected from") == ana.color_of("Back at") == YELLOW
    assert ana.color_of("1 message waiting") == YELLOW


def test_what_only_a_server_can_answer_says_that_there_is_none(lost: tuple[Screen, int]) -> None:
    ana, _ = lost
    ana.type(f"{CTRL_C}/who\r")
    ana.shows(
        "You: /who", "Error: there is no connection now; try that again when it is back", "You:"
    )
    ana.shows_status("disconnected, 0 waiting")
    ana.type("/help quit\r")
    ana.shows("  For example: /quit", "You:")


@pytest.mark.parametrize("asked", ["hi", "/who", "/join builds"])
def test_a_server_that_stopped_working_is_told_until_it_answers(tmp_path: Path, asked: str) -> None:
    with (
        ServerProcess(tmp_path) as server,
        Screen(tmp_path, server.port, "--name", "ana") as ana,
    ):
        ana.shows_prompt()
        server.process.send_signal(signal.SIGSTOP)
        try:
            ana.type(f"{asked}\r")
            ana.until(lambda: bool(re.search("no answer for [0-9]+ s", ana.status())), "silence")
        finally:
            server.process.send_signal(signal.SIGCONT)
        ana.until(lambda: "no answer" not in ana.status() and ana.status() != "", "an answer")


def test_who_leaves_while_something_waits_is_told_that_it_was_not_sent(
    lost: tuple[Screen, int],
) -> None:
    ana, _ = lost
    ana.type("line\r/quit\r")
    ana.shows_anywhere("1 message still waits to be said: do that again to leave without it")
    ana.type("/quit\r")
    assert ana.exit_code() == 1
    assert "Error: 1 message was not said" in ana.lines()


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[tuple[Screen, JsonTalker]]:
    """Give a terminal at a server that takes a message a second, and one who listens."""
    limits = {"HUECHAT_MESSAGES_PER_S": "1", "HUECHAT_MESSAGES_BURST": "1"}
    with (
        ServerProcess(tmp_path, **limits) as server,
        JsonTalker(server.port) as ben,
        Screen(tmp_path, server.port, "--name", "ana") as ana,
    ):
        ana.shows_prompt()
        yield ana, ben


def test_too_much_at_once_waits_visibly(strict: tuple[Screen, JsonTalker]) -> None:
    ana, _ = strict
    ana.type("".join(f"{number}\r" for number in range(60)) + "begun")
    ana.shows_prompt("begun")
    ana.until(lambda: bool(re.search(r" · \d+ waiting ·", ana.status())), "what waits")


def test_too_much_at_once_is_said_in_its_order(strict: tuple[Screen, JsonTalker]) -> None:
    ana, ben = strict
    ana.type("one\rtwo\rthree\rfo")
    ben.hears(*(Heard("blue", text, "ana") for text in ("one", "two", "three")))
    ana.until(lambda: "waiting" not in ana.status(), "nothing that waits")
    ana.shows("You: one", "You: two", "You: three", "You: fo")
    ana.type("ur\r")
    ben.hears(Heard("blue", "four", "ana"))


@pytest.fixture
def den(served: int, tmp_path: Path) -> Iterator[tuple[Screen, JsonTalker]]:
    """Give a terminal in a room, and one who keeps order there."""
    with (
        Screen(tmp_path, served, "--name", "ana") as ana,
        JsonTalker(served, "green") as ben,
    ):
        ana.shows_prompt()
        ben.joins("den")
        ana.type("/join den\r")
        ana.shows("[#den] You:")
        yield ana, ben
        ben.ask(type="drop", room="den")
        ben.event("left")


def lets_speak_every(ben: JsonTalker, ana: Screen, seconds: int) -> None:
    ben.ask(type="slow", room="den", every_s=seconds)
    words = f"{ben.welcome['name']} lets everybody speak every {seconds} s"
    assert ben.event("notice")["text"] == words
    ana.shows(f"* #den: {words}", "[#den] You:")


def one_waits(den: tuple[Screen, JsonTalker]) -> tuple[Screen, JsonTalker]:
    """Have a message wait for an hour in slow mode; return who says it, and who keeps order."""
    ana, ben = den
    lets_speak_every(ben, ana, 3600)
    ana.type("one\rtwo\r")
    ben.hears_in("den", Heard("blue", "one", "ana"))
    ana.shows_status("1 waiting")
    return ana, ben


def test_slow_mode_waits_visibly_and_says_why(den: tuple[Screen, JsonTalker]) -> None:
    ana, _ = one_waits(den)
    ana.until(lambda: any(line.startswith("Waiting: ") for line in ana.lines()), "why")
    assert ana.color_of("Waiting: ") == YELLOW
    ana.type("th")
    ana.shows("[#den] You: th")


def test_slow_mode_lets_what_waited_go_in_its_order(den: tuple[Screen, JsonTalker]) -> None:
    ana, ben = den
    lets_speak_every(ben, ana, 1)
    ana.type("one\rtwo\r")
    ben.hears_in("den", Heard("blue", "one", "ana"), Heard("blue", "two", "ana"))
    ana.until(lambda: "waiting" not in ana.status(), "nothing that waits")


def test_slow_mode_in_one_room_holds_back_nothing_for_another(
    den: tuple[Screen, JsonTalker],
) -> None:
    ana, ben = one_waits(den)
    ana.type("/go lobby\rhere\r")
    ben.hears(Heard("blue", "here", "ana"))
    ana.type(f"/msg {ben.welcome['name']} psst\r")
    ben.event("joined")
    ben.hears_in(PRIVATE, Heard("blue", "psst", "ana"))
    ana.shows_status("1 waiting")


def test_what_changes_a_message_that_waits_changes_no_other(den: tuple[Screen, JsonTalker]) -> None:
    ana, ben = den
    lets_speak_every(ben, ana, 1)
    for typed in ("one", "two", "three", "/edit 3"):
        ana.type(f"{typed}\r")
        ana.until(lambda typed=typed: any(line.endswith(typed) for line in ana.lines()), typed)
    ben.hears_in("den", *(Heard("blue", said, "ana") for said in ("one", "two", "three")))
    edit = ben.event("edit")
    assert (edit["about"], edit["text"]) == ("ana: three", "3")


@pytest.mark.parametrize("leave", ["/quit\r", "\x04", "/leave\r"])
def test_who_leaves_while_something_waits_is_told_first(
    den: tuple[Screen, JsonTalker], leave: str
) -> None:
    ana, _ = one_waits(den)
    told = "1 message still waits to be said: do that again to leave without it"
    ana.type(leave)
    ana.shows(told, "[#den] You:")
    ana.type(f"/time\r{leave}")
    typed = leave.rstrip("\r") if leave.startswith("/") else ""
    time_told = "The time is shown before each line."
    ana.shows(time_told, f"[#den] You: {typed}".rstrip(), told, "[#den] You:")
    ana.type(leave)
    if "leave" in leave:
        ana.shows_anywhere("You left #den.")
    else:
        assert ana.exit_code() == 1
        ana.logged("Error: 1 message was not said")


def test_who_is_put_out_of_a_slow_room_waits_for_nothing_there(
    den: tuple[Screen, JsonTalker],
) -> None:
    ana, ben = one_waits(den)
    ben.ask(type="kick", id="out", room="den", name="ana")
    ben.event("notice")
    ana.until(lambda: "waiting" not in ana.status(), "nothing that waits")
    refused = "Error: you are not in #den: join it, or another room"
    ana.until(lambda: refused in ana.lines(), refused)


def test_what_is_said_in_private_without_a_link_reaches_one_who_comes_back_later(
    tmp_path: Path,
) -> None:
    with (
        ServerProcess(tmp_path) as server,
        Screen(tmp_path, server.port, "--name", "ana", HUECHAT_RECONNECT_MAX_S="0.3") as ana,
    ):
        ana.shows_prompt()
        with JsonTalker(server.port, name="ben") as ben:
            session = ben.welcome["session"]
            ana.type("/msg ben before\r")
            room = ben.event("joined")["place"]["room"]
            seq = ben.event("message")["seq"]
            server.process.kill()
            server.exit_code()
        ana.shows_status("disconnected")
        ana.type("/msg @Ben meanwhile\r")
        ana.shows_status("disconnected, 1 waiting")
        with ServerProcess(tmp_path, server.port):
            ana.until(lambda: bool(back_lines(ana)), "the link")
            left = "The guest to whom you write has left: only who lost the connection"
            ana.until(lambda: any(line.startswith(left) for line in ana.lines()), left)
            with JsonTalker(server.port, name="ben", session=session, resume={room: seq}) as ben:
                ben.hears_in(PRIVATE, Heard("blue", "meanwhile", "ana"))
                ana.type("/go ben\r")
                ana.shows("You look at ben", "[ben] You:")
