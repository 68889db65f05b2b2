"""The client on systems that are not this one: without what only POSIX has.

This is no Windows, and no macOS. It is a Python from which is taken what they have not.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from huechat import ChatServer
from huechat.config import ServerSettings

ROOT = Path(__file__).parents[3]
FAILURE_S = 20.0

AS_IF = """
import asyncio, asyncio.unix_events, ctypes, getpass, importlib, importlib.abc, logging, os
import pkgutil, select, selectors, signal, socket, subprocess, sys, tempfile, threading

platform, missing = {platform!r}, {missing!r}


class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in missing["modules"]:
            raise ModuleNotFoundError(f"there is no {{name}} on {{platform}}", name=name)


sys.meta_path.insert(0, Missing())
for name in missing["modules"]:
    sys.modules.pop(name, None)
for module, names in missing["names"].items():
    for name in names:
        if hasattr(sys.modules[module], name):
            delattr(sys.modules[module], name)
sys.platform = platform

import huechat.client.__main__ as client

for module in pkgutil.iter_modules(importlib.import_module("huechat.client").__path__):
    if module.name not in {posix!r}:
        importlib.import_module(f"huechat.client.{{module.name}}")
"""
"""What happens first: the system is made as if it were the other, and all of the client loaded."""

ONLY_POSIX = ("unwatched",)
"""Modules of the client that are not loaded elsewhere; `terminal` asks where it is before."""

SIGNALS = ("SIGHUP", "SIGWINCH", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCHLD", "SIGPIPE", "SIGTSTP")
SYSTEMS = {
    "win32": {
        "modules": (
            *("termios", "fcntl", "tty", "pty", "resource", "pwd", "grp", "curses", "readline"),
        ),
        "names": {
            "signal": (*SIGNALS, "setitimer", "pthread_sigmask", "pthread_kill", "sigwait"),
            "os": ("fork", "getuid", "geteuid", "set_blocking", "mkfifo", "getpgid", "O_NONBLOCK"),
            "socket": ("AF_UNIX", "MSG_DONTWAIT", "TCP_USER_TIMEOUT", "SO_REUSEPORT"),
            "select": ("poll", "epoll"),
        },
        "posix": ONLY_POSIX,
    },
    "darwin": {
        "modules": (),
        "names": {
            "socket": ("TCP_USER_TIMEOUT", "TCP_KEEPIDLE", "SO_INCOMING_CPU"),
            "select": ("epoll",),
        },
        "posix": (),
    },
}


@pytest.fixture(params=SYSTEMS)
def preamble(request: pytest.FixtureRequest) -> str:
    how = SYSTEMS[request.param]
    return AS_IF.format(platform=request.param, missing=how, posix=how["posix"])


def run(program: str, given: str = "") -> tuple[str, str, int]:
    """Run a program; return its output, error output, and exit code."""
    ended = subprocess.run(
        [sys.executable, "-c", program],
        input=given,
        capture_output=True,
        text=True,
        timeout=FAILURE_S,
        check=False,
        env={"PYTHONPATH": str(ROOT / "services"), "PYTHONUTF8": "1", "NO_COLOR": "1"},
    )
    return ended.stdout, ended.stderr, ended.returncode


def test_what_is_taken_away_is_missed(preamble: str) -> None:
    """Else the others here could not fail."""
    _, told, code = run(f"{preamble}\nimport termios\nimport select; select.epoll")
    assert code == 1
    assert "there is no termios" in told or "epoll" in told


def test_all_of_the_client_is_loaded(preamble: str) -> None:
    assert run(f"{preamble}\nprint('all')") == ("all\n", "", 0)


@pytest.mark.parametrize("preamble", ["win32"], indirect=True)
def test_a_terminal_can_be_made_where_there_is_no_termios(preamble: str) -> None:
    program = f"""{preamble}
from huechat.client.terminal import Terminal
from huechat.config import ClientSettings
terminal = Terminal(ClientSettings())
terminal.notify("ben", "hi")
signal.raise_signal(signal.SIGTERM)
"""
    out, told, code = run(program)
    assert (told, code) == ("", 0)
    assert out.endswith("\x07")


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    settings = ServerSettings(messages_per_s=0, data=str(tmp_path))
    with ChatServer(port=0, settings=settings) as server:
        yield server.port


def test_lines_from_a_pipe_are_said(preamble: str, port: int) -> None:
    program = f"{preamble}\nsys.exit(client.main(['--port', '{port}', '--name', 'ci']))"
    assert run(program, "one\ntwo\n")[2] == 0
    asked = '{"type": "history", "room": "lobby", "id": "h"}\n'
    program = f"{preamble}\nsys.exit(client.main(['--port', '{port}', '--json']))"
    out, _, code = run(program, asked)
    assert code == 0
    page = json.loads(out.splitlines()[-1])
    assert [message["text"] for message in page["messages"]] == ["one", "two"]


def test_nobody_there_is_told_in_a_line(preamble: str) -> None:
    _, told, code = run(f"{preamble}\nsys.exit(client.main(['--port', '1']))")
    assert code == 1
    assert told.startswith("Error: connection refused at 127.0.0.1:1")


def test_nothing_that_is_installed_with_it_is_for_posix_alone() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        needed = tomllib.load(file)["project"]["dependencies"]
    names = {one.split(";")[0].split(">")[0].split("[")[0].strip().casefold() for one in needed}
    assert not names & {"uvloop", "pexpect", "ptyprocess", "python-daemon", "gunicorn", "sh"}
