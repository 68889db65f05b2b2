"""A member that speaks JSON lines over a socket, as a client written elsewhere would."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from tests.reliability.members import ClientMember, LinkMember, Member
from tests.scenarios.talkers import FAILURE_S

from huechat.protocol import Message


class RawMember(Member):
    """Comes back when it is lost, resumes, and says again what was not confirmed."""

    def __init__(self, name: str, port: int) -> None:
        super().__init__(name)
        self._port = port
        self._session = ""
        self._last = 0
        self._unconfirmed: dict[str, str] = {}
        self._sending = threading.Lock()  # guards the two, and the order of what is sent
        self._sock: socket.socket | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._listen, name=f"{name} listens")
        self._thread.start()
        self.until(lambda: self._session, "the welcome")

    def confirmed(self) -> None:
        self.until(lambda: not self._unconfirmed, "confirmation")

    def close(self) -> None:
        self._closed.set()
        with self._sending, suppress(OSError):
            if self._sock:
                self._sock.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _say(self, text: str) -> str:
        message_id = f"{self.name}-{len(self.said)}"
        with self._sending:
            self._unconfirmed[message_id] = text
            with suppress(OSError):  # it is said again by the one who listens
                if self._sock:
                    self._sock.sendall(_say(message_id, text))
        return message_id

    def _listen(self) -> None:
        while not self._closed.is_set():
            with suppress(OSError):
                self._stay()
            self._closed.wait(0.05)

    def _stay(self) -> None:
        """Connect, say what is not confirmed, and listen to the end."""
        with (
            socket.create_connection(("127.0.0.1", self._port), FAILURE_S) as sock,
            sock.makefile("rb") as lines,
        ):
            with self._sending:
                again = [_say(*one) for one in list(self._unconfirmed.items())]
                sock.sendall(b"".join([_line(self._hello()), *again]))
                self._sock = sock
            try:
                self._hear_all(lines)
            finally:
                with self._sending:
                    self._sock = None

    def _hear_all(self, lines: Iterable[bytes]) -> None:
        welcome = False
        try:
            for line in lines:
                if line.endswith(b"\n"):
                    self._hear(json.loads(line))
                    welcome = True
        finally:
            if welcome:
                self._note_loss()

    def _hello(self) -> dict[str, Any]:
        hello = {"type": "hello", "v": 1, "name": self.name, "session": self._session}
        return {**hello, "resume": {"lobby": self._last}} if self._session else hello

    def _hear(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "welcome":
                with self.news:
                    assert self._session in ("", event["session"])
                    self._session = event["session"]
                    self.news.notify_all()
                self._note_return()
            case "message":
                assert event["seq"] > self._last, event
                self._last = event["seq"]
                self._note_message(Message(**{k: event[k] for k in event if k != "type"}))
            case "ack":
                self._last = max(self._last, event["seq"])
                self._unconfirmed.pop(event["id"], None)
                self._note_ack(event["id"], event["seq"])
            case other:
                raise AssertionError(f"{self.name} heard {event}, which is {other}")


def _say(message_id: str, text: str) -> bytes:
    return _line({"type": "say", "id": message_id, "text": text})


def _line(command: dict[str, Any]) -> bytes:
    return json.dumps(command).encode() + b"\n"


MEMBERS = (LinkMember, LinkMember, ClientMember, RawMember)


def members(port: int, kinds: Iterable[type] = MEMBERS) -> list[Member]:
    """Return one of each of `kinds`, in the lobby."""
    return [kind(f"m{number}", port) for number, kind in enumerate(kinds)]
