"""Coming in: reaching a server, and the answers it gives before one is in."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from huechat.addresses import place
from huechat.client.link_news import RefusedByServerError
from huechat.protocol import AnyEvent, Bye, Error, Token, Welcome
from huechat.wire.harmless import harmless
from huechat.wire.jsonlines import JsonLinesClient

RECEIVE_BYTES: Final = 64 * 1024

FIRST_WAIT_S: Final = 0.2
"""The wait before the first try to reach a lost server; it doubles with each."""

HOPELESS: Final = frozenset(
    {"bad_login", "bad_token", "bad_version", "banned", "disabled", "login_first", "name_reserved"}
)
"""Reasons for not being let in that will not go away by trying again."""

Answer = TypeVar("Answer", Token, Welcome)


def reach(host: str, port: int, timeout_s: float) -> socket.socket:
    """Return a socket that is connected. Blocks for so many seconds at most.

    Raises the `OSError` that it is, with a text that says where nobody was reached.
    """
    try:
        return socket.create_connection((host, port), timeout_s)
    except UnicodeError as reason:
        words = f"no server can be reached at {place(host, port)}: no machine has such a name"
        raise socket.gaierror(socket.EAI_NONAME, words) from reason
    except OSError as reason:
        words = f"no server can be reached at {place(host, port)}: {reason.strerror or reason}"
        raise _saying(words, reason) from reason


@contextmanager
def explained(host: str, port: int) -> Iterator[None]:
    """Have an `OSError` of a connection that was made tell where to, and what one may do."""
    try:
        yield
    except TimeoutError as reason:
        words = (
            f"what listens at {place(host, port)} does not answer: is a huechat server running"
            " there, and not stopped? HUECHAT_CONNECT_TIMEOUT_S says how long to wait for it"
        )
        raise _saying(words, reason) from reason
    except OSError as reason:
        words = f"{place(host, port)} ended the connection: {reason.strerror or reason}"
        raise _saying(words, reason) from reason


def answer(
    sock: socket.socket, wire: JsonLinesClient, wanted: type[Answer]
) -> tuple[Answer, list[AnyEvent]] | None:
    """Return the server's answer, once it is there, and what came in one piece with it.

    None: what answers is no huechat server. Raises `RefusedByServerError`, and `OSError`.
    """
    while data := sock.recv(RECEIVE_BYTES):
        events = wire.receive(data)
        if not events and b"\n" in data:
            break
        match events:
            case [Error(code=code, message=message), *_]:
                raise RefusedByServerError(harmless(message), code)
            case [Bye(message=message), *_]:
                raise RefusedByServerError(harmless(message))
            case [first, *early] if isinstance(first, wanted):
                return first, early
    return None


def waits_s(longest_s: float) -> Iterator[float]:
    """Yield ever longer waits, jittered so that not all clients come back at once."""
    wait_s = FIRST_WAIT_S
    while True:
        yield random.uniform(wait_s / 2, wait_s)  # noqa: S311 - no secret
        wait_s = min(wait_s * 2, longest_s)


def shut(sock: socket.socket | None) -> None:
    """End a connection, so that whoever receives, or sends, comes to an end. Never blocks."""
    try:
        if sock:
            sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it ended by itself


def _saying(words: str, reason: OSError) -> OSError:
    """Return an error of that kind that people understand. Its number is 0 if it had none."""
    return type(reason)(reason.errno or 0, words)
