"""What members at the same place are behind, as one piece of bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

from huechat.chat.log import Encode, Entry
from huechat.protocol import Ack, Message

MAX_BLOCK_BYTES: Final = 256 * 1024
"""The most that one send carries: what a stalled socket can hold on to."""


class Block:
    """The entries that one send carries, joined as `encode` writes them. `entries` has some."""

    __slots__ = ("data", "encode", "entries", "last")

    def __init__(self, entries: Sequence[Entry], encode: Encode) -> None:
        parts = []
        size = 0
        for entry in entries:
            parts.append(entry.encoded(encode))
            size += len(parts[-1])
            if size >= MAX_BLOCK_BYTES:
                break
        self.encode = encode
        self.entries = entries[: len(parts)]
        self.data = b"".join(parts)
        self.last = self.entries[-1].seq

    def for_member(self, own: deque[int]) -> bytes:
        """Return the block for one who said what stands in `own`: that comes back as acks.

        Takes from `own` what the block has.
        """
        if not own or own[0] > self.last:
            return self.data
        parts = []
        for entry in self.entries:
            while own and own[0] < entry.seq:
                own.popleft()  # it was passed over, so it will not come
            if own and own[0] == entry.seq:
                own.popleft()
                parts.append(self.encode(ack(entry.message)))
            else:
                parts.append(entry.encoded(self.encode))
        return b"".join(parts)


class Page:
    """Entries that were read from the store for whoever is at the same place.

    `last`: how far a cursor may move that was given the page, even if it is empty.
    """

    __slots__ = ("_blocks", "entries", "last")

    def __init__(self, entries: Sequence[Entry], last: int) -> None:
        self.entries = entries
        self.last = last
        self._blocks: dict[Encode, Block] = {}

    def block(self, encode: Encode) -> Block:
        """Return the page as a block, made once per wire."""
        if encode not in self._blocks:
            self._blocks[encode] = Block(self.entries, encode)
        return self._blocks[encode]


def ack(message: Message) -> Ack:
    """Return what tells the sender of `message` where it stands."""
    return Ack(message.id, message.room, message.seq, message.time)
