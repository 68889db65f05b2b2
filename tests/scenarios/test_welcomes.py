"""Coming in while others talk."""

from __future__ import annotations

import pytest
from tests.scenarios.talkers import Heard, JsonTalker

from huechat import ChatServer
from huechat.protocol import AnyEvent, Welcome
from huechat.server.connection import Connection


def test_what_is_said_once_the_welcome_is_there_is_told(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here somebody speaks just after it was sent, before the room is entered."""
    tell = server.hall.tell
    with JsonTalker(server.port, name="ana") as ana:

        def tell_and_speak(connection: Connection, event: AnyEvent) -> None:
            tell(connection, event)
            if isinstance(event, Welcome):
                ana.says("you missed nothing")
                ana.hears_nothing_more()

        monkeypatch.setattr(server.hall, "tell", tell_and_speak)
        with JsonTalker(server.port, hello=False) as ben:
            ben.ask(type="hello", v=1, name="ben", history=0)
            ben.event("welcome")
            ben.hears(Heard("blue", "you missed nothing", "ana"))
            ben.hears_nothing_more()
