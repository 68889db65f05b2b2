"""The answer to first bytes of a kind that this server does not speak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from huechat.protocol import AnyEvent, Error
from huechat.wire import Heard

_ALERT: Final = b"\x15\x03\x01\x00\x02\x02\x28"
_SENTENCE: Final = "huechat speaks JSON lines and plain text here: try `nc HOST PORT`"


class _Refusal:
    """Answers once and is done."""

    patience_s = None
    done = False

    def receive(self, data: bytes) -> Heard:
        """Take bytes that came in: answer the first, and want no more."""
        self.done = True
        return [Error("unsupported", _SENTENCE)] if data else []

    def quiet(self) -> Heard:
        """Do nothing."""
        return []

    def end(self) -> Heard:
        """Do nothing."""
        return []


class HttpRefusal(_Refusal):
    """Answers a browser, so that a page's request never becomes something said in the chat."""

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


class TlsRefusal(_Refusal):
    """Answers a TLS client hello."""

    @staticmethod
    def encode(events: Sequence[AnyEvent]) -> list[bytes]:
        """Return an error as a fatal alert, handshake_failure (RFC 8446, section 6)."""
        return [_ALERT if isinstance(event, Error) else b"" for event in events]
