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
from huechat.client.link import NotHuechatError, RefusedByServerError
from huechat.client.terminal import Terminal
from huechat.config import ClientSettings, SettingError

INTERRUPTED: Final = 130
"""The exit code of a program that Ctrl-C ended, as shells have it."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code. Blocks until the person or the input ends it."""
    try:
        flags = _parser().parse_args(arguments)
        listens = vars(flags).pop("listen")
        settings = ClientSettings.read(flags)
    except SettingError as reason:
        return _fail(str(reason))
    logging.basicConfig(level=settings.log_level.upper(), format="%(message)s")
    try:
        return _chat(settings, listens)
    except (RefusedByServerError, NotHuechatError) as reason:
        return _fail(str(reason))
    except OSError as reason:
        return _fail(_no_server(settings, reason))
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "huechat-client",
        description="Coloured group chat over plain sockets: the client. "
        "Type at its prompt, or give it lines through a pipe.",
    )
    parser.add_argument(
        "--listen", action="store_true", help="print what is said, a line each, and send nothing"
    )
    ClientSettings.add_flags(parser)
    return parser


def _chat(settings: ClientSettings, listens: bool) -> int:
    if sys.stdin is None or sys.stdout is None:
        return _fail("standard input and output are needed; redirect them instead of closing them")
    if listens:
        _listen(settings)
        return 0
    if sys.stdin.isatty() and sys.stdout.isatty():
        terminal = Terminal(settings.color, settings.prompt_idle_s)
        _client(settings, terminal.lines(), quiet=False).connect_to_server()
        return 0
    return _pipe(settings)


def _client(
    settings: ClientSettings, lines: Iterable[str], *, quiet: bool = True, show: Show = show_line
) -> ChatClient:
    """Return a client that tells of its connection on the error output if `quiet`."""
    return ChatClient(
        settings.host,
        settings.port,
        settings.color,
        name=settings.name,
        history=settings.history,
        lines=lines,
        show=show,
        show_status=_print_error if quiet else None,
        settings=settings,
    )


def _pipe(settings: ClientSettings) -> int:
    """Send what standard input has; return 0 once the server has all of it."""
    client = _client(replace(settings, history=settings.history or 0), ())
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


def _listen(settings: ClientSettings) -> None:
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
            _client(settings, _silence(bell), show=show).connect_to_server()
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
