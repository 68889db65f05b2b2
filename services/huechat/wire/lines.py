"""Cutting a stream of bytes into lines of bounded length."""

from __future__ import annotations


class LineBuffer:
    """Takes pieces of a stream, gives whole lines.

    A line over `max_bytes` is dropped as it comes in, so it takes no more memory than that,
    and stands as None in its place; the lines around it are not touched.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._rest = b""
        self._dropping = False

    @property
    def rest(self) -> bytes:
        """The bytes of the line that is not ended yet."""
        return self._rest

    def feed(self, data: bytes) -> list[bytes | None]:
        """Return the lines that `data` ends, without their newlines; None: one was too long."""
        *ended, rest = (self._rest + data).split(b"\n")
        lines: list[bytes | None] = []
        for line in ended:
            if self._dropping:
                self._dropping = False  # its None was given when it grew too long
            else:
                lines.append(line if len(line) <= self._max_bytes else None)
        if self._dropping or len(rest) > self._max_bytes:
            if not self._dropping:
                lines.append(None)
            self._dropping, rest = True, b""
        self._rest = rest
        return lines

    def take_rest(self) -> bytes:
        """Return the line that is not ended as if it were, and begin anew."""
        rest, self._rest = self._rest, b""
        return rest
