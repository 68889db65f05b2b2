"""Noticing that the other end of a connection vanished."""

from __future__ import annotations

import socket
from typing import Final

PROBES: Final = 3
"""Unanswered probes after which the other end counts as gone."""


def keep_alive(sock: socket.socket, idle_s: int, *, also_unsent: bool = False) -> None:
    """Have `sock` probed after `idle_s` seconds of silence, and end when nobody answers.

    That takes half as long again at the most; 0: never. A machine that lost its power, or a
    network that is cut and mended and leaves us another address, would otherwise never be noticed.
    While something waits to be sent nothing is probed (tcp(7)), and the system gives up after a
    quarter of an hour; with `also_unsent`, as soon as that. Not for an end that may read slowly:
    to be alive and not to read counts as gone then. Never blocks.
    """
    if not idle_s:
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    between_s = max(1, idle_s // (2 * PROBES))
    options = {"TCP_KEEPIDLE": idle_s, "TCP_KEEPINTVL": between_s, "TCP_KEEPCNT": PROBES}
    if also_unsent:
        options["TCP_USER_TIMEOUT"] = (idle_s + PROBES * between_s) * 1000
    for option, value in options.items():
        if hasattr(socket, option):  # not every system has each
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
