"""Test clients that talk and listen in turn: one for each wire.

None ever waits for silence. What a talker does *not* hear is proved by a round trip: it asks for
something that is answered in order, and nothing else may stand before the answer.
"""

from __future__ import annotations

import itertools
import json
import re
import socket
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple, Self

FAILURE_S = 20.0
"""When a test gives up. No test that passes waits for so long."""

_HEARD = re.compile(r"(?:(?P<name>\S+) )?\[COLOR \((?P<color>[a-z_]+)\)\] said -> (?P<text>.*)")
_ROOM = re.compile(r"(?:#(?P<room>\S+)|(?P<private>\(private\))) (?P<rest>.*)")

PRIVATE = "(private)"
"""In place of the name of a room of two, which tests need not know."""


class Heard(NamedTuple):
    """Something said, as a listener makes it out."""

    color: str
    text: str
    name: str = ""


def chosen(name: str) -> str:
    """Return a name; none for one that the server gave."""
    return "" if re.fullmatch("guest-[0-9]+", name) else name


class Talker:
    """A socket to the server at `port`. Subclasses know how one wire talks."""

    def __init__(self, port: int, *, receive_buffer: int = 0) -> None:
        self.sock = socket.socket()
        self.sock.settimeout(FAILURE_S)
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        try:
            self.sock.connect(("127.0.0.1", port))
        except OSError:
            self.sock.close()
            raise
        self._reader = self.sock.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._reader.close()
        self.sock.close()

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def stop_sending(self) -> None:
        """Shut the writing side, as `nc -N` does at the end of its input."""
        self.sock.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Die: the kernel throws the connection away and sends a reset."""
        linger_for_0_s = struct.pack("ii", 1, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_for_0_s)
        self.close()

    def line(self) -> bytes:
        """Return the next line as it came; none at the end of the stream."""
        return self._reader.readline()

    def lines_to_the_end(self) -> Iterator[bytes]:
        while line := self.line():
            yield line

    def hears(self, *expected: Heard) -> None:
        """Check that these, and nothing else, are what comes next."""
        for one in expected:
            assert self.next_heard() == one

    def next_heard(self) -> Heard:
        raise NotImplementedError

    def hears_in(self, room: str, *expected: Heard) -> None:
        """Check that these come next, and in that room."""
        for one in expected:
            assert self.next_in_a_room() == (room, one)

    def next_in_a_room(self) -> tuple[str, Heard]:
        raise NotImplementedError

    def says(self, text: str) -> None:
        raise NotImplementedError

    def says_here(self, text: str) -> None:
        """Say it in the room that was joined, or written to, last."""
        raise NotImplementedError

    def does(self, line: str, **command: Any) -> None:
        """Do one thing: `line` as people type it, `command` as programs ask it."""
        raise NotImplementedError

    def is_refused(self, code: str, sentence: str) -> None:
        """Check that the next that comes is this error."""
        raise NotImplementedError

    def logs_in(self, name: str, password: str) -> str:
        """Log in, as one who said hello; return the token, which plain text does not tell."""
        raise NotImplementedError

    def registers(self, password: str) -> str:
        """Make one's name an account; return the token, as `logs_in` does."""
        raise NotImplementedError

    def logs_out(self, *, everywhere: bool = False) -> None:
        raise NotImplementedError

    def is_put_out(self, words: str) -> None:
        """Check that the server says these last words, and then nothing more."""
        raise NotImplementedError

    def joins(self, room: str, *, private: bool = False) -> None:
        raise NotImplementedError

    def leaves(self, room: str) -> None:
        raise NotImplementedError

    def hears_nothing_more(self) -> None:
        raise NotImplementedError


class JsonTalker(Talker):
    """Speaks JSON lines. It is in the lobby once made, unless `hello` is false.

    `more`: what else its `hello` has.
    """

    def __init__(
        self,
        port: int,
        color: str = "",
        name: str = "",
        *,
        hello: bool = True,
        receive_buffer: int = 0,
        **more: Any,
    ) -> None:
        super().__init__(port, receive_buffer=receive_buffer)
        self._ids = itertools.count(1)
        self.acks: list[dict[str, Any]] = []
        self.welcome: dict[str, Any] = {}
        self.token = ""
        """Of its account, where it has one."""
        if hello:
            self.ask(type="hello", v=1, name=name, color=color, **more)
            self.welcome = self.event("welcome")

    def ask(self, **command: Any) -> None:
        self.send(json.dumps(command).encode() + b"\n")

    def event(self, kind: str) -> dict[str, Any]:
        """Return the next event, which must be of this kind. Acks are put aside in `acks`."""
        while True:
            line = self.line()
            assert line.endswith(b"\n"), f"the stream ended with {line!r}, waiting for {kind}"
            event: dict[str, Any] = json.loads(line)
            if event["type"] == kind:
                return event
            assert event["type"] == "ack", f"heard {event}, waiting for {kind}"
            self.acks.append(event)

    def line_of(self, *kinds: str) -> str:
        """Return of which of these kinds the next event is; `last` is that event."""
        self.last: dict[str, Any] = json.loads(self.line())
        assert self.last["type"] in kinds, self.last
        return str(self.last["type"])

    def error(self, code: str) -> dict[str, Any]:
        """Return the next event, which must be this error."""
        error = self.event("error")
        assert error["code"] == code, error
        return error

    def next_heard(self) -> Heard:
        message = self.event("message")
        return Heard(message["color"], message["text"], chosen(message["name"]))

    def next_in_a_room(self) -> tuple[str, Heard]:
        message = self.event("message")
        room = PRIVATE if message["room"].startswith("@") else message["room"]
        return room, Heard(message["color"], message["text"], message["name"])

    def says(self, text: str) -> None:
        self.ask(type="say", id=f"m{next(self._ids)}", text=text)

    def says_here(self, text: str) -> None:
        self.ask(type="say", id=f"m{next(self._ids)}", text=text, room=".")

    def does(self, line: str, **command: Any) -> None:
        self.ask(**{"id": f"d{next(self._ids)}", **command})

    def answer(self, kind: str, **command: Any) -> dict[str, Any]:
        """Ask, and return the next event, which must be of this kind."""
        self.does("", **command)
        return self.event(kind)

    def is_refused(self, code: str, sentence: str) -> None:
        assert self.error(code)["message"] == sentence

    def logs_in(self, name: str, password: str) -> str:
        return self._is_account(type="login", name=name, password=password)

    def registers(self, password: str) -> str:
        return self._is_account(type="register", password=password)

    def _is_account(self, **command: Any) -> str:
        token: str = self.answer("token", **command)["token"]
        assert self.event("you")["account"]
        return token

    def logs_out(self, *, everywhere: bool = False) -> None:
        assert "account" not in self.answer("you", type="logout", everywhere=everywhere)

    def is_put_out(self, words: str) -> None:
        assert self.event("bye")["message"] == words
        assert self.line() == b""

    def joins(self, room: str, *, private: bool = False) -> None:
        place = self.answer("joined", type="join", room=room, private=private)["place"]
        assert place["room"] == room

    def leaves(self, room: str) -> None:
        assert self.answer("left", type="leave", room=room)["room"] == room

    def hears_nothing_more(self) -> None:
        """All that was said so far is heard: the next event answers this very question."""
        barrier = f"barrier-{next(self._ids)}"
        self.ask(type="ping", id=barrier)
        assert self.event("pong")["id"] == barrier


