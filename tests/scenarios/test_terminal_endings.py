"""How it ends at a terminal: what one reads, the exit code, and the terminal as it was before."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.scenarios.processes import CLIENT, ServerProcess, run_server
from tests.scenarios.screens import Screen
from tests.scenarios.talkers import JsonTalker

SECRET = "correct-horse-battery"
ADMINISTRATOR = "boss"

FAILING = """
import sys
from huechat.client import __main__ as client, keyboard, look

def fail(*_, **__):
    raise RuntimeError("a bug")

{what} = fail
sys.exit(client.main(sys.argv[1:]))
"""


class House:
    """A server's folder and port."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port

    def command(self, *words: str) -> None:
        ended = run_server(self.folder, *words, HUECHAT_PASSWORD_FILE=str(self.folder / "password"))
        assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give a server that has an administrator."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "password").write_text(SECRET)
    with ServerProcess(folder, HUECHAT_HISTORY="0") as server:
        house = House(folder, server.port)
        house.command("user", "add", ADMINISTRATOR, "--admin")
        yield house


@contextmanager
def administrator(house: House) -> Iterator[JsonTalker]:
    with JsonTalker(house.port, hello=False) as boss:
        boss.answer("token", type="login", name=ADMINISTRATOR, password=SECRET)
        boss.ask(type="hello", v=1)
        boss.event("welcome")
        yield boss


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Give the modes of a terminal that nothing has changed."""
    with Screen(tmp_path_factory.mktemp("usual"), 1) as never_connected:
        return never_connected.modes()


def has_ended(screen: Screen, code: int, usual: list[Any]) -> None:
    """Check that the client ended so, and left the terminal as it found it."""
    assert screen.exit_code() == code
    assert screen.modes() == usual
    raw = screen.raw
    assert raw.count(b"\x1b[?2004h") == raw.count(b"\x1b[?2004l")  # bracketed paste
    assert raw.rfind(b"\x1b[?25h") >= raw.rfind(b"\x1b[?25l")  # the cursor is shown
    assert raw.rfind(b"\x1b[?7h") >= raw.rfind(b"\x1b[?7l")  # long lines go on


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
@pytest.mark.parametrize("at", ["an empty line", "a block", "a menu", "a password"])
def test_a_signal_to_leave_is_obeyed_wherever_one_is(
    served: int, tmp_path: Path, usual: list[Any], number: signal.Signals, at: str
) -> None:
    with Screen(tmp_path, served) as screen:
        screen.shows_prompt()
        if at == "a block":
            screen.paste("one\ntwo")
            screen.shows("You: one", "     two")
        elif at == "a menu":
            screen.type("/hist")
            screen.until(lambda: any("/history  show" in line for line in screen.lines()))
        elif at == "a password":
            screen.type("/register\r")
            screen.shows("You: /register", "New password:")
        screen.signal(number)
        has_ended(screen, 0, usual)


def test_a_terminal_that_is_closed_ends_the_client_which_says_goodbye(
    served: int, tmp_path: Path
) -> None:
    with (
        JsonTalker(served, presence=True) as other,
        Screen(tmp_path, served, "--name", "uma") as ours,
    ):
        ours.shows_prompt()
        until_presence_tells(other, "joined", "uma")
        ours.hang_up()
        until_presence_tells(other, "left", "uma")
        assert ours.exit_code() is not None  # it ended by itself


def until_presence_tells(other: JsonTalker, what: str, name: str) -> None:
    while other.line_of("presence", "people") and name not in other.last.get(what, ()):
        pass


GONE = """
import os, sys
from huechat.client import __main__ as client, screen

flush = screen._Drawing.flush

def flush_or_fail(drawing):
    if os.path.exists("gone"):
        raise OSError(5, "Input/output error")
    flush(drawing)

