"""However a client leaves, the others chat on and the server forgets it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.scenarios.talkers import FAILURE_S, TALKERS, Heard, JsonTalker, PlainTalker, Talker

from huechat import ChatServer

TALK_THEN_HANG = """
import socket, sys
sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
sock.sendall(b'{"type":"hello","v":1,"color":"red"}\\n')
sock.recv(1000)
sock.sendall(b'{"type":"say","id":"1","text":"whole"}\\n{"type":"say","id":"2","te')
sys.stdin.read()
"""


@pytest.fixture(params=TALKERS)
def pair(request: pytest.FixtureRequest, port: int) -> Iterator[tuple[Talker, Talker]]:
    talker = TALKERS[request.param]
    with talker(port, "red") as red, talker(port, "blue") as blue:
        yield red, blue


def test_a_client_that_is_reset_in_mid_chat_harms_nobody(
    pair: tuple[Talker, Talker], port: int
) -> None:
    red, blue = pair
    with JsonTalker(port, "green") as green:
        red.says("hi")
        blue.hears(Heard("red", "hi"))
        red.reset()
        green.hears(Heard("red", "hi"))
        green.says("gone?")
        blue.hears(Heard("green", "gone?"))


def test_a_client_that_is_killed_in_mid_line_loses_only_that_line(port: int) -> None:
    with (
        JsonTalker(port) as listener,
        subprocess.Popen(
            [sys.executable, "-c", TALK_THEN_HANG, str(port)], stdin=subprocess.PIPE
        ) as client,
        JsonTalker(port, "green") as green,
    ):
        listener.hears(Heard("red", "whole"))
        client.kill()
        assert client.wait(FAILURE_S) == -9
        green.says("what was that?")
        listener.hears(Heard("green", "what was that?"))
        listener.hears_nothing_more()


def test_a_json_client_that_stops_sending_gets_its_acks_before_the_close(port: int) -> None:
    with JsonTalker(port) as listener, JsonTalker(port, "red", hello=False) as red:
        red.ask(type="hello", v=1, color="red")
        for number in range(100):
            red.says(f"{number}")
        red.stop_sending()
        told = list(red.lines_to_the_end())
        assert b'"welcome"' in told[0]
        assert [b'"ack"' in line for line in told[1:]] == [True] * 100
        listener.hears(*(Heard("red", f"{number}") for number in range(100)))


def test_a_last_line_without_newline_is_heard_when_plain_text_ends(port: int) -> None:
    with JsonTalker(port) as listener, PlainTalker(port) as nc:
        nc.send(b"one\ntwo")
        nc.stop_sending()
        assert list(nc.lines_to_the_end()) == []
        listener.hears(Heard("blue", "one"), Heard("blue", "two"))


def test_a_client_that_left_is_no_longer_among_the_clients(server: ChatServer) -> None:
    with JsonTalker(server.port) as staying:
        with JsonTalker(server.port) as leaving:
            assert len(server.clients) == 2
            leaving.stop_sending()
            assert list(leaving.lines_to_the_end()) == []  # the server closed its end
        staying.hears_nothing_more()
        assert len(server.clients) == 1


def test_what_is_sent_to_a_broken_pipe_stops_nobody_elses(port: int) -> None:
    """The server finds out only by sending: the dead one's reset comes after many messages."""
    with JsonTalker(port, "red") as red, JsonTalker(port) as listener:
        dying = [PlainTalker(port) for _ in range(20)]
        for number in range(20):
            red.says(f"{number}")
            dying[number].reset()
        listener.hears(*(Heard("red", f"{number}") for number in range(20)))
        red.hears_nothing_more()


def test_a_client_that_connects_and_leaves_without_a_word_is_no_trouble(
    server: ChatServer,
) -> None:
    with JsonTalker(server.port) as member:
        for _ in range(20):
            Talker(server.port).close()
            Talker(server.port).reset()
        member.hears_nothing_more()
