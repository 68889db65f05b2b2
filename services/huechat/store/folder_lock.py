"""A lock on the data folder: two servers on one log would give a `seq` twice."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

from huechat.store import StoreError
from huechat.store.private_files import private

FILE: Final = "lock"


class FolderLock:
    """Held from its making until `release`, or the end of the process.

    Raises `StoreError` if another process holds it, `OSError` if the folder cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        number = private(str(folder / FILE), os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self._file = os.fdopen(number, "ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as reason:
            self._file.close()
            raise StoreError(
                "storage_busy",
                f"a huechat server uses the folder {folder}: stop it, or set HUECHAT_DATA",
            ) from reason

    def release(self) -> None:
        """Let others have the folder."""
        self._file.close()
