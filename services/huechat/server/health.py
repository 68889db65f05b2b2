"""Whether a server answers.

Run by itself, `python -m huechat.server.health HOST PORT`, it needs little more than the
interpreter's start: a container's health is asked for every few seconds.
"""

from __future__ import annotations

import socket
import sys
from typing import Final

TIMEOUT_S: Final = 2.0
_PING: Final = b'{"type":"ping","id":"health"}\n'
_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a server listens at


def is_healthy(host: str, port: int) -> bool:
    """Return whether the server at `host`:`port` answers a ping. Blocks for 2 s at the most."""
    try:
        with socket.create_connection((_ANY.get(host, host), port), TIMEOUT_S) as sock:
            sock.sendall(_PING)
            answer = b""
            while data := sock.recv(1024):
                answer += data
                if b"\n" in answer:
                    return b'"pong"' in answer
    except OSError:
        return False
    return False


if __name__ == "__main__":
    sys.exit(0 if is_healthy(sys.argv[1], int(sys.argv[2])) else 1)
