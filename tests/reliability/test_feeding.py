"""Who is fed from the store, because it is far behind, is told the same as who is not."""

from __future__ import annotations

import json
import threading

import pytest
from tests.reliability.visitors import ENOUGH, LONG, SMALL_TAIL
from tests.scenarios.talkers import FAILURE_S, JsonTalker

from huechat import ChatServer
from huechat.config import ServerSettings


@pytest.fixture
def forgetful() -> ServerSettings:
    return ServerSettings(messages_per_s=0, tail_bytes=SMALL_TAIL)


def test_one_who_is_fed_just_when_what_it_said_is_stored_has_its_ack_in_that_place(
    forgetful: ServerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is read after the commit, and before the log has the message."""
    committed, fed = threading.Event(), threading.Event()
    with ChatServer(port=0, settings=forgetful) as server, JsonTalker(server.port, "red") as red:
        for number in range(ENOUGH):
            red.says(f"{number} {LONG}")
        red.hears_nothing_more()
        hall = server.hall
        publish, read, take = hall.writer._publish, hall.feeder._read, hall.delivery._take_page

        def publish_late(*stored):
            committed.set()
            assert fed.wait(FAILURE_S)
            publish(*stored)

        def read_late(*wanted):
            assert committed.wait(FAILURE_S)
            return read(*wanted)

        def take_page(*page):
            take(*page)
            fed.set()

        monkeypatch.setattr(hall.writer, "_publish", publish_late)
        monkeypatch.setattr(hall.feeder, "_read", read_late)
        monkeypatch.setattr(hall.delivery, "_take_page", take_page)
        with JsonTalker(server.port, hello=False) as ana:
            ana.ask(type="hello", v=1, name="ana", resume={"lobby": 0})
            ana.says("mine")
            ana.event("welcome")
            told = [json.loads(ana.line()) for _ in range(ENOUGH + 1)]
            assert [one["type"] for one in told] == ["message"] * ENOUGH + ["ack"]
            assert [one["seq"] for one in told] == list(range(1, ENOUGH + 2))
            ana.hears_nothing_more()
