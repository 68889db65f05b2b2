"""What a typed line does: it is said, or it is a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Final

import msgspec

from huechat.chat.room_names import tidy
from huechat.client.clearing import clear_screen
from huechat.client.conversation import Conversation
from huechat.client.emoji_names import sign, with_signs
from huechat.client.farewell import Farewell
from huechat.client.link import Link
from huechat.client.local_help import local_help
from huechat.client.look import Look
from huechat.client.outbox import Entering
from huechat.client.window import Window
from huechat.protocol import (
    HERE,
    NEWEST,
    AnyCommand,
    AnyEntry,
    AnyEvent,
    Away,
    Bye,
    ChangePassword,
    Delete,
    DeleteRoom,
    Done,
    Edit,
    Error,
    History,
    Join,
    Leave,
    Login,
    React,
    Recolor,
    Register,
    Say,
    SetTopic,
)
from huechat.wire.harmless import harmless
from huechat.wire.typed import ALIKE, VERBS, find_verb, typed

AskSecret = Callable[[str], str]

_OF_SEVERAL_LINES: Final = frozenset({"say", "msg", "reply", "edit", "me"})
"""The commands that say something."""

NO_CONNECTION: Final = "there is no connection now; try that again when it is back"


class NothingGivenError(Exception):
    """Somebody who was asked for a password thought better of it."""


class Keyboard:
    """Does what typed lines ask for. For the thread that reads them.

    `show` prints events, and `tell_link` what becomes of what is asked while there is no
    connection, as `Teller.link`; `link` sends commands; `conversation` knows which room is looked
    at, and `window` goes to others.
    """

    def __init__(
        self,
        link: Link,
        conversation: Conversation,
        window: Window,
        look: Look,
        farewell: Farewell,
        *,
        show: Callable[[AnyEvent | AnyEntry], None],
        tell_link: Callable[[str], None],
    ) -> None:
        self.ask_secret: AskSecret | None = None
        """Asks for a password without echo, where somebody types at a terminal."""
        self._link = link
        self._conversation = conversation
        self._window = window
        self._look = look
        self._farewell = farewell
        self._show = show
        self._tell_link = tell_link

    def obey(self, line: str) -> bool:
        """Do what `line` asks for; return whether to go on. Raises `ValueError` if it cannot be.

        Blocks only to ask for a password: what the server does not take yet is kept.
        """
        line = line.strip("\n")
        _check_text(line)
        word, _, rest = line.strip().partition(" ")
        _check_lines(line)
        local = _LOCAL.get(word.casefold())
        if local:
            self._farewell.forget()
            local(self, rest.strip())
            return True
        _guess(word)
        try:
            meaning = self._asked(line) or typed(line, self._ids())
        except NothingGivenError:
            self._show(Done("", "No password was given, and nothing was sent."))
            return True
        if isinstance(meaning, Bye):
            return not self._may_leave()
        if not isinstance(meaning, Leave):
            self._farewell.forget()
        if isinstance(meaning, Done | Error):
            self._tell(meaning, line)
        else:
            self._send(meaning)
        return True

    def _asked(self, line: str) -> AnyCommand | None:
        """Return a command whose passwords were left out, with them; None: it is none of those.

        Nobody is asked in vain: raises `ValueError` if it can only be refused.
        """
        ask = self.ask_secret
        word, *rest = line.split() or [""]
        match [word.casefold(), *rest]:
            case ["/login", name] if ask:
                self._check_guest()
                return Login(name, ask("Password: "))
            case ["/register"] if ask:
                self._check_guest()
                return Register(_new_password(ask))
            case ["/password"] if ask:
                if not self._conversation.account:
                    raise ValueError("you are a guest, and have no password: /login first")
                self._check_connected()
                return ChangePassword(ask("Old password: "), _new_password(ask))
        return None

    def _check_guest(self) -> None:
        if self._conversation.account:
            name = self._conversation.name
            raise ValueError(f"you are logged in as {name}: /logout first, or start another client")
        self._check_connected()

    def _check_connected(self) -> None:
        if self._link.sock is None:
            raise ValueError(NO_CONNECTION)

    def _ids(self) -> Iterator[str]:
        while True:
            yield self._link.new_id()

    def _leaves(self, room: str) -> bool:
        """Return whether the server is to be asked: one may leave `room`, and is in it."""
        inside = [view.name for view in self._conversation.rooms]
        if inside and room == self._conversation.current and room not in inside:
            self._window.look_at(inside[0])  # one was put out, or not let in
            return False
        return self._may_leave(room)

    def _may_leave(self, room: str = "") -> bool:
        """Return whether one may leave, or tell what would be lost by that."""
        warning = self._farewell.warning(room)
        if warning:
            self._show(Done("", warning))
        return not warning

    def _tell(self, meaning: Done | Error, line: str) -> None:
        told = local_help(line)
        self._show(Done("", told) if told else meaning)

    def _send(self, command: AnyCommand) -> None:
        if getattr(command, "room", None) == HERE:
            self._check_meant(command)
            command = msgspec.structs.replace(command, room=self._conversation.current)
            command = self._before_gap(command)
        if isinstance(command, Say):
            self._conversation.says(command.to)
            command = self._in_their_room(command)
        if isinstance(command, Away):
            self._conversation.absence.asks(command)
        if isinstance(command, DeleteRoom):
            self._conversation.drops(command.room)
        if isinstance(command, Entering):
            self._link.enter(self._with_signs(command), wait=False)
            return
        if isinstance(command, Join):
            self._join(command)
            return
        if isinstance(command, Leave) and not self._leaves(command.room):
            return
        if not _is_answered(command):
            command = msgspec.structs.replace(command, id="")
        if not self._link.ask(command):
            raise ValueError(NO_CONNECTION)

    def _check_meant(self, command: AnyCommand) -> None:
        """Raise `ValueError` if the newest message is meant, and is not where one looks.

        What is answered or edited in private must not be read by a room.
        """
        own = isinstance(command, Edit | Delete)
        if not own and not isinstance(command, React) and not getattr(command, "reply", 0):
            return
        other = self._conversation.with_newest(own=own)
        if other:
            here = self._conversation.here.title
            whose = "your newest message is to" if own else "the newest message is with"
            how = f"/go {other} or /go {here} first, to say which you mean"
            if isinstance(command, Say):
                how = f"/msg {other} TEXT answers it; or /go {here} first, to answer there"
            raise ValueError(f"{whose} {other} alone: {how}")

    def _in_their_room(self, say: Say) -> Say:
        """Return it so that it waits for whom it is said to, as long as there is no connection.

        When the server is back, they may not be: then there is nobody of that name.
        """
        room = self._conversation.room_with(say.to) if say.to and self._link.sock is None else ""
        return msgspec.structs.replace(say, room=room, to="") if room else say

    def _before_gap(self, command: AnyCommand) -> AnyCommand:
        """Return it so that what was not kept here is shown by who asks for what was before."""
        gap = self._conversation.here.gap
        if gap and isinstance(command, History) and command.before == NEWEST:
            return msgspec.structs.replace(command, before=gap)
        return command

    def _with_signs(self, entering: Entering) -> Entering:
        """Return it with emoji for their names: in words only where somebody types them."""
        if isinstance(entering, React):
            return msgspec.structs.replace(entering, emoji=_known(entering.emoji))
        if isinstance(entering, Say | Edit) and self.ask_secret:
            return msgspec.structs.replace(entering, text=with_signs(entering.text))
        return entering

    def _join(self, join: Join) -> None:
        """Look at a room and come into it: now or, with no connection, once there is one."""
        room = tidy(join.room)
        if any(view.name == room for view in self._conversation.rooms) and not join.private:
            self._window.look_at(room)
            return
        before = self._conversation.current
        self._window.expect(room, join.id)  # it may be answered at once
        try:
            if not self._link.join(join):
                words = f"When the server at {{}} is back, you will come into #{harmless(room)}"
                self._tell_link(words)
        except ValueError:
            self._conversation.switch(before)
            raise

    def _go(self, room: str) -> None:
        self._window.go(room)

    def _time(self, more: str) -> None:
        _check_alone("/time", more)
        self._look.timestamps = not self._look.timestamps
        on = self._look.timestamps
        self._show(Done("", f"The time is {'shown before each line' if on else 'not shown now'}."))

    def _clear(self, more: str) -> None:
        _check_alone("/clear", more)
        clear_screen()


def _is_answered(command: AnyCommand) -> bool:
    """Return whether what comes back is an answer, by its id, and not something done in a room."""
    asks_for_topic = isinstance(command, SetTopic) and command.text is None
    return asks_for_topic or isinstance(command, Away | Recolor)


def _check_text(line: str) -> None:
    """Raise `ValueError` for bytes that are no text: Python has them as lone surrogates."""
    bad = next((char for char in line if "\ud800" <= char <= "\udfff"), "")
    if bad:
        raise ValueError(
            f"there is a byte in it that is not UTF-8 (0x{ord(bad) & 0xFF:02x}); it was not sent"
        )


def _check_lines(line: str) -> None:
    """Raise `ValueError` if it has several lines and is a command that takes but one.

    What is pasted is something to say, whatever it begins with: it must not end the client.
    """
    command = line.strip().split()[0] if line.strip() else ""
    verb = find_verb(command[1:]) if command.startswith("/") else None
    known = verb or command.casefold() in LOCAL_COMMANDS
    if "\n" in line.strip() and known and not (verb and verb.name in _OF_SEVERAL_LINES):
        raise ValueError(f"{command} takes one line; to say all these lines, put /say before them")


def _guess(word: str) -> None:
    """Raise `ValueError` if `word` is no command, and like one that only this terminal knows."""
    if not word.startswith("/") or find_verb(word[1:]):
        return
    known = [
        *LOCAL_COMMANDS,
        *(f"/{name}" for verb in VERBS for name in (verb.name, *verb.aliases)),
    ]
    near = get_close_matches(word.casefold(), known, 1, ALIKE)
    if near and near[0] in LOCAL_COMMANDS:
        raise ValueError(f"there is no {word}; did you mean {near[0]}? /help lists all")


def _known(emoji: str) -> str:
    """Return the emoji of that name, or what it is; raise `ValueError` if the name has none."""
    found = sign(emoji)
    if found == emoji and emoji.startswith(":"):
        raise ValueError(f"there is no emoji {emoji}; type : and a letter or two, then Tab")
    return found


def _check_alone(command: str, more: str) -> None:
    if more:
        raise ValueError(f"{command} takes nothing more: write {command}")


def _new_password(ask: AskSecret) -> str:
    password = ask("New password: ")
    if ask("The same again: ") != password:
        raise ValueError("the two passwords differ; nothing was sent")
    return password


_LOCAL: Final[dict[str, Callable[[Keyboard, str], None]]] = {
    "/clear": Keyboard._clear,
    "/go": Keyboard._go,
    "/time": Keyboard._time,
}
LOCAL_COMMANDS: Final = tuple(_LOCAL)
