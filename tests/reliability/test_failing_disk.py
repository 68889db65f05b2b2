"""The disk fails under a server that runs: senders are told, nobody sees what is not stored.

And when the disk is well again, so is the server. All the causes are real ones.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.reliability.invariants import check_folder, history
from tests.reliability.nursery import ForkedServer, Nursery
from tests.scenarios.talkers import Heard, JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings
from huechat.store import StoreError, sqlite_file
from huechat.store.search import LOG_FILE

LONG = "x" * 20_000
LOG = Path("data") / LOG_FILE


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    """Give a server, in this process, that waits for a held database for no time worth telling."""
    monkeypatch.setattr(sqlite_file, "BUSY_S", 0.05)
    with ChatServer(port=0, settings=ServerSettings(messages_per_s=0)) as running:
        yield running


@contextmanager
def _locked() -> Iterator[None]:
    """Another program has the database to itself."""
    with closing(sqlite3.connect(LOG, isolation_level=None, timeout=20)) as other:
        other.execute("BEGIN EXCLUSIVE").close()
        yield
        other.execute("ROLLBACK").close()


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this process may not mount a file system")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _is_refused(talker: JsonTalker, code: str, text: str = "lost") -> None:
    talker.says(text)
    error = talker.error(code)
    assert error["id"]
    assert error["message"].endswith("say it again")


def _say_until_refused(talker: JsonTalker) -> tuple[int, str]:
    """Say long things until one cannot be stored; return how many could, and the error's code."""
    stored = 0
    while True:
        talker.says(LONG)
        event = json.loads(talker.line())
        if event["type"] == "error":
            return stored, event["code"]
        assert event["type"] == "ack"
        stored += 1


def test_while_another_program_holds_the_database_nothing_is_said(server: ChatServer) -> None:
    with JsonTalker(server.port, "red") as red, PlainTalker(server.port) as nc:
        red.says("before")
        nc.hears(Heard("red", "before"))
        with _locked():
            _is_refused(red, "storage_busy")
            _is_refused(red, "storage_busy")
            nc.send(b"lost too\n")
            assert nc.line().startswith(b"Error: another program holds the database")
            nc.hears_nothing_more()
            red.hears_nothing_more()
            assert [told.text for told in history(server.port)] == ["before"]
        red.says("after")
        nc.hears(Heard("red", "after"))
        assert [told.text for told in history(server.port)] == ["before", "after"]


def test_a_message_that_was_refused_may_be_said_again_by_its_id(server: ChatServer) -> None:
    again = {"type": "say", "id": "1", "text": "once"}
    with JsonTalker(server.port, "red") as red, JsonTalker(server.port) as blue:
        with _locked():
            red.ask(**again)
            red.error("storage_busy")
        for _ in range(2):
            red.ask(**again)
            red.hears_nothing_more()
        first, second = red.acks
        assert first == second
        blue.hears(Heard("red", "once"))
        blue.hears_nothing_more()


def test_a_server_does_not_start_on_a_disk_that_may_only_be_read() -> None:
    with _small_disk(Path("data")):
        with ChatServer(port=0) as server, JsonTalker(server.port) as blue:
            blue.says("before")
            blue.hears_nothing_more()
        subprocess.run(["mount", "-o", "remount,ro", "data"], check=True)
        with pytest.raises(StoreError, match=r"ead-only|cannot be written"):
            ChatServer(port=server.port).start()
        subprocess.run(["mount", "-o", "remount,rw", "data"], check=True)
        with ChatServer(port=server.port) as again:
            assert [told.text for told in history(again.port)] == ["before"]


def test_the_database_is_not_made_anew_when_it_was_taken_away(server: ChatServer) -> None:
    """Not even by the search index, which has it open only when there is something to add."""
    with JsonTalker(server.port, "red") as red, JsonTalker(server.port) as blue:
        red.says("before")
        red.ask(type="search", text="before")
        red.event("found")
        away = LOG.rename(LOG.with_suffix(".away"))
        red.says("after")
        red.ask(type="search", text="before")
        assert len(red.event("found")["messages"]) == 1
        assert not LOG.exists()
        away.rename(LOG)
        blue.hears(Heard("red", "before"), Heard("red", "after"))
        assert [told.text for told in history(server.port)] == ["before", "after"]


def _check_goes_on(server: ForkedServer, red: JsonTalker, blue: JsonTalker, stored: int) -> None:
    """Check that what was stored, and nothing else, is seen, and that there can be more."""
    blue.hears(*[Heard("red", LONG)] * stored)
    red.says("after")
    blue.hears(Heard("red", "after"))
    blue.hears_nothing_more()
    everything = history(server.port)
    assert [told.text for told in everything] == [LONG] * stored + ["after"]
    red.close()
    server.kill()
    check_folder(Path("data"), everything)


def test_a_full_disk_is_told_and_the_server_goes_on_when_there_is_space(
    nursery: Nursery, tmp_path: Path
) -> None:
    filler = tmp_path / "data" / "filler"
    with (
        _small_disk(tmp_path / "data"),
        nursery.server(tmp_path, HUECHAT_MESSAGES_PER_S="0") as server,
        JsonTalker(server.port, "red") as red,
        JsonTalker(server.port) as blue,
    ):
        filler.write_bytes(b"x" * 500_000)
        stored, code = _say_until_refused(red)
        assert code == "storage_full"
        _is_refused(red, "storage_full", LONG)
        filler.unlink()
        _check_goes_on(server, red, blue, stored)


def test_a_disk_that_refuses_to_write_is_told_and_the_server_goes_on_when_it_writes_again(
    nursery: Nursery, tmp_path: Path
) -> None:
    with (
        nursery.server(tmp_path, HUECHAT_MESSAGES_PER_S="0") as server,
        JsonTalker(server.port, "red") as red,
        JsonTalker(server.port) as blue,
    ):
        without = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (300_000, without[1]))
        stored, code = _say_until_refused(red)
        assert code in ("storage_failed", "storage_full")
        _is_refused(red, code, LONG)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, without)
        _check_goes_on(server, red, blue, stored)
