"""Lines typed at a terminal: at a prompt that received messages never tear.

Each room has its own history of lines, and its own line that was begun.

In a container the terminal may have nobody in front of it; then there is no prompt, and the
terminal's output is a clean log. See `unwatched`.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, Final

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application, get_app, get_app_session
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import ANSI, fragment_list_to_text, to_formatted_text
from prompt_toolkit.utils import is_dumb_terminal

from huechat import palette
from huechat.client.bell import Bell
from huechat.client.chat_client import ChatClient
from huechat.client.completion import ChatCompleter
from huechat.client.discretion import DiscreetHistory, Mask, masked
from huechat.client.keyboard import NothingGivenError
from huechat.client.keys import GoError, begun_line, chat_keys, end_failed, exit_app, leave_search
from huechat.client.look import readable
from huechat.client.own_lines import CONTINUATION, as_sent, is_sent_otherwise
from huechat.client.paper import Paper
from huechat.client.plain_prompt import make_plain
from huechat.client.room_view import NOWHERE
from huechat.client.rows import in_rows
from huechat.client.screen import (
    drawing_on,
    fit_to_rows,
    may_complete,
    shows_menu,
    shows_notes,
    terminal_size,
)
from huechat.client.status_bar import each_second, status_line
from huechat.client.widths import Steady
from huechat.config import ClientSettings
from huechat.protocol import LOBBY
from huechat.wire.harmless import harmless

if sys.platform != "win32":
    from huechat.client.unwatched import Unwatched, has_size


NOTE_CHARS: Final = 100
_ENDINGS: Final = ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGBREAK")
"""Signals to leave at: the last is Windows', the one before all others'."""


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
        self._plain = settings.plain or is_dumb_terminal()
        self._client: ChatClient | None = None
        self._sessions: dict[str, PromptSession[str]] = {}  # by room
        self._begun_lines: dict[str, str] = {}  # by room; what was typed and not sent
        self._drawn = ""  # the status bar, as it is
        self._paper: Paper | None = None
        self._app: Application[Any] | None = None  # that of the prompt, while there is one
        self._line_app: Application[Any] | None = None  # the same, but for a password's question
        self._app_room = ""  # the room that the prompt is for
        self._bell = Bell()
        self._begun = False
        self._ended = False
        self._last_key = 0.0
        self._unwatched: Unwatched | None = None
        if sys.platform != "win32" and not has_size():
            self._unwatched = Unwatched()
        for name in _ENDINGS:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: self.end())

    def serve(self, client: ChatClient) -> None:
        """Read lines for `client`, which shows what comes in."""
        self._client = client
        client.keyboard.ask_secret = self._ask_secret
        client.window.is_seen = client.farewell.is_seen = True

    def show(self, line: str) -> None:
        """Print `line` in one piece, above the prompt if there is one. Any thread may call it."""
        if not self._plain and self._is_watched:
            line = in_rows(line, terminal_size().columns)  # there may be no paper yet
        print(f"{line}\n", end="", flush=True)

    def notify(self, name: str, text: str) -> None:
        """Call the person, unless they were called just now. Any thread may call it."""
        if self._settings.notify == "off" or not self._is_watched or not self._bell.may_ring():
            return
        note = f"\x1b]9;{harmless(name)}: {harmless(text)[:NOTE_CHARS]}\x07"  # OSC 9
        desktop = self._settings.notify == "desktop" and shows_notes() and not self._plain
        sys.stdout.write(f"{note if desktop else ''}\x07")
        sys.stdout.flush()

    def refresh(self) -> None:
        """Draw the status bar anew, if it is to say something else. Any thread may call it."""
        app = self._line_app
        if app is None:
            return
        if self._room_changed():
            self._in_loop(app, self._go_along, app)
        elif self._status() != self._drawn:
            app.invalidate()

    def lines(self) -> Generator[str, None, None]:
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
        """End `lines`. Never blocks; any thread may call it, and a signal handler.

        Before `lines` is asked for, while the client still connects, it ends the program.
        """
        self._ended = True
        if not self._begun:
            sys.exit()
        app = self._app
        if app:
            self._in_loop(app, exit_app, app, EOFError())
        if self._unwatched:
            self._unwatched.wake()

    @property
    def _is_watched(self) -> bool:
        """Whether somebody may be in front of the terminal."""
        return self._unwatched is None or sys.stdout is self._paper

    @property
    def _room(self) -> str:
        return self._client.conversation.current if self._client else LOBBY

    @property
    def _prompt(self) -> str:
        """The seed's prompt; in another room than the lobby with its name before it."""
        where = ""
        here = self._client.conversation.here if self._client else None
        if here and (here.name != LOBBY or here.kind == NOWHERE):
            where = f"[{harmless(here.title)}] "
        color = self._client.conversation.color if self._client else self._settings.color
        return palette.paint(f"{where}You: ", readable(color, self._settings.background))

    def _unwatched_lines(self, unwatched: Unwatched) -> Iterator[str]:
        for line in unwatched.lines(lambda: self._ended):
            shown = masked(line)  # this is a container's log
            print(f"{self._prompt}{shown}\n", end="", flush=True)  # in one piece; see `show`
            yield line
            self._settle()

    def _prompted_lines(self) -> Iterator[str]:
        """Yield lines typed at the prompt; return when it was idle for too long."""
        paper = self._paper = self._paper or self._new_paper()
        # Between two prompts, too, the terminal is not to echo keys itself.
        with paper.laid(), get_app_session().input.raw_mode():
            while not self._ended:
                self._settle()
                room = self._room
                try:
                    yield self._prompted_line(room, paper)
                except _IdleError:
                    return
                except EOFError:
                    if self._ended or self._may_leave():
                        raise
                except GoError as wish:
                    self._keep_begun(room, wish)

    def _may_leave(self) -> bool:
        """Return whether one who wants to leave may, or tell what would be lost by that."""
        warning = self._client.farewell.warning() if self._client else ""
        if warning:
            self.show(warning)
        return not warning

    def _new_paper(self) -> Paper:
        return Paper(drawing_on(plain=self._plain), wraps=not self._plain)

    def _prompted_line(self, room: str, paper: Paper) -> str:
        """Return a line typed at the prompt of `room`."""
        session = self._sessions.get(room)
        if session is None:
            session = self._sessions[room] = self._session(paper)
        begun = self._begun_lines.pop(room, "")
        self._app_room = room
        line = self._asked(session, paper, lambda: ANSI(self._prompt), default=begun)
        if session.app.erase_when_done:
            print(f"{self._prompt}{as_sent(line)}")
        return line

    def _is_redrawn(self, typed: str) -> bool:
        """Return whether what is sent is printed in another form than it was typed in."""
        if self._plain:
            return False
        prompt = fragment_list_to_text(to_formatted_text(ANSI(self._prompt)))
        return is_sent_otherwise(prompt, typed, terminal_size())

    def _asked(self, session: PromptSession[str], paper: Paper, prompt: Any, **how: Any) -> str:
        """Return what is typed at the prompt, while `paper` takes what is printed."""
        leave_search(session.app)
        session.app.erase_when_done = False  # as it may have been for the last time
        paper.put_prompt(session.app)
        how["set_exception_handler"] = False  # prompt_toolkit's would ask to press Enter
        try:
            return session.prompt(prompt, pre_run=self._begin_to_watch, **how)
        except OSError as reason:  # the terminal is gone
            raise EOFError from reason
        finally:
            self._app = self._line_app = None
            paper.take_prompt()

    def _keep_begun(self, room: str, wish: GoError) -> None:
        """Keep what stands at the prompt of `room` for when one is back, and go where one wants."""
        self._begun_lines[room] = wish.begun
        if self._client is None or not (wish.number or wish.step):
            return
        conversation = self._client.conversation
        to = conversation.nth(wish.number) if wish.number else conversation.beside(wish.step)
        if to and to != conversation.current:
            self._client.window.look_at(to)

    def _settle(self) -> None:
        if self._client:
            self._client.window.settle()

    def _room_changed(self) -> bool:
        """Return whether another room is looked at than the prompt is for, or should be."""
        if self._client is None:
            return False
        return self._app_room != self._room or not self._client.conversation.is_inside

    def _go_along(self, app: Application[Any]) -> None:
        """Have a prompt for the room that is looked at now; what was begun stays where it was."""
        if self._room_changed():
            app.erase_when_done = True
            exit_app(app, GoError(begun_line(app)))

    @staticmethod
    def _in_loop(app: Application[Any], call: Any, *arguments: Any) -> None:
        """Have something called in the prompt's own thread, if it still runs."""
        loop = app.loop
        if loop:
            with suppress(RuntimeError):  # it was closed just now
                loop.call_soon_threadsafe(call, *arguments)

    def _ask_secret(self, question: str) -> str:
        if self._paper is None or (self._unwatched and not has_size()):
            raise ValueError("there is nobody to ask for a password: attach to this terminal first")
        session: PromptSession[str] = PromptSession(output=self._paper.output)
        if self._plain:
            make_plain(session, lambda: question, lambda _: "")
        try:
            return self._asked(session, self._paper, question, is_password=True)
        except (EOFError, KeyboardInterrupt):
            raise NothingGivenError from None

    def _session(self, paper: Paper) -> PromptSession[str]:
        session: PromptSession[str]
        common: dict[str, Any] = {
            "key_bindings": chat_keys(
                list_choices=self._lists_choices,
                is_redrawn=self._is_redrawn,
                searches=not self._plain,
            ),
            "multiline": True,
            "output": paper.output,
            "history": DiscreetHistory(),
            "input_processors": [Mask(), Steady()],
            "prompt_continuation": CONTINUATION,
        }
        if self._client is None:
            return PromptSession(**common)
        common["completer"] = ChatCompleter(
            self._client.conversation, self._client.name_search.learn
        )
        if self._plain:
            session = PromptSession(complete_while_typing=False, **common)
            make_plain(session, lambda: self._prompt, masked)
            return session
        session = PromptSession(
            complete_while_typing=Condition(may_complete),
            **common,
        )
        fit_to_rows(session, self._draw_status)
        session.app.key_processor.before_key_press += lambda _: self._note_key()
        return session

    def _lists_choices(self) -> bool:
        """Return whether what there is to choose from is printed, as no menu can show it."""
        return self._plain or not shows_menu()

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
            waiting=client.waiting if client.is_kept_waiting else 0,
            silent_s=client.silent_s,
            columns=terminal_size().columns,
        )

    def _begin_to_watch(self) -> None:
        """Be told of keys and of news from now on, in the prompt's own thread.

        Have the prompt hide once it is idle, where that was asked for.
        """
        app = self._app = get_app()
        if app.loop:
            app.loop.set_exception_handler(partial(end_failed, app))
        self._note_key()
        if self._paper:
            self._paper.prompt_runs()
        if self._ended:
            self._in_loop(app, exit_app, app, EOFError())
        elif app in [one.app for one in self._sessions.values()]:
            self._line_app = app
            self.refresh()
            app.create_background_task(each_second(self._look_after))
        if self._unwatched:
            app.create_background_task(self._hide_when_idle(app))

    def _look_after(self) -> None:
        """Tell what was read, and draw what is to look otherwise by now."""
        if self._client:
            self._client.window.mark_read()
        if not self._plain:
            self.refresh()

    def _note_key(self) -> None:
        self._last_key = time.monotonic()

    async def _hide_when_idle(self, app: Application[str]) -> None:
        while True:
            left_s = self._last_key + self._idle_s - time.monotonic()
            if left_s <= 0 and not begun_line(app):
                app.erase_when_done = True
                exit_app(app, _IdleError())
                return
            await asyncio.sleep(max(left_s, self._idle_s / 10))
