"""How a password gets in: typed without echo, or from a file or a pipe. Never as an argument."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path
from typing import BinaryIO, Final

LONGEST: Final = 8 * 1024
"""Bytes that are read: more than any password has."""


class PasswordError(Exception):
    """There is no password. The text says why, and nothing of what was given."""


def read_password(name: str, file: str) -> str:
    """Return the password that `name` is to have. Blocks.

    It is asked for at the terminal; where there is none it is the first line of `file`, or of
    standard input if that is empty. Raises `PasswordError`, and `KeyboardInterrupt` on Ctrl-C.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        return _typed(name)
    if file:
        return _from_file(file)
    if sys.stdin is None:
        raise PasswordError("there is no standard input to read the password from")
    return _first_line(sys.stdin.buffer, "standard input")


def _typed(name: str) -> str:
    try:
        password = getpass(f"Password for {name}: ")
        again = getpass("The same again: ")
    except EOFError:
        raise PasswordError("no password was typed") from None
    except UnicodeDecodeError:
        raise PasswordError("the password is not UTF-8") from None
    if password != again:
        raise PasswordError("the two are not the same; nothing was changed")
    return password


def _from_file(file: str) -> str:
    try:
        with Path(file).open("rb") as opened:
            return _first_line(opened, f"the file {file}")
    except OSError as reason:
        raise PasswordError(
            f"cannot read the password from the file {file}: {reason.strerror}"
        ) from reason


def _first_line(source: BinaryIO, called: str) -> str:
    line = source.readline(LONGEST + 1).removesuffix(b"\n").removesuffix(b"\r")
    if not line:
        raise PasswordError(f"{called} has no password in its first line")
    if len(line) > LONGEST:
        raise PasswordError(f"the first line of {called} is too long for a password")
    try:
        return line.decode()
    except UnicodeDecodeError:  # its text would tell some of the password
        raise PasswordError(f"the first line of {called} is not UTF-8") from None
