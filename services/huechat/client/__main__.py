"""The command huechat-client."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from huechat import palette
from huechat.client.chat_client import ChatClient, Show, show_line
from huechat.client.credentials import credentials
from huechat.client.json_pipe import JsonPipe
from huechat.client.link import Link, NotHuechatError, RefusedByServerError
from huechat.client.look import Look
from huechat.client.terminal import Terminal
from huechat.config import ClientSettings, SettingError
from huechat.protocol import VERSION, Hello, Login, Register

_HINTS: Final = {
    "login_first": "start with --name NAME and --login, or --register (with a code in"
    " HUECHAT_INVITATION, if one is asked for)",
    "invite_only": "set HUECHAT_INVITATION, and start with --name NAME and --register",
    "bad_login": "--register makes a new account",
}
"""What to do at the command line about a server's refusal; it tells what to type."""

INTERRUPTED: Final = 130
"""The exit code of a program that Ctrl-C ended, as shells have it."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code. Blocks until the person or the input ends it."""
    try:
        flags = _parser().parse_args(arguments)
        mode = vars(flags).pop("mode")
        how = vars(flags).pop("credentials")
        settings = ClientSettings.read(flags)
        login = credentials(settings, how)
    except SettingError as reason:
        return _fail(str(reason))
    logging.basicConfig(level=settings.log_level.upper(), format="%(message)s")
    try:
        return _chat(settings, mode, login)
    except RefusedByServerError as reason:
        return _fail(_at_the_command_line(reason))
    except NotHuechatError as reason:
        return _fail(str(reason))
    except OSError as reason:
        return _fail(_no_server(settings, reason))
    except KeyboardInterrupt:
        return INTERRUPTED


def _at_the_command_line(reason: RefusedByServerError) -> str:
    """Return why the server refused, and what to do about it here."""
    hint = _HINTS.get(reason.code)
    return f"{str(reason).partition(':')[0]}: {hint}" if hint else str(reason)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "huechat-client",
        description="Coloured group chat over plain sockets: the client. "
        "Type at its prompt, or give it lines through a pipe.",
    )
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument(
        "--listen",
        dest="mode",
        action="store_const",
        const="listen",
        help="print what is said, a line each, and send nothing",
    )
    modes.add_argument(
        "--json",
        dest="mode",
        action="store_const",
        const="json",
        help="print every event as a line of JSON, and take commands as such",
    )
    who = parser.add_mutually_exclusive_group()
    for word, about in (
        ("login", "be the account of your name: asks for the password, without showing it"),
        ("register", "make your name an account: asks for a new password"),
    ):
        who.add_argument(
            f"--{word}", dest="credentials", action="store_const", const=word, help=about
        )
    ClientSettings.add_flags(parser)
    return parser


def _chat(settings: ClientSettings, mode: str | None, login: Login | Register | None) -> int:
    if sys.stdin is None or sys.stdout is None:
        return _fail("standard input and output are needed; redirect them instead of closing them")
    if mode == "json":
        return _json(settings, login)
    if mode == "listen":
        _listen(settings, login)
        return 0
    if sys.stdin.isatty() and sys.stdout.isatty():
        _talk(settings, login)
        return 0
    return _pipe(settings, login)


def _talk(settings: ClientSettings, login: Login | Register | None) -> None:
    """Chat at the terminal, until the person leaves."""
    terminal = Terminal(settings)
    client = ChatClient(
        settings.host,
        settings.port,
        settings.color,
        name=settings.name,
        history=settings.history,
        presence=True,
        login=login,
        lines=terminal.lines(),
        on_call=terminal.notify,
        on_change=terminal.refresh,
        look=Look(settings.format, settings.background, blocks=True),
        settings=settings,
    )
    terminal.serve(client)
    client.connect_to_server()


def _client(
    settings: ClientSettings,
    login: Login | Register | None,
    lines: Iterable[str],
    show: Show = show_line,
) -> ChatClient:
    """Return a client that tells of its connection on the error output."""
    return ChatClient(
        settings.host,
        settings.port,
        settings.color,
        name=settings.name,
        history=settings.history,
        login=login,
        lines=lines,
        show=show,
        show_status=_print_error,
        settings=settings,
    )


def _pipe(settings: ClientSettings, login: Login | Register | None) -> int:
    """Send what standard input has; return 0 once the server has all of it."""
    client = _client(replace(settings, history=settings.history or 0), login, ())
    client.connect()
    bad_lines = 0
    try:
        for number, line in enumerate(sys.stdin.buffer, 1):
            bad_lines += not _send(client, number, line)
        missing = client.wait_confirmed(settings.confirm_timeout_s)
    finally:
        client.close()
    if missing:
        return _fail(f"the server did not confirm {missing} of the lines: is it still there?")
    return 1 if bad_lines or client.failures else 0


def _json(settings: ClientSettings, login: Login | Register | None) -> int:
    """Pass JSON both ways; return 0 if all went well."""
    hello = Hello(VERSION, settings.name, settings.color, presence=True, history=settings.history)
    pipe = JsonPipe(Link(settings.host, settings.port, hello, settings, login), _write)
    missing = pipe.run(settings.confirm_timeout_s)
    return 1 if missing or pipe.failures else 0


def _write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _send(client: ChatClient, number: int, line: bytes) -> bool:
    """Send a line of the input; return whether it could be sent. Empty ones need not be."""
    try:
        text = line.decode().rstrip("\r\n")
        if text.strip():
            client.say(text)
    except UnicodeDecodeError:
        _fail(f"line {number} of the input is not UTF-8; it was not sent")
        return False
    except ValueError as reason:
        _fail(f"line {number} of the input: {reason}")
        return False
    return True


def _listen(settings: ClientSettings, login: Login | Register | None) -> None:
    """Print what is said until SIGTERM or Ctrl-C, or until nobody reads it any more."""
    bell, rope = socket.socketpair()
    rope.setblocking(False)

    def show(line: str) -> None:
        try:
            show_line(line)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the last flush
            rope.send(b"!")
            raise

    with bell, rope:
        signal.signal(signal.SIGTERM, lambda *_: None)  # it rings the bell, as all signals do
        signal.set_wakeup_fd(rope.fileno())
        try:
            _client(settings, login, _silence(bell), show).connect_to_server()
        finally:
            signal.set_wakeup_fd(-1)


def _silence(bell: socket.socket) -> Iterator[str]:
    """Yield no lines, until the bell rings."""
    bell.recv(1)
    yield from ()


def _no_server(settings: ClientSettings, reason: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if isinstance(reason, ConnectionRefusedError):
        return (
            f"connection refused at {where}: no server is running there. "
            "Start one with huechat-server, or set HUECHAT_HOST and HUECHAT_PORT"
        )
    return f"cannot reach a server at {where}: {reason.strerror or reason}"


def _print_error(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _fail(message: str) -> int:
    _print_error(palette.paint(f"Error: {message}", palette.FAILED))
    return 1


if __name__ == "__main__":
    sys.exit(main())
