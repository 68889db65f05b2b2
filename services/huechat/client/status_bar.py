"""The line under the prompt: where one is, what came elsewhere, who is here, how the link is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prompt_toolkit.utils import get_cwidth

from huechat.client.conversation import Conversation, RoomView
from huechat.wire.harmless import harmless

BETWEEN: Final = " · "


def status_line(conversation: Conversation, *, connected: bool, waiting: int, columns: int) -> str:
    """Return the line, `columns` wide at the most: what matters less is left out first.

    `connected`: whether there is a connection; `waiting`: messages that cannot be sent yet.
    """
    parts = list(_parts(conversation, connected=connected, waiting=waiting))
    while len(parts) > 1 and get_cwidth(BETWEEN.join(parts)) > columns - 2:
        parts.pop()
    line = f" {BETWEEN.join(parts)}"
    while get_cwidth(line) > columns:
        line = line[:-1]
    return line


def _parts(conversation: Conversation, *, connected: bool, waiting: int) -> Iterator[str]:
    """Yield the parts, the most important first."""
    here = conversation.here
    yield harmless(here.title)
    if not connected:
        yield f"disconnected, {waiting} waiting"
    elif waiting:
        yield f"{waiting} waiting"
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
