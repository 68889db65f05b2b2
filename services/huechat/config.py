"""Settings from the environment and `.env`, read here and nowhere else.

A setting is a field of one of the two classes below; its `Setting` says what it may be. The
command line's flags, `.env.example` and the README's table are made from the same fields.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from io import StringIO
from pathlib import Path
from typing import Final, Self

from dotenv import dotenv_values

from huechat.client.form import check_format
from huechat.env_file import EnvFile, doubt_about, sort_out
from huechat.parsers import a_host, a_name, a_room, one_of, seconds, text, whole, yes_or_no
from huechat.protocol import COLORS, DEFAULT_COLOR, MAX_LINE_BYTES
from huechat.setting import (
    PREFIX,
    Setting,
    SettingError,
    add_flags,
    check,
    described,
    parsed,
    setting,
)

__all__ = [
    "PREFIX",
    "ClientSettings",
    "ServerSettings",
    "Setting",
    "SettingError",
    "described",
    "terminal_reflows",
]

LOG_LEVELS: Final = ("debug", "info", "warning", "error")
MAX_PORT: Final = 65_535


_HOST_HELP: Final = "Where the server listens, and the client connects to: an address, or a name."
_PORT_HELP: Final = "The port there; a server takes any free one for 0."
_LEVEL_HELP: Final = "How much is logged."


@dataclass(frozen=True)
class _Settings:
    host: str = setting("127.0.0.1", a_host, _HOST_HELP, flag="HOST")
    port: int = setting(3030, whole(0, MAX_PORT), _PORT_HELP, flag="PORT")
    log_level: str = setting("info", one_of(*LOG_LEVELS), _LEVEL_HELP, flag="LEVEL")
    password_file: str = setting(
        "",
        str,
        "The file that a password is read from (its first line), such as a secret of Compose:"
        " the client's own, or the one that `huechat-server user add` sets.",
    )
    keepalive_s: int = setting(
        60,
        whole(0, 7200, "seconds"),
        "After how long a silence a connection is probed, so that one whose other end vanished is"
        " noticed, within half that again; 0: never. A client asks its server for a sign of life,"
        " too: one that hangs is noticed.",
    )

    def __post_init__(self) -> None:
        """Raise `SettingError` if a program gave what a setting may not be."""
        check(self)

    @classmethod
    def read(
        cls,
        flags: Namespace | None = None,
        folder: Path | None = None,
        doubt: Callable[[str], object] = lambda _: None,
    ) -> Self:
        """Return the settings: flags over environment over `folder`'s `.env` over defaults.

        `folder` is the working folder if not given. `doubt` is called with a sentence for each
        line and each name there that means nothing; values are not in it, as they may be secret.
        Raises `SettingError`.
        """
        file = (folder or Path.cwd()) / ".env"
        environment = {name: value for name, value in os.environ.items() if value}
        known = _sorted_out(file)
        for words in (*_doubts_of_file(file, known), *_doubts_of(environment)):
            doubt(words)
        from_file = dotenv_values(stream=StringIO(known.text))
        places = {name: f"{file}, line {line}" for line, name in known.names}
        places = {name: place for name, place in places.items() if name not in environment}
        values = parsed(cls, {**from_file, **environment}, places)
        values.update((k, v) for k, v in vars(flags or Namespace()).items() if v is not None)
        return cls(**values)

    @classmethod
    def add_flags(cls, parser: ArgumentParser) -> None:
        """Give `parser` a flag for each setting that has one."""
        add_flags(cls, parser)


@dataclass(frozen=True)
class ServerSettings(_Settings):
    """What the server can be told. A limit of 0 is no limit."""

    data: str = setting(
        "data", text, "The folder of all that is kept; it is made if there is none.", flag="FOLDER"
    )
    sync: str = setting(
        "full",
        one_of("full", "normal"),
        "When a message counts as stored: full, once it outlives a loss of power (the disk is"
        " waited for); normal, once it outlives the server.",
    )
    access: str = setting(
        "open",
        one_of("open", "accounts", "invite"),
        "Who may come in: open, anyone; accounts, who has an account or makes one; invite, making"
        " one needs an invitation code.",
    )
    rooms_by: str = setting(
        "anyone",
        one_of("anyone", "accounts", "moderators"),
        "Who may make rooms: anyone, accounts, or the lobby's moderators alone.",
    )
    rooms_per_person: int = setting(
        50,
        whole(0, 10_000),
        "How many rooms one may be in at once, so that nobody fills the server with them. One in"
        " which nothing was said or done is gone again once nobody is in it, or invited. 0: any"
        " number.",
    )
    password_min: int = setting(
        8, whole(1, 128, "characters"), "The shortest password that is taken."
    )
    token_days: int = setting(
        30,
        whole(0, 3650, "days"),
        "After how long without use a login ends; 0: never.",
    )
    invite_days: int = setting(
        7, whole(1, 3650, "days"), "How long an invitation code may be used."
    )
    login_tries: int = setting(
        5,
        whole(1, 1000),
        "How many wrong passwords for one account cost nothing. Each further one doubles the wait,"
        " up to a minute, so that guessing is hopeless.",
    )
    login_tries_address: int = setting(
        20,
        whole(1, 100_000),
        "How many wrong passwords from one address cost nothing; a school behind one address may"
        " need more.",
    )
    login_wait_address_s: float = setting(
        900.0,
        seconds(0, 86_400),
        "The longest wait after wrong passwords from one address; 0 where all clients come from"
        " one, as behind a proxy.",
    )
    registrations_per_address: int = setting(
        20,
        whole(0, 1_000_000),
        "How many accounts may be made from one address a day without an invitation, so that"
        " nobody takes all names; a school behind one address may need more. 0: any number.",
    )
    login_timeout_s: float = setting(
        120.0,
        seconds(1, 3600),
        "How long a client may take to log in where guests are not let in: people type passwords.",
    )
    hashes_at_once: int = setting(
        1,
        whole(1, 64),
        "How many passwords are checked at once: each takes 64 MiB of memory meanwhile.",
    )
    hashes_waiting: int = setting(
        100,
        whole(1, 100_000),
        "How many more may wait for that; others are told to try again.",
    )
    history: int = setting(
        20, whole(0, 1000), "How many of the newest messages one is told on joining."
    )
    page: int = setting(
        100,
        whole(1, 1000),
        "How many messages one answer to `history` or `search` has at the most; it bounds what a"
        " question costs.",
    )
    keep_days: int = setting(
        0, whole(0, 36_500, "days"), "How long messages are kept; 0: for ever."
    )
    keep_mb: int = setting(
        0,
        whole(0, 1024 * 1024, "MiB"),
        "How large the database may grow before the oldest messages are dropped; 0: any size.",
    )
    presence_s: float = setting(
        1.0,
        seconds(0.05, 3600),
        "Who comes and goes is told together, at most this often, so that a crowd that joins"
        " costs a few messages.",
    )
    presence_listed: int = setting(
        100,
        whole(0, 100_000),
        "In a room of more than so many, how many are here is told, and not their names; 0: in"
        " every room.",
    )
    messages_per_s: int = setting(
        20,
        whole(0, 1_000_000),
        "How many messages a client may say a second in the long run, so that one who floods"
        " disturbs nobody; 0: any number.",
    )
    messages_burst: int = setting(
        200,
        whole(1, 1_000_000),
        "How many it may say at once, so that a pasted block passes.",
    )
    connections: int = setting(
        10_000,
        whole(0, 1_000_000),
        "How many connections there may be: each is a thread, and a file of the process. 0: any"
        " number.",
    )
    connections_per_address: int = setting(
        1_000,
        whole(0, 1_000_000),
        "How many of them from one address, so that one machine cannot take all; a school behind"
        " one address may need more. 0: any number.",
    )
    handshakes_per_s: int = setting(
        5_000,
        whole(0, 1_000_000),
        "How many connections are accepted a second, so that a flood of them leaves time for the"
        " chat; more wait their turn. 0: any number.",
    )
    handshake_timeout_s: float = setting(
        10.0,
        seconds(0, 3600),
        "How long a client may take to say hello, so that silent connections do not pile up; 0:"
        " for ever.",
    )
    max_line_bytes: int = setting(
        MAX_LINE_BYTES,
        whole(128, 1024 * 1024, "bytes"),
        "The longest line that is taken from a client; it bounds what one client can make us hold.",
    )
    tail_bytes: int = setting(
        64 * 1024 * 1024,
        whole(64 * 1024, 64 * 1024**3, "bytes"),
        "How much memory the newest messages may take, all rooms together. Who is behind"
        " further than that is fed from the disk.",
    )
    backlog: int = setting(
        4096,
        whole(1, MAX_PORT),
        "How many connections may wait to be accepted (the system may allow fewer).",
    )


@dataclass(frozen=True)
class ClientSettings(_Settings):
    """What the client can be told."""

    color: str = setting(
        DEFAULT_COLOR, one_of(*COLORS), "The colour that one chats in.", flag="COLOR"
    )
    name: str = setting("", a_name, "The name that one chats under.", flag="NAME")
    room: str = setting(
        "", a_room, "A room to be in besides the lobby, and to write to.", flag="ROOM"
    )
    invitation: str = setting(
        "", str, "The invitation code to register with, where the server asks for one."
    )
    format: str = setting(
        "",
        check_format,
        "How a message looks: a text with the fields {time}, {room}, {name}, {color} and {text} in"
        " it, such as `{time} {name}: {text}`; empty: `[COLOR (red)] said -> hi`.",
        flag="TEXT",
    )
    background: str = setting(
        "any",
        one_of("any", "dark", "light"),
        "Your terminal's background, so that names in their colours can be read on it.",
    )
    notify: str = setting(
        "desktop",
        one_of("desktop", "bell", "off"),
        "What tells you that somebody calls you by name or writes to you alone: a note on the"
        " desktop, where the terminal can show one, and a bell; the bell; or nothing. It calls you"
        " at most every three seconds.",
    )
    plain: bool = setting(
        False,
        yes_or_no,
        "Whether to do without the status bar, completion menus and all that moves the cursor, as"
        " for a screen reader.",
        flag="yes|no",
    )
    history: int | None = setting(
        None,
        whole(0, 1000),
        "How many of the newest messages are shown first; if not set, as many as the server tells.",
        flag="N",
    )
    connect_timeout_s: float = setting(
        5.0, seconds(0.1, 600), "How long a server may take to answer before it counts as gone."
    )
    silence_timeout_s: float = setting(
        60.0,
        seconds(0, 3600),
        "For how long a server may owe an answer and tell nothing before the connection is given up"
        " and made again; 0: for ever.",
    )
    reconnect_max_s: float = setting(
        10.0, seconds(0.1, 3600), "The longest wait between two tries to reach a lost server."
    )
    confirm_timeout_s: float = setting(
        30.0,
        seconds(0.1, 86_400),
        "Input from a pipe: how long after its end the server may take to have all of it; and how"
        " long one waits before it for a name that another has.",
    )
    block_lines: int = setting(
        200,
        whole(0, 100_000, "lines"),
        "How many lines of one message are shown at a terminal, and then how many more there are;"
        " 0: all of them.",
    )
    prompt_idle_s: float = setting(
        120.0,
        seconds(0.1, 86_400),
        "In a container: the prompt hides after so long without a key, so that the log of a client"
        " that nobody is attached to stays clean. Any key, or attaching, brings it back.",
    )


def _sorted_out(file: Path) -> EnvFile:
    try:
        if file.is_file() or file.is_fifo():  # not where `.env` is a folder
            return sort_out(file.read_text(encoding="utf-8-sig"))
        return EnvFile("")
    except (OSError, UnicodeDecodeError) as reason:
        raise SettingError(f"cannot read {file}: {reason}; mend it, or take it away") from reason


def _doubts_of_file(file: Path, read: EnvFile) -> Iterator[str]:
    for line in read.bad_lines:
        yield f"{file}, line {line}, was passed over: it is not NAME=value"
    for line, name in read.names:
        for words in _doubts_of([name]):
            yield f"{file}, line {line}: {words}"


def _doubts_of(names: Iterable[str]) -> Iterator[str]:
    """Yield what is wrong with names. What is for the other program is right."""
    both = (ServerSettings, ClientSettings)
    known = [PREFIX + one.name.upper() for cls in both for one in fields(cls)]
    yield from filter(None, (doubt_about(name, PREFIX, known) for name in names))


def terminal_reflows() -> bool:
    """Return whether the terminal breaks its lines anew once it is narrower, as most do.

    xterm and GNU screen cut them off, unless what one looks at is tmux within xterm.
    """
    if os.environ.get("TMUX"):
        return True
    return not os.environ.get("STY") and not os.environ.get("XTERM_VERSION")
