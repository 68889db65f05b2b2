"""The line under the prompt: where one is, what came elsewhere, who is here, how the link is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

from prompt_toolkit.utils import get_cwidth

from huechat.client.conversation import Conversation, RoomView
from huechat.wire.harmless import harmless

BETWEEN: Final = " · "
LOOK_EVERY_S: Final = 1.0
"""How often the line is looked at: that nothing comes from a server tells of itself."""


def status_line(
    conversation: Conversation, *, connected: bool, waiting: int, silent_s: int, columns: int
) -> str:
    """Return the line, `columns` wide at the most: what matters less is left out first.

    `connected`: whether there is a connection; `waiting`: messages that cannot be sent yet, or
    that a server is long in confirming. `silent_s`: for how many seconds it owes an answer.
    """
    link = _link(connected=connected, waiting=waiting, silent_s=silent_s)
    parts = list(_parts(conversation, link, connected=connected))
    while len(parts) > 1 and get_cwidth(BETWEEN.join(parts)) > columns - 2:
        parts.pop()
    line = f" {BETWEEN.join(parts)}"
    while get_cwidth(line) > columns:
        line = line[:-1]
    return line


async def keep_fresh(refresh: Callable[[], None]) -> None:
    """Call `refresh` each second, which draws the line anew if it is to say something else."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        refresh()


def _link(*, connected: bool, waiting: int, silent_s: int) -> str:
    """Return how the link is; nothing if all is well."""
    if not connected:
        return f"disconnected, {waiting} waiting"
    trouble = [f"no answer for {silent_s} s"] if silent_s else []
    return ", ".join([*trouble, f"{waiting} waiting"] if waiting else trouble)


def _parts(conversation: Conversation, link: str, *, connected: bool) -> Iterator[str]:
    """Yield the parts, the most important first."""
    here = conversation.here
    yield harmless(here.title)
    if link:
        yield link
    yield from _elsewhere(conversation)
    if here.here and connected:
        yield f"{here.here} here"
    yield harmless(conversation.name)
    if here.topic:
        yield harmless(here.topic)


def _elsewhere(conversation: Conversation) -> Iterator[str]:
    for number, room in enumerate(conversation.rooms, 1):
        if room.unread and room.name != conversation.current:
            yield f"{number}:{harmless(room.title)} {_count(room)}"


def _count(room: RoomView) -> str:
    """Return how much was not read; with a sign if it calls one."""
    called = room.mentions or room.kind == "direct"
    return f"{room.unread}{'!' if called else ''}"
