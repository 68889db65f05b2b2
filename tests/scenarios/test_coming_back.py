"""A client whose server goes away says so, comes back, and loses nothing that it said."""

from __future__ import annotations

import queue
import socket
from pathlib import Path

import pytest
from tests.scenarios.processes import WELCOME, FakeServer, ServerProcess, listening, run_client
from tests.scenarios.talkers import FAILURE_S, Heard, JsonTalker

from huechat import ChatClient, ChatServer
from huechat.config import ClientSettings

YELLOW, CYAN, END = "\x1b[33m", "\x1b[36m", "\x1b[0m"
QUICK = ClientSettings(reconnect_max_s=0.2)


@pytest.fixture
def status() -> queue.Queue[str]:
    """Give the lines that a client tells of its connection."""
    return queue.Queue()


def _client(port: int, status: queue.Queue[str]) -> ChatClient:
    return ChatClient(
        port=port, color="red", show=lambda _: None, show_status=status.put, settings=QUICK
    )


def test_it_says_that_the_server_is_gone_and_that_it_is_back(status: queue.Queue[str]) -> None:
    gone = ChatServer(port=0).start()
    where = f"server at 127.0.0.1:{gone.port}"
    with _client(gone.port, status):
        assert status.get(timeout=FAILURE_S) == f"Connected to {where}"
        gone.shutdown()
        assert status.get(timeout=FAILURE_S) == "The server is closing. Goodbye."
        assert status.get(timeout=FAILURE_S) == f"Disconnected from {where}, no messages waiting"
        with ChatServer(port=gone.port):
            assert status.get(timeout=FAILURE_S) == f"Back at {where}, all sent"


def test_what_is_said_while_the_server_is_gone_is_sent_when_it_is_back(
    status: queue.Queue[str],
) -> None:
    gone = ChatServer(port=0).start()
    with _client(gone.port, status) as client:
        gone.shutdown()
        while "Disconnected" not in status.get(timeout=FAILURE_S):
            pass
        client.say("one")
        client.say("two")
        with ChatServer(port=gone.port) as back:
            while "all sent" not in status.get(timeout=FAILURE_S):
                pass
            assert client.wait_confirmed(FAILURE_S) == 0
            assert [entry.message.text for entry in back.hall.lobby.after(0)] == ["one", "two"]
            with JsonTalker(back.port) as listener:
                client.say("three")
                listener.hears(*(Heard("red", text) for text in ("one", "two", "three")))


def test_what_is_said_while_the_connection_is_lost_is_heard_once(server: ChatServer) -> None:
    """It is said by the one who tells of the loss, so before any try to come back."""
    told: queue.Queue[str] = queue.Queue()

    def tell(line: str) -> None:
        if "Disconnected" in line:
            client.say("meanwhile")
        told.put(line)

    client = ChatClient(
        port=server.port, color="red", show=lambda _: None, show_status=tell, settings=QUICK
    )
    with client, JsonTalker(server.port) as listener:
        assert client.client_socket
        mine = client.client_socket.getsockname()
        for sock in server.clients:
            if sock.getpeername() == mine:
                sock.shutdown(socket.SHUT_RDWR)
        while "all sent" not in told.get(timeout=FAILURE_S):
            pass
        assert client.wait_confirmed(FAILURE_S) == 0
        listener.hears(Heard("red", "meanwhile"))
        listener.hears_nothing_more()


def test_saying_into_a_broken_pipe_loses_nothing(
    server: ChatServer, status: queue.Queue[str]
) -> None:
    with JsonTalker(server.port) as listener, _client(server.port, status) as client:
        assert client.client_socket
        client.client_socket.shutdown(socket.SHUT_WR)  # now each send is a broken pipe
        client.say("hi")
        assert client.wait_confirmed(FAILURE_S) == 0
        listener.hears(Heard("red", "hi"))
        listener.hears_nothing_more()


def test_leaving_while_the_server_is_gone_takes_no_time(status: queue.Queue[str]) -> None:
    gone = ChatServer(port=0).start()
    client = _client(gone.port, status).connect()
    gone.shutdown()
    while "Disconnected" not in status.get(timeout=FAILURE_S):
        pass
    client.close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", gone.port)).close()


def test_input_from_a_pipe_that_the_server_never_confirms_exits_with_1(tmp_path: Path) -> None:
    """A server that greets, and then takes all and answers nothing."""
    with FakeServer(WELCOME) as deaf:
        ended = run_client(
            tmp_path,
            "--port",
            str(deaf.port),
            given="one\ntwo\n",
            HUECHAT_CONFIRM_TIMEOUT_S="0.2",
        )
    assert ended.returncode == 1
    assert "the server did not confirm 2 of the lines" in ended.stderr


def test_the_command_tells_in_yellow_of_a_killed_server_and_of_the_next(
    tmp_path: Path,
) -> None:
    first = ServerProcess(tmp_path)
    variables = {"HUECHAT_RECONNECT_MAX_S": "0.2", "FORCE_COLOR": "1"}
    with listening(tmp_path, first.port, **variables) as client:
        with first:
            first.process.kill()
        assert client.error_line().startswith(f"{YELLOW}Disconnected from server at ")
        with ServerProcess(tmp_path, first.port) as second:
            assert client.error_line() == (
                f"{YELLOW}Back at server at 127.0.0.1:{first.port}, all sent{END}\n"
            )
            with JsonTalker(second.port, "red") as red:
                red.says("welcome back")
                assert client.line() == f"{CYAN}[COLOR (red)] said -> welcome back{END}\n"
