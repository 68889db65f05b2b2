"""Both ways through a pipe: events come out as lines of JSON, commands go in as such."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec

from huechat.client.link import Link
from huechat.client.link_news import Back, HeldBack, KeptOut, Lost, News, ShutOut
from huechat.client.outbox import Entering
from huechat.client.piped import PipedLines
from huechat.protocol import LOBBY, AnyCommand, AnyEvent, Error, Ping, Pong
from huechat.wire.jsonlines import encode_line

LAST: Final = "the end of the input"
"""What is asked last: when it is answered, all that was asked before is."""

NO_CONNECTION: Final = "no_connection"
"""The code of our own error: there is no server that could be asked."""

_ENTERING: Final = frozenset({"say", "edit", "delete", "react"})

_commands: msgspec.json.Decoder[Any] = msgspec.json.Decoder(dict)


class JsonPipe:
    """Connects `link` with standard input and output. What is said needs no `id`: it gets one.

    What names no room is for `room`. `write` raises `BrokenPipeError` when nobody reads.
    """

    def __init__(self, link: Link, write: Callable[[bytes], None], room: str = "") -> None:
        self._link = link
        self._write = write
        self._room = room or LOBBY
        self._input = PipedLines()
        self._answered = False  # all that was asked
        self._stirred = threading.Event()  # set when waiting for that may be over
        self._read = True  # whether somebody reads what is written
        self.failures = 0  # lines that were no commands, and errors that the server answered

    def run(self, confirm_timeout_s: float) -> int:
        """Pass on what comes in, until the input ends; return how many messages are missing.

        Blocks, until all that was asked is answered, or for so long after the input's end.
        """
        self._put(encode_line(self._link.connect()))
        receiver = threading.Thread(target=self._receive, name="receiver", daemon=True)
        receiver.start()
        for line in self._input:
            if line.strip():
                self._pass_on(line)
        deadline = time.monotonic() + confirm_timeout_s
        missing = self._link.wait_confirmed(confirm_timeout_s)
        self._wait_answered(deadline)
        self._link.close()
        receiver.join(confirm_timeout_s)
        return missing

    def _wait_answered(self, deadline: float) -> None:
        """Wait until the server answered all that it was asked; over a lost connection, too."""
        while self._read and not self._answered:
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not self._link.wait_connected(left_s):
                self.failures += 1
                return
            self._stirred.clear()
            if self._link.send(Ping(LAST)):
                self._stirred.wait(left_s)

    def _pass_on(self, line: bytes) -> None:
        try:
            command = self._command(line)
            if isinstance(command, Entering):
                self._link.enter(command)
            else:
                self._ask(command)
        except RecursionError:
            self._fail(Error("bad_json", "not a command: it is nested too deeply"))
        except (msgspec.MsgspecError, ValueError) as reason:
            self._fail(Error("bad_json", f"not a command: {reason}"))

    def _command(self, line: bytes) -> AnyCommand:
        fields = _commands.decode(line)
        if fields.get("type") in _ENTERING:
            fields.setdefault("id", self._link.new_id())
            if "to" not in fields:
                fields.setdefault("room", self._room)
        command: AnyCommand = msgspec.convert(fields, AnyCommand)
        return command

    def _ask(self, command: AnyCommand) -> None:
        """Ask for something; while the link is down, wait until it is back."""
        while not self._link.send(command):
            if not self._link.wait_connected():
                id_ = getattr(command, "id", "")
                self._fail(Error(NO_CONNECTION, "the server does not let us in any more", id_))
                return

    def _fail(self, error: Error) -> None:
        self.failures += 1
        self._put(encode_line(error))

    def _put(self, data: bytes) -> None:
        """Write something; once nobody reads that, take no more input."""
        try:
            if self._read:
                self._write(data)
        except BrokenPipeError:
            self._read = False
            self._input.end()
            self._stirred.set()

    def _receive(self) -> None:
        try:
            for event in self._link.events():
                self._tell(event)
        finally:
            self._link.close()
            self._input.end()
            self._stirred.set()

    def _tell(self, event: AnyEvent | News) -> None:
        match event:
            case Lost(waiting=waiting):
                self._put(msgspec.json.encode({"type": "lost", "waiting": waiting}) + b"\n")
                self._stirred.set()  # it is asked again once the link is back
            case Back(welcome=welcome):
                self._put(encode_line(welcome))
            case ShutOut(message=message):
                self._fail(Error(NO_CONNECTION, message))
            case Pong(id=id_) if id_ == LAST:
                self._answered = True
                self._stirred.set()
            case KeptOut() | HeldBack():
                pass
            case _:
                self.failures += isinstance(event, Error)
                self._put(encode_line(event))
