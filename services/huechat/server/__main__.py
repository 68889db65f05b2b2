"""The command huechat-server."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading

from huechat import palette
from huechat.config import ServerSettings, SettingError
from huechat.server.health import is_healthy
from huechat.store import StoreError

STACK_BYTES = 256 * 1024
"""A reader's stack: there may be ten thousand readers, and they call nothing deep."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code. Blocks until the server is told to stop."""
    parser = _parser()
    try:
        flags = parser.parse_args(arguments)
        command = vars(flags).pop("command")
        settings = ServerSettings.read(flags)
    except SettingError as reason:
        return _fail(str(reason))
    if command == "health":
        return 0 if is_healthy(settings.host, settings.port) else 1
    return _serve(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "huechat-server", description="Coloured group chat over plain sockets: the server."
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=["serve", "health"],
        default="serve",
        help="serve (the default), or health: exit with 0 if a server answers, with 1 if not",
    )
    ServerSettings.add_flags(parser)
    return parser


def _serve(settings: ServerSettings) -> int:
    _log(settings.log_level)
    threading.stack_size(STACK_BYTES)
    from huechat.server.chat_server import (  # noqa: PLC0415 - slow to load, needless for health
        ChatServer,
        is_port_taken,
    )

    server = ChatServer(settings.host, settings.port, settings=settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    try:
        server.start_server()
    except OSError as reason:
        where = f"{settings.host}:{settings.port}"
        if is_port_taken(reason):
            return _fail(f"{where} is taken: stop what listens there, or set HUECHAT_PORT")
        return _fail(f"cannot listen at {where}: {reason.strerror or reason}")
    except StoreError as reason:
        return _fail(str(reason))
    return 0


def _log(level: str) -> None:
    logging.basicConfig(
        level=level.upper(),
        stream=sys.stdout,
        format="%(asctime)s %(message)s",
        datefmt="%H:%M:%S",
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of each of its plugins


def _fail(message: str) -> int:
    print(palette.paint(f"Error: {message}", palette.FAILED), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
