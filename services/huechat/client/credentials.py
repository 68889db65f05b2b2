"""The password of the person at the client: asked for without echo, or from a file."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from huechat.config import ClientSettings, SettingError
from huechat.protocol import Login, Register


def credentials(settings: ClientSettings, how: str) -> Login | Register | None:
    """Return what is said before `hello`; None for a guest.

    `how`: login or register; empty: login if the settings name a file with a password. Asks at
    the terminal if no file is named. Raises `SettingError` if there is no name or no password.
    """
    if not how and not settings.password_file:
        return None
    if not settings.name:
        raise SettingError("say whose password it is: set HUECHAT_NAME, or give --name")
    password = _from_file(settings.password_file) if settings.password_file else _asked(how)
    if how == "register":
        return Register(password, settings.name, settings.invitation)
    return Login(settings.name, password)


def _from_file(path: str) -> str:
    try:
        first = Path(path).read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as reason:
        raise SettingError(f"cannot read HUECHAT_PASSWORD_FILE, {path}: {reason}") from reason
    if not first:
        raise SettingError(f"HUECHAT_PASSWORD_FILE, {path}, has no password in its first line")
    return first


def _asked(how: str) -> str:
    if not sys.stdin.isatty():
        raise SettingError(
            "there is nobody to ask for a password: name a file that has it in"
            " HUECHAT_PASSWORD_FILE"
        )
    password = getpass.getpass("Password: ")
    if how == "register" and getpass.getpass("The same again: ") != password:
        raise SettingError("the two passwords differ; nothing was sent")
    return password
