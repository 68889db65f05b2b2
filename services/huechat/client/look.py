"""How what is told looks on a terminal: its words, its colours, its time."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from huechat import palette
from huechat.chat.mentions import mentions
from huechat.client.conversation import ROOM_KEYS, Conversation
from huechat.protocol import DIRECT, AnyEntry, AnyEvent, Error, Message, Presence, RoomList
from huechat.wire.entries import beginning
from huechat.wire.harmless import harmless
from huechat.wire.places import before_words
from huechat.wire.shown import as_text, new_names, room_list

INDENT: Final = "    "
"""Before each line of a block, so that no line of it looks like somebody else's."""

_UNREADABLE: Final = {
    "dark": {"black": "dark_grey", "grey": "light_grey", "blue": "light_blue"},
    "light": {
        "white": "dark_grey",
        "light_grey": "dark_grey",
        "yellow": "dark_grey",
        "light_yellow": "dark_grey",
        "light_green": "green",
        "light_cyan": "cyan",
    },
    "any": {"black": "dark_grey", "grey": "dark_grey", "white": "light_grey"},
}
"""By the terminal's background: colours that cannot be read on it, and what stands for them.

For termcolor grey is black.
"""


def readable(color: str, background: str) -> str:
    """Return `color`, or one like it that can be read on `background`: dark, light or any."""
    return _UNREADABLE[background].get(color, color)


class Look:
    """Turns events into what is printed.

    `form`: how a message looks, see `check_format`; empty: the seed's look. `background`: dark,
    light or any. `blocks`: many lines stay many lines, up to `block_lines` (0: all of them); else
    each event is one line. `bold`: what matters is bold also where colours are not wanted.
    """

    def __init__(
        self,
        form: str = "",
        background: str = "any",
        *,
        blocks: bool = False,
        block_lines: int = 0,
        bold: bool = False,
    ) -> None:
        self._form = form
        self._blocks = blocks
        self._block_lines = block_lines
        self._background = background
        self._bold = bold
        self.timestamps = False
        """Whether the time stands before each line."""

    def of(self, event: AnyEvent | AnyEntry, talk: Conversation) -> str:
        """Return what is printed for `event` to one who is in `talk`; empty: nothing."""
        if isinstance(event, Message) and event.text:
            return self._message(event, talk)
        shown = _as_text(event, talk)
        if not shown:
            return ""
        color = palette.FAILED if isinstance(event, Error) else palette.RECEIVED
        return self._stamp(event) + "\n".join(self.paint(one, color) for one in shown.split("\n"))

    def is_mention(self, message: Message, own_name: str) -> bool:
        """Return whether `message` calls one by name."""
        return bool(own_name) and bool(mentions(message.text, (own_name,)))

    def name(self, name: str, color: str) -> str:
        """Return a name in its colour, or in one like it that can be read here."""
        return self.paint(harmless(name), color)

    def paint(self, line: str, color: str, *, strong: bool = False) -> str:
        """Return a line in that colour, or in one like it that can be read here; `strong`: bold."""
        painted = palette.paint(line, readable(color, self._background), strong=strong)
        return palette.bold(line) if strong and self._bold and painted == line else painted

    def _message(self, message: Message, talk: Conversation) -> str:
        strong = self.is_mention(message, talk.name)
        to = talk.addressee(message)
        if self._form:
            return self._formatted(message, to, strong=strong)
        line = harmless(beginning(message, to)) + self._text(message.text)
        return self._stamp(message) + self.paint(line, palette.RECEIVED, strong=strong)

    def _formatted(self, message: Message, to: str, *, strong: bool) -> str:
        answered = f"(to {harmless(message.about)}) " if message.about else ""
        text = answered + self._text(message.text)
        line = self._form.format(
            time=_clock(message.time),
            room=_place(message.room, to),
            name=self.name(message.name, message.color),
            color=harmless(message.color),
            text=self.paint(text, palette.RECEIVED, strong=True) if strong else text,
        )
        return line if "{time" in self._form else self._stamp(message) + line

    def _text(self, text: str) -> str:
        """Return what somebody said; many lines as a block under the name."""
        lines = text.split("\n")
        if len(lines) == 1 or not self._blocks:
            return harmless(text)
        shown = lines[: self._block_lines or None]
        left = len(lines) - len(shown)
        if left:
            what = "line" if left == 1 else "lines"
            shown.append(f"… and {left} more {what}; HUECHAT_BLOCK_LINES=0 shows all")
        return "".join(f"\n{INDENT}{harmless(line)}" for line in shown)

    def _stamp(self, event: AnyEvent | AnyEntry) -> str:
        time = getattr(event, "time", "")
        return f"{_clock(time)} " if self.timestamps and time else ""


def _as_text(event: AnyEvent | AnyEntry, talk: Conversation) -> str:
    """Return what people read who are in `talk`: of what they see, more than others can know."""
    match event:
        case Presence():
            return new_names(event, talk.name)
        case RoomList():
            return room_list(event, {room: _way(number) for room, number in talk.numbers.items()})
        case _:
            return as_text(event)


def _way(number: int) -> str:
    """Return how one goes to the room with that number."""
    return f"Alt-{number}" if number in ROOM_KEYS else f"/go {number}"


def _place(room: str, to: str) -> str:
    return (
        before_words(room, harmless(to)).rstrip()
        if room.startswith(DIRECT)
        else f"#{harmless(room)}"
    )


def _clock(time: str) -> str:
    """Return a message's time as a clock on this machine's wall shows it."""
    try:
        return datetime.fromisoformat(time).astimezone().strftime("%H:%M")
    except ValueError:
        return "--:--"
