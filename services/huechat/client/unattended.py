"""The client with nobody at its keyboard: input from a pipe, JSON both ways, and listening."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from huechat import palette
from huechat.client.chat_client import ChatClient, Show, show_line
from huechat.client.json_pipe import JsonPipe
from huechat.client.link import Link
from huechat.client.piped import PipedLines
from huechat.config import ClientSettings
from huechat.protocol import VERSION, Hello, Login, Register


def pipe(settings: ClientSettings, login: Login | Register | None) -> int:
    """Send what standard input has; return 0 once the server has all of it."""
    given = PipedLines()
    settings = replace(settings, history=settings.history or 0)
    client = _client(settings, login, _show_if_read, given.end)
    bad_lines = 0
    client.connect()
    try:
        if settings.room and not client.wait_joined(settings.confirm_timeout_s):
            return fail("not one line was sent: this client is not in the room")
        for number, line in enumerate(given, 1):
            bad_lines += not _send(client, number, line)
        missing = client.wait_confirmed(settings.confirm_timeout_s)
    finally:
        client.close()
    if missing:
        return fail(f"the server did not confirm {missing} of the lines: is it still there?")
    return 1 if bad_lines or client.failures else 0


def json(settings: ClientSettings, login: Login | Register | None) -> int:
    """Pass JSON both ways; return 0 if all went well."""
    hello = Hello(VERSION, settings.name, settings.color, presence=True, history=settings.history)
    link = Link(settings.host, settings.port, hello, settings, login)
    both_ways = JsonPipe(link, _write, settings.room)
    missing = both_ways.run(settings.confirm_timeout_s)
    return 1 if missing or both_ways.failures else 0


def listen(settings: ClientSettings, login: Login | Register | None) -> int:
    """Print what is said until SIGTERM or Ctrl-C, or until nobody reads it any more.

    Return 0; or 1 if the server does not let us in, or into the room.
    """
    with _bell() as (wait, ring):
        client = _client(settings, login, _show, ring).connect()
        try:
            if settings.room and not client.wait_joined(settings.confirm_timeout_s):
                return 1
            wait()
        finally:
            client.close()
    return int(client.shut_out)


def print_error(line: str) -> None:
    """Print a line on the error output, at once."""
    print(line, file=sys.stderr, flush=True)


def fail(message: str) -> int:
    """Say what is wrong; return the exit code for that."""
    print_error(palette.paint(f"Error: {message}", palette.FAILED))
    return 1


def _client(
    settings: ClientSettings,
    login: Login | Register | None,
    show: Show,
    on_end: Callable[[], object],
) -> ChatClient:
    """Return a client that prints what is said, and all else on the error output.

    It prints what is said in the room of the settings or, with none, in all that one is in.
    """
    return ChatClient(
        settings.host,
        settings.port,
        settings.color,
        name=settings.name,
        history=settings.history,
        login=login,
        show=show,
        show_status=print_error,
        all_rooms=not settings.room,
        on_end=on_end,
        settings=settings,
    )


def _send(client: ChatClient, number: int, line: bytes) -> bool:
    """Send a line of the input; return whether it could be sent. Empty ones need not be."""
    try:
        text = line.decode().rstrip("\r\n")
        if text.strip():
            client.say(text)
    except UnicodeDecodeError:
        fail(f"line {number} of the input is not UTF-8; it was not sent")
        return False
    except ValueError as reason:
        fail(f"line {number} of the input: {reason}")
        return False
    return True


def _show(line: str) -> None:
    try:
        show_line(line)
    except BrokenPipeError:
        _write_nowhere()
        raise


def _show_if_read(line: str) -> None:
    """Print a line, or nothing more once nobody reads that: what is sent is what matters."""
    try:
        show_line(line)
    except BrokenPipeError:
        _write_nowhere()


def _write(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _write_nowhere()
        raise


def _write_nowhere() -> None:
    """Have what still waits to be written, and all that is to come, thrown away."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


@contextmanager
def _bell() -> Iterator[tuple[Callable[[], object], Callable[[], object]]]:
    """Give how to wait for the bell, and how to ring it. Any signal rings it, and SIGTERM only."""
    bell, rope = socket.socketpair()
    rope.setblocking(False)
    with bell, rope:
        signal.signal(signal.SIGTERM, lambda *_: None)
        signal.set_wakeup_fd(rope.fileno())
        try:
            yield lambda: bell.recv(1), lambda: rope.send(b"!")
        finally:
            signal.set_wakeup_fd(-1)
