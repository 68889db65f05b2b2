"""Telling a person, or a program, what came in: as lines, and by calling what wants to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from huechat import palette
from huechat.client.conversation import Conversation
from huechat.client.link_news import Back, HeldBack, KeptOut, Lost, News, ShutOut
from huechat.client.look import Look
from huechat.protocol import (
    DIRECT,
    Ack,
    AnyEntry,
    AnyEvent,
    Bye,
    Error,
    Joined,
    Left,
    Message,
    Notice,
    Presence,
)
from huechat.wire.harmless import harmless
from huechat.wire.plain import as_text

PUTTING_OUT: Final = frozenset({"kick", "ban"})
"""What is done to somebody who is then told `left`, in words for them."""

Show = Callable[[str], None]


class Callbacks(NamedTuple):
    """What is called from the receiving thread; see `ChatClient`."""

    on_message: Callable[[Message], None] | None = None
    on_event: Callable[[AnyEvent], None] | None = None
    on_call: Callable[[str, str], None] | None = None


class Teller:
    """Tells what comes in. For the receiving thread; `show`, `fail` and `link` for any.

    `where`: the server, for people. `show` and `show_status`: see `ChatClient`. `all_rooms`: also
    what is said in a room that is not looked at.
    """

    def __init__(
        self,
        where: str,
        conversation: Conversation,
        look: Look,
        callbacks: Callbacks,
        *,
        show: Show | None,
        show_status: Show | None,
        all_rooms: bool,
    ) -> None:
        self.failures = 0
        """Of what was asked for; counted for an exit code."""
        self.shut_out = False
        """Whether the server does not let us in any more."""
        self._where = where
        self._conversation = conversation
        self._look = look
        self._show = show or _hide
        self._show_status = show_status or self._show
        self._callbacks = callbacks
        self._all_rooms = all_rooms
        self._told_why = False  # the server said why it puts one out
        self.arrives: Callable[[Joined], bool] = lambda _: False
        """Tells of a room that was asked for to be looked at; returns whether it was."""
        self.is_kept_out: Callable[[Error | Left], None] = lambda _: None
        """Is told of each refusal, and of each room that one is not in any more, once shown."""
        self.is_for_program: Callable[[AnyEvent], bool] = lambda _: False
        """Takes an answer to what the program asked, and not the person."""

    def tell(self, event: AnyEvent | News) -> None:
        """Show what happened in the seed's colour for it."""
        match event:
            case Lost(waiting=waiting):
                self.link(f"Disconnected from server at {{}}, {messages(waiting)} waiting")
            case ShutOut(message=message):
                self.shut_out = True
                self.fail(message, told=self._told_why)
            case Back(welcome=welcome):
                self._told_why = False
                self._conversation.greet(welcome)
                self.link("Back at server at {}, all sent")
            case KeptOut(message=message):
                self.link(f"The server at {{}} does not let us in yet: {message}")
            case HeldBack(message=message) if message:
                self._show_status(
                    self._look.paint(f"Waiting: {harmless(message)}", palette.DISCONNECTED)
                )
            case HeldBack():
                pass  # the status bar tells
            case _:
                self._tell_event(event)

    def show(self, event: AnyEvent | AnyEntry) -> None:
        """Show what the server told, or what stands for such an answer."""
        match event:
            case Error(message=message):
                self.fail(message)
            case Bye():
                self._show_status(self._look.paint(as_text(event), palette.DISCONNECTED))
            case _:
                shown = self._look.of(event, self._conversation)
                if shown:
                    (self._show if isinstance(event, AnyEntry) else self._show_status)(shown)

    def fail(self, message: str, *, told: bool = False) -> None:
        """Count a failure, and tell it unless it was `told`."""
        self.failures += 1
        if not told:
            self._show_status(self._look.paint(f"Error: {harmless(message)}", palette.FAILED))

    def connected(self) -> None:
        """Tell that there is a connection."""
        line = f"Connected to server at {self._where}"
        self._show_status(self._look.paint(line, palette.CONNECTED))

    def link(self, words: str) -> None:
        """Tell that the link was lost, or is back; `{}` in `words` is where to."""
        line = words.replace("{}", self._where, 1)
        self._show_status(self._look.paint(line, palette.DISCONNECTED))

    def _tell_event(self, event: AnyEvent) -> None:
        if isinstance(event, Left):  # now: once it is noted, the keyboard's thread looks elsewhere
            self.show(event)
        self._conversation.note(event)
        if self.is_for_program(event):
            return
        self._told_why = isinstance(event, Bye) and event.put_out
        if self._callbacks.on_event:
            self._callbacks.on_event(event)
        if isinstance(event, Message) and event.text and self._callbacks.on_message:
            self._callbacks.on_message(event)
        if isinstance(event, AnyEntry):
            self._tell_entry(event)
        elif not self._is_known(event) and not self._is_for_later(event):
            self.show(event)
        if isinstance(event, Error | Left):
            self.is_kept_out(event)

    def _tell_entry(self, entry: AnyEntry) -> None:
        if self._puts_one_out(entry):
            return  # that one is not in the room any more, and why, is told next
        me = self._conversation.name
        called = isinstance(entry, Message) and self._look.is_mention(entry, me)
        if self._conversation.is_looked_at(entry, mention=called) or self._all_rooms:
            self.show(entry)
        called = called or (isinstance(entry, Message) and entry.room.startswith(DIRECT))
        new = entry.name != me and self._conversation.is_new(entry)
        if self._callbacks.on_call and called and new:
            self._callbacks.on_call(entry.name, getattr(entry, "text", ""))

    def _is_for_later(self, event: AnyEvent) -> bool:
        """Return whether it is the answer to a deed in a room that one does not look at any more.

        Then it is kept, and shown once one looks there again.
        """
        entry = event.entry if isinstance(event, Ack) else None
        return entry is not None and not (
            self._conversation.is_looked_at(entry, mention=False) or self._all_rooms
        )

    def _is_known(self, event: AnyEvent) -> bool:
        """Return whether something else tells it.

        Who asked to come into a room looks at it then; a private message tells that there is one.
        That one is out of a room was told already. Who is called otherwise matters where they are.
        """
        if isinstance(event, Presence):
            return event.room != self._conversation.current
        if not isinstance(event, Joined):
            return isinstance(event, Left)
        return event.place.kind == "direct" or self.arrives(event)

    def _puts_one_out(self, entry: AnyEntry) -> bool:
        return (
            isinstance(entry, Notice)
            and entry.action in PUTTING_OUT
            and entry.about == self._conversation.name
        )


def messages(number: int) -> str:
    """Return so many messages, in words."""
    return f"{number or 'no'} message{'' if number == 1 else 's'}"


def _hide(_: str) -> None:
    """Show a line to nobody."""
