"""What one says arrives in the order of saying, whatever else happens in that very moment."""

from __future__ import annotations

import socket
import threading

import pytest
from tests.reliability.invariants import history
from tests.reliability.members import QUICK
from tests.scenarios.talkers import FAILURE_S

from huechat import ChatServer
from huechat.client import link as links
from huechat.client import sender
from huechat.config import ServerSettings
from huechat.protocol import VERSION, AnyCommand, Hello, Say
from huechat.wire.jsonlines import encode_line

MOMENT_S = 0.2
"""How long the moment lasts in which a message that waited is sent again."""


class Impatient:
    """Somebody who says "last" in the very moment in which the link sends again what waits."""

    def __init__(self, link: links.Link) -> None:
        self._link = link
        self._begun, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._say)
        self._thread.start()

    def encode_line(self, command: AnyCommand) -> bytes:
        """Take the link's encoder's place, to prolong that moment."""
        if isinstance(command, Say) and threading.current_thread() is not self._thread:
            self._begun.set()
            self._over.wait(MOMENT_S)  # it ends sooner if somebody could say something in it
        return encode_line(command)

    def join(self) -> None:
        self._thread.join()

    def _say(self) -> None:
        assert self._begun.wait(FAILURE_S)
        self._link.say("last")
        self._over.set()


def _link(port: int) -> tuple[links.Link, threading.Thread]:
    """Return a link, and the thread that listens to it."""
    link = links.Link("127.0.0.1", port, Hello(VERSION, "ana", "red"), QUICK)
    link.connect()
    listening = threading.Thread(target=lambda: list(link.events()))
    return link, listening


def test_what_waits_for_a_connection_is_not_overtaken_by_what_is_said_later(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, listening = _link(server.port)
    server.clients[0].shutdown(socket.SHUT_RDWR)
    events = link.events()
    while not isinstance(next(events), links.Lost):
        pass
    link.say("first")
    link.say("second")
    impatient = Impatient(link)
    monkeypatch.setattr(sender, "encode_line", impatient.encode_line)
    while not isinstance(next(events), links.Back):
        pass
    listening.start()
    impatient.join()
    assert link.wait_confirmed(FAILURE_S) == 0
    link.close()
    listening.join()
    assert [told.text for told in history(server.port)] == ["first", "second", "last"]


def test_what_waits_for_the_limit_is_not_overtaken_by_what_is_said_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = ServerSettings(messages_per_s=1, messages_burst=1)
    said = ["first", "second"]
    with ChatServer(port=0, settings=settings) as server:
        link, listening = _link(server.port)
        for text in said:
            link.say(text)
        impatient = Impatient(link)
        monkeypatch.setattr(sender, "encode_line", impatient.encode_line)
        listening.start()  # it now hears that the second was too much
        impatient.join()
        assert link.wait_confirmed(FAILURE_S) == 0
        link.close()
        listening.join()
        assert [told.text for told in history(server.port)] == [*said, "last"]
