"""What is stored is told at once, whatever the delivery is at in that very moment."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.scenarios.talkers import FAILURE_S, JsonTalker

from huechat import ChatServer
from huechat.server.logs.outlet import Outlet


def test_what_is_stored_while_somebody_is_answered_is_told_to_the_others_at_once(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Delivery has emptied its inbox by then, and not yet looked which rooms have something new."""
    answering, published = threading.Event(), threading.Event()
    send, publish = Outlet.send, server.hall.writer._publish

    def send_late(outlet: Outlet, block: bytes) -> bool:
        if b'"pong"' in block and not answering.is_set():
            answering.set()
            assert published.wait(FAILURE_S)
        return send(outlet, block)

    def publish_and_tell(*stored: Any) -> None:
        publish(*stored)
        published.set()

    monkeypatch.setattr(Outlet, "send", send_late)
    monkeypatch.setattr(server.hall.writer, "_publish", publish_and_tell)
    with (
        JsonTalker(server.port, name="ana") as ana,
        JsonTalker(server.port, name="ben") as ben,
        JsonTalker(server.port, name="eve") as eve,
    ):
        ben.ask(type="ping", id="now")
        assert answering.wait(FAILURE_S)
        ana.says("hi")
        assert ana.event("ack")["seq"] == 1
        assert eve.event("message")["text"] == "hi"
        assert ben.event("pong")["id"] == "now"
        assert ben.event("message")["text"] == "hi"