screen._Drawing.flush = flush_or_fail
sys.exit(client.main(sys.argv[1:]))
"""


def test_a_terminal_that_cannot_be_drawn_on_any_more_ends_the_client(
    served: int, tmp_path: Path, other: JsonTalker
) -> None:
    program = tmp_path / "gone.py"
    program.write_text(GONE)
    with Screen(tmp_path, served, command=[sys.executable, str(program)]) as ours:
        ours.shows_prompt()
        (tmp_path / "gone").touch()
        other.says("hi")
        assert ours.exit_code() is not None
        assert b"Press ENTER" not in ours.raw


def test_a_keyboard_whose_output_is_no_terminal_says_nothing_aloud(
    served: int, tmp_path: Path, other: JsonTalker
) -> None:
    piped = ["/bin/sh", "-c", f'{shlex.join(CLIENT)} "$@" | cat', "sh"]
    with Screen(tmp_path, served, command=piped) as ours:
        ours.type("/login ana secret-pw\r")
        ours.logged("Error: the input is a keyboard, and the output is no terminal")
        ours.exit_code()
    other.hears_nothing_more()


def test_who_is_banned_from_the_server_is_told_and_put_out(
    house: House, tmp_path: Path, usual: list[Any]
) -> None:
    with administrator(house) as boss, Screen(tmp_path, house.port, "--name", "ana") as ana:
        ana.shows_prompt()
        ana.type("half a li")
        ana.shows_prompt("half a li")
        boss.ask(type="ban", name="ana", room="*", reason="spam")
        has_ended(ana, 1, usual)
    assert "You are kept out of this server: spam" in ana.lines()
    assert " ".join(ana.lines()).count("spam") == 1
    with Screen(tmp_path, house.port, "--name", "ana") as again:
        has_ended(again, 1, usual)
        assert again.lines() == ["Error: you are kept out of this server for good: spam"]
    with administrator(house) as boss:
        boss.ask(type="pardon", name="ana", room="*")
        boss.event("done")


def test_whose_account_is_disabled_is_told_and_put_out(
    house: House, tmp_path: Path, usual: list[Any]
) -> None:
    house.command("user", "add", "eve")
    with Screen(tmp_path, house.port, "--name", "eve", "--login") as eve:
        eve.shows("Password:")
        eve.type(f"{SECRET}\r")
        eve.shows_prompt()
        house.command("user", "disable", "eve")
        has_ended(eve, 1, usual)
        assert "disabled" in " ".join(eve.lines())


PUT_OUT = {
    "kick": "You were put out of #den-kick by boss: too loud",
    "ban": "You are kept out of #den-ban: too loud",
    "drop": "The room #den-drop was deleted by boss.",
}


@pytest.mark.parametrize("what", PUT_OUT)
def test_who_is_put_out_of_a_room_reads_why_and_where_to_go(
    house: House, tmp_path: Path, what: str
) -> None:
    room, name = f"den-{what}", f"ana-{what}"
    with administrator(house) as boss, Screen(tmp_path, house.port, "--name", name) as ana:
        boss.joins(room)
        ana.shows_prompt()
        ana.type(f"/join {room}\r")
        ana.shows(f"[#{room}] You:")
        if what == "drop":
            boss.ask(type="drop", room=room)
        else:
            boss.ask(type=what, name=name, room=room, reason="too loud")
        way_back = f"You are not in #{room}: /go #lobby goes back"
        ana.shows(PUT_OUT[what], way_back, f"[#{room}] You:")
        ana.until(lambda: "here" not in ana.status(), "a room of which nothing is told")
        ana.type("/leave\r")
        ana.shows("You look at #lobby", "You:")
        assert room not in ana.status()


@pytest.mark.parametrize(
    "what", ["keyboard.Keyboard.obey", "look.Look._message", "client.Terminal._status"]
)
def test_a_bug_is_told_and_the_terminal_is_as_before(
    served: int, tmp_path: Path, other: JsonTalker, usual: list[Any], what: str
) -> None:
    program = tmp_path / "failing.py"
    program.write_text(FAILING.format(what=what))
    with Screen(tmp_path, served, command=[sys.executable, str(program)]) as screen:
        if what != "client.Terminal._status":
            screen.shows_prompt()
        screen.type("x\r")
        other.says("hi")
        has_ended(screen, 1, usual)
        assert b"RuntimeError: a bug" in screen.raw
