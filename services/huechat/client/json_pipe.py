"""Both ways through a pipe: events come out as lines of JSON, commands go in as such."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, Final

import msgspec

from huechat.client.link import Back, Entering, Link, Lost, ShutOut
from huechat.protocol import AnyCommand, AnyEvent, Error, Ping, Pong
from huechat.wire.jsonlines import encode_line

LAST: Final = "the end of the input"
"""What is asked last: when it is answered, all that was asked before is."""

_WITH_ID: Final = frozenset({"say", "edit", "delete", "react"})

_commands: msgspec.json.Decoder[Any] = msgspec.json.Decoder(dict)


class JsonPipe:
    """Connects `link` with standard input and output. What is said needs no `id`: it gets one."""

    def __init__(self, link: Link, write: Callable[[bytes], None]) -> None:
        self._link = link
        self._write = write
        self._answered = threading.Event()
        self.failures = 0  # lines that were no commands, and errors that the server answered

    def run(self, confirm_timeout_s: float) -> int:
        """Pass on what comes in, until the input ends; return how many messages are missing.

        Blocks, until all that was asked is answered, or for so long after the input's end.
        """
        self._write(encode_line(self._link.connect()))
        receiver = threading.Thread(target=self._receive, name="receiver", daemon=True)
        receiver.start()
        for line in sys.stdin.buffer:
            if line.strip():
                self._pass_on(line)
        self._link.send(Ping(LAST))
        missing = self._link.wait_confirmed(confirm_timeout_s)
        self._answered.wait(confirm_timeout_s)
        self._link.close()
        receiver.join(confirm_timeout_s)
        return missing

    def _pass_on(self, line: bytes) -> None:
        try:
            fields = _commands.decode(line)
            if fields.get("type") in _WITH_ID:
                fields.setdefault("id", self._link.new_id())
            command: AnyCommand = msgspec.convert(fields, AnyCommand)
            if isinstance(command, Entering):
                self._link.enter(command)
            elif not self._link.send(command):
                self._fail("there is no connection now; say that again when it is back")
        except (msgspec.MsgspecError, ValueError) as reason:
            self._fail(f"not a command: {reason}")

    def _fail(self, words: str) -> None:
        self.failures += 1
        self._write(encode_line(Error("bad_json", words)))

    def _receive(self) -> None:
        try:
            for event in self._link.events():
                self._tell(event)
        except BrokenPipeError:  # nobody reads what is written any more
            self._link.close()

    def _tell(self, event: AnyEvent | Lost | Back | ShutOut) -> None:
        match event:
            case Lost(waiting=waiting):
                self._write(msgspec.json.encode({"type": "lost", "waiting": waiting}) + b"\n")
            case Back(welcome=welcome):
                self._write(encode_line(welcome))
            case ShutOut(message=message):
                self._fail(message)
                self._answered.set()
            case Pong(id=id_) if id_ == LAST:
                self._answered.set()
            case _:
                self.failures += isinstance(event, Error)
                self._write(encode_line(event))
