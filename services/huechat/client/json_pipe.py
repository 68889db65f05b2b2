"""Both ways through a pipe: events come out as lines of JSON, commands go in as such."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from typing import IO, Final

import msgspec

from huechat.client.json_commands import command
from huechat.client.link import Link
from huechat.client.link_news import Back, ClosedError, HeldBack, KeptOut, Lost, News, ShutOut
from huechat.client.outbox import Entering
from huechat.client.output import Output
from huechat.client.piped import PipedLines
from huechat.protocol import LOBBY, AnyCommand, AnyEvent, Error, Ping, Pong
from huechat.wire.jsonlines import encode_line

NO_CONNECTION: Final = "no_connection"
"""The code of our own error: there is no server that could be asked."""

AWAY: Final = "the server is away; ask again after the next welcome"


class JsonPipe:
    """Connects `link` with standard input and `stdout`. What is said needs no `id`: it gets one.

    What names no room is for `room`. `patience_s`: for how long a command waits for a server that
    is away, and how long the server may take for the rest once the input ended.
    """

    def __init__(self, link: Link, stdout: IO[str], room: str, patience_s: float) -> None:
        self._link = link
        self._output = Output(stdout, self._end_input)
        self._room = room or LOBBY
        self._patience_s = patience_s
        self._input = PipedLines()
        self._last = link.new_id()  # what is asked last: its answer comes after all others
        self._answered = False  # all that was asked
        self._stirred = threading.Event()  # set when waiting for that may be over
        self.failures = 0  # lines that were no commands, and errors that the server answered

    def run(self) -> int:
        """Pass on what comes in, until the input ends; return how many messages are missing.

        Blocks, until all that was asked is answered. Raises what `Link.connect` raises.
        """
        self._output.write(encode_line(self._link.connect()))
        self._output.watch()
        receiver = threading.Thread(target=self._receive, name="receiver", daemon=True)
        receiver.start()
        try:
            for number, line in enumerate(self._input, 1):
                if line.strip():
                    self._pass_on(number, line)
            missing = self._link.wait_stored(self._patience_s)
            self._wait_answered()
        finally:
            self._link.close()
        receiver.join(self._patience_s)
        return missing

    @property
    def failure(self) -> str:
        """Why the input or the output ended before it was whole; empty: they did not."""
        return self._input.failure or self._output.failure

    def _wait_answered(self) -> None:
        """Wait until the server answered all that it was asked; over a lost connection, too."""
        deadline = time.monotonic() + self._patience_s
        while not (self._output.gone or self._answered):
            left_s = deadline - time.monotonic()
            if left_s <= 0 or not self._link.wait_connected(left_s):
                self.failures += 1
                return
            self._stirred.clear()
            if self._link.send(Ping(self._last)):
                self._stirred.wait(left_s)

    def _pass_on(self, number: int, line: bytes) -> None:
        asked = command(line, self._room, self._link.new_id)
        if isinstance(asked, Error):
            words = f"line {number}: {asked.message}"  # it may have no id that tells which it was
            self._fail(msgspec.structs.replace(asked, message=words))
        elif isinstance(asked, Entering):
            self._enter(asked)
        else:
            self._ask(asked)

    def _enter(self, entering: Entering) -> None:
        """Say something; while the link is down, it is kept. Waits while too much is.

        Waits, too, for the answer to what has the same id: none takes another's place.
        """
        while not self._link.wait_for_room(self._patience_s, entering.id):
            if self._link.sock is None:
                self._fail(Error(NO_CONNECTION, AWAY, entering.id))
                return
        try:
            self._link.enter(entering)
        except ClosedError as reason:
            self._fail(Error(NO_CONNECTION, str(reason), entering.id))
        except ValueError as reason:
            self._fail(Error("too_long", str(reason), entering.id))

    def _ask(self, asked: AnyCommand) -> None:
        """Ask for something; while the link is down, wait until it is back."""
        while not self._link.send(asked):
            if not self._link.wait_connected(self._patience_s):
                self._fail(Error(NO_CONNECTION, AWAY, getattr(asked, "id", "")))
                return

    def _fail(self, error: Error) -> None:
        self.failures += 1
        self._output.write(encode_line(error))

    def _end_input(self) -> None:
        self._input.end()
        self._stirred.set()

    def _receive(self) -> None:
        try:
            with closing(self._link.events()) as events:
                for event in events:
                    self._tell(event)
        finally:
            self._end_input()

    def _tell(self, event: AnyEvent | News) -> None:
        match event:
            case Lost(waiting=waiting):
                lost = {"type": "lost", "waiting": waiting}
                self._output.write(msgspec.json.encode(lost) + b"\n")
                self._stirred.set()  # it is asked again once the link is back
            case Back(welcome=welcome):
                self._output.write(encode_line(welcome))
            case ShutOut(message=message):
                self._fail(Error(NO_CONNECTION, message))
            case Pong(id=id_) if id_ == self._last:
                self._answered = True
                self._stirred.set()
            case KeptOut(message=message):
                kept_out = {"type": "kept_out", "message": message}
                self._output.write(msgspec.json.encode(kept_out) + b"\n")
            case HeldBack():
                pass
            case _:
                self.failures += isinstance(event, Error)
                self._output.write(encode_line(event))
