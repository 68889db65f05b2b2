"""ChatClient: what the keyboard gives goes out, what comes in is shown."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Final, Self

from huechat import palette
from huechat.addresses import place
from huechat.client.conversation import Conversation
from huechat.client.farewell import Farewell
from huechat.client.keyboard import Keyboard
from huechat.client.link import Link
from huechat.client.link_news import ClosedError
from huechat.client.look import Look
from huechat.client.name_search import NameSearch
from huechat.client.telling import Callbacks, Show, Teller, messages
from huechat.client.window import Window
from huechat.config import ClientSettings
from huechat.protocol import (
    LOBBY,
    VERSION,
    AnyCommand,
    AnyEvent,
    Done,
    Hello,
    Login,
    Message,
    Register,
    Say,
)

log = logging.getLogger(__name__)

LAST_WORDS_S: Final = 2.0
"""How long leaving waits for the server to confirm what was said last."""

SILENCE_S: Final = 0.3
"""How long of that people are not told what it waits for: they would not notice."""


def show_line(line: str) -> None:
    """Print `line` at once, in one piece: another thread may print too."""
    print(f"{line}\n", end="", flush=True)


def ask(prompt: str) -> Iterator[str]:
    """Yield lines typed at `prompt`, until the end of the input (Ctrl-D) or Ctrl-C."""
    try:
        while True:
            yield input(prompt)
    except (EOFError, KeyboardInterrupt):
        return


class ChatClient:
    """A client of a chat server.

    Arguments: `host`, `port` of the server; `color` to chat in, `name` to chat under (empty:
    the server gives one). `history`: how many of the newest messages to be told first (None: as
    many as the server likes to). `login`: what to say before, to be an account. `lines` are what
    the person types, commands with a slash among it; by default they are asked for at the prompt
    `You: `. `look`: how things are shown; `all_rooms`: also what is said where one does not look.
    `settings`: the waits, and the room to be in; see `ClientSettings`. Raises `ValueError` for an
    unknown colour.

    What is shown: `show` is called with a line for all that is said and done, `show_status` with
    one for anything else: answers, errors, the connection. Without it, `show` is. None: nothing is.

    What is called from the receiving thread: `on_message` with each message of somebody else,
    `on_event` with all that the server tells, `on_call` with who and what when somebody calls one
    by name or writes to one alone, `on_change` after anything came in or was lost, `on_end` when
    nothing more will come. If one of them raises, the client closes, and `wait_closed` raises that.

    `connect_to_server` blocks until the person leaves. A program calls `connect`, `say` and
    `close` instead, or `with`. `say`, `reply`, `send` and `close` may be called from any thread,
    and from what is called.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 3030,
        color: str = "blue",
        *,
        name: str = "",
        history: int | None = None,
        presence: bool = False,
        login: Login | Register | None = None,
        show: Show | None = show_line,
        show_status: Show | None = None,
        lines: Iterable[str] | None = None,
        on_message: Callable[[Message], None] | None = None,
        on_event: Callable[[AnyEvent], None] | None = None,
        on_call: Callable[[str, str], None] | None = None,
        on_change: Callable[[], None] | None = None,
        on_end: Callable[[], object] | None = None,
        look: Look | None = None,
        all_rooms: bool = False,
        settings: ClientSettings | None = None,
    ) -> None:
        self.host = host
        self.port = port
        self.color = palette.check_color(color)
        self.name = name
        self.conversation = Conversation(name, color)
        self._settings = settings or ClientSettings()
        self._on_change = on_change
        self._on_end = on_end
        self._failed: BaseException | None = None
        self._lines = lines
        self._logs_in = login is not None
        look = look or Look(self._settings.format, self._settings.background)
        self._teller = Teller(
            place(host, port),
            self.conversation,
            look,
            Callbacks(on_message, on_event, on_call),
            show=show,
            show_status=show_status,
            all_rooms=all_rooms,
        )
        hello = Hello(VERSION, name, color, history=history, presence=presence)
        self._link = Link(host, port, hello, self._settings, login)
        self.farewell = Farewell(self._link.unsent)
        self.window = Window(self._link, self.conversation, self._teller.show)
        self.keyboard = Keyboard(
            self._link,
            self.conversation,
            self.window,
            look,
            self.farewell,
            show=self._teller.show,
            tell_link=self._teller.link,
        )
        self.name_search = NameSearch(
            self.conversation, send=self._link.send, new_id=self._link.new_id
        )
        self._teller.arrives = self.window.arrives
        self._teller.is_kept_out = self.window.kept_out
        self._teller.is_for_program = self.name_search.takes
        self._receiver: threading.Thread | None = None

    @property
    def failures(self) -> int:
        """How many of the things that were asked for failed."""
        return self._teller.failures

    @property
    def shut_out(self) -> bool:
        """Whether the server does not let us in any more."""
        return self._teller.shut_out

    @property
    def failed(self) -> bool:
        """Whether one of the functions raised that the client calls."""
        return self._failed is not None

    @property
    def client_socket(self) -> socket.socket | None:
        """The connection's socket; None while there is none."""
        return self._link.sock

    @property
    def waiting(self) -> int:
        """How many messages were said that the server has not confirmed."""
        return self._link.unconfirmed

    @property
    def is_kept_waiting(self) -> bool:
        """Whether what is said goes nowhere now.

        The link is down, the server wants time, or it confirmed nothing for some seconds.
        """
        return self.client_socket is None or self._link.held or self._link.overdue

    @property
    def silent_s(self) -> int:
        """For how many seconds the server has owed an answer and told nothing; 0: it has not."""
        return self._link.silent_s

    def connect_to_server(self) -> None:
        """Connect, show what comes in, send what is typed. Blocks until the person leaves.

        Raises what `connect` raises.
        """
        self.connect()
        try:
            self.sendmessages()
        finally:
            self._leave()

    def connect(self) -> Self:
        """Connect and start the thread that receives; return the client.

        Blocks for the time that settings allow. Raises `OSError` if no server can be reached,
        `RefusedByServerError` or `NotHuechatError` if it is not one that lets us in. It can be
        called once: raises `RuntimeError` later.
        """
        if self._receiver or self._link.closed:
            raise RuntimeError("a client connects once: make another one")
        self.conversation.greet(self._link.connect())
        self._go_to_room()
        self._teller.connected()
        if self._logs_in:
            self._teller.show(Done("", f"You are logged in as {self.conversation.name}."))
        self._receiver = threading.Thread(target=self._receive, name="receiver", daemon=True)
        self._receiver.start()
        return self

    def sendmessages(self) -> None:
        """Send each line that is typed, until there are no more, or one is `/quit`. Blocks."""
        prompt = palette.paint("You: ", self.color)
        for line in ask(prompt) if self._lines is None else self._lines:
            if line.strip() and not self._obey(line):
                return

    def receivemessages(self) -> None:
        """Show what the server tells until the client is closed. Blocks; a daemon thread's job."""
        with closing(self._link.events()) as events:
            for event in events:
                self._teller.tell(event)
                if self._on_change:
                    self._on_change()

    def say(self, text: str, room: str = "") -> str:
        """Say `text`, in the room that settings name if none is given; return the message's id.

        What is said while there is no connection is kept until there is. Blocks while the server
        has not confirmed 64 messages or, with no connection, while 10,000 wait for one. Raises
        `ValueError` if there is nothing in it, or more than the server takes; `ClosedError` if the
        client was closed.
        """
        return self._link.say(text, room or self._settings.room or LOBBY)

    def reply(self, message: Message, text: str) -> str:
        """Say `text` where `message` was said, as an answer to it; return its id. See `say`."""
        say = Say(self._link.new_id(), text, message.room, reply=message.seq)
        self._link.enter(say)
        return say.id

    def send(self, command: AnyCommand) -> bool:
        """Ask for something else; return whether there is a connection. Answers are events."""
        return self._link.send(command)

    def wait_confirmed(self, timeout_s: float | None = None) -> int:
        """Block until the server has all that was said; return how many messages it has not.

        That is more than 0 only if `timeout_s` seconds passed first, or the client was closed.
        Not for what the client calls: it is confirmed once that returns. Raises `RuntimeError`.
        """
        return self._link.wait_confirmed(timeout_s)

    def wait_stored(self, patience_s: float) -> int:
        """Do the same for as long as it takes, but no longer than the server does nothing."""
        return self._link.wait_stored(patience_s)

    def wait_for_room(self, timeout_s: float | None = None) -> bool:
        """Block until `say` would not block, for so many seconds; return whether it would not."""
        return self._link.wait_for_room(timeout_s)

    def wait_joined(self, timeout_s: float | None = None) -> bool:
        """Block until one is in the room of the settings, or may not be; return whether one is."""
        return self._link.wait_joined(timeout_s)

    def wait_closed(self) -> None:
        """Block until the client is closed, or the server lets it in no more: what a bot does.

        Raises what one of the functions raised that the client calls.
        """
        if self._receiver:
            self._receiver.join()
        if self._failed:
            raise self._failed

    def close(self) -> None:
        """Leave, and end the receiving thread. Blocks until it ended, for 2 s at the most.

        Nothing is told any more, and what the server has not confirmed may be lost: it is not
        waited for, as `wait_confirmed` does, and the end of a `with` for a moment.
        """
        self._link.close()
        if self._receiver and self._receiver is not threading.current_thread():
            self._receiver.join(LAST_WORDS_S)

    def __enter__(self) -> Self:
        """Connect."""
        return self.connect()

    def __exit__(self, *_: object) -> None:
        """Wait until the server has what was said, and leave."""
        self._leave()

    def _leave(self) -> None:
        """Wait a moment until the server has what was said, and close."""
        if self.conversation.account:
            self.window.mark_read()
        missing = self._link.wait_confirmed(SILENCE_S)
        if missing:
            self._teller.link(f"Waiting for the server at {{}} to confirm {messages(missing)}")
            missing = self._link.wait_confirmed(LAST_WORDS_S - SILENCE_S)
        unsent = self._link.unsent()
        self.close()
        if unsent:
            self._teller.fail(f"{messages(unsent)} {'was' if unsent == 1 else 'were'} not said")
        if missing > unsent:
            perhaps = messages(missing - unsent)
            self._teller.fail(f"the server did not confirm {perhaps}: perhaps lost, perhaps not")

    def _go_to_room(self) -> None:
        """Look at the room of the settings, now or once one is in it."""
        room, joining = self._settings.room, self._link.joining
        if joining:
            self.window.expect(room, joining)
        elif room:
            self.conversation.switch(room)

    def _obey(self, line: str) -> bool:
        """Do what was typed; return whether to go on."""
        before = self._link.unconfirmed
        try:
            if not self.keyboard.obey(line):
                return False
        except (ValueError, ClosedError) as reason:
            self._teller.fail(str(reason))
        if self._lines is None:
            self.window.settle()
        if self.client_socket is None and self._link.unconfirmed > before:
            waiting = f"{messages(self._link.unconfirmed)} waiting for the server at {{}}"
            self._teller.link(waiting)
        return True

    def _receive(self) -> None:
        """Be the receiving thread."""
        try:
            self.receivemessages()
        except (BrokenPipeError, ClosedError):
            return  # nobody reads what is shown, or can be told anything
        except SystemExit as reason:  # what is called wants the program to end
            self._failed = reason
        except Exception as reason:
            log.exception("the receiving thread failed")
            self._failed = reason
        finally:
            if self._on_end:
                self._on_end()
