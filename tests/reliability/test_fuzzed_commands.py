"""Commands in any order, whole or not, with any values: the server lives and the chat goes on."""

from __future__ import annotations

import itertools
import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.reliability.commands import VALID, commands, split
from tests.scenarios.talkers import FAILURE_S, JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings

BOUNDED = settings(
    max_examples=120,
    deadline=None,  # a loaded machine is not a bug
    derandomize=True,  # the same in every run
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
HUNG_UP = (BrokenPipeError, ConnectionResetError)
PLACES = st.lists(st.floats(0, 1), max_size=4)

_numbers = itertools.count(1)


class Room(NamedTuple):
    """A server and those who chat in it, all through the noise."""

    server: ChatServer
    red: JsonTalker
    blue: JsonTalker
    nc: PlainTalker


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    data = tmp_path_factory.mktemp("fuzzed")
    free = ServerSettings(data=str(data), messages_per_s=0, page=5)
    with (
        ChatServer(port=0, settings=free) as server,
        JsonTalker(server.port, "red", "red") as red,
        JsonTalker(server.port, name="blue") as blue,
        PlainTalker(server.port) as nc,
    ):
        yield Room(server, red, blue, nc)


def _answers(port: int, pieces: list[bytes]) -> list[bytes]:
    """Send the pieces one by one; return the lines that come until the server closes."""
    with socket.create_connection(("127.0.0.1", port), FAILURE_S) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        data = b""
        with suppress(*HUNG_UP):
            for piece in pieces:
                sock.sendall(piece)
            sock.shutdown(socket.SHUT_WR)
        with suppress(*HUNG_UP):
            while more := sock.recv(65_536):
                data += more
    return data.splitlines()


def _chat_goes_on(room: Room) -> None:
    """Check that what red says is heard, once, after nothing but well-formed messages."""
    mark = f"mark {next(_numbers)}"
    room.red.says(mark)
    last = 0
    while (event := json.loads(room.blue.line()))["text"] != mark:
        assert event["type"] == "message"
        assert event["seq"] > last
        last = event["seq"]
    while room.nc.next_heard().text != mark:
        pass
    room.red.ask(type="ping", id=mark)
    while (event := json.loads(room.red.line())).get("id") != mark or event["type"] != "pong":
        assert event["type"] in ("message", "ack")


@BOUNDED
@given(lines=st.lists(commands() | VALID, min_size=1, max_size=8), places=PLACES)
def test_commands_in_any_order_are_answered_and_harm_nobody(
    room: Room, lines: list[bytes], places: list[float]
) -> None:
    """Each line of the answers is an event; the last answers the ping after all of them."""
    data = b"".join([*lines, b'{"type":"ping","id":"the last"}\n'])
    answers = [json.loads(line) for line in _answers(room.server.port, split(data, places))]
    assert {"type": "pong", "id": "the last"} in answers
    _chat_goes_on(room)


@BOUNDED
@given(
    lines=st.lists(commands() | VALID | st.binary(max_size=30), min_size=1, max_size=8),
    places=PLACES,
    drop=st.floats(0, 1),
)
def test_commands_with_a_hole_in_them_harm_nobody(
    room: Room, lines: list[bytes], places: list[float], drop: float
) -> None:
    data = b'{"type":"hello","v":1,"history":2}\n' + b"".join(lines)
    hole = 1 + int(drop * len(data))
    pieces = split(data[:hole] + data[hole + 5 :], places)
    for line in _answers(room.server.port, pieces):
        json.loads(line)
    _chat_goes_on(room)


@BOUNDED
@given(lines=st.lists(commands() | VALID | st.binary(max_size=30), max_size=8), places=PLACES)
def test_commands_said_as_plain_text_are_just_said(
    room: Room, lines: list[bytes], places: list[float]
) -> None:
    _answers(room.server.port, split(b"hi\n" + b"".join(lines), places))
    _chat_goes_on(room)


def test_after_all_that_the_history_can_be_read_and_searched(room: Room) -> None:
    _chat_goes_on(room)
    with JsonTalker(room.server.port, hello=False) as reader:
        reader.ask(type="hello", v=1, history=0)
        reader.event("welcome")
        reader.ask(type="search", text="mark")
        assert [one["text"][:4] for one in reader.event("found")["messages"]] == ["mark"] * 5
        reader.ask(type="history", after=0)
        seqs = [one["seq"] for one in reader.event("history")["messages"]]
        assert seqs == sorted(set(seqs))
        assert len(seqs) == 5
    assert len(room.server.clients) <= 4
