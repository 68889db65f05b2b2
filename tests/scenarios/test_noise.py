"""Whatever bytes come in, in whatever pieces: the server lives and the others chat on."""

from __future__ import annotations

import errno
import itertools
import json
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.scenarios.talkers import FAILURE_S, JsonTalker, PlainTalker

from huechat import ChatServer
from huechat.config import ServerSettings

BOUNDED = settings(
    max_examples=150,
    deadline=None,  # a loaded machine is not a bug
    derandomize=True,  # the same noise in every run
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

HUNG_UP = (BrokenPipeError, ConnectionResetError)
"""What a stranger meets whom the server had nothing to say to any more."""

JSON_PIECES = st.sampled_from(
    [
        b'{"type":"hello","v":1}\n',
        b'{"type":"hello","v":1,"name":"mallory","color":"red"}\n',
        b'{"type":"say","id":"1","text":"',
        b'"}\n',
        b'{"type":"ping"}\n',
        b'{"type":"color","color":"green"}\n',
        b"{",
        b"[" * 300,
        b"\\ud800",
        b"\n",
        b'"' + b"y" * 70_000,
    ]
)
PLAIN_PIECES = st.sampled_from(
    [
        b"[COLOR (red)] said -> ",
        b"[COLOR (",
        b"\n",
        b"\r\n",
        b"\xff\xfb\x01",
        b"\xff",
        b"\xe2\x82",
        b"\x1b[2J",
        b"\x00",
        "\u202e👋".encode(),
        b"y" * 70_000,
    ]
)


@pytest.fixture(scope="module")
def room(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[ChatServer, JsonTalker, JsonTalker, PlainTalker]]:
    """Give a server and three who chat in it, all through the noise."""
    data = str(tmp_path_factory.mktemp("noise"))
    with (
        ChatServer(port=0, settings=ServerSettings(data=data, messages_per_s=0)) as server,
        JsonTalker(server.port, "red") as red,
        JsonTalker(server.port) as blue,
        PlainTalker(server.port) as nc,
    ):
        yield server, red, blue, nc


_numbers = itertools.count(1)


def _noise(port: int, chunks: list[bytes]) -> None:
    """Send `chunks` one by one, stop sending, and read until the server closes."""
    with socket.create_connection(("127.0.0.1", port), FAILURE_S) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(*HUNG_UP):
            for chunk in chunks:
                sock.sendall(chunk)
            _stop_sending(sock)
        with suppress(*HUNG_UP):
            while sock.recv(65_536):
                pass


def _stop_sending(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_WR)
    except OSError as reason:
        if reason.errno != errno.ENOTCONN:
            raise


def _others_chat_on(red: JsonTalker, blue: JsonTalker, nc: PlainTalker) -> None:
    """Check that what red says is heard, and all that was heard before it was well-formed."""
    mark = f"mark {next(_numbers)}"
    red.says(mark)
    while (event := json.loads(blue.line()))["text"] != mark:
        assert event["type"] == "message"
    while (heard := nc.next_heard()).text != mark:
        assert not any(char < " " for char in heard.text)
    red.ask(type="ping", id=mark)
    while (event := json.loads(red.line())).get("id") != mark or event["type"] != "pong":
        assert event["type"] in ("message", "ack")


@BOUNDED
@example(first=b"{", pieces=[b'"type":"say"'])
@example(first=b"\x16", pieces=[b"\x03\x01"])
@example(first=b"GET ", pieces=[b"/ HTTP/1.1\r\n\r\n"])
@example(first=b"", pieces=[])
@given(first=st.binary(max_size=3), pieces=st.lists(st.binary(max_size=200), max_size=6))
def test_random_bytes_in_random_pieces_harm_nobody(
    room: tuple[ChatServer, JsonTalker, JsonTalker, PlainTalker], first: bytes, pieces: list[bytes]
) -> None:
    server, *others = room
    _noise(server.port, [first, *pieces])
    _others_chat_on(*others)


@BOUNDED
@given(pieces=st.lists(JSON_PIECES | st.binary(max_size=20), max_size=12))
def test_almost_json_in_random_pieces_harms_nobody(
    room: tuple[ChatServer, JsonTalker, JsonTalker, PlainTalker], pieces: list[bytes]
) -> None:
    server, *others = room
    _noise(server.port, [b"{" if not pieces else b'{"type":"ping"}\n', *pieces])
    _others_chat_on(*others)


@BOUNDED
@given(pieces=st.lists(PLAIN_PIECES | st.binary(max_size=20), max_size=12))
def test_almost_plain_text_in_random_pieces_harms_nobody(
    room: tuple[ChatServer, JsonTalker, JsonTalker, PlainTalker], pieces: list[bytes]
) -> None:
    server, *others = room
    _noise(server.port, [b"\n", *pieces])
    _others_chat_on(*others)


def test_only_those_who_chat_are_left_after_the_noise(
    room: tuple[ChatServer, JsonTalker, JsonTalker, PlainTalker],
) -> None:
    server, *others = room
    _others_chat_on(*others)
    assert len(server.clients) == 3
