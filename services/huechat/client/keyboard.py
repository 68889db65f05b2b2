"""What a typed line does: it is said, or it is a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Final

import msgspec

from huechat.client.clearing import clear_screen
from huechat.client.conversation import Conversation
from huechat.client.emoji_names import sign, with_signs
from huechat.client.link import Link
from huechat.client.local_help import local_help
from huechat.client.look import Look
from huechat.client.outbox import Entering
from huechat.protocol import (
    HERE,
    AnyCommand,
    AnyEntry,
    AnyEvent,
    Bye,
    ChangePassword,
    Done,
    Edit,
    Error,
    Join,
    Joined,
    Login,
    Mark,
    React,
    Recolor,
    Register,
    Say,
    SetTopic,
)
from huechat.wire.harmless import harmless
from huechat.wire.typed import VERBS, find_verb, typed

AskSecret = Callable[[str], str]


class Keyboard:
    """Does what typed lines ask for. For the thread that reads them.

    `show` prints events, and `tell_link` what becomes of what is asked while there is no
    connection, as `Teller.link`; `link` sends commands; `conversation` knows which room is looked
    at.
    """

    def __init__(
        self,
        link: Link,
        conversation: Conversation,
        look: Look,
        show: Callable[[AnyEvent | AnyEntry], None],
        tell_link: Callable[[str], None],
    ) -> None:
        self.ask_secret: AskSecret | None = None
        """Asks for a password without echo, where somebody types at a terminal."""
        self._link = link
        self._conversation = conversation
        self._look = look
        self._show = show
        self._tell_link = tell_link
        self.joining = ""
        """The id of the latest `join`: what answers it is looked at."""

    def obey(self, line: str) -> bool:
        """Do what `line` asks for; return whether to go on. Raises `ValueError` if it cannot be.

        Blocks only to ask for a password: what the server does not take yet is kept.
        """
        line = line.strip("\n")
        word, _, rest = line.strip().partition(" ")
        local = _LOCAL.get(word.casefold())
        if local:
            local(self, rest.strip())
            return True
        _guess(word)
        asked = self._asked(line, self.ask_secret) if self.ask_secret else None
        meaning = asked or typed(line, self._ids())
        if isinstance(meaning, Bye):
            return False
        if isinstance(meaning, Done | Error):
            self._tell(meaning, line)
        else:
            self._send(meaning)
        return True

    def look_at(self, room: str) -> None:
        """Look at another room, and show what was said there meanwhile."""
        self.mark_read()
        unseen = self._conversation.switch(room)
        here = self._conversation.here
        topic = f": {here.topic}" if here.topic else ""
        self._show(Done("", f"You look at {here.title}{topic}"))
        for entry in unseen:
            self._show(entry)
        self.mark_read()

    def look_at_joined(self, joined: Joined) -> bool:
        """Look at the room that one came into if one asked for it here; return whether one did."""
        asked = bool(joined.id) and joined.id == self.joining
        if asked:
            self.look_at(joined.place.room)
        return asked

    def settle(self) -> None:
        """Look elsewhere if one is not in the room any more that was looked at."""
        room = self._conversation.leave_lost()
        if room:
            self.look_at(room)

    def mark_read(self) -> None:
        """Tell the server how far the room that is looked at was read, for one's other clients."""
        here = self._conversation.here
        if self._conversation.account and here.last:
            self._link.send(Mark(here.last, here.name))

    @staticmethod
    def _asked(line: str, ask: AskSecret) -> AnyCommand | None:
        """Return a command whose passwords were left out, with them; None: it is none of those."""
        word, *rest = line.split() or [""]
        match [word.casefold(), *rest]:
            case ["/login", name]:
                return Login(name, ask("Password: "))
            case ["/register"]:
                return Register(_new_password(ask))
            case ["/password"]:
                return ChangePassword(ask("Old password: "), _new_password(ask))
        return None

    def _ids(self) -> Iterator[str]:
        while True:
            yield self._link.new_id()

    def _tell(self, meaning: Done | Error, line: str) -> None:
        told = local_help(line)
        self._show(Done("", told) if told else meaning)

    def _send(self, command: AnyCommand) -> None:
        if getattr(command, "room", None) == HERE:
            command = msgspec.structs.replace(command, room=self._conversation.current)
        if isinstance(command, Entering):
            self._link.enter(self._with_signs(command), wait=False)
            return
        if isinstance(command, Join):
            self._join(command)
            return
        if not _is_answered(command):
            command = msgspec.structs.replace(command, id="")
        if not self._link.send(command):
            self._show(Error("", "there is no connection now; try that again when it is back"))

    def _with_signs(self, entering: Entering) -> Entering:
        """Return it with emoji for their names: in words only where somebody types them."""
        if isinstance(entering, React):
            return msgspec.structs.replace(entering, emoji=sign(entering.emoji))
        if isinstance(entering, Say | Edit) and self.ask_secret:
            return msgspec.structs.replace(entering, text=with_signs(entering.text))
        return entering

    def _join(self, join: Join) -> None:
        """Come into a room and look at it: now or, with no connection, once there is one."""
        known = {view.name for view in self._conversation.rooms}
        if self._link.sock is None and join.room in known:
            self.look_at(join.room)
            return
        before, self.joining = self.joining, join.id  # it may be answered before one looks
        try:
            if not self._link.join(join):
                room = harmless(join.room)
                self._tell_link(f"When the server at {{}} is back, you will come into #{room}")
        except ValueError:
            self.joining = before
            raise

    def _go(self, room: str) -> None:
        name = room.removeprefix("#").casefold()
        known = {view.title.casefold(): view.name for view in self._conversation.rooms}
        found = known.get(f"#{name}") or known.get(name.removeprefix("@"))
        if not found and name.isdecimal():
            found = self._conversation.nth(int(name))
        if found:
            self.look_at(found)
            return
        raise ValueError(f"you are not in {room or 'a room of no name'}: /join it, or see /rooms")

    def _time(self, _: str) -> None:
        self._look.timestamps = not self._look.timestamps

    def _clear(self, _: str) -> None:
        clear_screen()


def _is_answered(command: AnyCommand) -> bool:
    """Return whether what comes back is an answer, by its id, and not something done in a room."""
    return isinstance(command, Recolor) or (isinstance(command, SetTopic) and command.text is None)


def _guess(word: str) -> None:
    """Raise `ValueError` if `word` is no command, and like one that only this terminal knows."""
    if not word.startswith("/") or find_verb(word[1:]):
        return
    known = [
        *LOCAL_COMMANDS,
        *(f"/{name}" for verb in VERBS for name in (verb.name, *verb.aliases)),
    ]
    near = get_close_matches(word.casefold(), known, 1)
    if near and near[0] in LOCAL_COMMANDS:
        raise ValueError(f"there is no {word}; did you mean {near[0]}? /help lists all")


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
