"""The command huechat-client."""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import closing
from typing import Final

from prompt_toolkit.utils import is_dumb_terminal

from huechat import __version__
from huechat.addresses import place
from huechat.client import unattended
from huechat.client.chat_client import ChatClient
from huechat.client.credentials import NoAnswerError, credentials
from huechat.client.link_news import NotHuechatError, RefusedByServerError
from huechat.client.look import Look
from huechat.client.output import fail, print_error, warn
from huechat.client.terminal import Terminal
from huechat.config import ClientSettings, SettingError
from huechat.protocol import Login, Register

_HINTS: Final = {
    "login_first": "start with --name NAME and --login, or --register (with a code in"
    " HUECHAT_INVITATION, if one is asked for)",
    "invite_only": "set HUECHAT_INVITATION, and start with --name NAME and --register",
    "bad_login": "--register makes a new account",
    "name_reserved": "if it is yours, start with --login; else choose another with --name",
}
"""What to do at the command line about a server's refusal; it tells what to type."""

_NO_SERVER: Final = (
    "connection refused at {}: no server is running there. Start one with"
    " huechat-server, or set HUECHAT_HOST and HUECHAT_PORT"
)

_SEEN_BY_ALL: Final = (
    "the input is a keyboard, and the output is no terminal: commands and passwords would be said"
    " aloud. Leave the output at the terminal, or use --listen to read, or --json"
)

_DESCRIPTION: Final = """\
Coloured group chat over plain sockets: the client. At a terminal it gives a
prompt; /help there lists the commands. What comes through a pipe is said line
by line, also what begins with a slash; the exit code is 0 once the server has
it all.
"""

_ENDING: Final = """\
In [ ]: what else sets it, in the environment or in a file .env in the working
folder, and what holds if nothing does. The README has all that can be set,
such as HUECHAT_PASSWORD_FILE: the file that the password is read from.

examples:
  huechat-client --name ana --color red
  echo "all green" | huechat-client --name ci --room builds
  huechat-client --listen >> chat.log
"""

INTERRUPTED: Final = 130
"""The exit code of a program that Ctrl-C ended, as shells have it."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code. Blocks until the person or the input ends it."""
    flags = _parser().parse_args(arguments)
    mode = vars(flags).pop("mode")
    how = vars(flags).pop("credentials")
    try:
        settings = ClientSettings.read(flags, doubt=warn)
        logging.basicConfig(level=settings.log_level.upper(), format="%(message)s")
        return _chat(settings, mode, credentials(settings, how))
    except RefusedByServerError as reason:
        return fail(_at_the_command_line(reason))
    except (SettingError, NotHuechatError) as reason:
        return fail(str(reason))
    except NoAnswerError as reason:
        print_error(str(reason))
        return 1
    except OSError as reason:
        words = reason.strerror or str(reason)
        if isinstance(reason, ConnectionRefusedError):
            words = _NO_SERVER.format(place(settings.host, settings.port))
        return fail(words)
    except KeyboardInterrupt:
        return INTERRUPTED


def _at_the_command_line(reason: RefusedByServerError) -> str:
    """Return why the server refused, and what to do about it here."""
    hint = _HINTS.get(reason.code)
    return f"{str(reason).partition(':')[0]}: {hint}" if hint else str(reason)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "huechat-client",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_ENDING,
    )
    parser.add_argument("--version", action="version", version=f"huechat {__version__}")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument(
        "--listen",
        dest="mode",
        action="store_const",
        const="listen",
        help="Print what is said, a line each, and send nothing.",
    )
    modes.add_argument(
        "--json",
        dest="mode",
        action="store_const",
        const="json",
        help="Print every event as a line of JSON, and take commands as such.",
    )
    who = parser.add_mutually_exclusive_group()
    for word, about in (
        (
            "login",
            "Be the account that NAME is. The password is asked for, without showing it.",
        ),
        ("register", "Make NAME an account of yours. A new password is asked for."),
    ):
        who.add_argument(
            f"--{word}", dest="credentials", action="store_const", const=word, help=about
        )
    ClientSettings.add_flags(parser)
    return parser


def _chat(settings: ClientSettings, mode: str | None, login: Login | Register | None) -> int:
    if sys.stdout is None or (sys.stdin is None and mode != "listen"):
        return fail("standard input and output are needed; redirect them instead of closing them")
    if mode == "listen":
        return unattended.listen(settings, login)
    if mode == "json":
        return unattended.json(settings, login)
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _talk(settings, login)
    if sys.stdin.isatty():
        return fail(_SEEN_BY_ALL)
    return unattended.pipe(settings, login)


def _talk(settings: ClientSettings, login: Login | Register | None) -> int:
    """Chat at the terminal, until the person leaves."""
    terminal = Terminal(settings)
    lines = terminal.lines()
    client = ChatClient(
        settings.host,
        settings.port,
        settings.color,
        name=settings.name,
        history=settings.history,
        presence=True,
        login=login,
        show=terminal.show,
        lines=lines,
        on_call=terminal.notify,
        on_change=terminal.refresh,
        on_end=terminal.end,
        look=Look(
            settings.format,
            settings.background,
            blocks=True,
            block_lines=settings.block_lines,
            bold=not is_dumb_terminal(),
        ),
        settings=settings,
    )
    terminal.serve(client)
    with closing(lines):  # so that the terminal is as it was before, whatever happens
        client.connect_to_server()
    return int(client.shut_out or client.failed or client.waiting > 0)


if __name__ == "__main__":
    sys.exit(main())
