"""The choice of a wire by a connection's first bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from huechat.protocol import AnyEvent
from huechat.wire import Heard, Wire
from huechat.wire.jsonlines import JsonLines
from huechat.wire.plain import Plain
from huechat.wire.refusal import HttpRefusal, LateRefusal, TlsRefusal

SILENCE_S: Final = 0.3
"""A client that says nothing for this long waits to be told something: plain text."""

_HTTP: Final = tuple(
    f"{method} ".encode()
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE")
)
_TLS_HANDSHAKE: Final = b"\x16"

_BLANK: Final = re.compile(rb"(?:[ \t\r\n]|\xef\xbb\xbf)*")
"""What may stand before a first line and says nothing: white space, a byte order mark."""

_LATE_JSON: Final = re.compile(rb'\{[ \t]*(?:"|\Z)')
"""How JSON lines begin, and hardly anything that people say."""


class AnyWire:
    """A wire that becomes one of the others. `max_bytes`, `session`: as theirs."""

    def __init__(self, max_bytes: int, session: str) -> None:
        self._max_bytes = max_bytes
        self._session = session
        self._first = b""
        self._chosen: Wire | None = None
        self._is_silent = True  # nothing was said yet

    @property
    def chosen(self) -> Wire | None:
        """The wire that was chosen, if there is one yet."""
        return self._chosen

    @property
    def patience_s(self) -> float | None:
        """Seconds of silence after which `quiet` is to be called; None: never."""
        return self._chosen.patience_s if self._chosen else SILENCE_S

    @property
    def done(self) -> bool:
        """Whether the connection is to be closed."""
        return self._chosen is not None and self._chosen.done

    def receive(self, data: bytes) -> Heard:
        """Take bytes that came in."""
        if self._chosen:
            self._notice(data)
            return self._chosen.receive(data)
        self._first += data
        if any(kind.startswith(self._first) for kind in _HTTP if kind != self._first):
            return []  # the first letters of a method, perhaps; `quiet` and `end` decide else
        return self._choose()

    def quiet(self) -> Heard:
        """Take note of silence: it decides for plain text."""
        if self._chosen:
            return self._chosen.quiet()
        return self._choose()

    def end(self) -> Heard:
        """Take note that nothing will come in any more."""
        heard = self._choose() if not self._chosen and self._first else []
        return heard + self._chosen.end() if self._chosen else heard

    def encode(self, events: Sequence[AnyEvent]) -> list[bytes]:
        """Return each of `events` as the chosen wire says it; empty while none is chosen."""
        return self._chosen.encode(events) if self._chosen else [b"" for _ in events]

    def _notice(self, data: bytes) -> None:
        """Refuse JSON that comes late: a first line that was long on its way may have a password.

        It would be something said, as silence has chosen plain text.
        """
        if self._is_silent and isinstance(self._chosen, Plain):
            said = _after_blank(data)
            if _LATE_JSON.match(said):
                self._chosen = LateRefusal()
            self._is_silent = not said

    def _choose(self) -> Heard:
        first, self._first = self._first, b""
        said = _after_blank(first)
        self._is_silent = not said
        if said.startswith(b"{"):
            first = said
            self._chosen = JsonLines(self._max_bytes)
        elif first.startswith(_HTTP):
            self._chosen = HttpRefusal()
        elif first.startswith(_TLS_HANDSHAKE):
            self._chosen = TlsRefusal()
        else:
            self._chosen = Plain(self._max_bytes, self._session)
        return self._chosen.receive(first)


def _after_blank(data: bytes) -> bytes:
    blank = _BLANK.match(data)
    return data[blank.end() :] if blank else data
