"""Wires: codecs that meet no socket. Bytes in, commands out; events in, bytes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from huechat.protocol import AnyCommand, AnyEvent, Done, Error

OneHeard = AnyCommand | Error | Done
"""A command to apply, or what to answer with."""

Heard = list[OneHeard]
"""What a wire made of some bytes."""


class Wire(Protocol):
    """One end of a connection, at the server. Used by one thread at a time; never blocks."""

    @property
    def patience_s(self) -> float | None:
        """Seconds of silence after which `quiet` is to be called; None: never."""

    @property
    def done(self) -> bool:
        """Whether the connection is to be closed."""

    def receive(self, data: bytes) -> Heard:
        """Take bytes that came in."""

    def quiet(self) -> Heard:
        """Take note that `patience_s` passed with nothing coming in."""

    def end(self) -> Heard:
        """Take note that nothing will come in any more."""

    @staticmethod
    def encode(events: Sequence[AnyEvent]) -> list[bytes]:
        """Return each of `events` as this wire says it; empty where it has no words for it."""
