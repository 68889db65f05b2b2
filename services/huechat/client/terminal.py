"""Lines typed at a terminal: at a prompt that received messages never tear.

Each room has its own history of lines, and its own line that was begun.

In a container the terminal may have nobody in front of it; then there is no prompt, and the
terminal's output is a clean log. See `unwatched`.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from typing import Final

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application, get_app, get_app_or_none
from prompt_toolkit.data_structures import Size
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.output import Output
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.renderer import CPR_Support
from prompt_toolkit.utils import get_term_environment_variable

from huechat import palette
from huechat.client.chat_client import ChatClient
from huechat.client.completion import ChatCompleter
from huechat.client.keys import GoError, chat_keys, exit_app
from huechat.client.status_bar import status_line
from huechat.config import ClientSettings
from huechat.protocol import LOBBY
from huechat.wire.harmless import harmless

if sys.platform != "win32":
    from prompt_toolkit.output.vt100 import Vt100_Output

    from huechat.client.unwatched import Unwatched, has_size


_SECRET: Final = re.compile(r"^(\s*/(?:login|register|password)\b).*", re.I | re.S)
USUAL_ROWS: Final = 24
USUAL_COLUMNS: Final = 80
MENU_ROWS: Final = 6
CONTINUATION: Final = 5
"""How far the further lines of a message are indented: as long as `You: `."""

NOTE_CHARS: Final = 100


class _IdleError(Exception):
    """Nobody pressed a key for long."""


class Terminal:
    """The terminal at standard input and output. For the main thread.

    `settings`: the prompt's colour, and after how many seconds without a key it hides, if the
    terminal had nobody in front of it at the start. `serve` tells whose lines it reads.
    """

    def __init__(self, settings: ClientSettings) -> None:
        self._settings = settings
        self._idle_s = settings.prompt_idle_s
        self._client: ChatClient | None = None
        self._sessions: dict[str, PromptSession[str]] = {}  # by room
        self._begun_lines: dict[str, str] = {}  # by room; what was typed and not sent
        self._drawn = ""  # the status bar, as it is
        self._watched = False  # whether somebody is at the prompt
        self._begun = False
        self._ended = False
        self._last_key = 0.0
        self._unwatched: Unwatched | None = None
        if sys.platform != "win32" and not has_size():
            self._unwatched = Unwatched()
        signal.signal(signal.SIGTERM, lambda *_: self.end())

    def serve(self, client: ChatClient) -> None:
        """Read lines for `client`, which shows what comes in."""
        self._client = client
        client.keyboard.ask_secret = self._ask_secret

    def notify(self, name: str, text: str) -> None:
        """Tell the person that they are called. Any thread may call it."""
        if self._settings.notify == "off" or not self._watched or self._settings.plain:
            return
        note = f"\x1b]9;{harmless(name)}: {harmless(text)[:NOTE_CHARS]}\x07"  # OSC 9
        desktop = self._settings.notify == "desktop" and _shows_notes()
        sys.stdout.write(f"{note if desktop else ''}\x07")
        sys.stdout.flush()

    def refresh(self) -> None:
        """Draw the status bar anew, if it is to say something else. Any thread may call it."""
        session = self._sessions.get(self._room)
        if self._watched and session and self._status() != self._drawn:
            session.app.invalidate()

    def lines(self) -> Iterator[str]:
        """Yield what is typed, until Ctrl-D, Ctrl-C or `end`. Blocks."""
        self._begun = True
        try:
            while not self._ended:
                if self._unwatched:
                    yield from self._unwatched_lines(self._unwatched)
                if not self._ended:  # a session, once made, writes to the terminal
                    yield from self._prompted_lines()
        except EOFError:
            return

    def end(self) -> None:
        """End `lines`. Never blocks; a signal handler may call it.

        Before `lines` is asked for, while the client still connects, it ends the program.
        """
        self._ended = True
        if not self._begun:
            sys.exit()
        app = get_app_or_none()
        if app and app.loop:
            app.loop.call_soon_threadsafe(exit_app, app, EOFError())

    @property
    def _room(self) -> str:
        return self._client.conversation.current if self._client else LOBBY

    @property
    def _prompt(self) -> str:
        """The seed's prompt; in another room than the lobby with its name before it."""
        where = ""
        if self._client and self._room != LOBBY:
            where = f"[{harmless(self._client.conversation.here.title)}] "
        color = self._client.conversation.color if self._client else self._settings.color
        return palette.paint(f"{where}You: ", color)

    def _unwatched_lines(self, unwatched: Unwatched) -> Iterator[str]:
        for line in unwatched.lines(lambda: self._ended):
            shown = _SECRET.sub(r"\1 …", line)  # this is a container's log
            print(f"{self._prompt}{shown}\n", end="", flush=True)  # in one piece; see `show_line`
            yield line

    def _prompted_lines(self) -> Iterator[str]:
        """Yield lines typed at the prompt; return when it was idle for too long."""
        while not self._ended:
            room = self._room
            try:
                yield self._prompted_line(room)
            except _IdleError:
                return
            except GoError as wish:
                self._begun_lines[room] = wish.begun
                self._go(wish)

    def _prompted_line(self, room: str) -> str:
        """Return a line typed at the prompt of `room`."""
        session = self._sessions.get(room)
        if session is None:
            session = self._sessions[room] = self._session()
        self._watched = True
        try:
            with patch_stdout(raw=True):
                return session.prompt(
                    lambda: ANSI(self._prompt),
                    default=self._begun_lines.pop(room, ""),
                    pre_run=self._begin_to_watch,
                )
        finally:
            self._watched = False

    def _go(self, wish: GoError) -> None:
        """Look at the room that a key asked for."""
        if self._client is None:
            return
        conversation = self._client.conversation
        room = conversation.nth(wish.number) if wish.number else conversation.beside(wish.step)
        if room and room != conversation.current:
            self._client.keyboard.look_at(room)

    def _ask_secret(self, question: str) -> str:
        if self._unwatched and not has_size():
            raise ValueError("there is nobody to ask for a password: attach to this terminal first")
        session: PromptSession[str] = PromptSession(output=_output())
        with patch_stdout(raw=True):
            return session.prompt(question, is_password=True)

    def _session(self) -> PromptSession[str]:
        if self._settings.plain or self._client is None:
            return PromptSession(key_bindings=chat_keys(), multiline=True, output=_output())
        session: PromptSession[str] = PromptSession(
            key_bindings=chat_keys(),
            multiline=True,
            output=_output(),
            completer=ChatCompleter(self._client.conversation),
            complete_while_typing=Condition(_may_complete),
            reserve_space_for_menu=MENU_ROWS,
            bottom_toolbar=self._draw_status,
            prompt_continuation=" " * CONTINUATION,
        )
        session.app.before_render += _be_at_the_bottom
        return session

    def _draw_status(self) -> str:
        self._drawn = self._status()
        return self._drawn

    def _status(self) -> str:
        client = self._client
        if client is None:
            return ""
        return status_line(
            client.conversation,
            connected=client.client_socket is not None,
            waiting=client.waiting,
            columns=_size().columns,
        )

    def _begin_to_watch(self) -> None:
        """Have the prompt hide once it is idle, where that was asked for."""
        app = get_app()
        self._note_key()
        if self._unwatched:
            app.key_processor.before_key_press += lambda _: self._note_key()
            app.create_background_task(self._hide_when_idle(app))

    def _note_key(self) -> None:
        self._last_key = time.monotonic()

    async def _hide_when_idle(self, app: Application[str]) -> None:
        while True:
            left_s = self._last_key + self._idle_s - time.monotonic()
            if left_s <= 0 and not app.current_buffer.text:
                app.erase_when_done = True
                exit_app(app, _IdleError())
                return
            await asyncio.sleep(max(left_s, self._idle_s / 10))


def _size() -> Size:
    """Return the terminal's size, or a usual one where it has none."""
    columns, rows = os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return Size(rows=rows or USUAL_ROWS, columns=columns or USUAL_COLUMNS)


def _output() -> Output | None:
    """Return where prompts are drawn; None: where prompt_toolkit likes to."""
    if sys.platform == "win32":
        return None
    # Asking for the cursor's position would leave an answer for whoever attaches next.
    return Vt100_Output(sys.stdout, _size, get_term_environment_variable(), enable_cpr=False)


def _be_at_the_bottom(app: Application[str]) -> None:
    """Say where the cursor is, as the terminal is not asked: else there would be no status bar."""
    app.renderer.report_absolute_cursor_row(app.output.get_size().rows)
    app.renderer.cpr_support = CPR_Support.NOT_SUPPORTED  # the call took it for an answer


def _may_complete() -> bool:
    """Return whether completions are offered unasked: only for commands and emoji, not in talk."""
    text = get_app().current_buffer.document.text_before_cursor
    return text.startswith("/") or ":" in text.rpartition(" ")[2]


def _shows_notes() -> bool:
    """Return whether the terminal takes OSC 9, or at least passes over it."""
    return get_term_environment_variable() not in ("", "dumb", "linux")
