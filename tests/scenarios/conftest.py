"""What every scenario has: a server, and a watch over its threads."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from tests.scenarios.keepers import administrator
from tests.scenarios.processes import ServerProcess
from tests.scenarios.talkers import TALKERS, JsonTalker, Talker

from huechat import ChatServer
from huechat.config import ServerSettings


@cache
def look_only_at_new_garbage() -> None:
    """Have the collector look at what tests make alone, from the first on: all else is much."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_thread_fails(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Check after each scenario that no thread died and that no exception was logged."""
    look_only_at_new_garbage()
    died: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", died.append)
    yield
    gc.collect()  # a socket that was not closed says so now, in the test that it is from
    logged = [*caplog.get_records("setup"), *caplog.get_records("call")]
    assert not died
    assert [record.getMessage() for record in logged if record.exc_info] == []


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each scenario a folder, and so a history, of its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have passwords hashed at nearly no cost, for tests that are about something else."""
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("huechat.server.people.hasher.PasswordHasher", cheap)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    """Give a running server, at a port of its own, that lets everybody say as much as they like."""
    with ChatServer(port=0, settings=ServerSettings(messages_per_s=0)) as running:
        yield running


@pytest.fixture
def port(server: ChatServer) -> int:
    """Give the running server's port."""
    return server.port


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Give the port of a server in a process of its own: tests at a terminal fork this one.

    They share it, to take half the time, so it tells nobody what was said before they came.
    """
    with ServerProcess(tmp_path_factory.mktemp("served"), HUECHAT_HISTORY="0") as process:
        yield process.port


@pytest.fixture
def other(served: int) -> Iterator[JsonTalker]:
    """Give somebody, in green, who talks with the one at the terminal."""
    with JsonTalker(served, "green") as talker:
        yield talker


@pytest.fixture(params=TALKERS)
def boss(request: pytest.FixtureRequest, server: ChatServer) -> Iterator[Talker]:
    """Give an administrator, over each wire."""
    with administrator(server, wire=request.param) as talker:
        yield talker


@pytest.fixture(params=["json-plain", "plain-json"])
def two(request: pytest.FixtureRequest, port: int) -> Iterator[tuple[Talker, Talker]]:
    """Give ana, who made #den, and ben, who is in it."""
    hers, his = request.param.split("-")
    with TALKERS[hers](port, "blue", "ana") as ana, TALKERS[his](port, "blue", "ben") as ben:
        for each in (ana, ben):
            each.joins("den")
        yield ana, ben


@pytest.fixture
def ana(port: int) -> Iterator[JsonTalker]:
    """Give who made #den."""
    with JsonTalker(port, name="ana") as talker:
        talker.joins("den")
        yield talker
