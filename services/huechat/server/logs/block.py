"""What members at the same place are behind, as one piece of bytes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Sequence
from itertools import accumulate
from operator import attrgetter
from typing import Final

import msgspec

from huechat.chat.log import Encode, Entry, text_of
from huechat.chat.names import name_key
from huechat.protocol import AboutMessage, Ack, AnyEntry, Message, Notice, Reacted

MAX_BLOCK_BYTES: Final = 256 * 1024
"""About the most that one send carries: what a stalled socket can hold on to."""

LINE_BYTES: Final = 160
"""What a line has besides its text, about."""

_by_seq = attrgetter("seq")


class Block:
    """The entries that one send carries, joined as `encode` writes them. `entries` has some."""

    __slots__ = ("_encode", "_ends", "data", "entries", "last")

    def __init__(self, entries: Sequence[Entry], encode: Encode) -> None:
        sizes = list(accumulate(LINE_BYTES + len(text_of(entry.message)) for entry in entries))
        if sizes[-1] > MAX_BLOCK_BYTES:
            entries = entries[: max(1, bisect_right(sizes, MAX_BLOCK_BYTES))]
        _encode_all(entries, encode)
        lines = [entry.encoded[encode] for entry in entries]
        self._encode = encode
        self._ends = list(accumulate(map(len, lines)))  # where each entry's bytes end
        self.entries = entries
        self.data = b"".join(lines)
        self.last = entries[-1].seq

    def for_member(self, own: deque[int], hides: frozenset[str]) -> bytes:
        """Return the block for one who said what stands in `own`: that comes back as acks.

        Takes from `own` what the block has. What people say whose names' keys are in `hides` is
        left out.
        """
        if hides:
            return self._for_one_who_hides(own, hides)
        parts = []
        taken = 0  # bytes of the block that are dealt with
        while own and own[0] <= self.last:
            seq = own.popleft()
            at = bisect_left(self.entries, seq, key=_by_seq)
            if self.entries[at].seq == seq:  # else it was passed over, and will not come
                parts.append(self.data[taken : self._ends[at - 1] if at else 0])
                parts += self._encode([ack(self.entries[at].message)])
                taken = self._ends[at]
        parts.append(self.data[taken:])
        return b"".join(parts)

    def _for_one_who_hides(self, own: deque[int], hides: frozenset[str]) -> bytes:
        parts = []
        for entry in self.entries:
            while own and own[0] < entry.seq:
                own.popleft()
            if own and own[0] == entry.seq:
                own.popleft()
                parts += self._encode([ack(entry.message)])
                continue
            seen = as_seen(entry.message, hides)
            if seen is entry.message:
                parts.append(entry.encoded[self._encode])
            elif seen:
                parts += self._encode([seen])
        return b"".join(parts)


def _encode_all(entries: Sequence[Entry], encode: Encode) -> None:
    """Encode those of `entries` that were not yet encoded so."""
    new = [entry for entry in entries if encode not in entry.encoded]
    if new:
        lines = encode([entry.message for entry in new])
        for entry, line in zip(new, lines, strict=True):
            entry.encoded[encode] = line


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


def as_seen(entry: AnyEntry, hides: frozenset[str]) -> AnyEntry | None:
    """Return `entry` as one sees it who blocked the names with the keys `hides`; None: not at all.

    What others quote of their words is not shown either. What somebody does who may, is.
    """
    if isinstance(entry, Notice) or not hides:
        return entry
    if name_key(entry.name) in hides:
        return None
    if not (isinstance(entry, Message | Reacted) and _is_quoted(entry.about, hides)):
        return entry
    return msgspec.structs.replace(entry, about="") if isinstance(entry, Message) else None


def _is_quoted(about: str, hides: frozenset[str]) -> bool:
    """Return whether `about` begins with one of the names: see `rules.about`."""
    name, colon, _ = about.partition(": ")
    return bool(colon) and name_key(name) in hides


def ack(entry: AnyEntry) -> Ack:
    """Return what tells the one who said or did `entry` where it stands."""
    done = entry if isinstance(entry, AboutMessage) else None
    return Ack(entry.id, entry.room, entry.seq, entry.time, done)
