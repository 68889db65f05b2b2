"""The answer to first bytes of a kind that this server does not speak."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from huechat.protocol import AnyEvent, Error
from huechat.wire import Heard
from huechat.wire.jsonlines import JsonLines

_LATE: Final = "JSON lines must begin as soon as you connect: connect again; nothing was said"
_ALERT: Final = b"\x15\x03\x01\x00\x02\x02\x28"
_SENTENCE: Final = "huechat speaks JSON lines and plain text here: try `nc HOST PORT`"


REQUEST_S: Final = 2.0
MAX_REQUEST: Final = 16 * 1024
"""Bytes of a request that are waited for: what a browser sends to open a page."""

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]{1,9})\r\n", re.I)


def _goes_on(request: bytes) -> bool:
    """Return whether there is more to come of an HTTP request (RFC 9112, section 6)."""
    head, ended, body = request.partition(b"\r\n\r\n")
    if len(request) > MAX_REQUEST:
        return False
    length = _LENGTH.search(head + b"\r\n")
    return not ended or (length is not None and len(body) < int(length[1]))


class HttpRefusal:
    """Answers a browser, so that a page's request never becomes something said in the chat.

    It takes the whole request first: bytes that nobody read when the connection is closed would
    have the kernel throw the answer away.
    """

    def __init__(self) -> None:
        self._request = b""
        self.done = False

    @property
    def patience_s(self) -> float | None:
        """Seconds after which a request that is not whole is answered anyway."""
        return None if self.done else REQUEST_S

    def receive(self, data: bytes) -> Heard:
        """Take bytes that came in: answer once the request is whole, or long enough."""
        if self.done:
            return []
        self._request += data
        return [] if _goes_on(self._request) else self._answer()

    def quiet(self) -> Heard:
        """Answer what is not whole, and seems not to be going on."""
        return self._answer()

    def end(self) -> Heard:
        """Answer what the other end takes for whole."""
        return self._answer()

    def _answer(self) -> Heard:
        if self.done:
            return []
        self.done = True
        return [Error("unsupported", _SENTENCE)]

    @staticmethod
    def encode(events: Sequence[AnyEvent]) -> list[bytes]:
        """Return an error as a whole HTTP response (RFC 9112), ended by the connection's end."""
        return [HttpRefusal._response(event) for event in events]

    @staticmethod
    def _response(event: AnyEvent) -> bytes:
        if not isinstance(event, Error):
            return b""
        body = f"{event.message}\n"
        return (
            "HTTP/1.1 501 Not Implemented\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Connection: close\r\n\r\n{body}"
        ).encode()


class _Once:
    """Answers the first bytes with its `error`, and wants no more."""

    error: Error
    patience_s = None
    done = False

    def receive(self, data: bytes) -> Heard:
        """Take bytes that came in: answer the first."""
        answered, self.done = self.done, True
        return [self.error] if data and not answered else []

    def quiet(self) -> Heard:
        """Do nothing."""
        return []

    def end(self) -> Heard:
        """Do nothing."""
        return []


class TlsRefusal(_Once):
    """Answers a TLS client hello, once."""

    error = Error("unsupported", _SENTENCE)

    @staticmethod
    def encode(events: Sequence[AnyEvent]) -> list[bytes]:
        """Return an error as a fatal alert, handshake_failure (RFC 8446, section 6)."""
        return [_ALERT if isinstance(event, Error) else b"" for event in events]


class LateRefusal(_Once):
    """Answers JSON lines that begin when silence has chosen plain text, and says none of them."""

    error = Error("too_late", _LATE)

    @staticmethod
    def encode(events: Sequence[AnyEvent]) -> list[bytes]:
        """Return each of `events` as a line of JSON."""
        return JsonLines.encode(events)
