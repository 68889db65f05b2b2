"""The client with nobody at its keyboard: input from a pipe, JSON both ways, and listening."""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Final

from huechat.client.chat_client import ChatClient
from huechat.client.json_pipe import JsonPipe
from huechat.client.link import Link
from huechat.client.link_news import ClosedError, RefusedByServerError
from huechat.client.output import Output, fail, print_error
from huechat.client.piped import MOST_BYTES, PipedLines
from huechat.config import ClientSettings
from huechat.protocol import VERSION, Hello, Login, Register

TERMINATED: Final = 128 + signal.SIGTERM
"""The exit code of a program that SIGTERM ended, as shells have it."""

NAME_RETRY_S: Final = 0.3
"""The wait before a name is tried again that another has."""

BYTE_ORDER_MARK: Final = "\ufeff"
"""What some programs of Windows begin a text with."""


def pipe(settings: ClientSettings, login: Login | Register | None) -> int:
    """Send what standard input has; return 0 once the server has all of it."""
    with _ended_by_sigterm():
        return _pipe(settings, login)


def _pipe(settings: ClientSettings, login: Login | Register | None) -> int:
    given, output = PipedLines(), Output(sys.stdout)
    settings = replace(settings, history=settings.history or 0)
    client = _connected(
        lambda: _client(settings, login, output, given.end), settings.confirm_timeout_s
    )
    try:
        if settings.room and not client.wait_joined(settings.confirm_timeout_s):
            return fail("not one line was sent: this client is not in the room")
        with _told_if_ended(lambda: client.waiting, "lines"):
            bad_lines = sum(not sent for sent in _all_sent(client, given, settings))
            missing = client.wait_stored(settings.confirm_timeout_s)
    finally:
        client.close()
    failure = _unconfirmed(missing, "lines") or given.failure or output.failure
    return fail(failure) if failure else int(bool(bad_lines or client.failures))


def _connected(make: Callable[[], ChatClient], patience_s: float) -> ChatClient:
    """Return a client that is connected: while another has its name, wait for that to leave.

    Two scripts may have something to say at once. Raises what `ChatClient.connect` raises.
    """
    deadline, told = time.monotonic() + patience_s, False
    while True:
        try:
            return make().connect()
        except RefusedByServerError as reason:
            if reason.code != "name_taken" or time.monotonic() > deadline:
                raise
            if not told:
                print_error(f"Waiting: {reason}")
            told = True
        time.sleep(NAME_RETRY_S)


def json(settings: ClientSettings, login: Login | Register | None) -> int:
    """Pass JSON both ways; return 0 if all went well."""
    hello = Hello(VERSION, settings.name, settings.color, presence=True, history=settings.history)
    link = Link(settings.host, settings.port, hello, settings, login)
    both_ways = JsonPipe(link, sys.stdout, settings.room, settings.confirm_timeout_s)
    with _ended_by_sigterm(), _told_if_ended(lambda: link.unconfirmed, "messages"):
        missing = both_ways.run()
    failure = both_ways.failure or _unconfirmed(missing, "messages")
    return fail(failure) if failure else int(bool(both_ways.failures))


@contextmanager
def _told_if_ended(missing: Callable[[], int], what: str) -> Iterator[None]:
    """Tell who ends the program by a signal how much the server has not confirmed, if any."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        failure = _unconfirmed(missing(), what)
        if failure:
            fail(failure)
        raise


def _unconfirmed(missing: int, what: str) -> str:
    """Return how many messages the server did not confirm; empty: it has all."""
    return (
        f"the server did not confirm {missing} of the {what}: is it still there?" if missing else ""
    )


def listen(settings: ClientSettings, login: Login | Register | None) -> int:
    """Print what is said until SIGTERM or Ctrl-C, or until nobody reads it any more.

    Return 0; or 1 if the server does not let us in, or into the room, or the disk is full.
    """
    with _bell() as (wait, ring):
        output = Output(sys.stdout, ring)
        client = _client(settings, login, output, ring).connect()
        output.watch()
        try:
            if settings.room and not client.wait_joined(settings.confirm_timeout_s):
                return fail("this client is not in the room")
            wait()
        finally:
            client.close()
    return fail(output.failure) if output.failure else int(client.shut_out)


def _client(
    settings: ClientSettings,
    login: Login | Register | None,
    output: Output,
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
        show=output.line,
        show_status=print_error,
        all_rooms=not settings.room,
        on_end=on_end,
        settings=settings,
    )


def _all_sent(client: ChatClient, given: PipedLines, settings: ClientSettings) -> Iterator[bool]:
    """Send the lines of the input; yield of each whether it could be sent.

    Ends early if the server is away, and more waits for it than is kept.
    """
    for number, line in enumerate(given, 1):
        while not client.wait_for_room(settings.confirm_timeout_s):
            if client.client_socket is None:
                return
        yield _send(client, number, line)


def _send(client: ChatClient, number: int, line: bytes) -> bool:
    """Send a line of the input; return whether it could be sent. Empty ones need not be."""
    try:
        text = _text_of(line).removeprefix(BYTE_ORDER_MARK if number == 1 else "")
        if text.strip():
            client.say(text)
    except UnicodeDecodeError:
        fail(f"line {number} of the input is not UTF-8; it was not sent")
        return False
    except ValueError as reason:
        fail(f"line {number} of the input: {reason}")
        return False
    except ClosedError:
        fail(f"line {number} of the input, and what comes after it, was not sent")
        return False
    return True


def _text_of(line: bytes) -> str:
    """Return a line of the input as text; raise `ValueError` if it is none that can be sent."""
    if len(line) > MOST_BYTES:
        raise ValueError("it is longer than any server takes; it was not sent")
    return line.decode().rstrip("\r\n")


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Have SIGTERM end the program properly, also where it is a container's only process."""

    def end(_: int, __: FrameType | None) -> None:
        sys.exit(TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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
