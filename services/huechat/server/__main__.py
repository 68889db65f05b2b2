"""The command huechat-server."""

from __future__ import annotations

import argparse
import gc
import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from huechat import palette
from huechat.config import ServerSettings, SettingError
from huechat.server.health import is_healthy
from huechat.store import StoreError

STACK_BYTES = 256 * 1024
"""A reader's stack: there may be ten thousand readers, and they call nothing deep."""

GARBAGE_THRESHOLD = 100_000
"""New objects between two looks for garbage in cycles. The log's entries are many and in none."""


_COMMANDS = """\
commands:
  serve         listen and serve until Ctrl-C or SIGTERM
  health        exit with 0 if a server answers, with 1 if not
  check         tell whether the database is sound; the server may be running
  backup FILE   write a copy of the database; the server may be running
  restore FILE  put a backup in the database's place; the server must be stopped
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code. Blocks until the server is told to stop."""
    try:
        flags = _parser().parse_args(arguments)
        command, file = vars(flags).pop("command"), vars(flags).pop("file")
        settings = ServerSettings.read(flags)
        if command == "serve":
            return _serve(settings)
        if command == "health":
            return 0 if is_healthy(settings.host, settings.port) else 1
        return _care(command, Path(settings.data), file)
    except SettingError as reason:
        return _fail(str(reason))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "huechat-server",
        description="Coloured group chat over plain sockets: the server.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_COMMANDS,
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=["serve", "health", "check", "backup", "restore"],
        default="serve",
        help="what to do (see below); serve if not given",
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="of backup and restore; - for a pipe"
    )
    ServerSettings.add_flags(parser)
    return parser


def _care(command: str, folder: Path, file: str | None) -> int:
    """Check, back up or restore the database in `folder`."""
    from huechat.store import care  # noqa: PLC0415 - slow, needless for health

    if command != "check" and not file:
        return _fail(f"name the file: huechat-server {command} FILE (- for a pipe)")
    try:
        if command == "check":
            print(f"The database is sound: {care.check(folder)}.")
        elif command == "backup":
            with _writing(file or "-") as to:
                care.backup(folder, to)
        else:
            with _reading(file or "-") as source:
                care.restore(folder, source)
    except (StoreError, OSError) as reason:
        return _fail(str(reason))
    return 0


@contextmanager
def _writing(file: str) -> Iterator[BinaryIO]:
    """Give what to write to; a file of that name appears only once it is whole."""
    if file == "-":
        yield sys.stdout.buffer
        return
    new = Path(f"{file}.new")
    try:
        with new.open("wb") as to:
            yield to
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def _reading(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    with Path(file).open("rb") as source:
        yield source


def _serve(settings: ServerSettings) -> int:
    _log(settings.log_level)
    threading.stack_size(STACK_BYTES)
    gc.set_threshold(GARBAGE_THRESHOLD)
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
