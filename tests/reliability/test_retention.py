"""What is no longer kept is gone from everywhere: history, search, and what is in memory."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.reliability.conftest import Start
from tests.reliability.invariants import history
from tests.reliability.visitors import LONG, hello, missed, say_many

from huechat import ChatServer
from huechat.chat.draft import Draft
from huechat.chat.times import as_time, now
from huechat.server.logs import keeper
from huechat.store.sqlite import SqliteStore


def _keep(texts: list[str], time: str) -> None:
    """Put messages into the folder of a server that does not run."""
    with closing(SqliteStore(Path("data"))) as store:
        known = store.last("lobby")
        drafts = [
            Draft("lobby", "ana", f"{known}-{n}", "ana", "red", t) for n, t in enumerate(texts)
        ]
        store.append(drafts, time)


def _until_dropped(server: ChatServer, first: str) -> list[str]:
    """Return what is kept, once what is older than `first` is dropped."""
    while (texts := [told.text for told in history(server.port)])[0] != first:
        pass  # pytest's timeout ends it
    return texts


def _at_rest(server: ChatServer) -> list[str]:
    """Return what is kept, once nothing is dropped any more."""
    before = [""]
    while (kept := [told.text for told in history(server.port)]) != before or "first" in kept[0]:
        before = kept  # pytest's timeout ends it
    return kept


def _check_all_agree(server: ChatServer, kept: list[str], dropped_word: str) -> None:
    """Check that what was dropped is in no history, in no search, and in no tail."""
    with hello(server.port, resume={"lobby": 0}) as back:
        assert [text for _, text in missed(back)] == kept
        back.ask(type="search", text=dropped_word)
        assert back.event("found")["messages"] == []


def test_messages_older_than_they_are_kept_are_gone_from_everywhere(start: Start) -> None:
    old = as_time(datetime.now(UTC) - timedelta(days=3))
    _keep([f"ancient {number}" for number in range(1500)], old)
    _keep(["recent"], now())
    server = start(keep_days=2)
    kept = _until_dropped(server, "recent")
    assert kept == ["recent"]
    _check_all_agree(server, kept, "ancient")
    with hello(server.port, history=0) as ana:
        ana.says("and on")
        ana.hears_nothing_more()
    _check_all_agree(server, ["recent", "and on"], "ancient")


def test_messages_beyond_the_size_that_is_kept_are_gone_from_everywhere(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "EVERY_S", 0.02)
    server = start(keep_mb=1)
    texts = [f"first {LONG}", *(f"{number} {LONG}" for number in range(1000))]
    with hello(server.port, history=0) as ana:
        say_many(ana, texts)
        kept = _at_rest(server)
        assert kept == texts[-len(kept) :]
        say_many(ana, ["newest"])
    with hello(server.port, resume={"lobby": 0}) as back:
        told = [text for _, text in missed(back)]
        assert told == [*texts, "newest"][-len(told) :]
        assert 100 < len(told) < 600
        back.ask(type="search", text="first")
        assert back.event("found")["messages"] == []
