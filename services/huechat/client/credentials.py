"""The password of the person at the client: asked for without echo, or from a file."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Final

from huechat.config import ClientSettings, SettingError
from huechat.protocol import Login, Register

MOST_CHARACTERS: Final = 1024
"""The longest password that the protocol carries."""


_NOTHING_DONE: Final = {
    "login": "No password was given, so nobody was logged in. Start again with --login, or without"
    " it to be a guest.",
    "register": "No password was given, so no account was made. Start again with --register, or"
    " without it to be a guest.",
}
"""By what was asked for: what became of it, and what to do."""


class NoAnswerError(Exception):
    """Somebody who was asked for a password gave none; its text tells what became of that."""


def credentials(settings: ClientSettings, how: str) -> Login | Register | None:
    """Return what is said before `hello`; None for a guest.

    `how`: login or register; empty: login if the settings name a file with a password. Asks at
    the terminal if no file is named, and blocks for that. Raises `SettingError` if there is no name
    or no password, and `NoAnswerError` if somebody who was asked thought better of it.
    """
    if not how and not settings.password_file:
        return None
    if not settings.name:
        raise SettingError("say whose password it is: set HUECHAT_NAME, or give --name")
    password = _from_file(settings.password_file) if settings.password_file else _asked(how)
    if how == "register":
        return Register(password, settings.name, settings.invitation, color=settings.color)
    return Login(settings.name, password)


def _from_file(path: str) -> str:
    """Return the first line of a file. No error shows any of what is in it."""
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            first = file.readline(MOST_CHARACTERS + 2)
    except OSError as reason:
        words = f"cannot read HUECHAT_PASSWORD_FILE, {path}: {reason.strerror}"
        raise SettingError(words) from reason
    except UnicodeDecodeError:
        raise SettingError(f"HUECHAT_PASSWORD_FILE, {path}, is not UTF-8") from None
    first = first.rstrip("\n")
    if not first or len(first) > MOST_CHARACTERS:
        raise SettingError(f"HUECHAT_PASSWORD_FILE, {path}, has no password in its first line")
    return first


def _asked(how: str) -> str:
    if not sys.stdin.isatty():
        raise SettingError(
            "there is nobody to ask for a password: name a file that has it in"
            " HUECHAT_PASSWORD_FILE"
        )
    try:
        password = getpass.getpass("Password: ")
        again = getpass.getpass("The same again: ") if how == "register" else password
    except (EOFError, KeyboardInterrupt) as reason:
        print(file=sys.stderr)  # the cursor is still behind the question
        if isinstance(reason, EOFError):
            raise NoAnswerError(_NOTHING_DONE[how]) from None
        raise
    if not password:
        raise NoAnswerError(_NOTHING_DONE[how])
    if again != password:
        raise SettingError("the two passwords differ; nothing was sent")
    return password
