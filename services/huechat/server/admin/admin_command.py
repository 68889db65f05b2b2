"""An administrator's command, done by the server that runs, or else by this process itself."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from huechat.config import ServerSettings
from huechat.server.admin.control_socket import Answer, NoAnswerError, Request, ask
from huechat.server.admin.password_entry import PasswordError, read_password
from huechat.store import StoreError
from huechat.store.search import LOG_FILE

PATIENCE_S: Final = 15.0
"""How long to wait for a folder that is in use by who does not answer: a server that is just
starting or ending, or another command."""

RETRY_S: Final = 0.05
CLOSE_WITHIN_S: Final = 1.0

_WITH_PASSWORD: Final = frozenset({"user add", "user passwd"})
_WITH_NEW_DATABASE: Final = frozenset({"user add", "invite"})
"""What may come before the server's first start."""


def run(settings: ServerSettings, command: str, given: dict[str, Any]) -> Answer:
    """Do `command` with the arguments `given`; return what to print. Blocks.

    Raises `KeyboardInterrupt` if a password is asked for.
    """
    name = given.get("name") or given.get("room") or ""
    try:
        name.encode()
        password = ""
        if command in _WITH_PASSWORD:
            password = read_password(name, settings.password_file)
        request = Request(
            command, name, given.get("admin", False), given.get("json", False), password
        )
        return _done(settings, request)
    except UnicodeEncodeError:
        return Answer(error="the name is not UTF-8")
    except OSError as reason:
        return Answer(error=f"cannot use the data folder {settings.data}: {reason.strerror}")
    except (PasswordError, NoAnswerError, StoreError) as reason:
        return Answer(error=str(reason))


def _done(settings: ServerSettings, request: Request) -> Answer:
    """Have `request` done by the server, or without one: whichever can have the folder."""
    folder = Path(settings.data)
    until = time.monotonic() + PATIENCE_S
    while True:
        answer = ask(folder, request)
        if answer:
            return answer
        try:
            return _do(settings, request)
        except StoreError as reason:
            if reason.code != "storage_busy":
                raise
            if time.monotonic() >= until:
                raise StoreError(
                    reason.code,
                    f"a huechat server uses the folder {folder}, but takes no commands there",
                ) from reason
        time.sleep(RETRY_S)


def _do(settings: ServerSettings, request: Request) -> Answer:
    """Do `request` in this process. Raises `StoreError` if the folder cannot be had."""
    _check_folder(Path(settings.data), request)
    from huechat.server.admin.administration import administrate  # noqa: PLC0415 - slow to load
    from huechat.server.hall import Hall  # noqa: PLC0415

    # Old messages are for the server to drop, by its own settings.
    hall = Hall(replace(settings, keep_days=0, keep_mb=0, token_days=0))
    try:
        return administrate(hall, request)
    finally:
        hall.close(time.monotonic() + CLOSE_WITHIN_S)


def _check_folder(folder: Path, request: Request) -> None:
    """Raise `StoreError` if there is nothing to work on, or a server could not do so afterwards."""
    database = folder / LOG_FILE
    if not database.exists() and request.verb not in _WITH_NEW_DATABASE:
        raise StoreError("storage_failed", f"there is no database at {database}: set HUECHAT_DATA")
    theirs = next((one for one in (database, folder) if one.exists()), None)
    if theirs and os.geteuid() == 0 and theirs.stat().st_uid != 0:
        raise StoreError(
            "storage_failed",
            f"{theirs} is another user's: run this as that user, or while the server runs",
        )
