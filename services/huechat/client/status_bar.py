"""The line under the prompt: where one is, what came elsewhere, who is here, how the link is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

from prompt_toolkit.utils import get_cwidth

from huechat.client.conversation import Conversation
from huechat.client.room_view import RoomView
from huechat.wire.harmless import harmless

BETWEEN: Final = " · "
CUT: Final = "…"
"""What stands for all that there is no room for."""

_TITLE_COLUMNS: Final = (80, 20, 12, 8, 4)
"""How wide a room's name may be: less, where one is called in rooms that would not fit."""

LOOK_EVERY_S: Final = 1.0
"""How often the line is looked at: that nothing comes from a server tells of itself."""


def status_line(
    conversation: Conversation, *, connected: bool, waiting: int, silent_s: int, columns: int
) -> str:
    """Return the line, narrower than `columns`: what matters less is cut first, with a sign.

    `connected`: whether there is a connection; `waiting`: messages that cannot be sent yet, or
    that a server is long in confirming. `silent_s`: for how many seconds it owes an answer.
    """
    most = columns - 2  # a blank before it, and one column that stays free
    link = _link(connected=connected, waiting=waiting, silent_s=silent_s)
    called = ""
    for title_columns in _TITLE_COLUMNS:
        called = BETWEEN.join(_calls(conversation, title_columns))
        if get_cwidth(called) <= most:
            break
    line = BETWEEN.join([called, *_parts(conversation, link, connected=connected)])
    return f" {_cut(line, most)}"[:columns]


async def each_second(look_after: Callable[[], None]) -> None:
    """Call `look_after` each second, which draws the line anew if it is to say something else."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        look_after()


def _link(*, connected: bool, waiting: int, silent_s: int) -> str:
    """Return how the link is; nothing if all is well."""
    if not connected:
        return f"disconnected, {waiting} waiting"
    trouble = [f"no answer for {silent_s} s"] if silent_s else []
    return ", ".join([*trouble, f"{waiting} waiting"] if waiting else trouble)


def _calls(conversation: Conversation, title_columns: int) -> Iterator[str]:
    """Yield where one is, and the rooms in which one is called: nothing matters more."""
    yield _cut(harmless(conversation.here.title), title_columns)
    yield from _elsewhere(conversation, title_columns, calling=True)


def _parts(conversation: Conversation, link: str, *, connected: bool) -> Iterator[str]:
    """Yield the other parts, the most important first."""
    here = conversation.here
    if link:
        yield link
    yield from _elsewhere(conversation, _TITLE_COLUMNS[0], calling=False)
    if here.here and connected:
        yield f"{here.here} here"
    yield harmless(conversation.name) + (", away" if conversation.absence.is_away else "")
    if here.topic:
        yield harmless(here.topic)


def _elsewhere(conversation: Conversation, title_columns: int, *, calling: bool) -> Iterator[str]:
    """Yield how much was not read in the rooms that call one, or in the others."""
    for number, room in enumerate(conversation.rooms, 1):
        if room.unread and room.name != conversation.current and _calls_one(room) == calling:
            title = _cut(harmless(room.title), title_columns)
            yield f"{number}:{title} {room.unread}{'!' if calling else ''}"


def _calls_one(room: RoomView) -> bool:
    return bool(room.mentions) or room.kind == "direct"


def _cut(text: str, columns: int) -> str:
    """Return `text`, or as much of it as fits, and a sign that there is more."""
    if get_cwidth(text) <= columns:
        return text
    while text and get_cwidth(text + CUT) > columns:
        text = text[:-1]
    return text.rstrip(BETWEEN) + CUT
