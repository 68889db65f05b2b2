"""What can be typed after `huechat-server`: one table, of which the help is made, too."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from typing import Any, Final

from huechat import __version__
from huechat.config import ServerSettings

_COMMANDS: Final = {
    "serve": "listen and serve until Ctrl-C or SIGTERM",
    "health": "exit with 0 if a server answers, with 1 if not",
    "check": "tell whether the database is sound",
    "backup FILE": "write a copy of the database",
    "restore FILE": "put a backup in the place of the database",
    "user list [--json]": "tell who has an account",
    "user add NAME [--admin]": "make an account; the password is asked for",
    "user passwd NAME": "change a password, and end all logins",
    "user disable NAME": "end all logins, and allow no more",
    "user enable NAME": "allow logins again",
    "user delete NAME": "forget an account; what it said stays",
    "user admin NAME": "let an account administrate the server",
    "user unadmin NAME": "let it administrate the server no more",
    "token revoke NAME": "end all logins of an account",
    "room list [--json]": "tell which rooms there are",
    "room delete ROOM": "end a room, and forget what was said in it",
    "invite [--admin] [--json]": "make a code that lets somebody register, once",
    "audit [ROOM] [--json]": "tell who did what, newest last",
}

_GROUPS: Final = {"user": "accounts", "token": "logins", "room": "rooms"}

_FLAGS: Final = {
    "--admin": "one who administrates the server",
    "--json": "for programs: a JSON object on each line",
}

_COMMON: Final[dict[str, Any]] = {"argument_default": SUPPRESS}
"""What is not given after a command must not hide what was given before it."""

_ENDING: Final = """\

user, token, room, invite and audit reach the server through its data folder,
and work without a server, too. A password that cannot be asked for at a
terminal is the first line of the file that HUECHAT_PASSWORD_FILE names, or of
standard input. FILE may be -, for a pipe. restore needs the server to be
stopped; for all else it may run.

In [ ]: what else sets it, in the environment or in a file .env in the working
folder, and what holds if nothing does. The README has all that can be set.
"""


def parser() -> ArgumentParser:
    """Return a parser. What it returns has, besides the settings, `command` and its arguments."""
    top = ArgumentParser(
        "huechat-server",
        description="Coloured group chat over plain sockets: the server.",
        formatter_class=RawDescriptionHelpFormatter,
        epilog=_help(),
    )
    top.add_argument("--version", action="version", version=f"huechat {__version__}")
    ServerSettings.add_flags(top)
    top.set_defaults(command="serve")
    commands = _verbs(top, "COMMAND", "what to do (see below); serve if not given", required=False)
    groups = {
        name: _verbs(commands.add_parser(name), "VERB", f"what to do with {what}")
        for name, what in _GROUPS.items()
    }
    for usage, help_ in _COMMANDS.items():
        first, *rest = usage.split()
        if first in groups:
            verb = groups[first].add_parser(rest[0], help=help_, **_COMMON)
            _settle(verb, f"{first} {rest[0]}", rest[1:])
        else:
            _settle(commands.add_parser(first, **_COMMON), first, rest)
    return top


def _verbs(parser: ArgumentParser, metavar: str, help_: str, *, required: bool = True) -> Any:
    return parser.add_subparsers(metavar=metavar, help=help_, required=required)


def _settle(parser: ArgumentParser, command: str, arguments: list[str]) -> None:
    """Have `parser` be that of `command`, and take its arguments."""
    parser.set_defaults(command=command)
    for argument in arguments:
        name = argument.strip("[]")
        if name in _FLAGS:
            parser.add_argument(name, action="store_true", help=_FLAGS[name])
        else:  # that a file is missing is told in other words
            optional = argument != name or name == "FILE"
            parser.add_argument(name.lower(), metavar=name, nargs="?" if optional else None)
    ServerSettings.add_flags(parser)


def _help() -> str:
    width = max(map(len, _COMMANDS))
    lines = [f"  {usage:{width}}  {help_}" for usage, help_ in _COMMANDS.items()]
    return "\n".join(["commands:", *lines, _ENDING])
