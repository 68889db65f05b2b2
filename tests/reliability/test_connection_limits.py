"""How many may come, from where, how fast, and how long they may take to say who they are."""

from __future__ import annotations

import itertools
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from tests.scenarios.talkers import FAILURE_S, Heard, JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings

PING = b'{"type":"ping"}\n'
ELSEWHERE = "127.0.0.2"


def _from(source: str, port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), FAILURE_S, (source, 0))


def _answer(sock: socket.socket) -> dict:
    """Return the first thing that the server tells."""
    with sock.makefile("rb") as lines:
        return json.loads(lines.readline())


def _comes_in(source: str, port: int) -> bool:
    """Return whether one who comes from `source` is let in; who is not is told `too_many`."""
    with _from(source, port) as sock:
        with suppress(BrokenPipeError, ConnectionResetError):
            sock.sendall(PING)
        with suppress(ConnectionResetError):
            return _answer(sock)["type"] == "pong"
    return False


def _comes_in_at_last(source: str, port: int) -> None:
    """Check that there is a place free now, or as soon as the server knows who has left."""
    give_up_at = time.monotonic() + FAILURE_S
    while not _comes_in(source, port):
        assert time.monotonic() < give_up_at


@pytest.fixture
def guests() -> Iterator[ExitStack]:
    with ExitStack() as leaving:
        yield leaving


def test_one_connection_too_many_is_told_so_and_closed(guests: ExitStack) -> None:
    with ChatServer(port=0, settings=ServerSettings(connections=3)) as server:
        crowd = [guests.enter_context(JsonTalker(server.port)) for _ in range(3)]
        with _from(ELSEWHERE, server.port) as refused:
            error = _answer(refused)
            assert (error["type"], error["code"]) == ("error", "too_many")
            assert refused.recv(1) == b""
        crowd[0].says("hi")
        crowd[1].hears(Heard("blue", "hi"))
        crowd[0].close()
        _comes_in_at_last(ELSEWHERE, server.port)


def test_one_connection_too_many_from_an_address_is_told_so_and_others_come_in(
    guests: ExitStack,
) -> None:
    with ChatServer(port=0, settings=ServerSettings(connections_per_address=2)) as server:
        crowd = [guests.enter_context(JsonTalker(server.port)) for _ in range(2)]
        with _from("127.0.0.1", server.port) as refused:
            assert _answer(refused)["code"] == "too_many"
        assert _comes_in(ELSEWHERE, server.port)
        crowd[0].reset()
        _comes_in_at_last("127.0.0.1", server.port)


def test_who_speaks_first_is_told_too_why_it_may_not_come_in(guests: ExitStack) -> None:
    """As our own client does; what it said must not have the answer thrown away."""
    with ChatServer(port=0, settings=ServerSettings(connections=1)) as server:
        guests.enter_context(JsonTalker(server.port))
        for _ in range(50):
            with _from("127.0.0.1", server.port) as refused:
                refused.sendall(PING)
                assert _answer(refused)["code"] == "too_many"


def test_with_no_limits_all_come_in(guests: ExitStack) -> None:
    free = ServerSettings(connections=0, connections_per_address=0, handshakes_per_s=0)
    with ChatServer(port=0, settings=free) as server:
        crowd = [guests.enter_context(JsonTalker(server.port)) for _ in range(50)]
        crowd[0].says("hi")
        crowd[-1].hears(Heard("blue", "hi"))


def test_connections_beyond_the_pace_wait_their_turn_and_then_come_in(guests: ExitStack) -> None:
    """20 may come at once, and then one each 50 ms. It may take longer, but not less long."""
    with ChatServer(port=0, settings=ServerSettings(handshakes_per_s=20)) as server:
        began = time.monotonic()
        crowd = [guests.enter_context(JsonTalker(server.port, hello=False)) for _ in range(32)]
        for one in crowd:
            one.ask(type="ping")
        for one in crowd:
            one.event("pong")
        assert time.monotonic() - began >= (32 - 20 - 1) / 20


def test_a_client_that_never_says_hello_is_told_so_and_closed() -> None:
    hasty = ServerSettings(handshake_timeout_s=0.3)
    with ChatServer(port=0, settings=hasty) as server:
        with JsonTalker(server.port, hello=False) as silent:
            silent.ask(type="ping")
            silent.event("pong")
            silent.error("too_late")
            assert silent.line() == b""
        with JsonTalker(server.port, hello=False) as half:
            half.send(b'{"type":"hel')
            half.error("too_late")
            assert half.line() == b""


def test_a_client_that_keeps_talking_but_never_says_hello_is_closed_too() -> None:
    with (
        ChatServer(port=0, settings=ServerSettings(handshake_timeout_s=0.3)) as server,
        JsonTalker(server.port, hello=False) as chatty,
    ):
        for _ in itertools.count():
            chatty.ask(type="ping")
            event = json.loads(chatty.line())
            if event["type"] != "pong":
                break
        assert event["code"] == "too_late"


def test_who_said_hello_or_types_plain_text_may_be_silent_for_as_long_as_they_like() -> None:
    """Both are still there when somebody who came with them was told that it is too late."""
    with (
        ChatServer(port=0, settings=ServerSettings(handshake_timeout_s=0.3)) as server,
        JsonTalker(server.port) as red,
        PlainTalker(server.port) as nc,
        _from("127.0.0.1", server.port) as listener,
        JsonTalker(server.port, hello=False) as silent,
    ):
        silent.send(b"{")
        silent.error("too_late")
        with JsonTalker(server.port, hello=False) as next_one:
            next_one.send(b"{")
            next_one.error("too_late")
        red.says("still here")
        nc.hears(Heard("blue", "still here"))
        assert listener.makefile("rb").readline() == b"[COLOR (blue)] said -> still here\n"


def test_with_no_handshake_timeout_one_may_take_all_the_time(guests: ExitStack) -> None:
    """It cannot be waited for: what can be seen is that no time is set."""
    with (
        ChatServer(port=0, settings=ServerSettings(handshake_timeout_s=0)) as server,
        JsonTalker(server.port, hello=False) as slow,
    ):
        slow.ask(type="ping")
        slow.event("pong")
        slow.ask(type="hello", v=1)
        slow.event("welcome")


@pytest.mark.parametrize("keepalive_s", [45, 0])
def test_accepted_connections_are_probed_when_silent(keepalive_s: int) -> None:
    with (
        ChatServer(port=0, settings=ServerSettings(keepalive_s=keepalive_s)) as server,
        JsonTalker(server.port),
    ):
        (sock,) = server.clients
        probed = sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert bool(probed) == bool(keepalive_s)
        if keepalive_s:
            idle, each, count = (
                sock.getsockopt(socket.IPPROTO_TCP, option)
                for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
            )
            assert idle == keepalive_s
            assert each * count <= keepalive_s / 2
