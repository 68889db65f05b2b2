"""Which room is looked at: going from one to another, and what is shown then."""

from __future__ import annotations

import threading
from collections.abc import Callable

from huechat.chat.room_names import tidy
from huechat.client.conversation import Conversation
from huechat.client.link import Link
from huechat.protocol import AnyEntry, AnyEvent, Done, Error, Joined, Left, Mark

Show = Callable[[AnyEvent | AnyEntry], None]


class Window:
    """Shows one room after the other; `show` prints, and `link` tells the server what was read.

    None of it blocks. For the thread that reads what is typed, but for `arrives`, `kept_out` and
    `mark_read`.
    """

    def __init__(self, link: Link, conversation: Conversation, show: Show) -> None:
        self.is_seen = False
        """Whether somebody sees at a prompt which room it is for."""
        self._link = link
        self._conversation = conversation
        self._show = show
        self._marking = threading.Lock()  # guards how far it was told
        self._marked: dict[str, int] = {}

    def look_at(self, room: str) -> None:
        """Look at another room, and show what was said there meanwhile."""
        self.mark_read()
        unseen, skipped = self._conversation.switch(room)
        self._tell_room()
        if skipped:
            words = f"{skipped} more came before this: /history more shows them"
            self._show(Done("", words))
        self._show_all(unseen)
        self.mark_read()

    def expect(self, room: str, id_: str) -> None:
        """Look at a room that is being asked for with that id, before one is in it.

        What was begun is for the room before, and what is typed next is for this one.
        """
        self.mark_read()
        self._conversation.expect(tidy(room), id_)

    def arrives(self, joined: Joined) -> bool:
        """Tell of the room that one came into, if one asked for it here and waits for it.

        Return whether that is so: one may have gone on to another room meanwhile.
        For the thread that receives.
        """
        arrived = self._conversation.arrives(joined)
        if arrived:
            self._tell_room()
        return arrived

    def kept_out(self, event: Error | Left) -> None:
        """Tell who looks at a room that they are not let into, or were put out of, how to leave it.

        For the thread that receives.
        """
        back = self._conversation.way_back(event)
        if back and self.is_seen:
            here = self._conversation.here.title
            self._show(Done("", f"You are not in {here}: /go {back} goes back"))

    def settle(self) -> None:
        """Look elsewhere if one is not in the room any more that was looked at."""
        room = self._conversation.leave_lost()
        if room is not None:
            self.look_at(room)

    def go(self, words: str) -> None:
        """Look at the room of that name, or number, or with the person of that name.

        Raises `ValueError` if there is none.
        """
        room = " ".join(words.split())
        if not room or (" " in room and tidy(room) not in self._titles()):
            raise ValueError("/go takes one room, or its number: write /go ROOM, or see /rooms")
        self.look_at(self._found(room))

    def mark_read(self) -> None:
        """Tell the server how far one has read what was shown, for one's other clients, and later.

        Does nothing if that was told already. Any thread may call it.
        """
        if not self._conversation.account or self._link.silent_s:
            return
        for room in self._conversation.shown:
            last = room.last
            with self._marking:
                if last <= self._marked.get(room.name, 0):
                    continue
                self._marked[room.name] = last
            self._link.send(Mark(last, room.name))

    def _titles(self) -> dict[str, str]:
        """Return what the rooms that one is in are called, and their names."""
        return {tidy(view.title): view.name for view in self._conversation.rooms}

    def _found(self, room: str) -> str:
        name, known = tidy(room), self._titles()
        found = known.get(name) or known.get(name.removeprefix("@"))
        if found:
            return found
        if not name.isdecimal():
            raise ValueError(f"you are not in {room}: /join it, or see /rooms")
        nth = self._conversation.nth(int(name))
        if nth is None:
            count = len(self._conversation.rooms)
            raise ValueError(f"there is no room {name} here: you are in {count}, from 1 on")
        return nth

    def _tell_room(self) -> None:
        here = self._conversation.here
        topic = f": {here.topic}" if here.topic else ""
        self._show(Done("", f"You look at {here.title}{topic}"))

    def _show_all(self, unseen: list[AnyEntry]) -> None:
        for entry in unseen:
            self._show(entry)
