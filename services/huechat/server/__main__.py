"""The command huechat-server."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, Final, cast

from huechat import palette
from huechat.addresses import place
from huechat.config import ServerSettings, SettingError, described
from huechat.server.command_line import parser
from huechat.server.health import is_healthy
from huechat.store import StoreError
from huechat.wire.harmless import harmless, harmless_json

STACK_BYTES = 256 * 1024
"""A reader's stack: there may be ten thousand readers, and they call nothing deep."""

GARBAGE_THRESHOLD = 100_000
"""New objects between two looks for garbage in cycles. The log's entries are many and in none."""

INTERRUPTED: Final = 130
"""The exit code of a program that Ctrl-C ended, as shells have it."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code. Blocks until the server is told to stop."""
    given = vars(parser().parse_args(arguments))
    command = given.pop("command")
    flags = [name for name, one, _ in described(ServerSettings) if one.flag]
    doubt = _ignore if command == "health" else _warn  # that one is run every few seconds
    try:
        named = Namespace(**{name: given.pop(name) for name in flags})
        settings = ServerSettings.read(named, doubt=doubt)
    except SettingError as reason:
        return _fail(str(reason))
    if command == "serve":
        return _serve(settings)
    if command == "health":
        return 0 if is_healthy(settings.host, settings.port) else 1
    if command in ("check", "backup", "restore"):
        return _care(command, Path(settings.data), given.get("file"))
    return _administrate(settings, command, given)


def _administrate(settings: ServerSettings, command: str, given: dict[str, Any]) -> int:
    """Do an administrator's command, and tell what came of it."""
    from huechat.server.admin import admin_command  # noqa: PLC0415 - slow to load

    try:
        answer = admin_command.run(settings, command, given)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED
    if answer.error:
        return _fail(harmless(answer.error))
    _print(
        harmless_json(line.encode()).decode() if given.get("json") else harmless(line)
        for line in answer.lines
    )
    return 0


def _care(command: str, folder: Path, file: str | None) -> int:
    """Check, back up or restore the database in `folder`."""
    from huechat.store import care  # noqa: PLC0415 - slow, needless for health

    if command != "check" and not file:
        return _fail(f"name the file: huechat-server {command} FILE (- for a pipe)")
    try:
        if command == "check":
            print(f"The database is sound: {care.check(folder)}.")
        elif command == "backup":
            care.check_target(folder, file or "-")
            with _writing(file or "-") as to:
                care.backup(folder, to)
            _tell(f"The backup is made: {file}." if file != "-" else "The backup is made.")
        else:
            with _reading(file or "-") as source:
                kept = care.restore(folder, source)
            _tell(f"The database is restored.{f' The one before is kept: {kept}.' if kept else ''}")
    except StoreError as reason:
        return _fail(str(reason))
    except OSError as reason:
        return _fail(f"cannot {command} {file}: {reason.strerror or reason}")
    return 0


@contextmanager
def _writing(file: str) -> Iterator[BinaryIO]:
    """Give what to write to; a file of that name appears only once it is whole."""
    if file == "-":
        yield sys.stdout.buffer
        return
    if _is_stream(file):
        with Path(file).open("wb") as to:
            yield to
        return
    target = Path(file).resolve()  # a link stays one, and what it leads to is written
    with NamedTemporaryFile(  # its owner's alone, as the passwords' hashes in it are to be
        dir=target.parent, prefix=f"{target.name}.", suffix=".new", delete=False
    ) as to:
        new = Path(to.name)
        try:
            yield cast("BinaryIO", to)
            to.flush()
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)


def _is_stream(file: str) -> bool:
    """Return whether it is a named pipe, a device, or the like; raise `OSError` if links go round.

    /dev/stdout leads to no file where it is a pipe: it is asked before links are followed.
    """
    with suppress(FileNotFoundError):
        return not S_ISREG(Path(file).stat().st_mode)
    return False


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
        where = place(settings.host, settings.port)
        if is_port_taken(reason):
            return _fail(f"{where} is taken: stop what listens there, or set HUECHAT_PORT")
        return _fail(f"cannot listen at {where}: {reason.strerror or reason}")
    except StoreError as reason:
        return _fail(str(reason))
    return 0


def _print(lines: Iterable[str]) -> None:
    """Print `lines`, as many as are wanted: `| head` reads no more."""
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the last flush


def _log(level: str) -> None:
    logging.basicConfig(
        level=level.upper(),
        stream=sys.stdout,
        format="%(asctime)s %(message)s",
        datefmt="%H:%M:%S",
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of each of its plugins


def _warn(message: str) -> None:
    print(palette.paint(f"Warning: {harmless(message)}", palette.DISCONNECTED), file=sys.stderr)


def _tell(message: str) -> None:
    """Say what was done; not on the output, which may be a pipe's."""
    print(harmless(message), file=sys.stderr)


def _ignore(_: str) -> None:
    return


def _fail(message: str) -> int:
    print(palette.paint(f"Error: {message}", palette.FAILED), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