class PlainTalker(Talker):
    """Types lines, like `nc`. It is in the lobby once made, unless `hello` is false.

    Plain text has no ping, but it answers a line that is not UTF-8, in its turn. That serves.
    """

    NOT_UTF8 = b"\xc3(\n"
    ANSWER = b"Error: the line is not UTF-8; it was not sent\n"

    def __init__(
        self,
        port: int,
        color: str = "blue",
        name: str = "",
        *,
        hello: bool = True,
        receive_buffer: int = 0,
    ) -> None:
        super().__init__(port, receive_buffer=receive_buffer)
        self._color = color
        if hello:
            self.hears_nothing_more()
        if name:
            self.types(f"/name {name}")
            self.reads(f"You are {name} now.")

    def next_heard(self) -> Heard:
        line = self.line().decode()
        found = _HEARD.fullmatch(line.removesuffix("\n"))
        assert line.endswith("\n"), f"not a line: {line!r}"
        assert found, f"not something said: {line!r}"
        return Heard(found["color"], found["text"], found["name"] or "")

    def next_in_a_room(self) -> tuple[str, Heard]:
        line = self.line().decode().removesuffix("\n")
        in_room = _ROOM.fullmatch(line)
        found = _HEARD.fullmatch(in_room["rest"] if in_room else line)
        assert found, f"not something said: {line!r}"
        room = (in_room["room"] or PRIVATE) if in_room else "lobby"
        return room, Heard(found["color"], found["text"], found["name"] or "")

    def says(self, text: str) -> None:
        self.send(f"[COLOR ({self._color})] said -> {text}\n".encode())

    def says_here(self, text: str) -> None:
        self.types(text)

    def types(self, *lines: str) -> None:
        """Type lines, all in one write."""
        self.send("".join(f"{line}\n" for line in lines).encode())

    def reads(self, *lines: str) -> None:
        """Check that these lines, and nothing else, are what comes next."""
        for line in lines:
            assert self.line().decode() == f"{line}\n"

    def does(self, line: str, **command: Any) -> None:
        self.types(line)

    def is_refused(self, code: str, sentence: str) -> None:
        self.reads(f"Error: {sentence}")

    def logs_in(self, name: str, password: str) -> str:
        self.types(f"/login {name} {password}")
        self.reads(f"You are logged in as {name}.")
        return ""

    def registers(self, password: str) -> str:
        self.types(f"/register {password}")
        assert self.line().startswith(b"You are logged in as ")
        return ""

    def logs_out(self, *, everywhere: bool = False) -> None:
        self.types("/logout everywhere" if everywhere else "/logout")
        assert self.line().startswith(b"You are logged out, and guest-")

    def is_put_out(self, words: str) -> None:
        self.reads(words)
        assert self.line() == b""

    def joins(self, room: str, *, private: bool = False) -> None:
        self.types(f"/join {room}{' private' if private else ''}")
        assert self.line().decode().startswith(f"You are in #{room}")

    def leaves(self, room: str) -> None:
        self.types(f"/leave {room}")
        self.reads(f"You left #{room}.")

    def hears_nothing_more(self) -> None:
        self.send(self.NOT_UTF8)
        assert self.line() == self.ANSWER


class FirstClient:
    """The seed's own client, as its document describes it: no newlines, 1024 bytes a receive."""

    def __init__(self, port: int, color: str = "blue", host: str = "127.0.0.1") -> None:
        self.color = color
        self.client_socket = socket.create_connection((host, port), FAILURE_S)
        self.received = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client_socket.close()

    def says(self, text: str) -> None:
        self.client_socket.send(f"[COLOR ({self.color})] said -> {text}".encode())

    def receives(self, expected: str) -> None:
        """Check that what was received, in however many pieces, is this."""
        while len(self.received) < len(expected):
            piece = self.client_socket.recv(1024).decode("utf-8")
            assert piece, f"the server left after {self.received!r}"
            self.received += piece
        assert self.received == expected
        self.received = ""


TALKERS = {"json": JsonTalker, "plain": PlainTalker}
