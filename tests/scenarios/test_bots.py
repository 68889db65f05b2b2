"""The programs in the documents, as they stand on the page."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.scenarios.processes import ServerProcess, environment
from tests.scenarios.talkers import FAILURE_S, Heard, JsonTalker

PROJECT = Path(__file__).parents[2]


def examples(language: str, page: str = "docs/bots.md") -> list[str]:
    text = (PROJECT / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """Give a folder that has huechat-client as an installed package has it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "huechat-client"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m huechat.client "$@"\n')
    command.chmod(0o755)
    return folder


@contextmanager
def running(arguments: list[str], port: int, commands: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a bot in a process group of its own, which ends with the block."""
    variables = environment(HUECHAT_PORT=str(port))
    variables["PATH"] = f"{commands}:{variables.get('PATH', os.defpath)}"
    with subprocess.Popen(arguments, env=variables, start_new_session=True) as bot:
        try:
            yield bot
        finally:
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(bot.pid, signal.SIGKILL)


def comes(ana: JsonTalker, name: str) -> None:
    """Wait until somebody of that name is in the lobby."""
    while name not in ana.event("presence").get("joined", ()):
        pass


def next_message(ana: JsonTalker) -> dict[str, Any]:
    """Return what is said next, whatever is told before."""
    while (event := json.loads(ana.line()))["type"] != "message":
        assert event["type"] in {"ack", "joined", "presence"}, event
    said: dict[str, Any] = event
    return said


@contextmanager
def watching(port: int) -> Iterator[JsonTalker]:
    with JsonTalker(port, hello=False) as ana:
        ana.ask(type="hello", v=1, name="ana", color="red", presence=True)
        ana.event("welcome")
        yield ana


def test_the_echo_bot_answers(port: int, commands: Path) -> None:
    (code,) = examples("python")
    with watching(port) as ana, running([sys.executable, "-c", code], port, commands):
        comes(ana, "echo")
        ana.says("not for you")
        ana.says("@echo hello")
        ana.hears(Heard("cyan", "hello", "echo"))
        ana.ask(type="say", id="p", to="echo", text="@echo psst")
        assert ana.event("joined")["place"]["with"] == ["echo"]
        event = next_message(ana)
        assert (event["name"], event["text"]) == ("echo", "psst")


def test_a_build_tells_how_it_went(port: int, commands: Path) -> None:
    notifier = examples("bash")[0]
    with JsonTalker(port, name="ana") as ana:
        ana.joins("builds")
        with running(["bash", "-c", notifier], port, commands) as bot:
            ana.hears_in("builds", Heard("blue", "the build is green", "ci"))
            assert bot.wait(20) == 0


def test_the_shell_bot_tells_the_date(port: int, commands: Path) -> None:
    clock = examples("bash")[1]
    before = datetime.now(UTC).date()
    with watching(port) as ana:
        ana.says("!date")  # before there is a clock: nobody answers that
        with running(["bash", "-c", clock], port, commands):
            comes(ana, "clock")
            ana.ask(type="say", id="p", to="clock", text="!date")
            ana.says("!date")
            told = [next_message(ana), next_message(ana)]
    assert {one["name"] for one in told} == {"clock"}
    rooms = sorted(one["room"] for one in told)
    assert rooms[0].startswith("@")
    assert rooms[1] == "lobby"
    days = {f"it is {before}", f"it is {datetime.now(UTC).date()}"}
    assert {one["text"] for one in told} <= days


def test_the_program_of_the_readme_runs_also_where_a_server_does(tmp_path: Path) -> None:
    (code,) = examples("python", "README.md")
    with ServerProcess(tmp_path) as server, JsonTalker(server.port):
        assert (tmp_path / "data").is_dir()
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            timeout=FAILURE_S,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Connected to server at 127.0.0.1:" in done.stdout
    assert (tmp_path / "party").is_dir()
