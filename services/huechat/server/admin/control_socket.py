"""The socket in the data folder through which an administrator's commands reach the server."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

FILE: Final = "control.sock"
MAX_PATH: Final = 100
"""Bytes of a socket's path. Linux takes 107, other systems fewer."""

OPEN_FILES: Final = "/proc/self/fd"
"""Where Linux has a short path to each folder that is open."""

WAITING: Final = 64
"""How many commands may wait for the one that is being done."""

ANSWER_S: Final = 60.0
"""How long a command may take: before it others may wait, and passwords are hashed."""

RECEIVE_BYTES: Final = 64 * 1024


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command. `name` is an account's, or a room's."""

    verb: str
    name: str = ""
    administrator: bool = False
    as_json: bool = False
    password: str = ""

    def __repr__(self) -> str:
        """Return what may be logged."""
        return f"Request({self.verb!r}, {self.name!r})"


class Answer(msgspec.Struct, frozen=True):
    """Lines for people, or for programs if they asked for JSON; or why it cannot be done."""

    lines: list[str] = []
    error: str = ""


class NoAnswerError(Exception):
    """A server is there, but it does not say whether the command was done."""


def listen(folder: Path) -> socket.socket:
    """Return a socket that the folder's owner alone can connect to.

    It replaces one that a killed server left. Raises `OSError`.
    """
    sock = socket.socket(socket.AF_UNIX)
    try:
        with _address(folder) as path:
            with suppress(FileNotFoundError):
                os.unlink(path)
            sock.bind(path)
            os.chmod(path, 0o600)  # in time: nobody can connect before it listens
        sock.listen(WAITING)
    except OSError:
        sock.close()
        raise
    return sock


def ask(folder: Path, request: Request) -> Answer | None:
    """Have the server do what `request` asks; return None if none listens in the folder. Blocks.

    Raises `NoAnswerError`, and `OSError` if the folder cannot be used.
    """
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(ANSWER_S)
        try:
            with _address(folder) as path:
                sock.connect(path)
        except (FileNotFoundError, ConnectionRefusedError, BlockingIOError):  # or too many wait
            return None
        except PermissionError as reason:
            raise NoAnswerError(
                f"the server in the folder {folder} is another user's: run this as that user"
            ) from reason
        except OSError as reason:
            if reason.errno == errno.ENAMETOOLONG:  # then no server has a socket there either
                return None
            raise
        return _ask(sock, request)


def _ask(sock: socket.socket, request: Request) -> Answer:
    try:
        with suppress(BrokenPipeError):  # it may have answered something else
            sock.sendall(msgspec.json.encode(request) + b"\n")
        data = b"".join(iter(lambda: sock.recv(RECEIVE_BYTES), b""))
        return msgspec.json.decode(data, type=Answer)
    except TimeoutError as reason:
        raise NoAnswerError(
            f"the server did not answer for {ANSWER_S:.0f} s: look later whether it is done"
        ) from reason
    except (OSError, msgspec.MsgspecError) as reason:
        raise NoAnswerError(
            "the server ended before it answered: look whether it is done"
        ) from reason


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    """Give a path of the folder's socket that is as short as the address of one must be."""
    path = str(folder / FILE)
    if len(os.fsencode(path)) <= MAX_PATH:
        yield path
        return
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        short = Path(OPEN_FILES, str(number))
        if not short.exists():
            raise OSError(errno.ENAMETOOLONG, "its name is too long for a socket in it")
        yield str(short / FILE)
    finally:
        os.close(number)
