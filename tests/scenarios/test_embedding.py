"""ChatServer and ChatClient as the seed documents them, and embedded in a program."""

from __future__ import annotations

import gc
import queue
import socket
import threading
import time
from typing import Any

import pytest
from tests.scenarios.talkers import FAILURE_S, TALKERS, Heard, JsonTalker

from huechat import ChatClient, ChatServer
from huechat.server import chat_server

IN_TIME_S = 2.0
"""How long shutting down may take, whoever does not read."""


class _Ear:
    """Keeps what a ChatClient shows, for a test to wait for."""

    def __init__(self) -> None:
        self._lines: queue.Queue[str] = queue.Queue()
        self.hear = self._lines.put

    def next(self) -> str:
        return self._lines.get(timeout=FAILURE_S)


def _silent(_: str) -> None:
    return


def test_the_constructors_have_the_seeds_defaults() -> None:
    server, client = ChatServer(), ChatClient()
    assert (server.host, server.port, server.clients) == ("127.0.0.1", 3030, [])
    assert server.server_socket is None
    assert (client.host, client.port, client.color) == ("127.0.0.1", 3030, "blue")
    assert client.client_socket is None


def test_a_server_that_never_starts_leaves_nothing_open() -> None:
    """An unclosed socket would warn as it is collected, and warnings are errors here."""
    ChatServer().shutdown()
    gc.collect()


def test_an_unknown_color_is_refused_and_the_known_ones_are_listed() -> None:
    with pytest.raises(ValueError, match=r"mauve.*light_magenta"):
        ChatClient(color="mauve")


def test_clients_is_the_list_of_the_connected_sockets(server: ChatServer) -> None:
    assert server.clients == []
    with JsonTalker(server.port) as talker:
        [client] = server.clients
        assert client.getpeername() == talker.sock.getsockname()


def test_server_socket_is_the_one_that_listens(server: ChatServer) -> None:
    assert server.server_socket
    assert server.server_socket.getsockname() == ("127.0.0.1", server.port)


def test_a_port_that_is_taken_raises(server: ChatServer) -> None:
    with pytest.raises(OSError, match="in use"):
        ChatServer(port=server.port).start()
    gc.collect()


def test_start_server_says_where_and_blocks_until_it_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ear = _Ear()
    monkeypatch.setattr(chat_server, "print", lambda line, **_: ear.hear(line), raising=False)
    server = ChatServer(port=0)
    thread = threading.Thread(target=server.start_server)
    thread.start()
    assert ear.next() == f"Server started on 127.0.0.1:{server.port}"
    with JsonTalker(server.port) as talker:
        talker.hears_nothing_more()
        assert thread.is_alive()
        server.stop()
        talker.event("bye")
    thread.join(FAILURE_S)
    assert not thread.is_alive()


@pytest.mark.parametrize("wire", TALKERS)
def test_what_the_program_broadcasts_is_heard_by_all_but_the_sender(
    server: ChatServer, wire: str
) -> None:
    with TALKERS[wire](server.port) as one, TALKERS[wire](server.port) as two:
        sender = next(s for s in server.clients if s.getpeername() == one.sock.getsockname())
        server.broadcast_message("[COLOR (red)] said -> hi", sender)
        two.hears(Heard("red", "hi"))
        one.hears_nothing_more()
        server.broadcast_message("to everyone", None)
        one.hears(Heard("blue", "to everyone"))
        two.hears(Heard("blue", "to everyone"))


@pytest.mark.parametrize("message", [None, 7, b"hi"])
def test_only_texts_and_drafts_are_broadcast(server: ChatServer, message: Any) -> None:
    with pytest.raises(TypeError, match="must be a text"):
        server.broadcast_message(message, None)


def test_handle_client_serves_a_socket_from_elsewhere(server: ChatServer) -> None:
    ours, theirs = socket.socketpair()
    reader = threading.Thread(target=server.handle_client, args=(theirs,))
    with JsonTalker(server.port) as listener, ours:
        reader.start()
        ours.sendall(b"hi\n")
        listener.hears(Heard("blue", "hi"))
        ours.shutdown(socket.SHUT_WR)
        reader.join(FAILURE_S)
        assert not reader.is_alive()
        assert theirs not in server.clients


def test_two_clients_and_a_server_in_one_program() -> None:
    ear = _Ear()
    with (
        ChatServer(port=0) as server,
        ChatClient(port=server.port, color="red", name="ana", show=_silent) as ana,
        ChatClient(port=server.port, show=ear.hear, show_status=_silent),
    ):
        ana.say("hi")
        assert "ana [COLOR (red)] said -> hi" in ear.next()


def test_on_message_gets_the_message_itself(port: int) -> None:
    messages: queue.Queue[object] = queue.Queue()
    client = ChatClient(port=port, show=_silent, on_message=messages.put)
    with client, JsonTalker(port, "red", "ana") as ana:
        ana.says("hi")
        message = messages.get(timeout=FAILURE_S)
        assert (message.name, message.color, message.text) == ("ana", "red", "hi")  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "  ", "\n", "x" * 70_000])
def test_what_cannot_be_said_raises_and_the_connection_lives(port: int, text: str) -> None:
    with ChatClient(port=port, show=_silent) as client, JsonTalker(port) as listener:
        with pytest.raises(ValueError, match=r"empty|too long"):
            client.say(text)
        client.say("next")
        listener.hears(Heard("blue", "next"))


def test_connection_refused_raises() -> None:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    with pytest.raises(ConnectionRefusedError, match=f"reached at 127.0.0.1:{port}"):
        ChatClient(port=port, show=_silent).connect()
    with (
        pytest.raises(ConnectionRefusedError, match=f"reached at 127.0.0.1:{port}"),
        ChatClient(port=port, show=_silent),
    ):
        pytest.fail("it is not connected")


def test_shutdown_ends_every_thread_and_closes_every_socket() -> None:
    before = set(threading.enumerate())
    server = ChatServer(port=0).start()
    port = server.port
    with JsonTalker(port), JsonTalker(port), ChatClient(port=port, show=_silent):
        sockets = [*server.clients, server.server_socket]
        began = time.monotonic()
        server.shutdown()
        assert time.monotonic() - began < IN_TIME_S
        assert [s.fileno() for s in sockets if s] == [-1] * 4
    for thread in set(threading.enumerate()) - before:
        thread.join(FAILURE_S)  # a reader that is done may be in its very last instructions
        assert not thread.is_alive()


def test_shutdown_may_be_called_again_and_from_many_threads() -> None:
    server = ChatServer(port=0).start()
    threads = [threading.Thread(target=server.shutdown) for _ in range(5)]
    for thread in threads:
        thread.start()
    server.shutdown()
    for thread in threads:
        thread.join(FAILURE_S)
    server.shutdown()
    assert not any(thread.is_alive() for thread in threads)


def test_what_was_said_before_shutdown_is_heard_before_the_goodbye(server: ChatServer) -> None:
    with JsonTalker(server.port, "red") as red, JsonTalker(server.port) as listener:
        for number in range(100):
            red.says(f"{number}")
        red.hears_nothing_more()
        server.shutdown()
        listener.hears(*(Heard("red", f"{number}") for number in range(100)))
        listener.event("bye")
        assert listener.line() == b""
