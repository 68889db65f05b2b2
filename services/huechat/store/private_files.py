"""Files that nobody but their owner may read: they have passwords' hashes, and private talk."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

OWN: Final = 0o700
"""The rights that are the owner's."""

KEPT: Final = ".before-restore"
"""Ends the name of the database that was there before a backup took its place."""

_BESIDE: Final = ("", "-wal", "-shm", "-journal", KEPT)
"""What is in files beside a database. New ones of SQLite's get the rights of the database's."""


def keep_private(database: Path) -> None:
    """Take the others' rights to `database`, and what is beside it; make it if it is not there.

    To be called before SQLite opens it, which tells what is wrong if it cannot be made. What is
    somebody else's stays as it is, and so does what is on a disk that knows no rights. The
    process's umask is left alone: it is all threads'. Blocks for the disk; never raises.
    """
    with suppress(OSError):
        os.close(os.open(database, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    for ending in _BESIDE:
        with suppress(OSError):
            _take_others_rights(Path(f"{database}{ending}"))


def private(file: str, flags: int) -> int:
    """Open `file` so that its owner alone may read it: an `opener` for `open`."""
    number = os.open(file, flags, 0o600)
    with suppress(OSError):
        _take_others_rights(Path(file))
    return number


def _take_others_rights(file: Path) -> None:
    there = file.stat()
    if there.st_uid == os.geteuid() and there.st_mode & 0o077:
        file.chmod(there.st_mode & OWN)
